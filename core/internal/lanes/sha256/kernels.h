#include "../simd/kernel.h"

/* AVX-512: 16 lanes. AVX2: 8. SHA extensions: 2 streams, interleaved. */
KERNEL(checksig_sha256_avx512);
KERNEL(checksig_sha256_avx2);
KERNEL(checksig_sha256_shani2);

/* NEON: 4 lanes. SHA extensions of arm64: 2 or 3 streams, interleaved. */
KERNEL(checksig_sha256_neon);
KERNEL(checksig_sha256_ce2);
KERNEL(checksig_sha256_ce3);

/* The constants K of FIPS 180-4, section 4.2.2. */
extern __attribute__((visibility("hidden"))) const uint32_t checksig_sha256_k[64];
