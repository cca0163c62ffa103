/* SHA-1 by the SHA extensions of arm64, for STREAMS messages at a time: each
 * instruction waits for the one before it in its own stream, and the other streams
 * fill the wait. Who includes this defines NAME and STREAMS. */

#include "../simd/sha_arm64.h"
#include "kernels.h"

#define EACH UNROLL for (int i = 0; i < STREAMS; i++)

/* Four rounds, and the words of the schedule that come sixteen later. m holds the
 * last sixteen. */
#define FOUR(t, rounds, k)                                                            \
	EACH {                                                                        \
		const uint32x4_t wk = vaddq_u32(m[(t) & 3][i], vdupq_n_u32(k));       \
		const uint32x4_t next = sha1h(abcd[i]);                               \
		abcd[i] = rounds(abcd[i], e[i], wk);                                  \
		e[i] = next;                                                          \
		if ((t) < 16)                                                         \
			m[(t) & 3][i] = sha1su1(sha1su0(m[(t) & 3][i], m[((t) + 1) & 3][i], \
				m[((t) + 2) & 3][i]), m[((t) + 3) & 3][i]);           \
	}

#define TWENTY(t, rounds, k)     \
	FOUR(t, rounds, k)       \
	FOUR((t) + 1, rounds, k) \
	FOUR((t) + 2, rounds, k) \
	FOUR((t) + 3, rounds, k) \
	FOUR((t) + 4, rounds, k)

KERNEL(NAME)
{
	uint32x4_t abcd[STREAMS], e[STREAMS], m[4][STREAMS], abcd0[STREAMS], e0[STREAMS];
	EACH {
		abcd[i] = vld1q_u32((const uint32_t *)state[i]);
		e[i] = vdupq_n_u32(((const uint32_t *)state[i])[4]);
	}
	for (size_t offset = 0; blocks > 0; blocks--, offset += 64) {
		EACH {
			abcd0[i] = abcd[i];
			e0[i] = e[i];
		}
		UNROLL
		for (int j = 0; j < 4; j++)
			EACH m[j][i] = vreinterpretq_u32_u8(
				vrev32q_u8(vld1q_u8(data[i] + offset + 16 * j)));
		TWENTY(0, sha1c, 0x5a827999)
		TWENTY(5, sha1p, 0x6ed9eba1)
		TWENTY(10, sha1m, 0x8f1bbcdc)
		TWENTY(15, sha1p, 0xca62c1d6)
		EACH {
			abcd[i] = vaddq_u32(abcd[i], abcd0[i]);
			e[i] = vaddq_u32(e[i], e0[i]);
		}
	}
	EACH {
		vst1q_u32((uint32_t *)state[i], abcd[i]);
		((uint32_t *)state[i])[4] = vgetq_lane_u32(e[i], 0);
	}
}
