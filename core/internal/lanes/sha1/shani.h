/* SHA-1 by the SHA extensions (Intel SDM volume 2, SHA1RNDS4), for STREAMS
 * messages at a time: each instruction waits for the one before it in its own
 * stream, and the other streams fill the wait. Who includes this defines NAME
 * and STREAMS. */

#include "../simd/kernel.h"
#include "kernels.h"
#include <immintrin.h>

#define EACH UNROLL for (int i = 0; i < STREAMS; i++)

/* Four rounds. e[t & 1] is what the rounds take, the other is made for the next
 * four. m holds the last sixteen words of the schedule. */
#define FOUR(t, f)                                                                             \
	do {                                                                                   \
		EACH e[(t) & 1][i] = (t) ? _mm_sha1nexte_epu32(e[(t) & 1][i], m[(t) & 3][i])   \
					 : _mm_add_epi32(e[0][i], m[0][i]);                    \
		EACH e[~(t) & 1][i] = abcd[i];                                                 \
		EACH if ((t) >= 3 && (t) < 19)                                                 \
			m[((t) + 1) & 3][i] = _mm_sha1msg2_epu32(m[((t) + 1) & 3][i], m[(t) & 3][i]); \
		EACH abcd[i] = _mm_sha1rnds4_epu32(abcd[i], e[(t) & 1][i], f);                 \
		EACH if ((t) >= 1 && (t) < 17)                                                 \
			m[((t) + 3) & 3][i] = _mm_sha1msg1_epu32(m[((t) + 3) & 3][i], m[(t) & 3][i]); \
		EACH if ((t) >= 2 && (t) < 18)                                                 \
			m[((t) + 2) & 3][i] = _mm_xor_si128(m[((t) + 2) & 3][i], m[(t) & 3][i]); \
	} while (0)

#define TWENTY(t, f)      \
	FOUR(t, f);       \
	FOUR((t) + 1, f); \
	FOUR((t) + 2, f); \
	FOUR((t) + 3, f); \
	FOUR((t) + 4, f)

__attribute__((target("sha,sse4.1,ssse3"))) KERNEL(NAME)
{
	const __m128i swap = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
	__m128i abcd[STREAMS], e[2][STREAMS], m[4][STREAMS], abcd0[STREAMS], e0[STREAMS];
	EACH {
		abcd[i] = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state[i]), 0x1b);
		e[0][i] = _mm_set_epi32((int)((const uint32_t *)state[i])[4], 0, 0, 0);
	}
	for (size_t offset = 0; blocks > 0; blocks--, offset += 64) {
		EACH {
			abcd0[i] = abcd[i];
			e0[i] = e[0][i];
		}
		UNROLL
		for (int j = 0; j < 4; j++)
			EACH m[j][i] = _mm_shuffle_epi8(
				_mm_loadu_si128((const __m128i *)(data[i] + offset + 16 * j)), swap);
		TWENTY(0, 0);
		TWENTY(5, 1);
		TWENTY(10, 2);
		TWENTY(15, 3);
		EACH {
			abcd[i] = _mm_add_epi32(abcd[i], abcd0[i]);
			e[0][i] = _mm_sha1nexte_epu32(e[0][i], e0[i]);
		}
	}
	EACH {
		_mm_storeu_si128((__m128i *)state[i], _mm_shuffle_epi32(abcd[i], 0x1b));
		((uint32_t *)state[i])[4] = (uint32_t)_mm_extract_epi32(e[0][i], 3);
	}
}
