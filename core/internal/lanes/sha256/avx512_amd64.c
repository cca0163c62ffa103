#include "../simd/avx512.h"
#include "kernels.h"
#define NAME checksig_sha256_avx512
#include "lanes.h"
