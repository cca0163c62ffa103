#include "../simd/kernel.h"

/* AVX-512: 8 lanes. AVX2: 4. */
KERNEL(checksig_sha512_avx512);
KERNEL(checksig_sha512_avx2);

/* SHA extensions of arm64: 1 stream, or 2 interleaved. */
KERNEL(checksig_sha512_ce1);
KERNEL(checksig_sha512_ce2);

/* The constants K of FIPS 180-4, section 4.2.3. */
extern const uint64_t checksig_sha512_k[80];
