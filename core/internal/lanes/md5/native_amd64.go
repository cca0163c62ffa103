//go:build cgo

package md5

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"avx512x2": C.checksig_md5_avx512x2,
	"avx512":   C.checksig_md5_avx512,
	"avx2x2":   C.checksig_md5_avx2x2,
	"avx2":     C.checksig_md5_avx2,
}
