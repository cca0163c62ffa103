"""The core, seen from Python: the only room with ctypes."""
