#include "../simd/neon.h"
#include "kernels.h"
#define NAME checksig_sha256_neon
#include "lanes.h"
