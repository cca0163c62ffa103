#define NAME checksig_sha1_ce2
#define STREAMS 2
#include "ce.h"
