/* SHA-512 by the SHA extensions of arm64, for STREAMS messages at a time: each
 * instruction waits for the one before it in its own stream, and the other streams
 * fill the wait. Who includes this defines NAME and STREAMS. */

#include "../simd/sha_arm64.h"
#include "kernels.h"

#define EACH UNROLL for (int i = 0; i < STREAMS; i++)

/* Two rounds, and the two words of the schedule that come sixteen later. m holds
 * the last sixteen. After eight rounds the variables are back in their places. */
#define TWO(ab, cd, ef, gh, t)                                                            \
	EACH {                                                                            \
		const uint64x2_t wk = vaddq_u64(m[(t) & 7][i], vld1q_u64(checksig_sha512_k + 2 * (t))); \
		const uint64x2_t part = sha512h(vaddq_u64(gh[i], vextq_u64(wk, wk, 1)),   \
			vextq_u64(ef[i], gh[i], 1), vextq_u64(cd[i], ef[i], 1));          \
		gh[i] = sha512h2(part, cd[i], ab[i]);                                     \
		cd[i] = vaddq_u64(cd[i], part);                                           \
		if ((t) < 32)                                                             \
			m[(t) & 7][i] = sha512su1(sha512su0(m[(t) & 7][i], m[((t) + 1) & 7][i]), \
				m[((t) + 7) & 7][i],                                      \
				vextq_u64(m[((t) + 4) & 7][i], m[((t) + 5) & 7][i], 1));  \
	}

KERNEL(NAME)
{
	uint64x2_t ab[STREAMS], cd[STREAMS], ef[STREAMS], gh[STREAMS], m[8][STREAMS];
	EACH {
		ab[i] = vld1q_u64((const uint64_t *)state[i]);
		cd[i] = vld1q_u64((const uint64_t *)state[i] + 2);
		ef[i] = vld1q_u64((const uint64_t *)state[i] + 4);
		gh[i] = vld1q_u64((const uint64_t *)state[i] + 6);
	}
	for (size_t offset = 0; blocks > 0; blocks--, offset += 128) {
		uint64x2_t ab0[STREAMS], cd0[STREAMS], ef0[STREAMS], gh0[STREAMS];
		EACH {
			ab0[i] = ab[i];
			cd0[i] = cd[i];
			ef0[i] = ef[i];
			gh0[i] = gh[i];
		}
		UNROLL
		for (int j = 0; j < 8; j++)
			EACH m[j][i] = vreinterpretq_u64_u8(
				vrev64q_u8(vld1q_u8(data[i] + offset + 16 * j)));
		UNROLL
		for (int t = 0; t < 40; t += 4) {
			TWO(ab, cd, ef, gh, t)
			TWO(gh, ab, cd, ef, t + 1)
			TWO(ef, gh, ab, cd, t + 2)
			TWO(cd, ef, gh, ab, t + 3)
		}
		EACH {
			ab[i] = vaddq_u64(ab[i], ab0[i]);
			cd[i] = vaddq_u64(cd[i], cd0[i]);
			ef[i] = vaddq_u64(ef[i], ef0[i]);
			gh[i] = vaddq_u64(gh[i], gh0[i]);
		}
	}
	EACH {
		vst1q_u64((uint64_t *)state[i], ab[i]);
		vst1q_u64((uint64_t *)state[i] + 2, cd[i]);
		vst1q_u64((uint64_t *)state[i] + 4, ef[i]);
		vst1q_u64((uint64_t *)state[i] + 6, gh[i]);
	}
}
