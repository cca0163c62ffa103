#include <string.h>

#include "many.h"

static const uint32_t initial[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

enum { BLOCK = 64, VALUE = 32 };

typedef uint32_t four __attribute__((vector_size(16)));

/* begin makes the state of number i: the words are those of lanes.h, of which the last stay as they
 * are. They are written as kernels read them, 16 bytes at a time: what was written in smaller pieces
 * a moment ago takes long to read. */
static void begin(uint8_t *state, const struct run *r, size_t i)
{
	const uint64_t counter = r->counter + i * r->step;
	const four rest = {(uint32_t)counter, (uint32_t)(counter >> 32), r->first, r->last};
	memcpy(state, initial, sizeof initial);
	memcpy(state + sizeof initial, &rest, sizeof rest);
}

int checksig_blake3_many(kernel *k, int lanes, struct batch *b, const struct run *r)
{
	const size_t size = r->blocks * BLOCK;
	const uint32_t length = BLOCK;
	uint32_t lost = 0;
	for (int lane = 0; lane < lanes; lane++)
		memcpy(b->state[lane] + sizeof initial + sizeof(four), &length, sizeof length);
	b->lanes = lanes;
	b->blocks = r->blocks;
	b->size = size;
	for (size_t i = 0; i < r->count; i += (size_t)lanes) {
		for (int lane = 0; lane < lanes; lane++) {
			begin(b->state[lane], r, i + (size_t)lane);
			b->data[lane] = r->data + (i + (size_t)lane) * size;
		}
		checksig_run(k, b);
		lost |= b->lost;
		/* Parents take the place of their children, which are hashed by now. */
		for (int lane = 0; lane < lanes; lane++)
			memcpy(r->values + (i + (size_t)lane) * VALUE, b->state[lane], VALUE);
	}
	return lost != 0;
}
