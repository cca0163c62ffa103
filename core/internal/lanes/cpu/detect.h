#include <stdint.h>

enum {
	CPU_AVX2 = 1 << 0,
	CPU_AVX512 = 1 << 1,
	CPU_SHANI = 1 << 2,
	CPU_TWO_SHA = 1 << 3,
	CPU_NEON = 1 << 4,
	CPU_ARM_SHA1 = 1 << 5,
	CPU_ARM_SHA2 = 1 << 6,
	CPU_ARM_SHA5 = 1 << 7,
};

/* Returns the features of this processor, as bits. */
__attribute__((visibility("hidden"))) uint32_t checksig_cpu(void);
