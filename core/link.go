package checksig

import (
	"encoding/hex"
	"fmt"

	"checksig/internal/tree"
)

// checkLink judges an entry that lists a symbolic link: it has to be one, and lead
// where the list says, letter by letter. Nothing is looked at behind it.
func (w *worker) checkLink(e *Entry) error {
	result := resultOf(e)
	result.Listed = ""
	target, err := w.run.readLink(e.Name)
	listed, _ := hex.DecodeString(e.Digest) // sums.Settle has seen to that
	switch {
	case err == tree.ErrNoLink:
		result.Status, result.Text = Mismatch, fmt.Sprintf("a symbolic link to %q is listed", listed)
	case err != nil:
		result = failure(*e, err)
		result.Listed = ""
	case target != string(listed):
		result.Status = Mismatch
		result.Text = fmt.Sprintf("it leads to %q, and %q is listed", target, listed)
	}
	return w.emit(result)
}

// record reports where a link leads, for a list that records links.
func (w *worker) record(e *Entry) error {
	target, err := w.run.readLink(e.Name)
	if err != nil {
		return w.emit(failure(*e, err))
	}
	return w.emit(Result{Name: e.Name, Size: -1, ListedSize: -1, Text: target})
}

// namesLink reports whether a link is among what is listed for a file.
func namesLink(e *Entry) bool {
	for entry := e; entry != nil; entry = entry.Also {
		if entry.Link {
			return true
		}
	}
	return false
}

// refuseLink returns the result of a file of which a link is listed, if that cannot
// be right: nothing else may be listed for it, and only who asks for links gets them.
func (r *Run) refuseLink(e *Entry) (result Result, refused bool) {
	result = resultOf(e)
	result.Listed = ""
	switch {
	case !r.opts.RecordLinks:
		result.Status, result.Text = Unsupported, "symbolic links are not compared"
	case e.Also != nil && e.Also.Link && e.Link:
		result.Status, result.Text = Mismatch, "listed twice, as links to different places"
	case e.Also != nil:
		result.Status, result.Text = Mismatch, "listed twice, as a link and as a file"
	default:
		return result, false
	}
	return result, true
}
