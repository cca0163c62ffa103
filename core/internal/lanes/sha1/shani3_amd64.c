#define NAME checksig_sha1_shani3
#define STREAMS 3
#include "shani.h"
