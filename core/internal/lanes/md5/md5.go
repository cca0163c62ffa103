// Package md5 hashes lanes of MD5 (RFC 1321).
package md5

import (
	"crypto/md5"
	"encoding/binary"
	"math/bits"

	"checksig/internal/lanes"
)

// Algorithm is MD5.
var Algorithm = &lanes.Algorithm{
	Name: "md5", Block: md5.BlockSize,
	Init:    lanes.State32(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476),
	Pad:     lanes.PadLittle,
	Sum:     lanes.SumLittle(md5.Size),
	Kernels: []*lanes.Kernel{avx512x2, avx512, avx2x2, avx2, neonx2, neon, standard, portable},
	Choose:  choose,
}

var (
	standard = lanes.Standard("md5/standard", "md5\x01", 4, 4, md5.BlockSize, md5.New, compress)
	portable = lanes.Portable("md5/portable", compress)
)

// choose: a second vector beside the first adds a third to a half of its
// time. Up to eight messages, one vector of AVX2 holds all, and is the
// quicker: 4.7 GB/s with all in use, where AVX-512 has 8.3 with sixteen. What
// is chosen on arm64 follows from how long its instructions take, and is not
// measured.
func choose(on lanes.On, live int) *lanes.Kernel {
	if live > 16 && avx512x2.Usable(on) {
		return avx512x2
	}
	if live > 8 && avx512.Usable(on) {
		return avx512
	}
	if live > 8 && avx2x2.Usable(on) {
		return avx2x2
	}
	if live >= 2 && avx2.Usable(on) {
		return avx2
	}
	if live >= 2 && avx512.Usable(on) {
		return avx512
	}
	if live > 4 && neonx2.Usable(on) {
		return neonx2
	}
	if live >= 3 && neon.Usable(on) {
		return neon
	}
	if standard.Usable(on) {
		return standard
	}
	return portable
}

// compress is section 3.4.
func compress(state *lanes.State, data []byte) {
	h := state.Words()
	for ; len(data) > 0; data = data[md5.BlockSize:] {
		a, b, c, d := h[0], h[1], h[2], h[3]
		for i, constant := range constants {
			f, word := step(i, b, c, d)
			sum := a + f + binary.LittleEndian.Uint32(data[4*word:]) + constant
			a, b, c, d = d, b+bits.RotateLeft32(sum, rotations[i/16][i%4]), b, c
		}
		h[0], h[1], h[2], h[3] = h[0]+a, h[1]+b, h[2]+c, h[3]+d
	}
}

// step returns the value of a step's function, and which word of the block it
// takes.
func step(i int, b, c, d uint32) (f uint32, word int) {
	switch i / 16 {
	case 0:
		return b&c | ^b&d, i
	case 1:
		return b&d | c&^d, (5*i + 1) % 16
	case 2:
		return b ^ c ^ d, (3*i + 5) % 16
	default:
		return c ^ (b | ^d), 7 * i % 16
	}
}

// rotations are by how much the steps of each round rotate.
var rotations = [4][4]int{{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}
