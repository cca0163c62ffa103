"""Begin 100 runs at once, end none of them, and exit."""

from prelude import BAD, GOOD, fds, right, threads

import checksig

held = [checksig.iter_verify(GOOD) for _ in range(100)]
for it in held:
    next(it)
print("RUNS 100", fds(), threads())
assert right(BAD)
