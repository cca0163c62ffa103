/* The state of BLAKE as four columns, or in the next turn four diagonals, that are
 * mixed side by side: none waits for another. v has the state, and turn is 0 or 1. */

#pragma once

#define EACH UNROLL for (int i = 0; i < 4; i++)
#define A v[i]
#define B v[4 + ((i + turn) & 3)]
#define C v[8 + ((i + 2 * turn) & 3)]
#define D v[12 + ((i + 3 * turn) & 3)]
