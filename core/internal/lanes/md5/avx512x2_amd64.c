#include "../simd/avx512.h"
#include "kernels.h"
#define NAME checksig_md5_avx512x2
#define VECTORS 2
#include "lanes.h"
