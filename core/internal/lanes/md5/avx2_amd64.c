#include "../simd/avx2.h"
#include "kernels.h"
#define NAME checksig_md5_avx2
#define VECTORS 1
#include "lanes.h"
