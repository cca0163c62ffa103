package work

import (
	"encoding/hex"
	"slices"
	"strings"

	"checksig/internal/claim"
	"checksig/internal/verdict"
)

// writtenTogether is how many bytes of lines go into one result, at least, if there are as many.
const writtenTogether = 64 << 10

// written is what Create hands over together: lines of files, in the order of their names, which is
// that of the entries. Workers fill different places.
type written struct {
	entries []claim.Entry
	digests []byte // one behind the other; nil if each file has a result
	found   []bool // whether there is one
	apart   []string
}

// newWritten returns what Create hands over of entries that are in the order of their names.
func newWritten(entries []claim.Entry, scope *claim.Scope) *written {
	w := &written{entries: entries, apart: scope.Apart}
	if scope.Together && len(entries) > 0 {
		w.digests = make([]byte, len(entries)*entries[0].Algorithm.Size)
		w.found = make([]bool, len(entries))
	}
	return w
}

// take takes the digest of a file that is ok, and reports whether that is all that is wanted of it.
func (w *written) take(result *verdict.Result) bool {
	if w == nil {
		return false
	}
	place := result.Line - 1
	result.Line = 0 // there is no list that it is of
	// What is ok and has no digest is a link.
	if w.digests == nil || result.Status != verdict.OK || result.Found == "" {
		return false
	}
	if slices.ContainsFunc(w.apart, func(text string) bool { return strings.Contains(result.Name, text) }) {
		result.Text = string(claim.AppendLine(nil, &w.entries[place], hex.EncodeToString([]byte(result.Found))))
		return false
	}
	size := w.entries[place].Algorithm.Size
	copy(w.digests[place*size:][:size], result.Found)
	w.found[place] = true
	return true
}

// handOver passes the lines on, in results that have the name of the first file and how many there
// are. No file with a result of its own has a name between the first and the last of these.
func (w *written) handOver(out Outbox) error {
	var text []byte
	digits := hex.EncodeToString(w.digests)
	together := verdict.Result{Status: verdict.Written, Size: -1, ListedSize: -1}
	pass := func() error {
		if together.Number == 0 {
			return nil
		}
		together.Text = string(text)
		err := out.pass(together)
		text, together.Number = text[:0], 0
		return err
	}
	for i, found := range w.found {
		if !found || len(text) >= writtenTogether {
			if err := pass(); err != nil {
				return err
			}
		}
		if !found {
			continue
		}
		e := &w.entries[i]
		if together.Number == 0 {
			together.Name = e.Name
		}
		size := 2 * e.Algorithm.Size
		text = claim.AppendLine(text, e, digits[i*size:][:size])
		together.Number++
	}
	if err := pass(); err != nil {
		return err
	}
	return out.Flush()
}
