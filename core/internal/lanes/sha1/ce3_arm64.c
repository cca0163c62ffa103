#define NAME checksig_sha1_ce3
#define STREAMS 3
#include "ce.h"
