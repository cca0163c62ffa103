//go:build cgo

package blake2b

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"c": C.checksig_blake2b_c,
}
