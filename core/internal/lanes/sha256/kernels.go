package sha256

import (
	"checksig/internal/lanes"
	"checksig/internal/lanes/cpu"
	_ "checksig/internal/lanes/simd" // headers
)

var (
	avx512 = lanes.Native("sha256/avx512", 16, cpu.Has.AVX512, native["avx512"])
	avx2   = lanes.Native("sha256/avx2", 8, cpu.Has.AVX2, native["avx2"])
	shani2 = lanes.Native("sha256/shani2", 2, cpu.Has.SHANI, native["shani2"])
	ce3    = lanes.Native("sha256/ce3", 3, cpu.Has.ARMSHA2, native["ce3"])
	ce2    = lanes.Native("sha256/ce2", 2, cpu.Has.ARMSHA2, native["ce2"])
	neon   = lanes.Native("sha256/neon", 4, cpu.Has.NEON, native["neon"])
)
