package blake3

import (
	"encoding/binary"
	"errors"
	"hash"
)

// Flags of the modes with a key: section 2.1, table 3.
const (
	keyedHash = 1 << (iota + 4)
	deriveContext
	deriveMaterial
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// Mode is a key and the flags that all blocks have: section 2.3. The kernels
// have neither, so what has a mode is hashed in plain Go.
type Mode struct {
	key   [8]uint32
	flags uint32
}

// Plain is the mode without a key.
func Plain() Mode { return Mode{key: initial} }

// Keyed is the mode with a key.
func Keyed(key []byte) (Mode, error) {
	if len(key) != KeySize {
		return Mode{}, errors.New("a key of BLAKE3 has 32 bytes")
	}
	return Mode{words(key), keyedHash}, nil
}

// Derive is the mode that makes keys of key material, for a context.
func Derive(context string) Mode {
	h := NewOutput(Mode{initial, deriveContext}, 0, KeySize)
	h.Write([]byte(context))
	return Mode{words(h.Sum(nil)), deriveMaterial}
}

func words(bytes []byte) (words [8]uint32) {
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(bytes[4*i:])
	}
	return words
}

// output is a hash.Hash of any mode, whose digest is a part of the output, which
// goes on for ever: section 2.6.
type output struct {
	Mode
	from   uint64 // where the digest begins, in bytes
	size   int
	value  [8]uint32 // of the chunk that has come in part
	rest   [block]byte
	length int    // of the rest
	blocks int    // of the chunk, without the rest
	chunks uint64 // that are whole, and not the last
	// edge has the values of subtrees that wait for their right neighbours, the
	// largest first: one for each one bit of chunks.
	edge [][8]uint32
}

// NewOutput returns a hash for a stream of bytes, in plain Go, whose digest is
// size bytes of the output from an offset on.
func NewOutput(mode Mode, from uint64, size int) hash.Hash {
	o := &output{Mode: mode, from: from, size: size}
	o.Reset()
	return o
}

func (o *output) Reset() {
	*o = output{Mode: o.Mode, from: o.from, size: o.size, value: o.key}
}

func (o *output) Size() int { return o.size }

func (o *output) BlockSize() int { return block }

func (o *output) Write(p []byte) (int, error) {
	for at := 0; at < len(p); {
		if o.length == block {
			o.next()
		}
		n := copy(o.rest[o.length:], p[at:])
		o.length += n
		at += n
	}
	return len(p), nil
}

// next makes room: there is more behind the rest, which is a whole block.
func (o *output) next() {
	value := o.leaf().value()
	o.length = 0
	o.blocks++
	if o.blocks < chunk/block {
		o.value = value
		return
	}
	o.value, o.blocks = o.key, 0
	o.chunks++
	for left := o.chunks; left&1 == 0; left >>= 1 {
		value = o.parent(value).value()
	}
	o.edge = append(o.edge, value)
}

// leaf is the node of the rest.
func (o *output) leaf() *node {
	n := &node{o.value, [16]uint32{}, o.chunks, uint32(o.length), o.flags}
	if o.blocks == 0 {
		n.flags |= chunkStart
	}
	if o.blocks == chunk/block-1 {
		n.flags |= chunkEnd
	}
	clear(o.rest[o.length:])
	for i := range n.data {
		n.data[i] = binary.LittleEndian.Uint32(o.rest[4*i:])
	}
	return n
}

// parent is the node of the last value of the edge, which it takes, and its right
// neighbour.
func (o *output) parent(right [8]uint32) *node {
	n := &node{o.key, [16]uint32{}, 0, block, o.flags | parent}
	last := len(o.edge) - 1
	copy(n.data[:8], o.edge[last][:])
	copy(n.data[8:], right[:])
	o.edge = o.edge[:last]
	return n
}

func (o *output) Sum(sum []byte) []byte {
	end := *o // the caller may go on writing
	n := end.leaf()
	n.flags |= chunkEnd
	for len(end.edge) > 0 {
		n = end.parent(n.value())
	}
	n.flags |= root
	skip := int(o.from % block)
	var out [block]byte
	for n.counter = o.from / block; end.size > 0; n.counter++ {
		for i, word := range n.compress() {
			binary.LittleEndian.PutUint32(out[4*i:], word)
		}
		part := out[skip:min(block, skip+end.size)]
		sum = append(sum, part...)
		end.size -= len(part)
		skip = 0
	}
	return sum
}

// node is a block with all that its compression needs.
type node struct {
	from    [8]uint32
	data    [16]uint32
	counter uint64
	length  uint32 // in bytes
	flags   uint32
}

// value is the chaining value that comes out.
func (n *node) value() [8]uint32 {
	v := n.compress()
	return [8]uint32(v[:8])
}

// compress returns all words that come out: section 2.2.
func (n *node) compress() (v [16]uint32) {
	copy(v[:8], n.from[:])
	copy(v[8:], initial[:4])
	v[12], v[13], v[14], v[15] = uint32(n.counter), uint32(n.counter>>32), n.length, n.flags
	m := n.data
	for range 6 {
		round(&v, &m)
		m = permuted(&m)
	}
	round(&v, &m)
	for i := range 8 {
		v[i] ^= v[i+8]
		v[i+8] ^= n.from[i]
	}
	return v
}
