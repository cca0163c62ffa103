//go:build cgo

package cpu

// #include "detect.h"
import "C"

func detect() Features {
	found := uint32(C.checksig_cpu())
	has := func(bit uint32) bool { return found&bit != 0 }
	return Features{
		AVX2:    has(C.CPU_AVX2),
		AVX512:  has(C.CPU_AVX512),
		SHANI:   has(C.CPU_SHANI),
		TwoSHA:  has(C.CPU_TWO_SHA),
		NEON:    has(C.CPU_NEON),
		ARMSHA1: has(C.CPU_ARM_SHA1),
		ARMSHA2: has(C.CPU_ARM_SHA2),
		ARMSHA5: has(C.CPU_ARM_SHA5),
	}
}
