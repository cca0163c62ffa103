package claim

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"checksig/internal/names"
	"checksig/internal/sums"
)

// ManifestError is about a list that cannot be used: it is missing, it is
// empty, or no line of it lists a file.
type ManifestError struct {
	Path string // "" if the list came without one
	Err  error
	List int // which of several
}

func (e *ManifestError) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("%q: %s", e.Path, e.Err)
}

func (e *ManifestError) Unwrap() error { return e.Err }

// Entry is one file of a list and the digest that it should have.
type Entry = sums.Entry

// List is what a run checks against: the bytes of a list in the grammar of the
// coreutils, or entries that somebody else has parsed. An entry names its
// algorithm in Tag.
type List struct {
	// Base is the directory that the names are relative to, below the root; ""
	// is the root.
	Base    string
	Text    string
	Entries []Entry
	// Malformed are lines that somebody else could not parse.
	Malformed []sums.Malformed
	Options   sums.Options
	// Backslashes says that programs of Windows write such lists: a backslash in a
	// name may stand for a slash.
	Backslashes bool
}

// parseAll reads lists, of which one must list something. One of several that does not
// is a remark, or if there are lines in it, a failure. A size is something if only sizes
// are compared.
func parseAll(lists []List, sizeOnly bool) (entries []Entry, malformed []sums.Malformed, remarks []Remark, err error) {
	var empty error
	verifies := func(e Entry) bool { return !e.Bare || sizeOnly && e.Size >= 0 }
	for i, list := range lists {
		some, bad, header, err := list.parse(verifies)
		switch {
		case err == nil:
		case len(lists) == 1:
			return nil, nil, nil, &ManifestError{Err: err}
		case len(bad) == 0:
			remarks = append(remarks, Remark{i, nothing(some)})
		default:
			bad = []sums.Malformed{{Line: bad[0].Line, Reason: err.Error()}}
		}
		if err != nil && empty == nil {
			empty = &ManifestError{Err: err, List: i}
		}
		if header > 0 {
			remarks = append(remarks, Remark{i, counted(header, "line") + " above the first entry"})
		}
		some, bad = numbered(i, list, some, bad)
		if i == 0 {
			entries, malformed = some, bad
			continue
		}
		entries, malformed = append(entries, some...), append(malformed, bad...)
	}
	if len(lists) == 0 {
		return nil, nil, nil, &ManifestError{Err: errors.New("no list to check against")}
	}
	if !slices.ContainsFunc(entries, verifies) {
		return nil, nil, nil, empty
	}
	return entries, malformed, remarks, nil
}

// numbered returns what is in one of several lists, with its number and with names below the root.
func numbered(i int, list List, entries []Entry, malformed []sums.Malformed) ([]Entry, []sums.Malformed) {
	for j := range entries {
		entries[j].List = int32(i)
		entries[j].Name = names.Below(list.Base, entries[j].Name)
	}
	for j := range malformed {
		malformed[j].List = int32(i)
	}
	return entries, malformed
}

// parse reads a list. If no entry of it verifies something, there is an error besides what
// is malformed.
func (l List) parse(verifies func(Entry) bool) (entries []Entry, malformed []sums.Malformed, header int, err error) {
	if l.Text != "" {
		entries, malformed, header = sums.Parse(l.Text, l.Options)
	}
	malformed = append(malformed, l.Malformed...)
	if len(malformed) >= sums.MaxMalformed {
		return nil, malformed, 0, fmt.Errorf("not a list: %d malformed lines", len(malformed))
	}
	settled := l.Entries[:0]
	for _, entry := range l.Entries {
		entry, reason := sums.Settle(entry, l.Options)
		if reason != "" {
			malformed = append(malformed, sums.Malformed{Line: entry.Line, Reason: reason})
			continue
		}
		settled = append(settled, entry)
	}
	if entries == nil {
		entries = settled
	} else {
		entries = append(entries, settled...)
	}
	if !slices.ContainsFunc(entries, verifies) {
		return entries, malformed, 0, noEntries(l.Text, entries, malformed)
	}
	return entries, malformed, header, nil
}

// noEntries is the error about a list that verifies nothing. It must be one:
// a list cut to nothing would otherwise make every file right.
func noEntries(text string, bare []Entry, malformed []sums.Malformed) error {
	switch {
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"):
		return errors.New("the list is UTF-16 text, and must be UTF-8")
	case strings.HasPrefix(strings.TrimSpace(text), "<"):
		return errors.New("this is an HTML page, not a list")
	case len(malformed) > 0:
		return fmt.Errorf("no line lists a file; line %d: %s", malformed[0].Line, malformed[0].Reason)
	case len(bare) > 0:
		return errors.New(nothing(bare) + ": sizes alone verify nothing (--size-only compares them)")
	}
	return errors.New("the list is empty")
}

// nothing says that a list verifies nothing, though it may list files.
func nothing(bare []Entry) string {
	if len(bare) > 0 {
		return "no file is listed with a digest"
	}
	return "nothing is listed"
}
