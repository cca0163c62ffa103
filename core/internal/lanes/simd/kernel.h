/* What every kernel is: it hashes the same number of blocks in each of its
 * lanes. state[i] and data[i] belong to lane i; they need no alignment beyond
 * eight bytes for state, and none for data. */

#pragma once
#include <stddef.h>
#include <stdint.h>

#define KERNEL(name)                                                                          \
	__attribute__((visibility("hidden"))) void name(                                      \
		uint8_t *const state[], const uint8_t *const data[], size_t blocks)

typedef void kernel(uint8_t *const state[], const uint8_t *const data[], size_t blocks);

/* A loop that is written for its reader, and has to be straight code. */
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 128")
#endif
