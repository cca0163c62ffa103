//go:build !cgo || !(amd64 || arm64)

package md5

import "unsafe"

var native map[string]unsafe.Pointer
