//go:build !cgo || !(amd64 || arm64)

package blake2b

import "unsafe"

var native map[string]unsafe.Pointer
