/* BLAKE2b (RFC 7693, section 3.2) in the words of the vocabulary: one lane for
 * each message. Who includes this has included a vocabulary, and defines NAME.
 *
 * Behind the eight words of h, the state has the number of bytes hashed and the
 * number of bytes to come, or more as long as that is not known. */

#include "../simd/columns.h"

enum { HASHED = 8, TO_COME = 9, WORDS = 10 };

/* Section 2.6. */
static const uint64_t iv[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* Section 2.7. */
static const uint8_t sigma[10][16] = {
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	{14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
	{11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
	{7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
	{9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
	{2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
	{12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
	{13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
	{6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
	{10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

/* Section 3.1. The word is added first, as b comes from the step before. */
#define PLUS(word)                  \
	EACH {                      \
		A = add64(A, word); \
		settle(A);          \
		A = add64(A, B);    \
	}

/* s says which words are taken, two by each column. */
INLINE void mix(vec v[16], int turn, const vec w[16], const uint8_t s[8])
{
	PLUS(w[s[2 * i]])
	EACH D = rotr64(xor2(D, A), 32);
	EACH C = add64(C, D);
	EACH B = rotr64(xor2(B, C), 24);
	PLUS(w[s[2 * i + 1]])
	EACH D = rotr64(xor2(D, A), 16);
	EACH C = add64(C, D);
	EACH B = rotr64(xor2(B, C), 63);
}

/* Counts a block, and returns all ones for lanes in which it is the last. */
INLINE vec count(vec h[WORDS])
{
	const vec bytes = min64(h[TO_COME], set64(128));
	h[HASHED] = add64(h[HASHED], bytes);
	h[TO_COME] = sub64(h[TO_COME], bytes);
	return is_zero64(h[TO_COME]);
}

TARGET KERNEL(NAME)
{
	vec h[WORDS];
	load_state64(h, WORDS, state);
	for (size_t offset = 0; blocks > 0; blocks--, offset += 128) {
		vec w[16], v[16];
		load_words64(w, data, offset);
		load_words64(w + 8, data, offset + 64);
		const vec last = count(h);
		UNROLL
		for (int i = 0; i < 8; i++) {
			v[i] = h[i];
			v[i + 8] = set64(iv[i]);
		}
		v[12] = xor2(v[12], h[HASHED]);
		v[14] = xor2(v[14], last);
		UNROLL
		for (int i = 0; i < 12; i++) {
			mix(v, 0, w, sigma[i % 10]);
			mix(v, 1, w, sigma[i % 10] + 8);
		}
		UNROLL
		for (int i = 0; i < 8; i++)
			h[i] = xor3(h[i], v[i], v[i + 8]);
	}
	store_state64(h, WORDS, state);
}
