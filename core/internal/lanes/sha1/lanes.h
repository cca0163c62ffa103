/* SHA-1 (FIPS 180-4, section 6.1.2) in the words of the vocabulary: one lane for
 * each message. Who includes this has included a vocabulary, and defines NAME. */

INLINE vec schedule(vec w[16], int t)
{
	return w[t & 15] = rotl32(
		xor2(xor3(w[(t + 13) & 15], w[(t + 8) & 15], w[(t + 2) & 15]), w[t & 15]), 1);
}

/* After five rounds the five variables are back in their places. What waits for
 * the round before, a, is added last. */
#define ROUND(a, b, c, d, e, f, k, wt)                    \
	e = add32(add32(e, wt), add32(f(b, c, d), k));    \
	settle(e);                                        \
	e = add32(e, rotl32(a, 5));                       \
	b = rotl32(b, 30)

#define WORD(t) ((t) < 16 ? w[t] : schedule(w, t))

#define FIVE(t, f, k)                           \
	ROUND(a, b, c, d, e, f, k, WORD(t));     \
	ROUND(e, a, b, c, d, f, k, WORD(t + 1)); \
	ROUND(d, e, a, b, c, f, k, WORD(t + 2)); \
	ROUND(c, d, e, a, b, f, k, WORD(t + 3)); \
	ROUND(b, c, d, e, a, f, k, WORD(t + 4))

#define TWENTY(t, f, k)     \
	FIVE(t, f, k);      \
	FIVE(t + 5, f, k);  \
	FIVE(t + 10, f, k); \
	FIVE(t + 15, f, k)

TARGET KERNEL(NAME)
{
	vec h[5];
	load_state32(h, 5, state);
	for (size_t offset = 0; blocks > 0; blocks--, offset += 64) {
		vec w[16], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
		load_words32(w, data, offset);
		UNROLL
		for (int i = 0; i < 16; i++)
			w[i] = swap32(w[i]);
		TWENTY(0, choose, set32(0x5a827999));
		TWENTY(20, xor3, set32(0x6ed9eba1));
		TWENTY(40, majority, set32(0x8f1bbcdc));
		TWENTY(60, xor3, set32(0xca62c1d6));
		h[0] = add32(h[0], a);
		h[1] = add32(h[1], b);
		h[2] = add32(h[2], c);
		h[3] = add32(h[3], d);
		h[4] = add32(h[4], e);
	}
	store_state32(h, 5, state);
}
