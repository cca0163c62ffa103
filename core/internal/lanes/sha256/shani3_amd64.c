#define NAME checksig_sha256_shani3
#define STREAMS 3
#include "shani.h"
