package sums

import "encoding/binary"

// AppendBlock packs entries that are settled as checksig.h has packed lines: in columns.
func AppendBlock(b []byte, entries []Entry) []byte {
	little := binary.LittleEndian
	var names, tags, digests int
	for i := range entries {
		names, tags, digests = names+len(entries[i].Name), tags+len(entries[i].tag()), digests+len(entries[i].Digest)
	}
	for _, n := range []int{len(entries), names, tags, digests} {
		b = little.AppendUint32(b, uint32(n))
	}
	columns := []func(e *Entry) int{
		func(e *Entry) int { return e.Line },
		func(e *Entry) int { return len(e.Name) },
		func(e *Entry) int { return len(e.tag()) },
		func(e *Entry) int { return len(e.Digest) },
	}
	for _, column := range columns {
		for i := range entries {
			b = little.AppendUint32(b, uint32(column(&entries[i])))
		}
	}
	for i := range entries {
		b = little.AppendUint64(b, uint64(entries[i].Size))
	}
	for i := range entries {
		b = append(b, entries[i].Name...)
	}
	for i := range entries {
		b = append(b, entries[i].tag()...)
	}
	for i := range entries {
		b = append(b, entries[i].Digest...)
	}
	return b
}

// tag returns what stands for the algorithm of an entry that is settled.
func (e *Entry) tag() string {
	switch {
	case e.Link:
		return linkTag
	case e.Bare:
		return bareTag
	case e.Algorithm != nil:
		return e.Algorithm.Name
	}
	return e.Tag
}
