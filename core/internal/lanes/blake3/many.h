/* Many chunks, or parents, of one message. */

#include "../run.h"

/* What is hashed: so many blocks each, one behind the other in memory. */
struct run {
	const uint8_t *data;
	uint8_t *values;     /* where the chaining values go, 32 bytes each */
	size_t count;        /* a multiple of the kernel's lanes */
	size_t blocks;       /* of each */
	uint64_t counter;    /* of the first */
	uint32_t step;       /* by which the counter grows */
	uint32_t first, last; /* flags of the first and of the last block */
};

/* Hashes them with a kernel of so many lanes, and returns whether data went away
 * meanwhile. The batch has a state for each lane. */
__attribute__((visibility("hidden"))) int checksig_blake3_many(kernel *k, int lanes,
								struct batch *b, const struct run *r);
