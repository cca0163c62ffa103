"""Open files until some descriptors are left, and verify: no crash, whatever the verdict."""

import os
import resource
import sys
from contextlib import suppress

import checksig

good, left = sys.argv[1], int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
checksig.algorithms()
if sys.argv[3:]:
    checksig.audit(good)
held = []
with suppress(OSError):
    while True:
        held.append(os.open("/dev/null", 0))
for _ in range(left):
    os.close(held.pop())
with suppress(checksig.ChecksigError, OSError):
    sys.exit(0 if checksig.audit(good).counts[checksig.Status.OK] <= 50 else 7)
