#define NAME checksig_sha1_shani2
#define STREAMS 2
#include "shani.h"
