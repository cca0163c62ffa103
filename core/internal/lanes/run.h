/* Runs a kernel on memory that may go away meanwhile. */

#include "simd/kernel.h"

enum { MAX_LANES = 32 };

/* What a kernel is run on. It lies in memory that Go does not manage, as does
 * everything that it points to. */
struct batch {
	uint8_t *state[MAX_LANES];
	const uint8_t *data[MAX_LANES];
	size_t blocks; /* of each lane */
	size_t size;   /* of each lane's data, in bytes */
	int lanes;
	uint32_t lost; /* set by run: a bit for each lane whose data went away */
};

/* Runs a kernel. A page of data that cannot be read counts as zeros from there
 * to the end of that lane's data, and sets the lane's bit in lost: a kernel
 * knows nothing of it, and the digest is worth nothing. */
__attribute__((visibility("hidden"))) void checksig_run(kernel *k, struct batch *b);

/* Whether SIGBUS is answered by this file. Until it is, mapped memory must not
 * be hashed: a file cut short by somebody else would end the process. */
__attribute__((visibility("hidden"))) int checksig_guards(void);
