package sha1

import (
	"checksig/internal/lanes"
	"checksig/internal/lanes/cpu"
	_ "checksig/internal/lanes/simd" // headers
)

var (
	avx512 = lanes.Native("sha1/avx512", 16, cpu.Has.AVX512, native["avx512"])
	avx2   = lanes.Native("sha1/avx2", 8, cpu.Has.AVX2, native["avx2"])
	shani3 = lanes.Native("sha1/shani3", 3, cpu.Has.SHANI, native["shani3"])
	shani2 = lanes.Native("sha1/shani2", 2, cpu.Has.SHANI, native["shani2"])
	ce3    = lanes.Native("sha1/ce3", 3, cpu.Has.ARMSHA1, native["ce3"])
	ce2    = lanes.Native("sha1/ce2", 2, cpu.Has.ARMSHA1, native["ce2"])
	neon   = lanes.Native("sha1/neon", 4, cpu.Has.NEON, native["neon"])
)
