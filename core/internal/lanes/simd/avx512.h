/* The vocabulary in AVX-512: 16 lanes of 32 bits, or 8 of 64. */

#pragma once
#include "kernel.h"
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define INLINE static inline TARGET __attribute__((always_inline))

enum { LANES32 = 16, LANES64 = 8 };
typedef __m512i vec;

#define set32(x) _mm512_set1_epi32((int)(x))
#define set64(x) _mm512_set1_epi64((long long)(x))
#define add32(a, b) _mm512_add_epi32(a, b)
#define add64(a, b) _mm512_add_epi64(a, b)
#define sub64(a, b) _mm512_sub_epi64(a, b)
#define min64(a, b) _mm512_min_epu64(a, b)
#define is_zero64(a) _mm512_movm_epi64(_mm512_testn_epi64_mask(a, a)) /* all ones or zero */
#define rotl32(a, n) _mm512_rol_epi32(a, n)
#define rotr32(a, n) _mm512_ror_epi32(a, n)
#define rotr64(a, n) _mm512_ror_epi64(a, n)
#define shr32(a, n) _mm512_srli_epi32(a, n)
#define shr64(a, n) _mm512_srli_epi64(a, n)
#define xor2(a, b) _mm512_xor_si512(a, b)
#define xor3(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0x96)
#define choose(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0xca)   /* a ? b : c */
#define majority(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0xe8) /* of each bit */
#define or_not(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0x39)   /* b ^ (a | ~c) */

/* Makes a value exist as it is written. Compilers regroup sums, and so put what is
 * known early behind what the next step waits for. */
#define settle(a) __asm__("" : "+v"(a))

INLINE vec swap32(vec a)
{
	return _mm512_shuffle_epi8(a, _mm512_broadcast_i32x4(_mm_setr_epi8(
		3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)));
}

INLINE vec swap64(vec a)
{
	return _mm512_shuffle_epi8(a, _mm512_broadcast_i32x4(_mm_setr_epi8(
		7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8)));
}

INLINE vec load_vec(const void *p)
{
	return _mm512_loadu_si512(p);
}

INLINE void store_vec(void *p, vec a)
{
	_mm512_storeu_si512(p, a);
}

/* Reads 16 bytes of each of four lanes, a step apart, into one vector. To insert what
 * comes from memory spares the port that all shuffles want. */
INLINE vec load_four(const uint8_t *const data[], int step, size_t offset)
{
#define LANE(n) _mm_loadu_si128((const __m128i *)(data[n * step] + offset))
	vec a = _mm512_castsi128_si512(LANE(0));
	a = _mm512_inserti32x4(a, LANE(1), 1);
	a = _mm512_inserti32x4(a, LANE(2), 2);
	return _mm512_inserti32x4(a, LANE(3), 3);
#undef LANE
}

/* Reads 64 bytes of each of 16 lanes: w[i] becomes word i of all lanes. */
INLINE void load_words32(vec w[16], const uint8_t *const data[], size_t offset)
{
	UNROLL
	for (int i = 0; i < 16; i += 4) {
		vec a[4], b[4];
		UNROLL
		for (int lane = 0; lane < 4; lane++)
			a[lane] = load_four(data + lane, 4, offset + 4 * i);
		b[0] = _mm512_unpacklo_epi32(a[0], a[1]);
		b[1] = _mm512_unpackhi_epi32(a[0], a[1]);
		b[2] = _mm512_unpacklo_epi32(a[2], a[3]);
		b[3] = _mm512_unpackhi_epi32(a[2], a[3]);
		w[i] = _mm512_unpacklo_epi64(b[0], b[2]);
		w[i + 1] = _mm512_unpackhi_epi64(b[0], b[2]);
		w[i + 2] = _mm512_unpacklo_epi64(b[1], b[3]);
		w[i + 3] = _mm512_unpackhi_epi64(b[1], b[3]);
	}
}

/* Reads 64 bytes of each of 8 lanes: w[i] becomes word i of all lanes. */
INLINE void load_words64(vec w[8], const uint8_t *const data[], size_t offset)
{
	UNROLL
	for (int i = 0; i < 8; i += 2) {
		const vec a = load_four(data, 2, offset + 8 * i);
		const vec b = load_four(data + 1, 2, offset + 8 * i);
		w[i] = _mm512_unpacklo_epi64(a, b);
		w[i + 1] = _mm512_unpackhi_epi64(a, b);
	}
}

#include "state.h"
