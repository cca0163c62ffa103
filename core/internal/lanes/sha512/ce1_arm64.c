#define NAME checksig_sha512_ce1
#define STREAMS 1
#include "ce.h"
