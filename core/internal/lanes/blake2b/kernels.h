#include "../simd/kernel.h"

/* AVX-512: 8 lanes. AVX2: 4. */
KERNEL(checksig_blake2b_avx512);
KERNEL(checksig_blake2b_avx2);

/* Plain C: one message. */
KERNEL(checksig_blake2b_c);
