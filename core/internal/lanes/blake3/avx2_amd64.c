#include "../simd/avx2.h"
#include "kernels.h"
#define NAME checksig_blake3_avx2
#include "lanes.h"
