#include "../simd/avx2.h"
#include "kernels.h"
#define NAME checksig_sha512_avx2
#include "lanes.h"
