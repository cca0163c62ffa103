#define NAME checksig_sha512_ce2
#define STREAMS 2
#include "ce.h"
