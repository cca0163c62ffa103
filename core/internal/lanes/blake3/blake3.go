// Package blake3 hashes lanes of BLAKE3 (O'Connor, Aumasson, Neves and
// Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere", 2020), unkeyed, with
// digests of 32 bytes.
//
// A message is cut into chunks of 1024 bytes, whose values are the leaves of a
// binary tree. So there are lanes to fill within one message as well as across
// messages.
package blake3

import (
	"encoding/binary"
	"math/bits"

	"checksig/internal/lanes"
)

// Sizes in bytes.
const (
	Size  = 32
	block = 64
	chunk = 1024
)

// Flags of section 2.1, table 3.
const (
	chunkStart = 1 << iota
	chunkEnd
	parent
	root
)

// Words of a state besides the chaining value in words 0 to 7.
const (
	counter = 8  // and 9: which chunk it is
	first   = 10 // the flags of the first block
	last    = 11 // the flags of the last block
	length  = 12 // of the last block, in bytes
)

var initial = [8]uint32{
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
}

// order is how the words of the message are permuted after each round: table 2.
var order = [16]int{2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8}

// compress hashes the blocks of a chunk, or the one block of a parent: section
// 2.2. It is the portable kernel.
func compress(state *lanes.State, data []byte) {
	s := state.Words()
	flags := s[first]
	for ; len(data) > 0; data = data[block:] {
		var m [16]uint32
		for i := range m {
			m[i] = binary.LittleEndian.Uint32(data[4*i:])
		}
		size := uint32(block)
		if len(data) == block {
			flags |= s[last]
			size = s[length]
		}
		v := [16]uint32{
			s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7],
			initial[0], initial[1], initial[2], initial[3], s[counter], s[counter+1], size, flags,
		}
		for range 6 {
			round(&v, &m)
			m = permuted(&m)
		}
		round(&v, &m)
		for i := range 8 {
			s[i] = v[i] ^ v[i+8]
		}
		flags = 0
	}
}

// round mixes the columns, and then the diagonals.
func round(v, m *[16]uint32) {
	for i := range 4 {
		mix(&v[i], &v[4+i], &v[8+i], &v[12+i], m[2*i], m[2*i+1])
	}
	for i := range 4 {
		mix(&v[i], &v[4+(i+1)%4], &v[8+(i+2)%4], &v[12+(i+3)%4], m[8+2*i], m[9+2*i])
	}
}

func mix(a, b, c, d *uint32, x, y uint32) {
	*a += *b + x
	*d = bits.RotateLeft32(*d^*a, -16)
	*c += *d
	*b = bits.RotateLeft32(*b^*c, -12)
	*a += *b + y
	*d = bits.RotateLeft32(*d^*a, -8)
	*c += *d
	*b = bits.RotateLeft32(*b^*c, -7)
}

func permuted(m *[16]uint32) (p [16]uint32) {
	for i, from := range order {
		p[i] = m[from]
	}
	return p
}

// job is a chunk or a parent that is to be hashed.
type job struct {
	data    []byte // whole blocks; the last may be filled up with zeros
	counter uint64
	first   uint32 // flags of the first block
	last    uint32 // flags of the last block
	length  int    // of the last block
	value   []byte // where the chaining value goes, Size bytes
	from    *tree
}

// begin makes a state of a job.
func (j *job) begin(state *lanes.State) {
	s := state.Words()
	copy(s[:8], initial[:])
	s[counter], s[counter+1] = uint32(j.counter), uint32(j.counter>>32)
}

// arm sets the flags for some of the blocks of a job.
func (j *job) arm(state *lanes.State, from, to int) {
	s := state.Words()
	s[first], s[last], s[length] = 0, 0, block
	if from == 0 {
		s[first] = j.first
	}
	if to == len(j.data) {
		s[last], s[length] = j.last, uint32(j.length)
	}
}

// store puts the chaining value of a state in its place.
func (j *job) store(state *lanes.State) {
	for i, word := range state.Words()[:8] {
		binary.LittleEndian.PutUint32(j.value[4*i:], word)
	}
}
