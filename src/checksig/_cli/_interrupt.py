"""Ctrl-C: it ends the process at once, or raises KeyboardInterrupt.

An exception that is raised in the middle of an import can get lost: Python drops those raised in
the callbacks that imports leave behind. So a command is interruptible once it has loaded what it
needs, and not while it loads more; until then ``__main__`` has let Ctrl-C end the process. One that
was started to ignore SIGINT goes on ignoring it.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


def raises() -> None:
    """Let Ctrl-C raise KeyboardInterrupt: there is a run to end, or a file to remove."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def deferred() -> Generator[None, None, None]:
    """Let Ctrl-C raise KeyboardInterrupt at the end of the block, and not within."""
    came: list[int] = []
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if came:
        raise KeyboardInterrupt
