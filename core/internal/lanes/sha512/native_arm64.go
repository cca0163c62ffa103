//go:build cgo

package sha512

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"ce2": C.checksig_sha512_ce2,
	"ce1": C.checksig_sha512_ce1,
}
