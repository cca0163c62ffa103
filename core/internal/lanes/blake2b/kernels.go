package blake2b

import (
	"checksig/internal/lanes"
	"checksig/internal/lanes/cpu"
	_ "checksig/internal/lanes/simd" // headers
)

// There is none for NEON: its two lanes are no faster than two messages one after
// the other.
var (
	avx512 = lanes.Native("blake2b/avx512", 8, cpu.Has.AVX512, native["avx512"])
	avx2   = lanes.Native("blake2b/avx2", 4, cpu.Has.AVX2, native["avx2"])
	plainC = lanes.Native("blake2b/c", 1, true, native["c"])
)
