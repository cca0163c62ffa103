#include "../simd/avx512.h"
#include "kernels.h"
#define NAME checksig_sha512_avx512
#include "lanes.h"
