// Package claim makes entries out of lists, and judges files by them. It opens
// none: what was found is told to it.
package claim

import (
	"cmp"
	"errors"
	"slices"

	"checksig/internal/names"
	"checksig/internal/sums"
	"checksig/internal/verdict"
)

// Claim is what lists say of files, as far as a run is about them.
type Claim struct {
	Entries  []Entry // one for each file
	Listed   *Listed // what is listed, left out by patterns or not
	Repeated int64   // entries that say again what another has said
	Excluded int64   // entries that patterns leave out
	Remarks  []Remark

	malformed []sums.Malformed
	unmet     []string // required, and not listed with a digest
}

// Parse makes a claim of lists, each of which must list something, unless they are a part of
// a claim.
func Parse(lists []List, scope *Scope, exists func(name string) bool) (*Claim, error) {
	scope.lists = len(lists)
	if scope.Part == Files || scope.Part == Others {
		return parsePart(lists, scope)
	}
	entries, malformed, remarks, err := parseAll(lists, scope.SizeOnly)
	if err != nil {
		return nil, err
	}
	remarks = append(remarks, slashed(entries, lists, exists)...)
	c, err := resolve(entries, malformed, scope)
	if err != nil {
		return nil, err
	}
	c.Remarks = append(remarks, c.Remarks...)
	if scope.Part == Lists {
		c.Entries, c.Repeated, c.Excluded = nil, 0, 0
	}
	return c, nil
}

// errPart is about a line that cannot be understood: who has divided the claim has understood it.
var errPart = errors.New("a line of a part cannot be understood")

// parsePart makes a claim of a part of what is listed.
func parsePart(lists []List, scope *Scope) (*Claim, error) {
	var entries []Entry
	for i, list := range lists {
		some, bad, header, err := list.parse(func(Entry) bool { return true })
		if len(bad) > 0 || header > 0 {
			return nil, &ManifestError{Err: cmp.Or(err, errPart), List: i}
		}
		some, _ = numbered(i, list, some, nil)
		entries = append(entries, some...)
	}
	if scope.Part == Others {
		return &Claim{Listed: NewListed(entries, scope.Own)}, nil
	}
	entries, repeated := merge(entries)
	setAside(entries, make(tally))
	chosen := choose(entries, scope)
	return &Claim{
		Entries: chosen, Listed: NewListed(nil, nil),
		Repeated: repeated, Excluded: int64(len(entries) - len(chosen)),
	}, nil
}

// resolve makes one entry of all that name the same file, and leaves out those
// that the run is not about.
func resolve(entries []Entry, malformed []sums.Malformed, scope *Scope) (*Claim, error) {
	if len(malformed) == 0 && !slices.ContainsFunc(entries, scope.chooses) {
		return nil, &ManifestError{Err: errors.New("the patterns leave nothing to check")}
	}
	idle := uncomputed(entries)
	entries, repeated := merge(entries)
	setAside(entries, idle)
	chosen := choose(entries, scope)
	return &Claim{
		Entries: chosen, Listed: NewListed(entries, scope.Own),
		Repeated: repeated, Excluded: int64(len(entries) - len(chosen)),
		Remarks:   idle.beside(entries),
		malformed: malformed, unmet: unmet(entries, scope),
	}, nil
}

// choose leaves out the entries that the patterns leave out. It keeps the slice
// that it gets as it is: what is left out is listed all the same.
func choose(entries []Entry, scope *Scope) []Entry {
	if scope.chosen.Everything() {
		return entries
	}
	var chosen []Entry
	for i := range entries {
		if scope.chooses(entries[i]) {
			chosen = append(chosen, entries[i])
		}
	}
	return chosen
}

// chooses reports whether the patterns choose an entry: one whose name is not safe
// is never left out.
func (s *Scope) chooses(e Entry) bool {
	name, ok := names.Clean(e.Name)
	return !ok || s.Has(name)
}

// unmet returns the names that are required, and that no entry has.
func unmet(entries []Entry, scope *Scope) (unmet []string) {
	if len(scope.Require) == 0 {
		return nil
	}
	left := make(map[string]bool)
	for name := range scope.required {
		left[name] = true
	}
	for i := range entries {
		if name, ok := names.Clean(entries[i].Name); ok && !entries[i].Bare {
			delete(left, name)
		}
	}
	for _, name := range scope.Require {
		if name = cleaned(name); left[name] {
			unmet = append(unmet, name)
			delete(left, name)
		}
	}
	return unmet
}

// Files returns how many results the claim comes to: entries and malformed lines.
func (c *Claim) Files() int64 { return int64(len(c.Entries) + len(c.malformed)) }

// Malformed returns the results of lines that cannot be understood.
func (c *Claim) Malformed() (results []verdict.Result) {
	for _, m := range c.malformed {
		results = append(results, verdict.Result{
			Status: verdict.Malformed, Line: m.Line, List: int(m.List), Size: -1, ListedSize: -1, Text: m.Reason,
		})
	}
	return results
}

// Unmet returns the results of files that are required, and not listed with a digest. They are
// not among Files.
func (c *Claim) Unmet() (results []verdict.Result) {
	for _, name := range c.unmet {
		results = append(results, verdict.Result{
			Name: name, Status: verdict.Missing, Size: -1, ListedSize: -1, Text: "required, and not listed with a digest",
		})
	}
	return results
}
