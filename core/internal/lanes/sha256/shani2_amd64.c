#define NAME checksig_sha256_shani2
#define STREAMS 2
#include "shani.h"
