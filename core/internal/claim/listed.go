package claim

import "checksig/internal/names"

// Listed tells which files of a directory a list names. It is asked for one
// directory at a time: the names in it fit the processor's cache, those of the
// whole list do not.
type Listed struct {
	entries []Entry
	numbers map[string][]int32 // of the entries in a directory, by its name
	own     map[string][]string
}

// NewListed returns what entries list, besides the files of the list itself.
func NewListed(entries []Entry, own []string) *Listed {
	l := &Listed{entries, make(map[string][]int32), make(map[string][]string)}
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
