"""The priority of this process: the lowest, for the processor and for the disk.

It is set before the core is loaded, whose threads inherit it. A library must not do so to the
process that it is in: only the command line calls this.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from contextlib import suppress
from typing import Final

#: What nice(1) calls its lowest priority.
_LOWEST: Final = 19
#: The number of ioprio_set(2) by the name that the kernel has for the machine.
_IOPRIO_SET: Final = {"x86_64": 251, "aarch64": 30}
#: The arguments of ioprio_set: a process, this one, and the class "idle" in the upper bits.
_THIS_PROCESS, _ITSELF, _IDLE = 1, 0, 3 << 13
#: Those of setiopolicy_np(3) of macOS: the disk, this process, and to be throttled.
_DISK, _WHOLE, _THROTTLE = 0, 0, 3


def lower() -> None:
    """Take the lowest priority for the processor, and for the disk where the system has such.

    What the system does not allow is left as it is: it is no reason not to check.
    """
    with suppress(OSError, AttributeError):  # Windows has no nice
        os.nice(_LOWEST)
    system = ctypes.CDLL(None) if sys.platform != "win32" else None
    with suppress(AttributeError):
        if system and sys.platform == "linux" and platform.machine() in _IOPRIO_SET:
            system.syscall(_IOPRIO_SET[platform.machine()], _THIS_PROCESS, _ITSELF, _IDLE)
        elif system and sys.platform == "darwin":
            system.setiopolicy_np(_DISK, _WHOLE, _THROTTLE)
