/* SHA-512 (FIPS 180-4, section 6.4.2) in the words of the vocabulary: one lane
 * for each message. Who includes this has included a vocabulary, and defines
 * NAME. */

INLINE vec big0(vec a)
{
	return xor3(rotr64(a, 28), rotr64(a, 34), rotr64(a, 39));
}

INLINE vec big1(vec a)
{
	return xor3(rotr64(a, 14), rotr64(a, 18), rotr64(a, 41));
}

INLINE vec small0(vec a)
{
	return xor3(rotr64(a, 1), rotr64(a, 8), shr64(a, 7));
}

INLINE vec small1(vec a)
{
	return xor3(rotr64(a, 19), rotr64(a, 61), shr64(a, 6));
}

INLINE vec schedule(vec w[16], int t)
{
	return w[t & 15] = add64(add64(w[t & 15], small0(w[(t + 1) & 15])),
		       add64(w[(t + 9) & 15], small1(w[(t + 14) & 15])));
}

/* After eight rounds the eight variables are back in their places. */
#define ROUND(a, b, c, d, e, f, g, h, t)                                              \
	h = add64(add64(h, add64(word, set64(checksig_sha512_k[t]))),                 \
		  add64(big1(e), choose(e, f, g)));                                   \
	d = add64(d, h);                                                              \
	h = add64(h, add64(big0(a), majority(a, b, c)))

#define NEXT(t) word = (t) < 16 ? w[t] : schedule(w, t)

TARGET KERNEL(NAME)
{
	vec s[8];
	load_state64(s, 8, state);
	for (size_t offset = 0; blocks > 0; blocks--, offset += 128) {
		vec w[16], word;
		vec a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
		load_words64(w, data, offset);
		load_words64(w + 8, data, offset + 64);
		UNROLL
		for (int i = 0; i < 16; i++)
			w[i] = swap64(w[i]);
		UNROLL
		for (int t = 0; t < 80; t += 8) {
			NEXT(t);
			ROUND(a, b, c, d, e, f, g, h, t);
			NEXT(t + 1);
			ROUND(h, a, b, c, d, e, f, g, t + 1);
			NEXT(t + 2);
			ROUND(g, h, a, b, c, d, e, f, t + 2);
			NEXT(t + 3);
			ROUND(f, g, h, a, b, c, d, e, t + 3);
			NEXT(t + 4);
			ROUND(e, f, g, h, a, b, c, d, t + 4);
			NEXT(t + 5);
			ROUND(d, e, f, g, h, a, b, c, t + 5);
			NEXT(t + 6);
			ROUND(c, d, e, f, g, h, a, b, t + 6);
			NEXT(t + 7);
			ROUND(b, c, d, e, f, g, h, a, t + 7);
		}
		const vec v[8] = {a, b, c, d, e, f, g, h};
		UNROLL
		for (int i = 0; i < 8; i++)
			s[i] = add64(s[i], v[i]);
	}
	store_state64(s, 8, state);
}
