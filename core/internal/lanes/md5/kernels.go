package md5

import (
	"checksig/internal/lanes"
	"checksig/internal/lanes/cpu"
	_ "checksig/internal/lanes/simd" // headers
)

var (
	avx512x2 = lanes.Native("md5/avx512x2", 32, cpu.Has.AVX512, native["avx512x2"])
	avx512   = lanes.Native("md5/avx512", 16, cpu.Has.AVX512, native["avx512"])
	avx2x2   = lanes.Native("md5/avx2x2", 16, cpu.Has.AVX2, native["avx2x2"])
	avx2     = lanes.Native("md5/avx2", 8, cpu.Has.AVX2, native["avx2"])
	neonx2   = lanes.Native("md5/neonx2", 8, cpu.Has.NEON, native["neonx2"])
	neon     = lanes.Native("md5/neon", 4, cpu.Has.NEON, native["neon"])
)
