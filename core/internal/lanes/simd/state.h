/* Moves states between memory, where each lane has its own, and vectors, where
 * each word of all lanes has one. */

INLINE void load_state32(vec *s, int words, uint8_t *const state[])
{
	for (int i = 0; i < words; i++) {
		uint32_t row[LANES32];
		for (int lane = 0; lane < LANES32; lane++)
			row[lane] = ((const uint32_t *)state[lane])[i];
		s[i] = load_vec(row);
	}
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

INLINE void load_state64(vec *s, int words, uint8_t *const state[])
{
	for (int i = 0; i < words; i++) {
		uint64_t row[LANES64];
		for (int lane = 0; lane < LANES64; lane++)
			row[lane] = ((const uint64_t *)state[lane])[i];
		s[i] = load_vec(row);
	}
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
