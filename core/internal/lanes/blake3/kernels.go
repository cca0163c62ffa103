package blake3

import (
	"checksig/internal/lanes"
	"checksig/internal/lanes/cpu"
	_ "checksig/internal/lanes/simd" // headers
)

var (
	avx512   = lanes.Native("blake3/avx512", 16, cpu.Has.AVX512, native["avx512"])
	avx2     = lanes.Native("blake3/avx2", 8, cpu.Has.AVX2, native["avx2"])
	neon     = lanes.Native("blake3/neon", 4, cpu.Has.NEON, native["neon"])
	portable = lanes.Portable("blake3/portable", compress)
)

// choose: a vector takes as long for one chunk as for all its lanes, and still
// is faster than plain Go for two.
func choose(on lanes.On, live int) *lanes.Kernel {
	if live > 8 && avx512.Usable(on) {
		return avx512
	}
	if live >= 2 && avx2.Usable(on) {
		return avx2
	}
	if live >= 2 && avx512.Usable(on) {
		return avx512
	}
	if live >= 2 && neon.Usable(on) {
		return neon
	}
	return portable
}
