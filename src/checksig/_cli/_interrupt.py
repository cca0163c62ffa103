"""Ctrl-C: it ends the process at once, or raises KeyboardInterrupt.

An exception that is raised in the middle of an import can get lost: Python drops those raised in
the callbacks that imports leave behind. So a command is interruptible once it has loaded what it
needs, and not while it loads more; until then ``__main__`` has let Ctrl-C end the process. One that
was started to ignore SIGINT goes on ignoring it.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

#: Without the names that signal gives to numbers, which take a millisecond.
_signal: Any = import_module("_signal")


def raises() -> None:
    """Let Ctrl-C raise KeyboardInterrupt: there is a run to end, or a file to remove."""
    if _signal.getsignal(_signal.SIGINT) == _signal.SIG_DFL:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)


def _noting(came: list[int]) -> Callable[[int, object], None]:
    return lambda number, _: came.append(number)


@contextmanager
def deferred() -> Generator[None, None, None]:
    """Let Ctrl-C raise KeyboardInterrupt at the end of the block, and not within."""
    came: list[int] = []
    handler = _signal.getsignal(_signal.SIGINT)
    if handler is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _noting(came))
    try:
        yield
    finally:
        _signal.signal(_signal.SIGINT, handler)
    if came:
        raise KeyboardInterrupt
