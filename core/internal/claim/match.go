package claim

import (
	"checksig/internal/names"
	"checksig/internal/verdict"
)

// Matched returns what the name of an entry makes of it.
func Matched(e *Entry, judge Judge, there map[string]bool) verdict.Result {
	name, ok := names.Clean(e.Name)
	result, refused := judge.Refusal(e)
	if refused {
		return result
	}
	result = Unopened(e)
	switch {
	case !ok:
		result.Status, result.Text = verdict.UnsafePath, names.ErrUnsafe.Error()
	case !there[name]:
		result.Status, result.Text = verdict.Missing, "no such file"
	case e.Size == contradicted:
		result.Status, result.Text = verdict.Mismatch, "listed twice, with different sizes"
	default:
		result.Status = verdict.Unreadable
		if e.Also != nil {
			result.Digests = awaited(e)
		}
	}
	return result
}

// awaited returns the digests that are listed for a file, none of them found.
func awaited(e *Entry) (digests []verdict.Digest) {
	for entry := e; entry != nil; entry = entry.Also {
		digests = append(digests, digestOf(entry, make([]byte, entry.Algorithm.Size)))
	}
	return digests
}
