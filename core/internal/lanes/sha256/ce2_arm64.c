#define NAME checksig_sha256_ce2
#define STREAMS 2
#include "ce.h"
