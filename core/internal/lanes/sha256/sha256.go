// Package sha256 hashes lanes of SHA-256 and SHA-224 (FIPS 180-4).
package sha256

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"checksig/internal/lanes"
	"checksig/internal/lanes/cpu"
)

// Algorithm is SHA-256. Algorithm224 begins elsewhere, and ends sooner.
var (
	Algorithm = algorithm("sha256", sha256.Size, lanes.State32(
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19))
	Algorithm224 = algorithm("sha224", sha256.Size224, lanes.State32(
		0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4))
)

func algorithm(name string, size int, init lanes.State) *lanes.Algorithm {
	return &lanes.Algorithm{
		Name: name, Block: sha256.BlockSize, Init: init,
		Pad: lanes.PadBig, Sum: lanes.SumBig32(size),
		Kernels: []*lanes.Kernel{avx512, avx2, shani2, ce3, ce2, neon, standard, portable},
		Choose:  choose,
	}
}

var (
	standard = lanes.Standard("sha256/standard", "sha\x03", 8, 4, sha256.BlockSize, sha256.New, compress)
	portable = lanes.Portable("sha256/portable", compress)
)

// choose: where the SHA extensions take several streams at a time, two of them
// are faster than sixteen lanes, and keep the instructions busy: with three,
// registers run short, which costs up to a seventh. What is chosen on arm64
// follows from how long its instructions take, and is not measured.
func choose(on lanes.On, live int) *lanes.Kernel {
	if live >= 6 && !cpu.Has.TwoSHA && avx512.Usable(on) {
		return avx512
	}
	if live >= 2 && shani2.Usable(on) {
		return shani2
	}
	if live >= 6 && avx512.Usable(on) {
		return avx512
	}
	if live >= 3 && avx2.Usable(on) {
		return avx2
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

// compress is section 6.2.2.
func compress(state *lanes.State, data []byte) {
	s := (*[8]uint32)(state.Words()[:8])
	for ; len(data) > 0; data = data[sha256.BlockSize:] {
		var w [64]uint32
		for t := range w {
			if t < 16 {
				w[t] = binary.BigEndian.Uint32(data[4*t:])
			} else {
				w[t] = small(w[t-2], 17, 19, 10) + w[t-7] + small(w[t-15], 7, 18, 3) + w[t-16]
			}
		}
		a, b, c, d, e, f, g, h := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
		for t, word := range w {
			t1 := h + big(e, 6, 11, 25) + (e&f ^ ^e&g) + constants[t] + word
			t2 := big(a, 2, 13, 22) + (a&b ^ a&c ^ b&c)
			a, b, c, d, e, f, g, h = t1+t2, a, b, c, d+t1, e, f, g
		}
		for i, v := range [8]uint32{a, b, c, d, e, f, g, h} {
			s[i] += v
		}
	}
}

// big and small are the sigmas of section 4.1.2.
func big(x uint32, i, j, k int) uint32 {
	return bits.RotateLeft32(x, -i) ^ bits.RotateLeft32(x, -j) ^ bits.RotateLeft32(x, -k)
}

func small(x uint32, i, j, k int) uint32 {
	return bits.RotateLeft32(x, -i) ^ bits.RotateLeft32(x, -j) ^ x>>k
}
