#include "../simd/neon.h"
#include "kernels.h"
#define NAME checksig_blake3_neon
#include "lanes.h"
