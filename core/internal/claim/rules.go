package claim

import (
	"checksig/internal/digest"
	"checksig/internal/names"
	"checksig/internal/pattern"
	"checksig/internal/verdict"
)

// Rules say which files a run is about, what counts as success, and which
// results are reported.
type Rules struct {
	// KeepOK asks for a Result for each file that is ok. They are counted
	// either way, and lists are long.
	KeepOK bool
	// Unlisted counts the files below the root that the list does not name.
	// Complete makes each of them a Result, and so a failure.
	Unlisted, Complete bool
	// Within is a directory below the root: files elsewhere are not unlisted. ""
	// is the root itself.
	Within string
	// Mounts has files looked for on other file systems below the root as well. What
	// is listed there is looked at in any case.
	Mounts bool
	// Unbound are patterns, as those of Exclude, of files that need not be listed.
	Unbound []string
	// Together has Create hand over lines of files in the order of names, and Hash digests in the order
	// of paths, many in one result, whose status is Written. What is not ok has a result of its own, and
	// of Create, what has a text of Apart in its name.
	Together bool
	Apart    []string
	// Compared says that who has files hashed compares the digests with what is listed: one that is
	// right needs no second look at its file.
	Compared bool
	// Own names files below the root that are neither unlisted nor listed by
	// Create: those of the list itself.
	Own []string
	// IgnoreMissing counts files that are listed and not there, and nothing more.
	IgnoreMissing bool
	// Require names files below the root that must be listed, and be there.
	Require []string
	// Include and Exclude choose the files below the root that a run is about, with
	// the patterns of gitignore: what Include matches, if that has any, and Exclude
	// does not.
	Include, Exclude []string
	// MinStrength is the strength that a file's digests need: of one at least.
	MinStrength digest.Strength
	// RefuseLinks makes symbolic links not-regular files. Else they are followed as
	// long as they stay inside the root.
	RefuseLinks bool
	// RecordLinks refuses to follow symbolic links as well, and compares those that
	// are listed as links with where they lead. Create lists them so.
	RecordLinks bool
	// SizeOnly compares sizes, and reads nothing.
	SizeOnly bool
	// Part is the part of the claim that the run is about.
	Part Part
	// Span is the names that a run about Others is about.
	Span Span
}

// Part says which part of a claim a run is about. A run about Lists, one about Others, and
// runs about Files, whose lists are all that is listed in parts, with all lines about a file in
// one of them, are together what a run about the Whole is.
type Part uint8

// The parts of a claim.
const (
	Whole  Part = iota
	Files       // what is listed: it may be nothing, or nothing that patterns leave
	Lists       // the lists themselves: lines that cannot be understood, what they lack, remarks
	Others      // what is not listed
)

// Span is names from one on and before another, by their bytes. The zero value has all.
type Span struct {
	From, To string // To: "" is behind all names
}

// Has reports whether a name is in the span.
func (s Span) Has(name string) bool { return name >= s.From && (s.To == "" || name < s.To) }

// Meets reports whether there may be names in the span below a directory.
func (s Span) Meets(dir string) bool {
	// What is below a directory is from "dir/" on, and before "dir0": a zero is behind a slash.
	return dir == "." || (s.To == "" || dir+"/" < s.To) && dir+"0" > s.From
}

// EndsBelow reports whether the first name behind the span is below a directory.
func (s Span) EndsBelow(dir string) bool { return isBelow(s.To, dir) }

// Scope is rules that are ready to be asked about names and results.
type Scope struct {
	Rules
	chosen   *pattern.Choice
	unbound  *pattern.Choice
	required map[string]bool // by clean name
	lists    int             // of the claim
}

// NewScope returns the scope of rules. Its error is about a pattern.
func NewScope(rules Rules) (*Scope, error) {
	chosen, err := pattern.New(rules.Include, rules.Exclude)
	if err != nil {
		return nil, err
	}
	unbound, err := pattern.New(nil, rules.Unbound)
	if err != nil {
		return nil, err
	}
	if rules.Part == Files || rules.Part == Lists {
		rules.Unlisted, rules.Complete = false, false
	}
	s := &Scope{Rules: rules, chosen: chosen, unbound: unbound, required: make(map[string]bool, len(rules.Require))}
	for _, name := range rules.Require {
		s.required[cleaned(name)] = true
	}
	return s, nil
}

// cleaned returns the clean spelling of a name, or if that is unsafe, the name.
func cleaned(name string) string {
	if clean, ok := names.Clean(name); ok {
		return clean
	}
	return name
}

// Has reports whether the patterns choose a file.
func (s *Scope) Has(name string) bool { return s.chosen.Has(name) }

// About reports whether the run is about a part of the claim.
func (s *Scope) About(part Part) bool { return s.Part == Whole || s.Part == part }

// WantsUnlisted reports whether files that no list names are looked for.
func (s *Scope) WantsUnlisted() bool { return s.Unlisted || s.Complete }

// HasUnlisted reports whether a file that no list names is one to report.
func (s *Scope) HasUnlisted(name string) bool {
	return s.Span.Has(name) && isBelow(name, s.Within) && s.Has(name) && s.unbound.Has(name)
}

// MayHoldUnlisted reports whether there may be a file to report in a directory.
func (s *Scope) MayHoldUnlisted(dir string) bool {
	within := dir == "." || s.Within == "" || isBelow(dir+"/", s.Within) || isBelow(s.Within, dir)
	return within && !s.chosen.Excludes(dir) && !s.unbound.Excludes(dir)
}

func isBelow(name, dir string) bool {
	return dir == "" || len(name) > len(dir) && name[:len(dir)] == dir && name[len(dir)] == '/'
}

// Ignores reports whether a file is missing that may be.
func (s *Scope) Ignores(r *verdict.Result) bool {
	return r.Status == verdict.Missing && s.IgnoreMissing && !s.required[cleaned(r.Name)]
}

// Shows reports whether a result with its status is more than counted.
func (s *Scope) Shows(r *verdict.Result) bool {
	switch r.Status {
	case verdict.OK:
		return s.KeepOK
	case verdict.Unlisted:
		return s.Complete
	}
	return true
}
