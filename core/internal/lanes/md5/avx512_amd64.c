#include "../simd/avx512.h"
#include "kernels.h"
#define NAME checksig_md5_avx512
#define VECTORS 1
#include "lanes.h"
