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

// ResultByDigests tells all digests, and the line of a list that has one, if lines are not handed over
// together.
func (j listing) ResultByDigests(e *Entry, found Found, size int64) verdict.Result {
	result := report(e, found, size)
	if e.Also == nil && !j.scope.Together {
		var scratch [256]byte // on the stack, where a line mostly fits
		result.Text = string(AppendLine(scratch[:0], e, hex.EncodeToString(found.Digests)))
	}
	return result
}

// AppendLine appends the line of a file to a list of one algorithm.
func AppendLine(list []byte, e *Entry, digits string) []byte {
	return sums.Append(list, sums.New(e.Name, digits, e.Algorithm.Tag, e.Style))
}

// ResultByTarget tells where a link leads, for a list that records links.
func (listing) ResultByTarget(e *Entry, target string) verdict.Result {
	return verdict.Result{Name: e.Name, Size: -1, ListedSize: -1, Line: e.Line, Text: target}
}

// TakesLinks reports whether the list records links.
func (j listing) TakesLinks() bool { return j.scope.RecordLinks }
