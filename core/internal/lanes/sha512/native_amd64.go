//go:build cgo

package sha512

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"avx512": C.checksig_sha512_avx512,
	"avx2":   C.checksig_sha512_avx2,
}
