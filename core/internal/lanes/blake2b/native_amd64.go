//go:build cgo

package blake2b

// Whatever has AVX2 reads unaligned vectors at once. Left to itself, clang reads
// them in halves, as is better for older processors.

// #cgo CFLAGS: -mtune=haswell
// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"avx512": C.checksig_blake2b_avx512,
	"avx2":   C.checksig_blake2b_avx2,
	"c":      C.checksig_blake2b_c,
}
