//go:build amd64 || arm64

#include "../simd/scalar.h"
#include "kernels.h"
#define NAME checksig_blake2b_c
#include "lanes.h"
