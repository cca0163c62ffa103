/* The SHA extensions of arm64 (Arm ARM, C7.2: SHA1C and its neighbours), one
 * function for each instruction. They are written in assembly: the headers of
 * older compilers have them only for a file that is compiled for them as a whole. */

#pragma once
#include "kernel.h"
#include <arm_neon.h>

#define SHA_INLINE static inline __attribute__((always_inline))
#define SHA12 ".arch_extension sha2\n\t"
#define SHA512 ".arch_extension sha3\n\t" /* is what assemblers know it by */

/* Four rounds of SHA-1, with the function of the round in the name. */
#define SHA1_ROUNDS(name)                                                             \
	SHA_INLINE uint32x4_t name(uint32x4_t abcd, uint32x4_t e, uint32x4_t wk)      \
	{                                                                             \
		__asm__(SHA12 #name " %q0, %s1, %2.4s" : "+w"(abcd) : "w"(e), "w"(wk)); \
		return abcd;                                                          \
	}
SHA1_ROUNDS(sha1c)
SHA1_ROUNDS(sha1p)
SHA1_ROUNDS(sha1m)

/* Returns the e that follows four rounds after this a, the first word of abcd. */
SHA_INLINE uint32x4_t sha1h(uint32x4_t abcd)
{
	uint32x4_t e;
	__asm__(SHA12 "sha1h %s0, %s1" : "=w"(e) : "w"(abcd));
	return e;
}

SHA_INLINE uint32x4_t sha1su0(uint32x4_t w0, uint32x4_t w4, uint32x4_t w8)
{
	__asm__(SHA12 "sha1su0 %0.4s, %1.4s, %2.4s" : "+w"(w0) : "w"(w4), "w"(w8));
	return w0;
}

SHA_INLINE uint32x4_t sha1su1(uint32x4_t part, uint32x4_t w12)
{
	__asm__(SHA12 "sha1su1 %0.4s, %1.4s" : "+w"(part) : "w"(w12));
	return part;
}

/* Four rounds of SHA-256: the new abcd, and from the old one the new efgh. */
SHA_INLINE uint32x4_t sha256h(uint32x4_t abcd, uint32x4_t efgh, uint32x4_t wk)
{
	__asm__(SHA12 "sha256h %q0, %q1, %2.4s" : "+w"(abcd) : "w"(efgh), "w"(wk));
	return abcd;
}

SHA_INLINE uint32x4_t sha256h2(uint32x4_t efgh, uint32x4_t abcd, uint32x4_t wk)
{
	__asm__(SHA12 "sha256h2 %q0, %q1, %2.4s" : "+w"(efgh) : "w"(abcd), "w"(wk));
	return efgh;
}

SHA_INLINE uint32x4_t sha256su0(uint32x4_t w0, uint32x4_t w4)
{
	__asm__(SHA12 "sha256su0 %0.4s, %1.4s" : "+w"(w0) : "w"(w4));
	return w0;
}

SHA_INLINE uint32x4_t sha256su1(uint32x4_t part, uint32x4_t w8, uint32x4_t w12)
{
	__asm__(SHA12 "sha256su1 %0.4s, %1.4s, %2.4s" : "+w"(part) : "w"(w8), "w"(w12));
	return part;
}

/* Two rounds of SHA-512, in two parts. */
SHA_INLINE uint64x2_t sha512h(uint64x2_t sum, uint64x2_t fg, uint64x2_t de)
{
	__asm__(SHA512 "sha512h %q0, %q1, %2.2d" : "+w"(sum) : "w"(fg), "w"(de));
	return sum;
}

SHA_INLINE uint64x2_t sha512h2(uint64x2_t part, uint64x2_t cd, uint64x2_t ab)
{
	__asm__(SHA512 "sha512h2 %q0, %q1, %2.2d" : "+w"(part) : "w"(cd), "w"(ab));
	return part;
}

SHA_INLINE uint64x2_t sha512su0(uint64x2_t w0, uint64x2_t w2)
{
	__asm__(SHA512 "sha512su0 %0.2d, %1.2d" : "+w"(w0) : "w"(w2));
	return w0;
}

SHA_INLINE uint64x2_t sha512su1(uint64x2_t part, uint64x2_t w14, uint64x2_t w9)
{
	__asm__(SHA512 "sha512su1 %0.2d, %1.2d, %2.2d" : "+w"(part) : "w"(w14), "w"(w9));
	return part;
}
