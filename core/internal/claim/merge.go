package claim

import (
	"hash/maphash"
	"strings"

	"checksig/internal/names"
)

// merge makes one entry of all that name the same file: it is read once, and
// everything listed for it must be true. It returns the entries, in whose memory
// they come, and how many said again what another had said.
func merge(entries []Entry) (merged []Entry, repeated int64) {
	// A table of positions, open to all sides: a map of as many strings would take
	// longer than to parse the list. The seed is random, so that nobody can write a
	// list whose names all fall into one place.
	bits := 4
	for 1<<bits < 2*len(entries) {
		bits++
	}
	table, mask := make([]int32, 1<<bits), uint64(1)<<bits-1
	seed := maphash.MakeSeed()
	merged = entries[:0]
	for i := range entries {
		entry := entries[i]
		name, ok := names.Clean(entry.Name)
		if !ok {
			name = entry.Name
		}
		place := maphash.String(seed, name) & mask
		for table[place] != 0 && !named(merged[table[place]-1].Name, name) {
			place = (place + 1) & mask
		}
		if table[place] == 0 {
			merged = append(merged, entry)
			table[place] = int32(len(merged))
			continue
		}
		if !add(&merged[table[place]-1], entry) {
			repeated++
		}
	}
	return merged, repeated
}

// named reports whether a listed name is the clean name of a file.
func named(listed, name string) bool {
	if listed == name {
		return true
	}
	clean, ok := names.Clean(listed)
	return ok && clean == name
}

// contradicted is the size of a file for which two are listed.
const contradicted = -2

// add adds what another entry says about the file of head, and returns false if
// that was said before. Of entries that contradict each other, two are enough to
// make the file fail: who writes a list with a million of them should not make
// each a million times as slow to add.
func add(head *Entry, entry Entry) bool {
	switch {
	case entry.Size < 0 || head.Size == entry.Size:
	case head.Size == -1:
		head.Size = entry.Size
	default:
		head.Size = contradicted
	}
	if entry.Bare {
		return false // its size is all that it says
	}
	if head.Bare {
		entry.Size, entry.Also = head.Size, nil
		*head = entry
		return true
	}
	if !head.Link && !entry.Link {
		// A file is judged by what can be computed. What cannot is a remark, or if it is
		// all there is, the reason why the file is unsupported.
		if entry.Algorithm == nil {
			return true
		}
		if head.Algorithm == nil {
			entry.Size, entry.Also = head.Size, nil
			*head = entry
			return true
		}
	}
	last, same := head, 0
	for e := head; e != nil; last, e = e, e.Also {
		if e.Algorithm != entry.Algorithm || e.Link != entry.Link {
			continue
		}
		if same++; strings.EqualFold(e.Digest, entry.Digest) || same == 2 || e.Algorithm == nil && !e.Link {
			return false
		}
	}
	entry.Also = nil
	last.Also = &entry
	return true
}

// contradiction returns an entry about the same file, in the same algorithm, that
// says otherwise; nil if there is none.
func contradiction(head, entry *Entry) *Entry {
	for e := head; e != nil; e = e.Also {
		if e != entry && e.Algorithm == entry.Algorithm {
			return e
		}
	}
	return nil
}
