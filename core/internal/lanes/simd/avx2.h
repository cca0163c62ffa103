/* The vocabulary in AVX2: 8 lanes of 32 bits, or 4 of 64. */

#pragma once
#include "kernel.h"
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE static inline TARGET __attribute__((always_inline))

enum { LANES32 = 8, LANES64 = 4 };
typedef __m256i vec;

#define set32(x) _mm256_set1_epi32((int)(x))
#define set64(x) _mm256_set1_epi64x((long long)(x))
#define add32(a, b) _mm256_add_epi32(a, b)
#define add64(a, b) _mm256_add_epi64(a, b)
#define sub64(a, b) _mm256_sub_epi64(a, b)
#define is_zero64(a) _mm256_cmpeq_epi64(a, _mm256_setzero_si256()) /* all ones or zero */
#define rotl32(a, n) rotr32(a, 32 - (n))
#define shr32(a, n) _mm256_srli_epi32(a, n)
#define shr64(a, n) _mm256_srli_epi64(a, n)
#define xor2(a, b) _mm256_xor_si256(a, b)
#define xor3(a, b, c) xor2(xor2(a, b), c)
#define choose(a, b, c) xor2(c, _mm256_and_si256(a, xor2(b, c)))
#define majority(a, b, c) \
	_mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(c, _mm256_or_si256(a, b)))
#define or_not(a, b, c) xor2(b, _mm256_or_si256(a, xor2(c, _mm256_set1_epi32(-1))))

/* Makes a value exist as it is written. Compilers regroup sums, and so put what is
 * known early behind what the next step waits for. */
#define settle(a) __asm__("" : "+v"(a))

/* The smaller of numbers below 2^63. */
INLINE vec min64(vec a, vec b)
{
	return _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(a, b));
}

/* Moves the bytes of each half. Compilers would move those of both terms of a xor,
 * and not those of what it comes to. */
INLINE vec shuffle(vec a, __m128i order)
{
	settle(a);
	return _mm256_shuffle_epi8(a, _mm256_broadcastsi128_si256(order));
}

/* Rotations by whole bytes are one shuffle, and doubling is faster than a shift. */
INLINE vec rotr32(vec a, int n)
{
	switch (n) {
	case 16:
		return shuffle(a, _mm_setr_epi8(
			2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
	case 8:
		return shuffle(a, _mm_setr_epi8(
			1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12));
	case 31:
		return _mm256_or_si256(_mm256_srli_epi32(a, 31), add32(a, a));
	default:
		return _mm256_or_si256(_mm256_srli_epi32(a, n), _mm256_slli_epi32(a, 32 - n));
	}
}

INLINE vec rotr64(vec a, int n)
{
	switch (n) {
	case 32:
		settle(a);
		return _mm256_shuffle_epi32(a, 0xb1);
	case 24:
		return shuffle(a, _mm_setr_epi8(
			3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10));
	case 16:
		return shuffle(a, _mm_setr_epi8(
			2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9));
	case 63:
		return _mm256_or_si256(_mm256_srli_epi64(a, 63), add64(a, a));
	default:
		return _mm256_or_si256(_mm256_srli_epi64(a, n), _mm256_slli_epi64(a, 64 - n));
	}
}

INLINE vec swap32(vec a)
{
	return shuffle(a, _mm_setr_epi8(
		3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
}

INLINE vec swap64(vec a)
{
	return shuffle(a, _mm_setr_epi8(
		7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
}

INLINE vec load_vec(const void *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

INLINE void store_vec(void *p, vec a)
{
	_mm256_storeu_si256((__m256i *)p, a);
}

/* Two lanes share a vector as soon as they are read: to bring them together later
 * takes a shuffle across halves, which is the slowest there is. */
INLINE vec load_two(const uint8_t *low, const uint8_t *high)
{
	return _mm256_inserti128_si256(
		_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)low)),
		_mm_loadu_si128((const __m128i *)high), 1);
}

/* Reads 64 bytes of each of 8 lanes: w[i] becomes word i of all lanes. */
INLINE void load_words32(vec w[16], const uint8_t *const data[], size_t offset)
{
	UNROLL
	for (int i = 0; i < 16; i += 4) {
		vec a[4], b[4];
		UNROLL
		for (int lane = 0; lane < 4; lane++)
			a[lane] = load_two(data[lane] + offset + 4 * i, data[lane + 4] + offset + 4 * i);
		b[0] = _mm256_unpacklo_epi32(a[0], a[1]);
		b[1] = _mm256_unpackhi_epi32(a[0], a[1]);
		b[2] = _mm256_unpacklo_epi32(a[2], a[3]);
		b[3] = _mm256_unpackhi_epi32(a[2], a[3]);
		w[i] = _mm256_unpacklo_epi64(b[0], b[2]);
		w[i + 1] = _mm256_unpackhi_epi64(b[0], b[2]);
		w[i + 2] = _mm256_unpacklo_epi64(b[1], b[3]);
		w[i + 3] = _mm256_unpackhi_epi64(b[1], b[3]);
	}
}

/* Reads 64 bytes of each of 4 lanes: w[i] becomes word i of all lanes. */
INLINE void load_words64(vec w[8], const uint8_t *const data[], size_t offset)
{
	UNROLL
	for (int i = 0; i < 8; i += 2) {
		const vec a = load_two(data[0] + offset + 8 * i, data[2] + offset + 8 * i);
		const vec b = load_two(data[1] + offset + 8 * i, data[3] + offset + 8 * i);
		w[i] = _mm256_unpacklo_epi64(a, b);
		w[i + 1] = _mm256_unpackhi_epi64(a, b);
	}
}

#include "state.h"
