package claim

import (
	"fmt"
	"strings"

	"checksig/internal/digest"
	"checksig/internal/names"
	"checksig/internal/verdict"
)

// verifying holds files against what is listed for them.
type verifying struct{ judge }

// Verifying returns the judge of a run that compares files with lists.
func Verifying(scope *Scope) Judge { return verifying{judge{scope}} }

// Refusal refuses besides what only sums of 16 bits are listed for: one file in 65,536
// has them by chance.
func (j verifying) Refusal(e *Entry) (result verdict.Result, refused bool) {
	if last := len(e.Name) - 1; last > 0 && (e.Name[last] == '/' || strings.HasSuffix(e.Name, "/.")) {
		if _, safe := names.Clean(e.Name); safe {
			result = Unopened(e)
			result.Status, result.Text = verdict.NotRegular, "the name is that of a directory"
			return result, true
		}
	}
	if result, refused = j.judge.Refusal(e); refused || e.Link || e.Bare {
		return result, refused
	}
	for entry := e; entry != nil; entry = entry.Also {
		// A number of blocks beside a sum is what lists of sum have: weak, and no chance.
		if a := entry.Algorithm; a == nil || a.Strength != digest.None || a != e.Algorithm {
			return result, false
		}
	}
	result = Unopened(e)
	result.Status, result.Text = verdict.Unsupported, "a sum of 16 bits verifies nothing"
	return result, true
}

// ResultBySize settles a file that has another size than the one listed, or of which
// nothing but the size is to be compared.
func (j verifying) ResultBySize(e *Entry, size int64) (result verdict.Result, settled bool) {
	result = Unopened(e)
	switch {
	case e.Size == contradicted:
		result.Status, result.Text = verdict.Mismatch, "listed twice, with different sizes"
	case size < 0 && (j.scope.SizeOnly || e.Bare && e.Size >= 0):
		result.Status, result.Text = verdict.Unsupported, "its size is not known"
	case size < 0 && !e.Bare:
		return result, false
	case e.Size >= 0 && e.Size != size:
		result.Status = verdict.Mismatch
		result.Text = fmt.Sprintf("it has %d bytes, and %d are listed", size, e.Size)
	case e.Bare && (e.Size < 0 || !j.scope.SizeOnly):
		result.Status = verdict.Bare
	case j.scope.SizeOnly && e.Size < 0:
		result.Status, result.Text = verdict.Unsupported, "no size is listed"
	case !j.scope.SizeOnly:
		return result, false
	}
	return result, true
}

// ResultByDigests holds the digests of a file against all that are listed for it.
// The result is about the first that does not match.
func (j verifying) ResultByDigests(e *Entry, found Found, size int64) verdict.Result {
	result := Unopened(e)
	result.Size = size
	wrong := e
	for wrong != nil && spells(wrong.Digest, found.Of(wrong.Algorithm)) {
		wrong = wrong.Also
	}
	if wrong != nil {
		result.Status, result.Algorithm, result.Listed = verdict.Mismatch, wrong.Algorithm, wrong.Digest
		result.Line, result.List = wrong.Line, int(wrong.List)
		if other := contradiction(e, wrong); other != nil {
			result.Text = fmt.Sprintf("listed twice, with different digests: see line %d", other.Line)
		}
	} else if !j.scope.KeepOK {
		return result // it will only be counted
	}
	result.Found = string(found.Of(result.Algorithm))
	if e.Also == nil {
		return result
	}
	for entry := e; entry != nil; entry = entry.Also {
		result.Digests = append(result.Digests, digestOf(entry, found.Of(entry.Algorithm)))
	}
	return result
}

// spells reports whether a listed digest, in hexadecimal of either case, is one that
// was found. It is asked for each file: nothing is made for it.
func spells(listed string, found []byte) bool {
	if len(found) == 0 || len(listed) != 2*len(found) {
		return false
	}
	const digits = "0123456789abcdef"
	for i, b := range found {
		if lower(listed[2*i]) != digits[b>>4] || lower(listed[2*i+1]) != digits[b&15] {
			return false
		}
	}
	return true
}

// lower returns a digit in lower case.
func lower(digit byte) byte {
	if 'A' <= digit && digit <= 'F' {
		return digit + 'a' - 'A'
	}
	return digit
}

// ResultByTarget compares where a link leads with where it is listed to, letter by
// letter. Nothing is looked at behind it.
func (verifying) ResultByTarget(e *Entry, target string) verdict.Result {
	result := unopenedLink(e)
	if listed := listedTarget(e); target != listed {
		result.Status = verdict.Mismatch
		result.Text = fmt.Sprintf("it leads to %q, and %q is listed", target, listed)
	}
	return result
}

// TakesSome reports whether all that is listed stands in one list: each of several has to hold.
func (j verifying) TakesSome() bool { return j.scope.lists == 1 }

// Compares reports that digests are held against others.
func (verifying) Compares() bool { return true }
