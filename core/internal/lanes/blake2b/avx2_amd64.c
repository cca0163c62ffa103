#include "../simd/avx2.h"
#include "kernels.h"
#define NAME checksig_blake2b_avx2
#include "lanes.h"
