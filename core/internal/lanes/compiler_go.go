//go:build !cgo

package lanes

// Compiler returns the name of what has compiled the kernels. There are none in C.
func Compiler() string { return "" }
