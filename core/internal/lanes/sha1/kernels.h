#include "../simd/kernel.h"

/* AVX-512: 16 lanes. AVX2: 8. SHA extensions: 2 or 3 streams, interleaved. */
KERNEL(checksig_sha1_avx512);
KERNEL(checksig_sha1_avx2);
KERNEL(checksig_sha1_shani2);
KERNEL(checksig_sha1_shani3);

/* NEON: 4 lanes. SHA extensions of arm64: 2 or 3 streams, interleaved. */
KERNEL(checksig_sha1_neon);
KERNEL(checksig_sha1_ce2);
KERNEL(checksig_sha1_ce3);
