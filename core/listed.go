package checksig

import (
	"path"

	"checksig/internal/tree"
)

// listed tells which files of a directory a list names. It is asked for one
// directory at a time: the names in it fit the processor's cache, those of the
// whole list do not.
type listed struct {
	entries []Entry
	numbers map[string][]int32 // of the entries in a directory, by its name
	own     map[string][]string
}

func newListed(entries []Entry, own []string) *listed {
	l := &listed{entries, make(map[string][]int32), make(map[string][]string)}
	for i := range entries {
		if dir, _, ok := split(entries[i].Name); ok {
			l.numbers[dir] = append(l.numbers[dir], int32(i))
		}
	}
	for _, name := range own {
		if dir, base, ok := split(name); ok {
			l.own[dir] = append(l.own[dir], base)
		}
	}
	return l
}

// in returns a test for the names in one directory.
func (l *listed) in(dir string) func(base []byte) bool {
	numbers := l.numbers[dir]
	bases := make(map[string]struct{}, len(numbers))
	for _, i := range numbers {
		_, base, _ := split(l.entries[i].Name)
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

// split returns the directory of a name ("." at the top) and the name in it; a
// name that leads out of the root is in no directory.
func split(name string) (dir, base string, ok bool) {
	name, ok = tree.Clean(name)
	dir, base = path.Split(name)
	if dir == "" {
		return ".", base, ok
	}
	return dir[:len(dir)-1], base, ok
}
