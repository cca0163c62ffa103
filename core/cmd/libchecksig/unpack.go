package main

import (
	"cmp"
	"encoding/binary"
	"strings"

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

// entries undoes the packing of lines in the next n bytes: blocks of columns. A
// line without an algorithm is malformed, and its name is the reason.
func (p *parts) entries(n int) (entries []checksig.Entry, malformed []sums.Malformed) {
	packed := parts{rest: p.take(n)}
	entries = make([]checksig.Entry, 0, n/64)
	for packed.rest != "" && packed.err == nil {
		entries, malformed = packed.block(entries, malformed)
	}
	p.fail(packed.err)
	return entries, malformed
}

// block appends what is in a block of lines.
func (p *parts) block(entries []checksig.Entry, malformed []sums.Malformed) ([]checksig.Entry, []sums.Malformed) {
	count, names, tags, digits := p.number(), p.number(), p.number(), p.number()
	var columns [4]parts // line, and the lengths of name, algorithm and digest
	for i := range columns {
		columns[i].rest = p.take(4 * count)
	}
	sizes := parts{rest: p.take(8 * count)}
	name, tag, digit := parts{rest: p.take(names)}, parts{rest: p.take(tags)}, parts{rest: p.take(digits)}
	for range count {
		entry := checksig.Entry{Line: columns[0].number(), Size: sizes.long()}
		entry.Name, entry.Tag = name.take(columns[1].number()), tag.take(columns[2].number())
		entry.Digest = digit.take(columns[3].number())
		if entry.Tag == "" {
			malformed = append(malformed, sums.Malformed{Line: entry.Line, Reason: entry.Name})
		} else {
			entries = append(entries, entry)
		}
		if err := cmp.Or(p.err, name.err, tag.err, digit.err); err != nil {
			p.err = err
			return nil, nil
		}
	}
	return entries, malformed
}

// items undoes the packing of items in the next n bytes.
func (p *parts) items(n int) (items []checksig.Item) {
	packed := parts{rest: p.take(n)}
	for packed.rest != "" {
		nameLength, size := packed.number(), packed.long()
		item := checksig.Item{
			Size: size, Status: checksig.Status(packed.octet()), Mark: checksig.Mark(packed.octet()),
		}
		reasonLength := packed.number()
		item.Name, item.Reason = packed.take(nameLength), packed.take(reasonLength)
		if packed.err == nil {
			if err := item.Check(); err != nil {
				p.err = cmp.Or(p.err, error(&requestError{err.Error()}))
			}
		}
		items = append(items, item)
	}
	p.fail(packed.err)
	return items
}

// settlement undoes the packing of the next settlement.
func (p *parts) settlement() (s checksig.Settlement, err error) {
	s.Number, s.Status = uint32(p.number()), checksig.Status(p.octet())
	served, among := p.octet(), p.take(2)
	s.Size = p.long()
	data := p.take(p.number())
	if s.Status == checksig.OK {
		s.Digests = []byte(data)
	} else {
		s.Reason = data
	}
	if p.err == nil {
		s.Served, s.Among = served == 1, binary.LittleEndian.Uint16([]byte(among))
	}
	if served > 1 {
		return s, &requestError{"a settlement that makes no sense"}
	}
	return s, p.err
}

// order undoes the packing of the next order.
func (p *parts) order() (o checksig.Order, err error) {
	o.Number = uint32(p.number())
	known := checksig.Known{Size: p.long()}
	flags := p.octet()
	known.Fixed, known.Ranges = flags&1 != 0, flags&2 != 0
	lengths := [3]int{p.number(), p.number(), p.number()}
	address, etag, header := p.take(lengths[0]), p.take(lengths[1]), p.take(lengths[2])
	known.ETag = etag
	for line := range strings.Lines(header) {
		name, value, found := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !found {
			return o, &requestError{"a header without a value"}
		}
		if known.Header == nil {
			known.Header = make(map[string][]string)
		}
		known.Header.Add(name, value)
	}
	switch {
	case p.err != nil:
		return o, p.err
	case flags > 3 || known.Size < -1:
		return o, &requestError{"an order that makes no sense"}
	}
	if o.Source, err = checksig.NewSource(address, known); err != nil {
		err = &requestError{err.Error()}
	}
	return o, err
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

// octet reads 8 bits.
func (p *parts) octet() byte {
	octet := p.take(1)
	if octet == "" {
		return 0
	}
	return octet[0]
}

// long reads 64 bits.
func (p *parts) long() int64 {
	bytes := p.take(8)
	if bytes == "" {
		return 0
	}
	return int64(binary.LittleEndian.Uint64([]byte(bytes)))
}
