"""The command line. Only this package prints, and only it decides how the process exits.

Exit codes: 0 verified, 1 not verified, 2 could not run, 3 signature not trusted, 130 interrupted.
A command loads what it needs when it runs, so that --version and --help do not wait for it.
Errors go to stderr as ``checksig: what went wrong``, in lower case and without a full stop.
"""

from __future__ import annotations

import errno
import io
import os
import sys

from checksig import __version__
from checksig._cli import _exit, coreutils
from checksig.errors import ChecksigError

TYPE_CHECKING = False  # typing's takes 5 ms
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def run() -> NoReturn:
    """Run the command line as a process of its own.

    Such a process is short: it ends without taking the interpreter apart.
    """
    try:
        code = main()
    except Exception:  # a fault of ours, or no memory left: there is no verdict
        import traceback

        traceback.print_exc()
        code = _exit.COULD_NOT_RUN
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line, and return the exit code of the process."""
    arguments = sys.argv[1:] if argv is None else argv
    if stand_in := coreutils.called(sys.argv[0], arguments):
        return coreutils.main(*stand_in)
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison] (it was closed)
        return _fail("stdout is closed, and the verdict would be lost", _exit.COULD_NOT_RUN)
    _escape_what_cannot_be_encoded()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_stdout()  # whoever read it has gone, and does not want to hear of it
        return _exit.COULD_NOT_RUN
    except OSError as error:
        _abandon_stdout()
        return _fail(f"cannot write the output: {error}", _exit.COULD_NOT_RUN)
    return code


def _run(argv: Sequence[str]) -> int:
    try:
        code = _asked(argv)
    except KeyboardInterrupt:
        return _fail("interrupted", _exit.INTERRUPTED)
    except ChecksigError as error:
        message = "\n".join([*getattr(error, "__notes__", ()), str(error)])
        return _fail(message, _exit.of_error(error))
    except MemoryError:
        return _fail("there is not enough memory for this", _exit.COULD_NOT_RUN)
    except OSError as error:
        if error.errno not in (errno.EMFILE, errno.ENFILE):
            raise
        return _fail(f"this needs more file descriptors: {error.strerror}", _exit.COULD_NOT_RUN)
    return code


def _asked(argv: Sequence[str]) -> int:
    """Run the command that is asked for. ``--version`` waits for no parser."""
    if argv and argv[0] in ("-V", "--version"):
        print(f"checksig {__version__}")
        return _exit.VERIFIED
    from checksig._cli import _commands, _parser

    try:
        return _commands.run(argv)
    except _parser.Answered:
        return _exit.VERIFIED
    except _parser.UsageError as error:
        from checksig._cli import _mistakes

        return _fail(_mistakes.explained(error), _exit.COULD_NOT_RUN)


def _escape_what_cannot_be_encoded() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _abandon_stdout() -> None:
    # At exit Python would try once more to write what is left, and exit with a code of its own.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int) -> int:
    if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison] (it was closed)
        try:
            print(f"checksig: {message}", file=sys.stderr, flush=True)
        except OSError:
            return code  # nobody can hear why
    return code
