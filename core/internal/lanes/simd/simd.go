// Package simd is C headers: one vocabulary for the kernels, spelled in each
// instruction set. A kernel that hashes lanes is written once in these words.
package simd

import _ "embed" // so that a changed header rebuilds the kernels that include it

//go:embed avx512.h
var _ string

//go:embed avx2.h
var _ string

//go:embed neon.h
var _ string

//go:embed kernel.h
var _ string
