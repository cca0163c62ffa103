/* SHA-256 by the SHA extensions of arm64, for STREAMS messages at a time: each
 * instruction waits for the one before it in its own stream, and the other streams
 * fill the wait. Who includes this defines NAME and STREAMS. */

#include "../simd/sha_arm64.h"
#include "kernels.h"

#define EACH UNROLL for (int i = 0; i < STREAMS; i++)

/* Four rounds, and the words of the schedule that come sixteen later. m holds the
 * last sixteen. */
#define FOUR(t)                                                                       \
	EACH {                                                                        \
		const uint32x4_t before = abcd[i];                                    \
		const uint32x4_t wk =                                                 \
			vaddq_u32(m[(t) & 3][i], vld1q_u32(checksig_sha256_k + 4 * (t))); \
		abcd[i] = sha256h(abcd[i], efgh[i], wk);                              \
		efgh[i] = sha256h2(efgh[i], before, wk);                              \
		if ((t) < 12)                                                         \
			m[(t) & 3][i] = sha256su1(sha256su0(m[(t) & 3][i], m[((t) + 1) & 3][i]), \
				m[((t) + 2) & 3][i], m[((t) + 3) & 3][i]);            \
	}

KERNEL(NAME)
{
	uint32x4_t abcd[STREAMS], efgh[STREAMS], m[4][STREAMS], abcd0[STREAMS], efgh0[STREAMS];
	EACH {
		abcd[i] = vld1q_u32((const uint32_t *)state[i]);
		efgh[i] = vld1q_u32((const uint32_t *)state[i] + 4);
	}
	for (size_t offset = 0; blocks > 0; blocks--, offset += 64) {
		EACH {
			abcd0[i] = abcd[i];
			efgh0[i] = efgh[i];
		}
		UNROLL
		for (int j = 0; j < 4; j++)
			EACH m[j][i] = vreinterpretq_u32_u8(
				vrev32q_u8(vld1q_u8(data[i] + offset + 16 * j)));
		FOUR(0) FOUR(1) FOUR(2) FOUR(3)
		FOUR(4) FOUR(5) FOUR(6) FOUR(7)
		FOUR(8) FOUR(9) FOUR(10) FOUR(11)
		FOUR(12) FOUR(13) FOUR(14) FOUR(15)
		EACH {
			abcd[i] = vaddq_u32(abcd[i], abcd0[i]);
			efgh[i] = vaddq_u32(efgh[i], efgh0[i]);
		}
	}
	EACH {
		vst1q_u32((uint32_t *)state[i], abcd[i]);
		vst1q_u32((uint32_t *)state[i] + 4, efgh[i]);
	}
}
