//go:build !cgo || !(amd64 || arm64)

package blake3

import "unsafe"

var native map[string]unsafe.Pointer
