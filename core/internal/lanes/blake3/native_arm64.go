//go:build cgo

package blake3

// #include "kernels.h"
import "C"

import "unsafe"

var native = map[string]unsafe.Pointer{
	"neon": C.checksig_blake3_neon,
}
