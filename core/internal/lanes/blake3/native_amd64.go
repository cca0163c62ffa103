//go:build cgo

package blake3

// Whatever has AVX2 reads unaligned vectors at once. Left to itself, clang reads
// them in halves, as is better for older processors.

// #cgo CFLAGS: -mtune=haswell
// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"avx512": C.checksig_blake3_avx512,
	"avx2":   C.checksig_blake3_avx2,
}
