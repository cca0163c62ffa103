#include "../simd/neon.h"
#include "kernels.h"
#define NAME checksig_md5_neon
#define VECTORS 1
#include "lanes.h"
