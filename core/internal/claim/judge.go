package claim

import (
	"fmt"
	"slices"
	"strings"

	"checksig/internal/digest"
	"checksig/internal/verdict"
)

// Judge turns what is known of a file into its result: one for each thing that a
// run can do with digests. All workers of a run ask the same one, at any time.
type Judge interface {
	// Refusal returns the result of a file that need not be opened to know that it
	// will not be ok.
	Refusal(e *Entry) (result verdict.Result, refused bool)
	// ResultBySize returns the result of a file that need not be read to know it. A
	// size of -1 is not known.
	ResultBySize(e *Entry, size int64) (result verdict.Result, settled bool)
	// ResultByDigests returns the result of a file of which size bytes were read.
	ResultByDigests(e *Entry, found Found, size int64) verdict.Result
	// ResultByTarget returns the result of a symbolic link, which leads to target.
	ResultByTarget(e *Entry, target string) verdict.Result
	// TakesLinks reports whether a link that is found instead of a file is judged by
	// its target.
	TakesLinks() bool
	// TakesSome reports whether some of the digests that are listed for a file will do, if a server
	// has said them.
	TakesSome() bool
	// Compares reports whether a digest that is ok is one that was listed, or is held against one.
	// What was read is right then, whatever becomes of the file.
	Compares() bool
}

// Found is the digests that were computed of a file.
type Found struct {
	Algorithms []*digest.Algorithm // in the order of the digests; nil if there is one
	Digests    []byte              // end to end
}

// Of cuts out the digest of one algorithm. It returns nil if there is none.
func (f Found) Of(a *digest.Algorithm) []byte {
	if f.Algorithms == nil {
		return f.Digests
	}
	rest := f.Digests
	for _, own := range f.Algorithms {
		if own == a {
			return rest[:a.Size]
		}
		rest = rest[own.Size:]
	}
	return nil
}

// judge is what all judges do alike.
type judge struct{ scope *Scope }

// Refusal refuses what no digest could prove as the rules want it.
func (j judge) Refusal(e *Entry) (result verdict.Result, refused bool) {
	if namesLink(e) {
		return j.refuseLink(e)
	}
	if e.Bare {
		return result, false // it proves nothing, and is not said to
	}
	strongest := -1
	for entry := e; entry != nil; entry = entry.Also {
		if entry.Algorithm == nil {
			result = Unopened(entry)
			result.Name, result.Status = e.Name, verdict.Unsupported
			result.Text = "no algorithm is called " + entry.Tag
			return result, true
		}
		strongest = max(strongest, slices.Index(digest.Strengths, entry.Algorithm.Strength))
	}
	if least := j.scope.MinStrength; least != "" && strongest < slices.Index(digest.Strengths, least) {
		result = Unopened(e)
		result.Status = verdict.Unsupported
		result.Text = fmt.Sprintf("%s is weaker than required", e.Algorithm.Title)
		return result, true
	}
	return result, false
}

// ResultBySize settles nothing.
func (judge) ResultBySize(*Entry, int64) (result verdict.Result, settled bool) { return result, false }

// ResultByTarget refuses a link.
func (judge) ResultByTarget(e *Entry, _ string) verdict.Result {
	result := Unopened(e)
	result.Status, result.Text = verdict.NotRegular, "a symbolic link, or below one"
	return result
}

// TakesLinks reports that links are no files.
func (judge) TakesLinks() bool { return false }

// TakesSome reports that all are needed.
func (judge) TakesSome() bool { return false }

// Compares reports that digests are what the run is for.
func (judge) Compares() bool { return false }

// report returns the result with all digests of a file, in the order in which they
// were asked for.
func report(e *Entry, found Found, size int64) verdict.Result {
	result := Unopened(e)
	result.Size = size
	if e.Also == nil {
		result.Found = string(found.Of(e.Algorithm))
		return result
	}
	var digests []byte
	for entry := e; entry != nil; entry = entry.Also {
		digests = append(digests, found.Of(entry.Algorithm)...)
	}
	result.Found = string(digests)
	return result
}

// Unopened returns a result about an entry, whose file was not opened.
func Unopened(e *Entry) verdict.Result {
	return verdict.Result{
		Name: e.Name, Algorithm: e.Algorithm, Listed: e.Digest, Line: e.Line, List: int(e.List), Size: -1,
		ListedSize: e.Size,
	}
}

// digestOf returns what an entry lists, and what was found.
func digestOf(e *Entry, found []byte) verdict.Digest {
	return verdict.Digest{
		Algorithm: e.Algorithm, Listed: strings.ToLower(e.Digest), Found: string(found),
		Line: e.Line, List: int(e.List),
	}
}
