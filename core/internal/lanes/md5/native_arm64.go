//go:build cgo

package md5

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"neonx2": C.checksig_md5_neonx2,
	"neon":   C.checksig_md5_neon,
}
