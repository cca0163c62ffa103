"""The core, seen from Python: the only room with ctypes.

``library`` loads the shared library, ``handles`` has what lives in it (runs, hashers), ``wire`` the
bytes that travel, ``packed`` lines of lists among them; ``algorithms`` is the core's table, and
``hashing`` takes the digests of streams. ``core/cmd/libchecksig/checksig.h`` is the contract of it.
"""
