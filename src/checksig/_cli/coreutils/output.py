"""The output of a command: lines on stdout, messages on stderr, in the order they are said in."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from checksig._cli.coreutils import words
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    from collections.abc import Callable


class Stop(Exception):  # noqa: N818 (it need not be an error)
    """The command is over; its argument is the exit code."""

    def __init__(self, code: int) -> None:
        """Keep the exit code."""
        super().__init__(code)
        self.code = code


class WriteError(Exception):
    """Stdout does not take what is written to it; ``__cause__`` says why."""


class Output:
    """Stdout and stderr of a command.

    Lines are held back until there is nothing to do but wait, or something to say on stderr:
    a reader of both reads them in order.
    """

    def __init__(self, tool: str) -> None:
        """Take what the process has for stdout; it may have been closed."""
        self.tool = tool
        stdout = sys.stdout
        self._stdout: BinaryIO | None = None if stdout is None else stdout.buffer  # pyright: ignore[reportUnnecessaryComparison] (it was closed)

    def write(self, line: bytes) -> None:
        """Write to stdout, some time."""
        try:
            if self._stdout is None:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            self._stdout.write(line)
        except OSError as error:
            raise WriteError from error

    def flush(self) -> None:
        """Write to stdout what was held back."""
        try:
            if self._stdout is not None:
                self._stdout.flush()
        except OSError as error:
            raise WriteError from error

    def say(self, message: bytes) -> None:
        """Write a message to stderr, behind the name of the command."""
        self.raw(os.fsencode(self.tool) + b": " + message + b"\n")

    def raw(self, text: bytes) -> None:
        """Write text to stderr."""
        self.flush()
        written = 0
        try:
            while written < len(text):
                written += os.write(2, text[written:])
        except OSError:
            return  # if the reason cannot be said, there still is the exit code

    def fail(self, message: bytes) -> Stop:
        """Say why the command cannot go on, and return what ends it."""
        self.say(message)
        return Stop(1)

    def usage(self, message: bytes = b"") -> Stop:
        """Say what is wrong with the arguments and where to find help, and return what ends it."""
        if message:
            self.say(message)
        self.raw(f"Try '{self.tool} --help' for more information.\n".encode())
        return Stop(1)

    def trouble(self, name: bytes, error: OSError) -> None:
        """Say why a file could not be opened or read."""
        self.say(words.quoted_if_odd(name) + b": " + words.reason(error))


def guarded(tool: str, run: Callable[[Output], int]) -> int:
    """Run a command, and return its exit code, whatever becomes of its output."""
    out = Output(tool)
    try:
        try:
            return run(out)
        except Stop as stop:
            return stop.code
        finally:
            out.flush()
    except ChecksigError as error:
        out.say(os.fsencode(str(error)))
        return 1
    except WriteError as error:
        _abandon_stdout()
        cause = error.__cause__
        why = words.reason(cause) if isinstance(cause, OSError) else b"unknown"
        Output(tool).raw(os.fsencode(tool) + b": write error: " + why + b"\n")
        return 1


def _abandon_stdout() -> None:
    # What is left would be tried once more at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
