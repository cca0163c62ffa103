// Package sha512 hashes lanes of SHA-512, SHA-384 and SHA-512/256 (FIPS 180-4).
package sha512

import (
	"crypto/sha512"
	"encoding/binary"
	"math/bits"

	"checksig/internal/lanes"
)

// Algorithm is SHA-512. Algorithm384 and Algorithm256, which is SHA-512/256,
// begin elsewhere, and end sooner.
var (
	Algorithm = algorithm("sha512", sha512.Size, lanes.State{
		0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
		0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
	})
	Algorithm384 = algorithm("sha384", sha512.Size384, lanes.State{
		0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
		0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
	})
	Algorithm256 = algorithm("sha512-256", sha512.Size256, lanes.State{
		0x22312194fc2bf72c, 0x9f555fa3c84c64c2, 0x2393b86b6f53b151, 0x963877195940eabd,
		0x96283ee2a88effe3, 0xbe5e1e2553863992, 0x2b0199fc2c85b8aa, 0x0eb72ddc81c52ca2,
	})
)

func algorithm(name string, size int, init lanes.State) *lanes.Algorithm {
	return &lanes.Algorithm{
		Name: name, Block: sha512.BlockSize, Init: init,
		Pad: lanes.PadBig128, Sum: lanes.SumBig64(size),
		Kernels: []*lanes.Kernel{avx512, avx2, ce2, ce1, standard, portable},
		Choose:  choose,
	}
}

var (
	standard = lanes.Standard("sha512/standard", "sha\x07", 8, 8, sha512.BlockSize, sha512.New, compress)
	portable = lanes.Portable("sha512/portable", compress)
)

// choose: 2.9 GB/s with all lanes of AVX-512, and 1.4 with those of AVX2,
// against 0.7 of one stream. What is chosen on arm64 follows from how long
// its instructions take, and is not measured.
func choose(on lanes.On, live int) *lanes.Kernel {
	if live >= 3 && avx512.Usable(on) {
		return avx512
	}
	if live >= 3 && avx2.Usable(on) {
		return avx2
	}
	if live >= 2 && ce2.Usable(on) {
		return ce2
	}
	if standard.Usable(on) {
		return standard
	}
	if ce1.Usable(on) {
		return ce1
	}
	return portable
}

// compress is section 6.4.2.
func compress(state *lanes.State, data []byte) {
	s := (*[8]uint64)(state[:8])
	for ; len(data) > 0; data = data[sha512.BlockSize:] {
		var w [80]uint64
		for t := range w {
			if t < 16 {
				w[t] = binary.BigEndian.Uint64(data[8*t:])
			} else {
				w[t] = small(w[t-2], 19, 61, 6) + w[t-7] + small(w[t-15], 1, 8, 7) + w[t-16]
			}
		}
		a, b, c, d, e, f, g, h := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
		for t, word := range w {
			t1 := h + big(e, 14, 18, 41) + (e&f ^ ^e&g) + constants[t] + word
			t2 := big(a, 28, 34, 39) + (a&b ^ a&c ^ b&c)
			a, b, c, d, e, f, g, h = t1+t2, a, b, c, d+t1, e, f, g
		}
		for i, v := range [8]uint64{a, b, c, d, e, f, g, h} {
			s[i] += v
		}
	}
}

// big and small are the sigmas of section 4.1.3.
func big(x uint64, i, j, k int) uint64 {
	return bits.RotateLeft64(x, -i) ^ bits.RotateLeft64(x, -j) ^ bits.RotateLeft64(x, -k)
}

func small(x uint64, i, j, k int) uint64 {
	return bits.RotateLeft64(x, -i) ^ bits.RotateLeft64(x, -j) ^ x>>k
}
