"""Command lines that start quickly: a process that has imported the package forks for each.

To start Python and to import the package takes most of the time of a short command. What is forked
is a process of its own all the same: with its own library, which is loaded behind the fork, its own
arguments, directory, variables and streams. Tests that ask for more start a whole one.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: In bytes: of a request. Longer ones are not for this.
_MOST: Final = 1 << 17
#: In seconds.
_TIMEOUT: Final = 60
#: Modules that commands load as they need them: those of the core and of signatures come later.
_IMPORTED: Final = (
    "checksig._cli.coreutils.check",
    "checksig._cli.coreutils.hashing",
    "checksig._cli.verify",
    "checksig._checking.verifying",
    "checksig._claims.beside",
    "checksig._making.creating",
    "checksig._reports.json",
    "checksig._reports.text",
    "checksig._trust.policy",
)


class Started(NamedTuple):
    """What a command did."""

    code: int
    out: bytes
    err: bytes


def run(
    arguments: Sequence[str | bytes],
    directory: str = ".",
    environment: Mapping[str, str] = os.environ,
    stdin: int = 0,
) -> Started | None:
    """Run a command, as far as that can be done quickly; None: start a whole process."""
    request = json.dumps(
        [[os.fsdecode(each) for each in arguments], os.path.realpath(directory), {**environment}]
    ).encode()
    if len(request) > _MOST or _of(environment, "PYTHON") != _of(os.environ, "PYTHON"):
        return None
    key = json.dumps(_of(environment, "LC_", "LANG"), sort_keys=True)
    if not (starter := _starters.get(key)):
        starter = _starters[key] = _Starter(environment)
    return starter.run(request, stdin)


def _of(environment: Mapping[str, str], *starts: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(starts)}


def close() -> None:
    """End all processes that fork."""
    while _starters:
        _starters.popitem()[1].close()


class _Starter:
    """A process that forks for each command, and waits for it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self._ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * _MOST)
        self._ours.settimeout(_TIMEOUT)
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            env=environment,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def run(self, request: bytes, stdin: int) -> Started:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            socket.send_fds(self._ours, [request], [stdin, out.fileno(), err.fileno()])
            code = int(self._ours.recv(16))
            out.seek(0)
            err.seek(0)
            return Started(code, out.read(), err.read())

    def close(self) -> None:
        self._ours.close()
        self._process.wait(timeout=_TIMEOUT)


#: By the variables of the locale, which Python looks at when it starts.
_starters: Final[dict[str, _Starter]] = {}


def _serve(end: socket.socket) -> None:
    """Fork for each request, until the other end is closed."""
    from importlib import import_module

    for name in _IMPORTED:
        import_module(name)
    while True:
        request, files, _, _ = socket.recv_fds(end, _MOST, 3)
        if not request:
            return
        if not (child := os.fork()):
            end.close()
            _become(*json.loads(request), files)
        for each in files:
            os.close(each)
        _, status = os.waitpid(child, 0)
        end.send(b"%d" % os.waitstatus_to_exitcode(status))


def _become(
    words: list[str], directory: str, environment: dict[str, Any], files: list[int]
) -> NoReturn:
    """Be the process of a command."""
    for number, each in enumerate(files):
        os.dup2(each, number)
        os.close(each)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment)
    from checksig import __main__

    sys.argv = [__main__.__file__, *words]
    __main__.run()
    os._exit(70)  # a command ends by itself


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Where Python looks for modules is no concern of commands.
    sys.path.remove(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    _serve(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)
