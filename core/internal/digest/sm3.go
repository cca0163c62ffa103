package digest

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

// GB/T 32905-2016, of which draft-sca-cfrg-sm3-02 is the text in English. Numbers
// of sections are the draft's.
var sm3Algorithm = Algorithm{
	Name: "sm3", Title: "SM3", Tag: "SM3",
	Size: sm3Size, Strength: Strong, New: func() hash.Hash { return newSM3() },
}

// Sizes in bytes.
const (
	sm3Size  = 32
	sm3Block = 64
)

// sm3Start is section 4.1, the initial value.
var sm3Start = [8]uint32{
	0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
	0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
}

// Section 4.2, the constants of the first sixteen rounds and of the others.
const (
	sm3Early = 0x79cc4519
	sm3Late  = 0x7a879d8a
)

type sm3 struct {
	state [8]uint32
	blocks
}

func newSM3() *sm3 {
	s := &sm3{}
	s.Reset()
	return s
}

func (s *sm3) Size() int { return sm3Size }

func (s *sm3) BlockSize() int { return sm3Block }

func (s *sm3) Reset() { *s = sm3{state: sm3Start} }

func (s *sm3) Write(p []byte) (int, error) {
	s.take(p, sm3Block, func(whole []byte) { sm3Compress(&s.state, whole) })
	return len(p), nil
}

// Sum pads a copy, as section 5.2 says: the caller may go on writing.
func (s *sm3) Sum(sum []byte) []byte {
	state := s.state
	sm3Compress(&state, s.padded(0x80, sm3Block, 8, binary.BigEndian))
	for _, word := range state {
		sum = binary.BigEndian.AppendUint32(sum, word)
	}
	return sum
}

// sm3Compress is section 5.3, over whole blocks.
func sm3Compress(state *[8]uint32, data []byte) {
	var w [68]uint32
	for ; len(data) >= sm3Block; data = data[sm3Block:] {
		for j := range 16 {
			w[j] = binary.BigEndian.Uint32(data[4*j:])
		}
		for j := 16; j < len(w); j++ {
			x := w[j-16] ^ w[j-9] ^ bits.RotateLeft32(w[j-3], 15)
			w[j] = x ^ bits.RotateLeft32(x, 15) ^ bits.RotateLeft32(x, 23) ^
				bits.RotateLeft32(w[j-13], 7) ^ w[j-6]
		}
		sm3Rounds(state, &w)
	}
}

// sm3Rounds is section 5.3.3, where the two Boolean functions of section 4.3
// change after sixteen rounds.
func sm3Rounds(state *[8]uint32, w *[68]uint32) {
	a, b, c, d := state[0], state[1], state[2], state[3]
	e, f, g, h := state[4], state[5], state[6], state[7]
	for j := range 64 {
		constant, ff, gg := uint32(sm3Early), a^b^c, e^f^g
		if j >= 16 {
			constant, ff, gg = sm3Late, a&b|a&c|b&c, e&f|^e&g
		}
		a12 := bits.RotateLeft32(a, 12)
		ss1 := bits.RotateLeft32(a12+e+bits.RotateLeft32(constant, j), 7)
		tt1 := ff + d + (ss1 ^ a12) + (w[j] ^ w[j+4])
		tt2 := gg + h + ss1 + w[j]
		d, c, b, a = c, bits.RotateLeft32(b, 9), a, tt1
		h, g, f, e = g, bits.RotateLeft32(f, 19), e, tt2^bits.RotateLeft32(tt2, 9)^bits.RotateLeft32(tt2, 17)
	}
	for i, word := range [8]uint32{a, b, c, d, e, f, g, h} {
		state[i] ^= word
	}
}
