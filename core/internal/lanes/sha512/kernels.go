package sha512

import (
	"checksig/internal/lanes"
	"checksig/internal/lanes/cpu"
	_ "checksig/internal/lanes/simd" // headers
)

// There is none for NEON: its two lanes are no faster than two messages one after
// the other.
var (
	avx512 = lanes.Native("sha512/avx512", 8, cpu.Has.AVX512, native["avx512"])
	avx2   = lanes.Native("sha512/avx2", 4, cpu.Has.AVX2, native["avx2"])
	ce2    = lanes.Native("sha512/ce2", 2, cpu.Has.ARMSHA5, native["ce2"])
	ce1    = lanes.Native("sha512/ce1", 1, cpu.Has.ARMSHA5, native["ce1"])
)
