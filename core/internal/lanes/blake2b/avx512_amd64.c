#include "../simd/avx512.h"
#include "kernels.h"
#define NAME checksig_blake2b_avx512
#include "lanes.h"
