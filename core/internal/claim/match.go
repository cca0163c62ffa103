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

// Matched is the result of an entry, as far as that is known without reading the item that it
// names; or of an item that no entry names.
type Matched struct {
	Result  verdict.Result
	Entry   *Entry // nil: there is none
	Size    int64  // of what is Undecided: in bytes; -1 if it is not known
	Version string // of that; "" if it is not known
}

// Match holds an entry against the item that it names.
func (v *Inventory) Match(e *Entry, judge Judge) Matched {
	i, known := v.at[cleaned(e.Name)]
	if !known {
		return byItem(e, nil, v.open, judge)
	}
	v.listed[i] = true
	return byItem(e, &v.items[i], v.open, judge)
}

// byItem holds an entry against its item. If there is none, and more may be there than is known,
// nobody can tell without reading it.
func byItem(e *Entry, item *Item, open bool, judge Judge) Matched {
	if result, refused := judge.Refusal(e); refused {
		return Matched{Result: result, Entry: e}
	}
	m := Matched{Result: Unopened(e), Entry: e, Size: -1}
	_, safe := names.Clean(e.Name)
	switch {
	case !safe:
		m.Result.Status, m.Result.Text = verdict.UnsafePath, names.ErrUnsafe.Error()
	case item == nil && !open:
		m.Result.Status, m.Result.Text = verdict.Missing, "no such file"
	case item != nil && item.Status != verdict.OK:
		m.Result.Status, m.Result.Text = item.Status, item.Reason
	case e.Link:
		m.Result.Status, m.Result.Text, m.Result.Listed = verdict.Unsupported, "symbolic links are not compared", ""
	default:
		if item != nil {
			m.Size, m.Version = item.Size, item.Reason
		}
		m.Result = unread(e, judge, m.Size)
	}
	return m
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
			faults = append(faults, item.result())
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
		isListed := func(name string) bool {
			dir, base, _ := names.Split(name)
			if tests[dir] == nil {
				tests[dir] = known.In(dir)
			}
			return tests[dir]([]byte(base))
		}
		for i := range v.items {
			item := &v.items[i]
			if item.Mark == Remarkable && !v.listed[i] && scope.About(Others) && !yield(item.result()) {
				return
			}
			if item.isUnlisted(scope, isListed) && !yield(item.unlisted()) {
				return
			}
		}
	}
}

// result is that of an item that no entry names.
func (item *Item) result() verdict.Result {
	return verdict.Result{Name: item.Name, Status: item.Status, Size: -1, ListedSize: -1, Text: item.Reason}
}

// unlisted is the result of an item that a list should name.
func (item *Item) unlisted() verdict.Result {
	return verdict.Result{Name: item.Name, Status: verdict.Unlisted, Size: -1, ListedSize: -1}
}

// isUnlisted reports whether an item is one that a list should name, and does not.
func (item *Item) isUnlisted(scope *Scope, isListed func(name string) bool) bool {
	name, safe := names.Clean(item.Name)
	unsafe := !safe || item.Status == verdict.UnsafePath
	if unsafe || item.Mark == Unnoticed || !scope.WantsUnlisted() || !scope.HasUnlisted(name) {
		return false
	}
	return !isListed(name)
}
