package claim

import (
	"slices"
	"strings"

	"checksig/internal/names"
)

// Listed tells which files of a directory a list names. It is asked for one
// directory at a time: the names in it fit the processor's cache, those of the
// whole list do not.
type Listed struct {
	entries []Entry
	numbers map[string][]int32 // of the entries in a directory, by its name
	own     map[string][]string
	sorted  map[string]struct{} // directories whose numbers are in the order of the names
}

// NewListed returns what entries list, besides the files of the list itself.
func NewListed(entries []Entry, own []string) *Listed {
	l := &Listed{entries, make(map[string][]int32), make(map[string][]string), make(map[string]struct{})}
	for i := range entries {
		if dir, _, ok := names.Split(entries[i].Name); ok {
			l.numbers[dir] = append(l.numbers[dir], int32(i))
		}
	}
	for _, name := range own {
		if dir, base, ok := names.Split(name); ok {
			l.own[dir] = append(l.own[dir], base)
		}
	}
	return l
}

// Below reports whether there is a listed file in a directory, or below it.
func (l *Listed) Below(dir string) bool {
	for listed := range l.numbers {
		if listed == dir || isBelow(listed, dir) {
			return true
		}
	}
	return false
}

// find returns the number of the entry for a file, or -1 if there is none. A table of all names would
// take as much memory as the list.
func (l *Listed) find(name string) int {
	dir, base, _ := names.Split(name)
	numbers := l.numbers[dir]
	if _, done := l.sorted[dir]; !done {
		l.sorted[dir] = struct{}{}
		slices.SortFunc(numbers, func(a, b int32) int { return strings.Compare(l.base(a), l.base(b)) })
	}
	i, found := slices.BinarySearchFunc(numbers, base, func(n int32, base string) int {
		return strings.Compare(l.base(n), base)
	})
	if !found {
		return -1
	}
	return int(numbers[i])
}

// base returns the name of an entry in its directory.
func (l *Listed) base(number int32) string {
	_, base, _ := names.Split(l.entries[number].Name)
	return base
}

// has reports whether a file is listed, or one of the list itself.
func (l *Listed) has(name string) bool {
	dir, base, _ := names.Split(name)
	return l.find(name) >= 0 || slices.Contains(l.own[dir], base)
}

// In returns a test for the names in one directory.
func (l *Listed) In(dir string) func(base []byte) bool {
	numbers := l.numbers[dir]
	bases := make(map[string]struct{}, len(numbers))
	for _, i := range numbers {
		_, base, _ := names.Split(l.entries[i].Name)
		bases[base] = struct{}{}
	}
	for _, base := range l.own[dir] {
		bases[base] = struct{}{}
	}
	return func(base []byte) bool {
		_, ok := bases[string(base)]
		return ok
	}
}
