//go:build cgo

package blake3

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"avx512": C.checksig_blake3_avx512,
	"avx2":   C.checksig_blake3_avx2,
}
