#include "../simd/avx2.h"
#include "kernels.h"
#define NAME checksig_md5_avx2x2
#define VECTORS 2
#include "lanes.h"
