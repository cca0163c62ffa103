package claim

import (
	"fmt"
	"iter"
	"strings"

	"checksig/internal/names"
	"checksig/internal/verdict"
)

// Item is something that somebody else has under a name, and can read, such as the
// member of an archive.
type Item struct {
	Name   string
	Size   int64          // in bytes; -1 if it is not known
	Status verdict.Status // OK if it can be read; else what settles it unread
	Reason string         // for that; of one that can be read, its version, if that is known
	Mark   Mark
}

// Mark says what becomes of an item that no entry names.
type Mark uint8

// The marks, in the order in which the C face numbers them.
const (
	Plain      Mark = iota // it is unlisted
	Unnoticed              // nothing: it is a directory
	Remarkable             // its status is reported; and it is unlisted, if its name is safe
	markCount
)

// Check returns an error if an item makes no sense. What is reported without an
// entry must not be ok: it would stand in for a file that is not.
func (item *Item) Check() error {
	switch {
	case item.Size < -1:
		return fmt.Errorf("item %q: a size of %d bytes", item.Name, item.Size)
	case item.Status >= verdict.StatusCount:
		return fmt.Errorf("item %q: no status has the number %d", item.Name, item.Status)
	case item.Mark >= markCount:
		return fmt.Errorf("item %q: no mark has the number %d", item.Name, item.Mark)
	case item.Mark == Remarkable && item.Status == verdict.OK:
		return fmt.Errorf("item %q: it is to be reported, and nothing is wrong with it", item.Name)
	}
	return nil
}

// Inventory is items, one for each name.
type Inventory struct {
	items  []Item
	listed []bool         // those that an entry of the run names
	at     map[string]int // by clean name, or if that is unsafe, by name
	open   bool           // what it does not have may be there as well
}

// NewInventory returns the inventory of items, in whose memory it is kept.
func NewInventory(items []Item) *Inventory {
	v := &Inventory{items: items[:0], listed: make([]bool, len(items)), at: make(map[string]int, len(items))}
	for _, item := range items {
		name := cleaned(item.Name)
		if i, known := v.at[name]; known {
			v.items[i] = eitherOf(v.items[i], item)
			continue
		}
		v.at[name] = len(v.items)
		v.items = append(v.items, item)
	}
	return v
}

// Open makes of what is not in the inventory something that may be there: who reads it sees.
func (v *Inventory) Open() { v.open = true }

// Has reports whether there is an item of that name.
func (v *Inventory) Has(name string) bool {
	_, known := v.at[cleaned(name)]
	return known
}

// eitherOf returns the item for two of one name: that with a fault. If neither has
// one, it is a fault that there are two: who reads one of them proves nothing of the
// other.
func eitherOf(a, b Item) Item {
	item := a
	switch {
	case a.Status == verdict.OK && b.Status == verdict.OK:
		item.Status, item.Reason = verdict.Unreadable, "more than one item has this name"
	case a.Status == verdict.OK:
		item = b
	}
	switch {
	case a.Mark == Remarkable || b.Mark == Remarkable:
		item.Mark = Remarkable
	case a.Mark != b.Mark:
		item.Mark = Plain
	}
	return item
}

// Match returns the result of an entry, as far as that is known without reading the
// item that it names. If it is Undecided, the item has size bytes, or -1, and is of that version,
// or "".
func (v *Inventory) Match(e *Entry, judge Judge) (result verdict.Result, size int64, version string) {
	i, known := v.at[cleaned(e.Name)]
	if known {
		v.listed[i] = true
	}
	if result, refused := judge.Refusal(e); refused {
		return result, 0, ""
	}
	result = Unopened(e)
	_, safe := names.Clean(e.Name)
	switch {
	case !safe:
		result.Status, result.Text = verdict.UnsafePath, names.ErrUnsafe.Error()
	case !known && !v.open:
		result.Status, result.Text = verdict.Missing, "no such file"
	case known && v.items[i].Status != verdict.OK:
		result.Status, result.Text = v.items[i].Status, v.items[i].Reason
	case e.Link:
		result.Status, result.Text, result.Listed = verdict.Unsupported, "symbolic links are not compared", ""
	default:
		size = -1
		if known {
			size, version = v.items[i].Size, v.items[i].Reason
		}
		return unread(e, judge, size), size, version
	}
	return result, 0, ""
}

// unread returns the result of a file that is to be read, unless its size settles it.
func unread(e *Entry, judge Judge, size int64) verdict.Result {
	result, settled := judge.ResultBySize(e, size)
	if settled {
		return result
	}
	result = Unopened(e)
	result.Status = verdict.Undecided
	if e.Also == nil {
		return result
	}
	for entry := e; entry != nil; entry = entry.Also {
		digest := digestOf(entry, make([]byte, entry.Algorithm.Size))
		if entry.Digest == "" { // nothing is listed, and something is to be found out
			digest.Listed = strings.Repeat("00", entry.Algorithm.Size)
		}
		result.Digests = append(result.Digests, digest)
	}
	return result
}

// Entries returns an entry for each item that can be read, as the model of one asks for, and the
// results of the others.
func (v *Inventory) Entries(model Entry, scope *Scope) (entries []Entry, faults []verdict.Result) {
	own := make(map[string]bool)
	for _, name := range scope.Own {
		own[cleaned(name)] = true
	}
	for i := range v.items {
		item := &v.items[i]
		switch {
		case item.Mark == Unnoticed, own[cleaned(item.Name)]:
		case item.Status != verdict.OK:
			faults = append(faults, verdict.Result{
				Name: item.Name, Status: item.Status, Size: -1, ListedSize: -1, Text: item.Reason,
			})
		case scope.Has(item.Name):
			entry := model
			entry.Name = item.Name
			entries = append(entries, entry)
		}
	}
	return entries, faults
}

// Extras yields the results of items that no entry has named in Match.
func (v *Inventory) Extras(known *Listed, scope *Scope) iter.Seq[verdict.Result] {
	return func(yield func(verdict.Result) bool) {
		tests := make(map[string]func([]byte) bool) // by directory
		for i := range v.items {
			item := &v.items[i]
			result := verdict.Result{Name: item.Name, Status: item.Status, Size: -1, ListedSize: -1, Text: item.Reason}
			if item.Mark == Remarkable && !v.listed[i] && scope.Slice.Has(item.Name) && !yield(result) {
				return
			}
			result.Status, result.Text = verdict.Unlisted, ""
			if isUnlisted(item, known, scope, tests) && !yield(result) {
				return
			}
		}
	}
}

// isUnlisted reports whether an item is one that a list should name.
func isUnlisted(item *Item, known *Listed, scope *Scope, tests map[string]func([]byte) bool) bool {
	dir, base, safe := names.Split(item.Name)
	unsafe := !safe || item.Status == verdict.UnsafePath
	if unsafe || item.Mark == Unnoticed || !scope.WantsUnlisted() || !scope.HasUnlisted(cleaned(item.Name)) {
		return false
	}
	if tests[dir] == nil {
		tests[dir] = known.In(dir)
	}
	return !tests[dir]([]byte(base))
}
