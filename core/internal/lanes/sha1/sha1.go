// Package sha1 hashes lanes of SHA-1 (FIPS 180-4).
package sha1

import (
	"crypto/sha1"
	"encoding/binary"
	"math/bits"

	"checksig/internal/lanes"
	"checksig/internal/lanes/cpu"
)

// Algorithm is SHA-1.
var Algorithm = &lanes.Algorithm{
	Name: "sha1", Block: sha1.BlockSize,
	Init:    lanes.State32(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0),
	Pad:     lanes.PadBig,
	Sum:     lanes.SumBig32(sha1.Size),
	Kernels: []*lanes.Kernel{avx512, avx2, shani3, shani2, ce3, ce2, neon, standard, portable},
	Choose:  choose,
}

var (
	standard = lanes.Standard("sha1/standard", "sha\x01", 5, 4, sha1.BlockSize, sha1.New, compress)
	portable = lanes.Portable("sha1/portable", compress)
)

// choose: sixteen lanes win if six of them are in use, or eight where the SHA
// extensions take several streams at a time. Where they do not, eight lanes win
// if five are in use, and a third stream gains nothing. What is chosen on arm64
// follows from how long its instructions take, and is not measured.
func choose(on lanes.On, live int) *lanes.Kernel {
	if (live >= 8 || live >= 6 && !cpu.Has.TwoSHA) && avx512.Usable(on) {
		return avx512
	}
	if live >= 5 && !cpu.Has.TwoSHA && avx2.Usable(on) {
		return avx2
	}
	if live >= 3 && cpu.Has.TwoSHA && shani3.Usable(on) {
		return shani3
	}
	if live >= 2 && shani2.Usable(on) {
		return shani2
	}
	if live >= 3 && avx2.Usable(on) {
		return avx2
	}
	if live >= 3 && shani3.Usable(on) {
		return shani3
	}
	if live >= 3 && ce3.Usable(on) {
		return ce3
	}
	if live >= 2 && ce2.Usable(on) {
		return ce2
	}
	if live >= 3 && neon.Usable(on) {
		return neon
	}
	if standard.Usable(on) {
		return standard
	}
	return portable
}

// compress is section 6.1.2.
func compress(state *lanes.State, data []byte) {
	h := state.Words()
	for ; len(data) > 0; data = data[sha1.BlockSize:] {
		var w [80]uint32
		for t := range w {
			if t < 16 {
				w[t] = binary.BigEndian.Uint32(data[4*t:])
			} else {
				w[t] = bits.RotateLeft32(w[t-3]^w[t-8]^w[t-14]^w[t-16], 1)
			}
		}
		a, b, c, d, e := h[0], h[1], h[2], h[3], h[4]
		for t, word := range w {
			f, k := round(t, b, c, d)
			a, b, c, d, e = bits.RotateLeft32(a, 5)+f+e+k+word, a, bits.RotateLeft32(b, 30), c, d
		}
		h[0], h[1], h[2], h[3], h[4] = h[0]+a, h[1]+b, h[2]+c, h[3]+d, h[4]+e
	}
}

// round returns the function and the constant of a round: sections 4.1.1 and
// 4.2.1.
func round(t int, b, c, d uint32) (f, k uint32) {
	switch {
	case t < 20:
		return b&c | ^b&d, 0x5a827999
	case t < 40:
		return b ^ c ^ d, 0x6ed9eba1
	case t < 60:
		return b&c | b&d | c&d, 0x8f1bbcdc
	default:
		return b ^ c ^ d, 0xca62c1d6
	}
}
