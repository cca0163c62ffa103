/* SHA-256 by the SHA extensions (Intel SDM volume 2, SHA256RNDS2), for two
 * messages at a time: each instruction waits for the one before it in its own
 * stream, and the other stream fills the wait. */

#include "../simd/kernel.h"
#include "kernels.h"
#include <immintrin.h>

enum { STREAMS = 2 };

#define EACH UNROLL for (int i = 0; i < STREAMS; i++)

/* Four rounds, and the part of the schedule that can be made meanwhile. m holds
 * the last sixteen words of it. */
#define FOUR(t)                                                                                \
	do {                                                                                   \
		__m128i wk[STREAMS];                                                           \
		EACH wk[i] = _mm_add_epi32(m[(t) & 3][i],                                      \
			_mm_load_si128((const __m128i *)(checksig_sha256_k + 4 * (t))));       \
		EACH cdgh[i] = _mm_sha256rnds2_epu32(cdgh[i], abef[i], wk[i]);                 \
		EACH if ((t) >= 3 && (t) < 15)                                                 \
			m[((t) + 1) & 3][i] = _mm_sha256msg2_epu32(                            \
				_mm_add_epi32(m[((t) + 1) & 3][i],                             \
					_mm_alignr_epi8(m[(t) & 3][i], m[((t) + 3) & 3][i], 4)), \
				m[(t) & 3][i]);                                                \
		EACH abef[i] = _mm_sha256rnds2_epu32(abef[i], cdgh[i], _mm_shuffle_epi32(wk[i], 0x0e)); \
		EACH if ((t) >= 1 && (t) < 13)                                                 \
			m[((t) + 3) & 3][i] = _mm_sha256msg1_epu32(m[((t) + 3) & 3][i], m[(t) & 3][i]); \
	} while (0)

__attribute__((target("sha,sse4.1,ssse3"))) KERNEL(checksig_sha256_shani2)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i abef[STREAMS], cdgh[STREAMS], abef0[STREAMS], cdgh0[STREAMS], m[4][STREAMS];
	EACH {
		const __m128i dcba = _mm_loadu_si128((const __m128i *)state[i]);
		const __m128i hgfe = _mm_loadu_si128((const __m128i *)state[i] + 1);
		const __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1);
		const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1b);
		abef[i] = _mm_alignr_epi8(cdab, efgh, 8);
		cdgh[i] = _mm_blend_epi16(efgh, cdab, 0xf0);
	}
	for (size_t offset = 0; blocks > 0; blocks--, offset += 64) {
		EACH {
			abef0[i] = abef[i];
			cdgh0[i] = cdgh[i];
		}
		UNROLL
		for (int j = 0; j < 4; j++)
			EACH m[j][i] = _mm_shuffle_epi8(
				_mm_loadu_si128((const __m128i *)(data[i] + offset + 16 * j)), swap);
		FOUR(0); FOUR(1); FOUR(2); FOUR(3);
		FOUR(4); FOUR(5); FOUR(6); FOUR(7);
		FOUR(8); FOUR(9); FOUR(10); FOUR(11);
		FOUR(12); FOUR(13); FOUR(14); FOUR(15);
		EACH {
			abef[i] = _mm_add_epi32(abef[i], abef0[i]);
			cdgh[i] = _mm_add_epi32(cdgh[i], cdgh0[i]);
		}
	}
	EACH {
		const __m128i feba = _mm_shuffle_epi32(abef[i], 0x1b);
		const __m128i dchg = _mm_shuffle_epi32(cdgh[i], 0xb1);
		_mm_storeu_si128((__m128i *)state[i], _mm_blend_epi16(feba, dchg, 0xf0));
		_mm_storeu_si128((__m128i *)state[i] + 1, _mm_alignr_epi8(dchg, feba, 8));
	}
}
