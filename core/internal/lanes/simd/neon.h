/* The vocabulary in NEON, arm64's Advanced SIMD: 4 lanes of 32 bits, or 2 of 64. */

#pragma once
#include "kernel.h"
#include <arm_neon.h>

#define TARGET
#define INLINE static inline __attribute__((always_inline))

enum { LANES32 = 4, LANES64 = 2 };
typedef uint32x4_t vec;

#define as64(a) vreinterpretq_u64_u32(a)
#define as32(a) vreinterpretq_u32_u64(a)

#define set32(x) vdupq_n_u32(x)
#define set64(x) as32(vdupq_n_u64(x))
#define add32(a, b) vaddq_u32(a, b)
#define add64(a, b) as32(vaddq_u64(as64(a), as64(b)))
#define sub64(a, b) as32(vsubq_u64(as64(a), as64(b)))
#define is_zero64(a) as32(vceqzq_u64(as64(a))) /* all ones or zero */
#define rotl32(a, n) vsriq_n_u32(vshlq_n_u32(a, n), a, 32 - (n))
#define rotr32(a, n) vsriq_n_u32(vshlq_n_u32(a, 32 - (n)), a, n)
#define rotr64(a, n) as32(vsriq_n_u64(vshlq_n_u64(as64(a), 64 - (n)), as64(a), n))
#define shr32(a, n) vshrq_n_u32(a, n)
#define shr64(a, n) as32(vshrq_n_u64(as64(a), n))
#define xor2(a, b) veorq_u32(a, b)
#define xor3(a, b, c) xor2(xor2(a, b), c)
#define choose(a, b, c) vbslq_u32(a, b, c)
#define majority(a, b, c) vbslq_u32(xor2(a, b), c, b)
#define or_not(a, b, c) xor2(b, vornq_u32(a, c))

/* Makes a value exist as it is written. Compilers regroup sums, and so put what is
 * known early behind what the next step waits for. */
#define settle(a) __asm__("" : "+w"(a))

INLINE vec min64(vec a, vec b)
{
	return vbslq_u32(as32(vcltq_u64(as64(a), as64(b))), a, b);
}

INLINE vec swap32(vec a)
{
	return vreinterpretq_u32_u8(vrev32q_u8(vreinterpretq_u8_u32(a)));
}

INLINE vec swap64(vec a)
{
	return vreinterpretq_u32_u8(vrev64q_u8(vreinterpretq_u8_u32(a)));
}

INLINE vec load_vec(const void *p)
{
	return vreinterpretq_u32_u8(vld1q_u8((const uint8_t *)p));
}

INLINE void store_vec(void *p, vec a)
{
	vst1q_u8((uint8_t *)p, vreinterpretq_u8_u32(a));
}

/* Reads 64 bytes of each of 4 lanes: w[i] becomes word i of all lanes. */
INLINE void load_words32(vec w[16], const uint8_t *const data[], size_t offset)
{
	UNROLL
	for (int i = 0; i < 16; i += 4) {
		const vec a = load_vec(data[0] + offset + 4 * i), b = load_vec(data[1] + offset + 4 * i);
		const vec c = load_vec(data[2] + offset + 4 * i), d = load_vec(data[3] + offset + 4 * i);
		const vec ab0 = vtrn1q_u32(a, b), ab1 = vtrn2q_u32(a, b);
		const vec cd0 = vtrn1q_u32(c, d), cd1 = vtrn2q_u32(c, d);
		w[i] = as32(vtrn1q_u64(as64(ab0), as64(cd0)));
		w[i + 1] = as32(vtrn1q_u64(as64(ab1), as64(cd1)));
		w[i + 2] = as32(vtrn2q_u64(as64(ab0), as64(cd0)));
		w[i + 3] = as32(vtrn2q_u64(as64(ab1), as64(cd1)));
	}
}

/* Reads 64 bytes of each of 2 lanes: w[i] becomes word i of all lanes. */
INLINE void load_words64(vec w[8], const uint8_t *const data[], size_t offset)
{
	UNROLL
	for (int i = 0; i < 8; i += 2) {
		const vec a = load_vec(data[0] + offset + 8 * i), b = load_vec(data[1] + offset + 8 * i);
		w[i] = as32(vtrn1q_u64(as64(a), as64(b)));
		w[i + 1] = as32(vtrn2q_u64(as64(a), as64(b)));
	}
}

#include "state.h"
