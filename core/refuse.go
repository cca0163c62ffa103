package checksig

import (
	"fmt"
	"slices"

	"checksig/internal/digest"
)

// refuse returns the result of a file that need not be opened to know that it
// will not be ok.
func (r *Run) refuse(e *Entry) (result Result, refused bool) {
	if namesLink(e) {
		return r.refuseLink(e)
	}
	strongest := -1
	for entry := e; entry != nil; entry = entry.Also {
		if entry.Algorithm == nil {
			result = resultOf(entry)
			result.Name, result.Status = e.Name, Unsupported
			result.Text = "no algorithm is called " + entry.Tag
			return result, true
		}
		strongest = max(strongest, slices.Index(digest.Strengths, entry.Algorithm.Strength))
	}
	if r.opts.MinStrength != "" && strongest < slices.Index(digest.Strengths, r.opts.MinStrength) {
		result = resultOf(e)
		result.Status = Unsupported
		result.Text = fmt.Sprintf("%s is weaker than asked for", e.Algorithm.Title)
		return result, true
	}
	return result, false
}

// bySize returns the result of a file that need not be read to know it: it has
// another size than the one listed, or nothing but sizes is to be compared.
func (r *Run) bySize(e *Entry, size int64) (result Result, settled bool) {
	if r.purpose != verifying {
		return result, false
	}
	result = resultOf(e)
	switch {
	case e.Size == contradicted:
		result.Status, result.Text = Mismatch, "listed twice, with different sizes"
	case e.Size >= 0 && e.Size != size:
		result.Status = Mismatch
		result.Text = fmt.Sprintf("it has %d bytes, and %d are listed", size, e.Size)
	case r.opts.SizeOnly && e.Size < 0:
		result.Status, result.Text = Unsupported, "no size is listed"
	case !r.opts.SizeOnly:
		return result, false
	}
	return result, true
}

// resultOf returns a result about an entry, whose file was not opened.
func resultOf(e *Entry) Result {
	return Result{
		Name: e.Name, Algorithm: e.Algorithm, Listed: e.Digest, Line: e.Line, List: int(e.List), Size: -1,
		ListedSize: e.Size,
	}
}
