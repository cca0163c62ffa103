/* BLAKE3 (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020; section 2.2) in the
 * words of the vocabulary: one lane for each chunk or parent. Who includes this
 * has included a vocabulary, and defines NAME.
 *
 * The state of a lane: words 0 to 7 the chaining value, 8 and 9 the counter, 10
 * the flags of the first block, 11 those of the last, 12 the bytes in the last. */

#include "../simd/columns.h"

enum { COUNTER = 8, FIRST = 10, LAST = 11, LENGTH = 12, WORDS = 13 };

/* The word is added first, as b comes from the step before. */
#define PLUS(word)                  \
	EACH {                      \
		A = add32(A, word); \
		settle(A);          \
		A = add32(A, B);    \
	}

INLINE void mix(vec v[16], int turn, const vec x[4], const vec y[4])
{
	PLUS(x[i])
	EACH D = rotr32(xor2(D, A), 16);
	EACH C = add32(C, D);
	EACH B = rotr32(xor2(B, C), 12);
	PLUS(y[i])
	EACH D = rotr32(xor2(D, A), 8);
	EACH C = add32(C, D);
	EACH B = rotr32(xor2(B, C), 7);
}

/* Each round takes the words of the message in another order. */
#define ROUND(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15)     \
	mix(v, 0, (const vec[4]){w[m0], w[m2], w[m4], w[m6]},                           \
	    (const vec[4]){w[m1], w[m3], w[m5], w[m7]});                                \
	mix(v, 1, (const vec[4]){w[m8], w[m10], w[m12], w[m14]},                        \
	    (const vec[4]){w[m9], w[m11], w[m13], w[m15]})

TARGET KERNEL(NAME)
{
	vec s[WORDS];
	load_state32(s, WORDS, state);
	vec first = s[FIRST];
	for (size_t block = 0; block < blocks; block++) {
		const int last = block + 1 == blocks;
		/* Lanes are chunks of one message, and so are the next ones, behind them. What is
		 * read a chunk apart is not fetched ahead by itself. */
		UNROLL
		for (int lane = 0; lane < LANES32; lane++)
			__builtin_prefetch(data[lane] + 64 * block + 1024 * LANES32);
		vec w[16];
		load_words32(w, data, 64 * block);
		vec v[16] = {
			s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7],
			set32(0x6a09e667), set32(0xbb67ae85), set32(0x3c6ef372), set32(0xa54ff53a),
			s[COUNTER], s[COUNTER + 1], last ? s[LENGTH] : set32(64),
			last ? xor2(first, s[LAST]) : first,
		};
		ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
		ROUND(2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8);
		ROUND(3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1);
		ROUND(10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6);
		ROUND(12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4);
		ROUND(9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7);
		ROUND(11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13);
		UNROLL
		for (int i = 0; i < 8; i++)
			s[i] = xor2(v[i], v[i + 8]);
		first = set32(0);
	}
	store_state32(s, 8, state);
}
