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
#define rotl32(a, n) _mm256_or_si256(_mm256_slli_epi32(a, n), _mm256_srli_epi32(a, 32 - (n)))
#define rotr32(a, n) _mm256_or_si256(_mm256_srli_epi32(a, n), _mm256_slli_epi32(a, 32 - (n)))
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

/* Rotations by whole bytes are one shuffle, and doubling is faster than a shift. */
INLINE vec rotr64(vec a, int n)
{
	switch (n) {
	case 32:
		return _mm256_shuffle_epi32(a, 0xb1);
	case 24:
		return _mm256_shuffle_epi8(a, _mm256_broadcastsi128_si256(_mm_setr_epi8(
			3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10)));
	case 16:
		return _mm256_shuffle_epi8(a, _mm256_broadcastsi128_si256(_mm_setr_epi8(
			2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9)));
	case 63:
		return _mm256_or_si256(_mm256_srli_epi64(a, 63), add64(a, a));
	default:
		return _mm256_or_si256(_mm256_srli_epi64(a, n), _mm256_slli_epi64(a, 64 - n));
	}
}

INLINE vec swap32(vec a)
{
	return _mm256_shuffle_epi8(a, _mm256_broadcastsi128_si256(_mm_setr_epi8(
		3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)));
}

INLINE vec swap64(vec a)
{
	return _mm256_shuffle_epi8(a, _mm256_broadcastsi128_si256(_mm_setr_epi8(
		7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8)));
}

INLINE vec load_vec(const void *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

INLINE void store_vec(void *p, vec a)
{
	_mm256_storeu_si256((__m256i *)p, a);
}

/* Reads 32 bytes of each of 8 lanes: w[i] becomes word i of all lanes. */
INLINE void load_half32(vec w[8], const uint8_t *const data[], size_t offset)
{
	vec a[8], b[8];
	UNROLL
	for (int i = 0; i < 8; i++)
		a[i] = load_vec(data[i] + offset);
	UNROLL
	for (int i = 0; i < 8; i += 2) {
		b[i] = _mm256_unpacklo_epi32(a[i], a[i + 1]);
		b[i + 1] = _mm256_unpackhi_epi32(a[i], a[i + 1]);
	}
	UNROLL
	for (int i = 0; i < 8; i += 4) {
		a[i] = _mm256_unpacklo_epi64(b[i], b[i + 2]);
		a[i + 1] = _mm256_unpackhi_epi64(b[i], b[i + 2]);
		a[i + 2] = _mm256_unpacklo_epi64(b[i + 1], b[i + 3]);
		a[i + 3] = _mm256_unpackhi_epi64(b[i + 1], b[i + 3]);
	}
	UNROLL
	for (int i = 0; i < 4; i++) {
		w[i] = _mm256_permute2x128_si256(a[i], a[i + 4], 0x20);
		w[i + 4] = _mm256_permute2x128_si256(a[i], a[i + 4], 0x31);
	}
}

/* Reads 32 bytes of each of 4 lanes: w[i] becomes word i of all lanes. */
INLINE void load_half64(vec w[4], const uint8_t *const data[], size_t offset)
{
	const vec a = load_vec(data[0] + offset), b = load_vec(data[1] + offset);
	const vec c = load_vec(data[2] + offset), d = load_vec(data[3] + offset);
	const vec ab0 = _mm256_unpacklo_epi64(a, b), ab1 = _mm256_unpackhi_epi64(a, b);
	const vec cd0 = _mm256_unpacklo_epi64(c, d), cd1 = _mm256_unpackhi_epi64(c, d);
	w[0] = _mm256_permute2x128_si256(ab0, cd0, 0x20);
	w[1] = _mm256_permute2x128_si256(ab1, cd1, 0x20);
	w[2] = _mm256_permute2x128_si256(ab0, cd0, 0x31);
	w[3] = _mm256_permute2x128_si256(ab1, cd1, 0x31);
}

/* Reads 64 bytes of each of 8 lanes: w[i] becomes word i of all lanes. */
INLINE void load_words32(vec w[16], const uint8_t *const data[], size_t offset)
{
	load_half32(w, data, offset);
	load_half32(w + 8, data, offset + 32);
}

/* Reads 64 bytes of each of 4 lanes: w[i] becomes word i of all lanes. */
INLINE void load_words64(vec w[8], const uint8_t *const data[], size_t offset)
{
	load_half64(w, data, offset);
	load_half64(w + 4, data, offset + 32);
}

#include "state.h"
