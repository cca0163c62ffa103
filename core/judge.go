package checksig

import (
	"encoding/hex"
	"fmt"
	"strings"

	"checksig/internal/sums"
)

// judge turns the digests of a file into a result.
func (w *worker) judge(e *Entry, mixed *mix, sums []byte, size int64) Result {
	result := resultOf(e)
	result.Size = size
	switch w.run.purpose {
	case verifying:
		w.compare(&result, e, mixed, sums)
	case listing, hashing:
		w.report(&result, e, mixed, sums)
	}
	return result
}

// compare holds the digests of a file against all that are listed for it. The
// result is about the first that does not match.
func (w *worker) compare(result *Result, e *Entry, mixed *mix, sums []byte) {
	var wrong *Entry
	for entry := e; entry != nil && wrong == nil; entry = entry.Also {
		w.digits = hex.AppendEncode(w.digits[:0], mixed.of(entry.Algorithm, sums))
		if !strings.EqualFold(entry.Digest, string(w.digits)) {
			wrong = entry
		}
	}
	if wrong != nil {
		result.Status, result.Algorithm, result.Listed = Mismatch, wrong.Algorithm, wrong.Digest
		result.Line, result.List = wrong.Line, int(wrong.List)
		if other := contradiction(e, wrong); other != nil {
			result.Text = fmt.Sprintf("listed twice, with different digests: see line %d", other.Line)
		}
	} else if !w.run.opts.KeepOK {
		return // it will only be counted
	}
	result.Found = string(mixed.of(result.Algorithm, sums))
	if e.Also == nil {
		return
	}
	for entry := e; entry != nil; entry = entry.Also {
		result.Digests = append(result.Digests, digestOf(entry, mixed.of(entry.Algorithm, sums)))
	}
}

// digestOf returns what an entry lists, and what was found.
func digestOf(e *Entry, found []byte) Digest {
	return Digest{
		Algorithm: e.Algorithm, Listed: strings.ToLower(e.Digest), Found: string(found),
		Line: e.Line, List: int(e.List),
	}
}

// report tells all digests of a file, in the order in which they were asked for,
// and the line of a list that has one.
func (w *worker) report(result *Result, e *Entry, mixed *mix, digests []byte) {
	var found []byte
	for entry := e; entry != nil; entry = entry.Also {
		found = append(found, mixed.of(entry.Algorithm, digests)...)
	}
	result.Found = string(found)
	if w.run.purpose == listing && e.Also == nil {
		w.digits = hex.AppendEncode(w.digits[:0], digests)
		w.line = sums.Append(w.line[:0], sums.New(e.Name, string(w.digits), e.Algorithm.Tag, e.Style))
		result.Text = string(w.line)
	}
}
