//go:build cgo

package sha1

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"neon": C.checksig_sha1_neon,
	"ce3":  C.checksig_sha1_ce3,
	"ce2":  C.checksig_sha1_ce2,
}
