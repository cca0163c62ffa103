//go:build cgo

package sha256

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"neon": C.checksig_sha256_neon,
	"ce3":  C.checksig_sha256_ce3,
	"ce2":  C.checksig_sha256_ce2,
}
