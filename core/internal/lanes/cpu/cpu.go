// Package cpu says which instructions this processor has, and this operating
// system lets programs use.
package cpu

// Features are groups of instructions that kernels need.
type Features struct {
	AVX2   bool // AVX2, with the registers that it needs saved by the system
	AVX512 bool // AVX-512 F, BW, DQ and VL, likewise
	SHANI  bool // the SHA extensions of x86-64
	// TwoSHA is a SHANI that works on several streams at a time: AMD's since
	// Zen. On Intel's single port, lanes of AVX-512 are faster.
	TwoSHA bool

	NEON    bool // Advanced SIMD of arm64
	ARMSHA1 bool // FEAT_SHA1
	ARMSHA2 bool // FEAT_SHA256
	ARMSHA5 bool // FEAT_SHA512
}

// Has is what this processor has. A build without cgo has no kernels to use
// it, and says that there is nothing.
var Has = detect()
