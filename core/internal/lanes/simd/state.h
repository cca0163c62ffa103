/* Moves states between memory, where each lane has its own, and vectors, where
 * each word of all lanes has one. */

#ifdef add32 /* the vocabulary has words of 32 bits */
INLINE void load_state32(vec *s, int words, uint8_t *const state[])
{
	vec w[16];
	load_words32(w, (const uint8_t *const *)state, 0);
	for (int i = 0; i < words; i++)
		s[i] = w[i];
}

INLINE void store_state32(const vec *s, int words, uint8_t *const state[])
{
	for (int i = 0; i < words; i++) {
		uint32_t row[LANES32];
		store_vec(row, s[i]);
		for (int lane = 0; lane < LANES32; lane++)
			((uint32_t *)state[lane])[i] = row[lane];
	}
}
#endif

INLINE void load_state64(vec *s, int words, uint8_t *const state[])
{
	vec w[16];
	load_words64(w, (const uint8_t *const *)state, 0);
	load_words64(w + 8, (const uint8_t *const *)state, 64);
	for (int i = 0; i < words; i++)
		s[i] = w[i];
}

INLINE void store_state64(const vec *s, int words, uint8_t *const state[])
{
	for (int i = 0; i < words; i++) {
		uint64_t row[LANES64];
		store_vec(row, s[i]);
		for (int lane = 0; lane < LANES64; lane++)
			((uint64_t *)state[lane])[i] = row[lane];
	}
}
