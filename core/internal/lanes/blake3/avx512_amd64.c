#include "../simd/avx512.h"
#include "kernels.h"
#define NAME checksig_blake3_avx512
#include "lanes.h"
