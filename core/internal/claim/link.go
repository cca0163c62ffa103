package claim

import (
	"encoding/hex"
	"fmt"

	"checksig/internal/verdict"
)

// NoLink returns the result of an entry that lists a symbolic link, where something
// else is found.
func NoLink(e *Entry) verdict.Result {
	result := unopenedLink(e)
	result.Status = verdict.Mismatch
	result.Text = fmt.Sprintf("a symbolic link to %q is listed", listedTarget(e))
	return result
}

// unopenedLink returns a result about an entry that lists a link. A target is no
// digest.
func unopenedLink(e *Entry) verdict.Result {
	result := Unopened(e)
	result.Listed = ""
	return result
}

// listedTarget returns where a link is listed to lead.
func listedTarget(e *Entry) string {
	target, _ := hex.DecodeString(e.Digest) // sums.Settle has seen to that
	return string(target)
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
func (j judge) refuseLink(e *Entry) (result verdict.Result, refused bool) {
	result = unopenedLink(e)
	switch {
	case !j.scope.RecordLinks:
		result.Status, result.Text = verdict.Unsupported, "symbolic links are not compared"
	case e.Also != nil && e.Also.Link && e.Link:
		result.Status, result.Text = verdict.Mismatch, "listed twice, as links to different places"
	case e.Also != nil:
		result.Status, result.Text = verdict.Mismatch, "listed twice, as a link and as a file"
	default:
		return result, false
	}
	return result, true
}
