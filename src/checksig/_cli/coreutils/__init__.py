"""Stand-ins for md5sum, cksum and their siblings of the GNU coreutils, and for programs like them.

``checksig sha256sum ARGS…`` does what ``sha256sum ARGS…`` does, and so does a link to ``checksig``
that is called ``sha256sum``: the same options, output, messages and exit codes. Where that is less
than safe it is so here too, and ``checksig verify`` is not: docs/drop-in.md has the table.

Sources: the manual of the coreutils 9.10 ("cksum invocation" and what follows), what the modules of
the others name, and what the commands answer. The behaviour is theirs, the code is not.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from checksig._cli.coreutils import output

#: The module of each command that can be stood in for.
_MODULES: Final = {
    **dict.fromkeys(
        ("b2sum", "cksum", "md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum",
         "sum"),
        "gnu",
    ),
    **dict.fromkeys(("md5", "sha1", "sha256", "sha512"), "bsd"),
    "b3sum": "b3sum",
    "hashdeep": "hashdeep",
    "shasum": "shasum",
    **dict.fromkeys(("xxh32sum", "xxh64sum", "xxh128sum", "xxh3sum", "xxhsum"), "xxhsum"),
}  # fmt: skip

TOOLS: Final = frozenset(_MODULES)


def called(program: str, arguments: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return which command is asked for, and its arguments; None if it is one of checksig's own."""
    if (tool := os.path.basename(program)) in TOOLS:
        return tool, list(arguments)
    if arguments and arguments[0] in TOOLS:
        return arguments[0], list(arguments[1:])
    return None


def main(tool: str, arguments: Sequence[str]) -> int:
    """Run a command, and return its exit code."""
    import signal

    from checksig._cli.coreutils import output

    # Like every command of the system, it ends when its output is read no more. (Ctrl-C ends it
    # by itself: see run in checksig._cli.)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    return output.guarded(tool, lambda out: _run(tool, arguments, out))


def _run(tool: str, arguments: Sequence[str], out: output.Output) -> int:
    from importlib import import_module

    module: Any = import_module(f"checksig._cli.coreutils.{_MODULES[tool]}")
    code: int = module.run([os.fsencode(argument) for argument in arguments], out)
    return code
