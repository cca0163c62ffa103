package digest

import "encoding/binary"

// blocks is what is left of a stream when all of its whole blocks were taken.
type blocks struct {
	rest   []byte // less than a block
	length uint64 // of the stream so far, in bytes
}

// take hands the whole blocks of a stream on, as they come, and keeps the rest.
func (b *blocks) take(p []byte, size int, whole func(blocks []byte)) {
	b.length += uint64(len(p))
	if len(b.rest) > 0 {
		n := min(size-len(b.rest), len(p))
		b.rest, p = append(b.rest, p[:n]...), p[n:]
		if len(b.rest) < size {
			return
		}
		whole(b.rest)
		b.rest = b.rest[:0]
	}
	n := len(p) / size * size
	if n > 0 {
		whole(p[:n])
	}
	b.rest = append(b.rest, p[n:]...)
}

// padded returns the last blocks of a stream, as those who follow MD4 pad it: a mark, zeros, and the
// length in bits, in a field of so many bytes at the end.
func (b *blocks) padded(mark byte, size, field int, order binary.AppendByteOrder) []byte {
	last := append(append(make([]byte, 0, 2*size), b.rest...), mark)
	for len(last)%size != size-8 || len(last)-len(b.rest)-1 < field-8 {
		last = append(last, 0)
	}
	return order.AppendUint64(last, 8*b.length)
}
