//go:build cgo

package sha1

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"avx512": C.checksig_sha1_avx512,
	"avx2":   C.checksig_sha1_avx2,
	"shani3": C.checksig_sha1_shani3,
	"shani2": C.checksig_sha1_shani2,
}
