#define NAME checksig_sha256_ce3
#define STREAMS 3
#include "ce.h"
