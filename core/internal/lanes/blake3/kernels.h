#include "../simd/kernel.h"

/* AVX-512: 16 lanes. AVX2: 8. */
KERNEL(checksig_blake3_avx512);
KERNEL(checksig_blake3_avx2);

/* NEON: 4 lanes. */
KERNEL(checksig_blake3_neon);
