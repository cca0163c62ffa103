#include "../simd/neon.h"
#include "kernels.h"
#define NAME checksig_sha1_neon
#include "lanes.h"
