#include "../simd/neon.h"
#include "kernels.h"
#define NAME checksig_md5_neonx2
#define VECTORS 2
#include "lanes.h"
