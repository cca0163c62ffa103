/* The vocabulary in plain C: one lane, of 64 bits. */

#pragma once
#include "kernel.h"
#include <string.h>

#define TARGET
#define INLINE static inline __attribute__((always_inline))

enum { LANES32 = 2, LANES64 = 1 };
typedef uint64_t vec;

#define set64(x) ((uint64_t)(x))
#define add64(a, b) ((a) + (b))
#define sub64(a, b) ((a) - (b))
#define min64(a, b) ((a) < (b) ? (a) : (b))
#define is_zero64(a) ((a) ? 0 : ~(uint64_t)0) /* all ones or zero */
#define rotr64(a, n) ((a) >> (n) | (a) << (64 - (n)))
#define xor2(a, b) ((a) ^ (b))
#define settle(a) __asm__("" : "+r"(a))
#define xor3(a, b, c) ((a) ^ (b) ^ (c))

INLINE vec load_vec(const void *p)
{
	vec a;
	memcpy(&a, p, sizeof a);
	return a;
}

INLINE void store_vec(void *p, vec a)
{
	memcpy(p, &a, sizeof a);
}

/* Reads 64 bytes: w[i] becomes word i. */
INLINE void load_words64(vec w[8], const uint8_t *const data[], size_t offset)
{
	memcpy(w, data[0] + offset, 64);
}

#include "state.h"
