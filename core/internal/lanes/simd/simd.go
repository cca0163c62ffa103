// Package simd is C headers: one vocabulary for the kernels, spelled in each
// instruction set. A kernel that hashes lanes is written once in these words.
package simd

import "embed"

// Headers are all of them. Go does not see what C files include from elsewhere:
// a package of kernels imports this one, so that a changed header rebuilds it.
//
//go:embed *.h
var Headers embed.FS
