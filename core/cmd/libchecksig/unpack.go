package main

import (
	"encoding/binary"

	"checksig"
	"checksig/internal/sums"
)

// parts takes the bytes behind a header apart, and keeps the first error.
type parts struct {
	rest string
	err  error
}

// take returns the next n bytes.
func (p *parts) take(n int) string {
	if n < 0 || n > len(p.rest) {
		p.rest, p.err = "", &requestError{"the request is shorter than it says"}
		return ""
	}
	part := p.rest[:n]
	p.rest = p.rest[n:]
	return part
}

// names undoes the packing of names in the next n bytes: a length before each.
func (p *parts) names(n int) (names []string) {
	packed := parts{rest: p.take(n)}
	for packed.rest != "" {
		name := packed.take(packed.number())
		names = append(names, name)
	}
	p.fail(packed.err)
	return names
}

// entries undoes the packing of entries in the next n bytes. One without an
// algorithm is a malformed line, and its name is the reason.
func (p *parts) entries(n int) (entries []checksig.Entry, malformed []sums.Malformed) {
	packed := parts{rest: p.take(n)}
	entries = make([]checksig.Entry, 0, n/64)
	for packed.rest != "" {
		line, name, tag, digits := packed.number(), packed.number(), packed.number(), packed.number()
		entry := checksig.Entry{Line: line, Size: packed.long()}
		entry.Name, entry.Tag, entry.Digest = packed.take(name), packed.take(tag), packed.take(digits)
		if tag == 0 {
			malformed = append(malformed, sums.Malformed{Line: line, Reason: entry.Name})
		} else {
			entries = append(entries, entry)
		}
	}
	p.fail(packed.err)
	return entries, malformed
}

// fail notes that packed bytes were no records.
func (p *parts) fail(err error) {
	if err != nil {
		p.err = &requestError{"packed bytes end in the middle of a record"}
	}
}

// number reads 32 bits.
func (p *parts) number() int {
	bytes := p.take(4)
	if bytes == "" {
		return 0
	}
	return int(binary.LittleEndian.Uint32([]byte(bytes)))
}

// long reads 64 bits.
func (p *parts) long() int64 {
	bytes := p.take(8)
	if bytes == "" {
		return 0
	}
	return int64(binary.LittleEndian.Uint64([]byte(bytes)))
}
