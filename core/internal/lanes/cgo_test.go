//go:build cgo

package lanes_test

// withC says whether this build has kernels in C.
const withC = true
