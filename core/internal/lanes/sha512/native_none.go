//go:build !cgo || !(amd64 || arm64)

package sha512

import "unsafe"

var native map[string]unsafe.Pointer
