package digest

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

// RIPEMD-160 of Dobbertin, Bosselaers and Preneel, 1996; ISO/IEC 10118-3. Names are those of its
// pseudo-code.
var ripemd160Algorithm = Algorithm{
	Name: "ripemd160", Title: "RIPEMD-160", Tag: "RIPEMD160", Aliases: []string{"rmd160", "ripemd"},
	Size: ripemdSize, Strength: Strong, Slow: true, New: func() hash.Hash { return newRIPEMD() },
}

// Sizes in bytes.
const (
	ripemdSize  = 20
	ripemdBlock = 64
)

var ripemdStart = [5]uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}

// ripemdLine is one of the two lines that work side by side: which word a step takes, how far it
// rotates, and the constant of each round.
type ripemdLine struct {
	word, shift [80]uint8
	constant    [5]uint32
}

var ripemdLeft = ripemdLine{
	word: [80]uint8{
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8,
		3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12,
		1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2,
		4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13,
	},
	shift: [80]uint8{
		11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8,
		7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12,
		11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5,
		11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12,
		9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
	},
	constant: [5]uint32{0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e},
}

var ripemdRight = ripemdLine{
	word: [80]uint8{
		5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12,
		6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2,
		15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13,
		8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14,
		12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
	},
	shift: [80]uint8{
		8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6,
		9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11,
		9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5,
		15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8,
		8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
	},
	constant: [5]uint32{0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0},
}

type ripemd struct {
	state [5]uint32
	blocks
}

func newRIPEMD() *ripemd {
	r := &ripemd{}
	r.Reset()
	return r
}

func (r *ripemd) Size() int { return ripemdSize }

func (r *ripemd) BlockSize() int { return ripemdBlock }

func (r *ripemd) Reset() { *r = ripemd{state: ripemdStart} }

func (r *ripemd) Write(p []byte) (int, error) {
	r.take(p, ripemdBlock, func(whole []byte) { ripemdCompress(&r.state, whole) })
	return len(p), nil
}

// Sum pads a copy: the caller may go on writing.
func (r *ripemd) Sum(sum []byte) []byte {
	state := r.state
	ripemdCompress(&state, r.padded(0x80, ripemdBlock, 8, binary.LittleEndian))
	for _, word := range state {
		sum = binary.LittleEndian.AppendUint32(sum, word)
	}
	return sum
}

func ripemdCompress(h *[5]uint32, data []byte) {
	var x [16]uint32
	for ; len(data) >= ripemdBlock; data = data[ripemdBlock:] {
		for i := range x {
			x[i] = binary.LittleEndian.Uint32(data[4*i:])
		}
		left, right := *h, *h
		for round := range 5 {
			ripemdRound(&left, &x, &ripemdLeft, round, round)
			ripemdRound(&right, &x, &ripemdRight, round, 4-round)
		}
		h[0], h[1], h[2], h[3], h[4] = h[1]+left[2]+right[3], h[2]+left[3]+right[4],
			h[3]+left[4]+right[0], h[4]+left[0]+right[1], h[0]+left[1]+right[2]
	}
}

// ripemdRound is the sixteen steps of a round of a line, by one of the five functions.
func ripemdRound(h *[5]uint32, x *[16]uint32, line *ripemdLine, round, function int) {
	a, b, c, d, e := h[0], h[1], h[2], h[3], h[4]
	for step := 16 * round; step < 16*round+16; step++ {
		var f uint32
		switch function {
		case 0:
			f = b ^ c ^ d
		case 1:
			f = b&c | ^b&d
		case 2:
			f = (b | ^c) ^ d
		case 3:
			f = b&d | c&^d
		default:
			f = b ^ (c | ^d)
		}
		sum := a + f + x[line.word[step]&15] + line.constant[round]
		a, e, d, c, b = e, d, bits.RotateLeft32(c, 10), b, bits.RotateLeft32(sum, int(line.shift[step]))+e
	}
	h[0], h[1], h[2], h[3], h[4] = a, b, c, d, e
}
