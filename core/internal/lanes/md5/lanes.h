/* MD5 (RFC 1321, section 3.4) in the words of the vocabulary: one lane for each
 * message. A step waits for the one before it, and no part of it can be done
 * meanwhile: so each vector may come in several, for as many times the lanes. Who
 * includes this has included a vocabulary, and defines NAME and VECTORS. */

#define EACH UNROLL for (int v = 0; v < VECTORS; v++)

/* F, G, H and I, by what they are. */
#define F(x, y, z) choose(x, y, z)
#define G(x, y, z) choose(z, x, y)
#define H(x, y, z) xor3(x, y, z)
#define I(x, y, z) or_not(x, y, z)

#define STEP(f, a, b, c, d, word, s, i)                                               \
	EACH {                                                                        \
		const vec term = add32(w[v][(word) & 15], set32(checksig_md5_t[i]));  \
		vec early = add32(a[v], term);                                        \
		settle(early);                                                        \
		a[v] = add32(b[v], rotl32(add32(early, f(b[v], c[v], d[v])), s));     \
	}

/* After four steps the four variables are back in their places. Step i takes the
 * word first + stride * i: with sixteen words, the same in steps 16 apart. */
#define ROUND(f, start, first, stride, s1, s2, s3, s4)                        \
	UNROLL                                                                \
	for (int i = (start); i < (start) + 16; i += 4) {                     \
		const int word = (first) + (stride) * i;                      \
		STEP(f, a, b, c, d, word, s1, i)                              \
		STEP(f, d, a, b, c, word + (stride), s2, i + 1)               \
		STEP(f, c, d, a, b, word + 2 * (stride), s3, i + 2)           \
		STEP(f, b, c, d, a, word + 3 * (stride), s4, i + 3)           \
	}

TARGET KERNEL(NAME)
{
	vec h[VECTORS][4];
	EACH load_state32(h[v], 4, state + LANES32 * v);
	for (size_t offset = 0; blocks > 0; blocks--, offset += 64) {
		vec w[VECTORS][16], a[VECTORS], b[VECTORS], c[VECTORS], d[VECTORS];
		EACH {
			load_words32(w[v], data + LANES32 * v, offset);
			a[v] = h[v][0];
			b[v] = h[v][1];
			c[v] = h[v][2];
			d[v] = h[v][3];
		}
		ROUND(F, 0, 0, 1, 7, 12, 17, 22)
		ROUND(G, 16, 1, 5, 5, 9, 14, 20)
		ROUND(H, 32, 5, 3, 4, 11, 16, 23)
		ROUND(I, 48, 0, 7, 6, 10, 15, 21)
		EACH {
			h[v][0] = add32(h[v][0], a[v]);
			h[v][1] = add32(h[v][1], b[v]);
			h[v][2] = add32(h[v][2], c[v]);
			h[v][3] = add32(h[v][3], d[v]);
		}
	}
	EACH store_state32(h[v], 4, state + LANES32 * v);
}
