#include "detect.h"

#if defined(__x86_64__)

#include <cpuid.h>

enum { SIGNATURE_AMD = 0x68747541, SIGNATURE_HYGON = 0x6f677948 }; /* "Auth", "Hygo" */

/* XCR0: which registers the operating system saves when it switches tasks. An
 * instruction that needs others must not be used, whatever CPUID says. */
static uint32_t saved_registers(void)
{
	uint32_t low, high;
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return low;
}

/* CPUID leaves and bits: Intel SDM volume 2A, "CPUID"; AMD APM volume 3,
 * appendix E. */
uint32_t checksig_cpu(void)
{
	const uint32_t ymm = 0x06, zmm = 0xe6;
	uint32_t a, b, c, d, features = 0, saved = 0, vendor;
	if (!__get_cpuid(0, &a, &vendor, &c, &d) || !__get_cpuid(1, &a, &b, &c, &d))
		return 0;
	if (c & bit_OSXSAVE)
		saved = saved_registers();
	const uint32_t sse = bit_SSSE3 | bit_SSE4_1;
	const int has_sse = (c & sse) == sse;
	if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
		return 0;
	const uint32_t avx512 = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
	if ((b & bit_AVX2) && (saved & ymm) == ymm)
		features |= CPU_AVX2;
	if ((b & avx512) == avx512 && (saved & zmm) == zmm)
		features |= CPU_AVX512;
	if ((b & bit_SHA) && has_sse)
		features |= CPU_SHANI;
	if (vendor == SIGNATURE_AMD || vendor == SIGNATURE_HYGON)
		features |= CPU_TWO_SHA;
	return features;
}

#elif defined(__aarch64__) && defined(__linux__)

#include <sys/auxv.h>

/* HWCAP bits: Linux, arch/arm64/include/uapi/asm/hwcap.h. */
uint32_t checksig_cpu(void)
{
	const unsigned long has = getauxval(AT_HWCAP);
	return (has & 1 << 1 ? CPU_NEON : 0) | (has & 1 << 5 ? CPU_ARM_SHA1 : 0) |
	       (has & 1 << 6 ? CPU_ARM_SHA2 : 0) | (has & 1 << 21 ? CPU_ARM_SHA5 : 0);
}

#elif defined(__aarch64__) && defined(__APPLE__)

/* Every processor that Apple has put into a Mac has all of them. */
uint32_t checksig_cpu(void)
{
	return CPU_NEON | CPU_ARM_SHA1 | CPU_ARM_SHA2 | CPU_ARM_SHA5;
}

#else

uint32_t checksig_cpu(void)
{
	return 0;
}

#endif
