package claim

import "checksig/internal/verdict"

// hashing tells the digests of files.
type hashing struct{ judge }

// Hashing returns the judge of a run that has nothing to compare digests with itself.
func Hashing(scope *Scope) Judge { return hashing{judge{scope}} }

// ResultByDigests tells all digests.
func (hashing) ResultByDigests(e *Entry, found Found, size int64) verdict.Result {
	return report(e, found, size)
}

// Compares reports whether somebody else holds digests against others.
func (j hashing) Compares() bool { return j.scope.Compared }
