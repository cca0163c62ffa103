package claim

import (
	"encoding/hex"

	"checksig/internal/sums"
	"checksig/internal/verdict"
)

// listing writes the line of a list for each file.
type listing struct{ judge }

// Listing returns the judge of a run that makes a list.
func Listing(scope *Scope) Judge { return listing{judge{scope}} }

// ResultByDigests tells all digests, and the line of a list that has one.
func (listing) ResultByDigests(e *Entry, found Found, size int64) verdict.Result {
	result := report(e, found, size)
	if e.Also == nil {
		line := sums.New(e.Name, hex.EncodeToString(found.Digests), e.Algorithm.Tag, e.Style)
		var scratch [256]byte // on the stack, where a line mostly fits
		result.Text = string(sums.Append(scratch[:0], line))
	}
	return result
}

// ResultByTarget tells where a link leads, for a list that records links.
func (listing) ResultByTarget(e *Entry, target string) verdict.Result {
	return verdict.Result{Name: e.Name, Size: -1, ListedSize: -1, Text: target}
}

// TakesLinks reports whether the list records links.
func (j listing) TakesLinks() bool { return j.scope.RecordLinks }
