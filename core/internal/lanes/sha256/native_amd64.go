//go:build cgo

package sha256

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"avx512": C.checksig_sha256_avx512,
	"avx2":   C.checksig_sha256_avx2,
	"shani2": C.checksig_sha256_shani2,
}
