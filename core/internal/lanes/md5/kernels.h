#include "../simd/kernel.h"

/* AVX-512: 16 lanes, or twice 16 interleaved. AVX2: 8, or twice 8. */
KERNEL(checksig_md5_avx512);
KERNEL(checksig_md5_avx512x2);
KERNEL(checksig_md5_avx2);
KERNEL(checksig_md5_avx2x2);

/* NEON: 4 lanes, or twice 4 interleaved. */
KERNEL(checksig_md5_neon);
KERNEL(checksig_md5_neonx2);

/* The constants T of RFC 1321, section 3.4. */
extern const uint32_t checksig_md5_t[64];
