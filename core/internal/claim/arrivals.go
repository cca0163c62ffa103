package claim

import (
	"iter"

	"checksig/internal/names"
	"checksig/internal/verdict"
)

// Arrivals is an Inventory of more items than there is memory for: each is held against the entries
// as it comes, and forgotten.
type Arrivals struct {
	listed *Listed
	scope  *Scope
	judge  Judge
	came   []bool // by the number of the entry
	faulty []Item // with results of their own
}

// NewArrivals returns the arrivals of a claim, before the first item has come.
func NewArrivals(c *Claim, scope *Scope, judge Judge) *Arrivals {
	return &Arrivals{listed: c.Listed, scope: scope, judge: judge, came: make([]bool, len(c.Listed.entries))}
}

// Take yields the results of items that come: of the entries that they are for, and of those that are
// unlisted.
func (a *Arrivals) Take(items []Item) iter.Seq[Matched] {
	return func(yield func(Matched) bool) {
		for i := range items {
			item := &items[i]
			if item.Mark == Remarkable { // another of this name may come that can be read
				a.faulty = append(a.faulty, *item)
				continue
			}
			if m, some := a.take(item); some && !yield(m) {
				return
			}
		}
	}
}

// take returns what an item settles, if there is something.
func (a *Arrivals) take(item *Item) (m Matched, some bool) {
	number := a.entryOf(item)
	switch {
	case number < 0:
		return Matched{Result: item.unlisted()}, item.isUnlisted(a.scope, a.listed.has)
	case a.came[number] && a.scope.About(Others): // who reads one of them proves nothing of the other
		second := Item{Name: item.Name, Status: verdict.Unreadable, Reason: "more than one item has this name"}
		return Matched{Result: second.result()}, true
	}
	a.came[number] = true
	return byItem(&a.listed.entries[number], item, false, a.judge), a.scope.About(Files)
}

// entryOf returns the number of the entry that an item is for; -1 if there is none that the run is
// about.
func (a *Arrivals) entryOf(item *Item) int {
	name, safe := names.Clean(item.Name)
	if !safe {
		return -1
	}
	if number := a.listed.find(name); number >= 0 && a.scope.chooses(a.listed.entries[number]) {
		return number
	}
	return -1
}

// Rest yields the results that are left when all items have come: of those that have one of their
// own, and of entries that no item was for.
func (a *Arrivals) Rest() iter.Seq[Matched] {
	return func(yield func(Matched) bool) {
		unsafe := a.unsafe()
		for i := range a.faulty {
			if unsafe[a.faulty[i].Name] { // its entry says so
				continue
			}
			for _, m := range a.fault(&a.faulty[i]) {
				if !yield(m) {
					return
				}
			}
		}
		for i := range a.came {
			e := &a.listed.entries[i]
			if !a.came[i] && a.scope.About(Files) && a.scope.chooses(*e) && !yield(byItem(e, nil, false, a.judge)) {
				return
			}
		}
	}
}

// unsafe returns the names of entries that lead out of the root, if it matters.
func (a *Arrivals) unsafe() map[string]bool {
	found := make(map[string]bool)
	if len(a.faulty) == 0 {
		return found
	}
	for i := range a.listed.entries {
		if _, safe := names.Clean(a.listed.entries[i].Name); !safe {
			found[a.listed.entries[i].Name] = true
		}
	}
	return found
}

// fault returns the results of an item that is reported: that of its entry, unless another item was
// for that, or its own.
func (a *Arrivals) fault(item *Item) (results []Matched) {
	if number := a.entryOf(item); number >= 0 && !a.came[number] {
		a.came[number] = true
		if !a.scope.About(Files) {
			return nil
		}
		return []Matched{byItem(&a.listed.entries[number], item, false, a.judge)}
	}
	results = []Matched{{Result: item.result()}}
	if item.isUnlisted(a.scope, a.listed.has) {
		results = append(results, Matched{Result: item.unlisted()})
	}
	return results
}
