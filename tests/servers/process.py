"""A server's process: a free port, a log, and its end."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trees import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

#: Where programs lie that were made for these tests.
BUILT = REPOSITORY / "build" / "servers"
HOST = "127.0.0.1"
#: Seconds until a server has to answer: Node takes five, and twenty if the machine is busy.
PATIENCE = 120
#: The kernel ends a server whose tests were killed, if this program of util-linux is there.
WITH_PARENT = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []


class MissingServerError(RuntimeError):
    """A server is not on this machine. Tests that need it say so, and are skipped."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not on this machine: make .venv/made/all-stores brings it")


def built(name: str, path: str = "") -> Path:
    """Return where a program lies, below ``BUILT``, that was made for these tests.

    Raises:
        MissingServerError: It was not made.
    """
    found = BUILT / (path or name)
    if not found.exists():
        raise MissingServerError(name)
    return found


def free_port() -> int:
    """Return a port that nobody listened on a moment ago."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(command: Callable[[int], list[str]], directory: Path) -> Generator[int]:
    """Start a server in a directory of its own, yield its port once it answers, and end it.

    Args:
        command: What is run for a port. Paths in it are absolute.
        directory: Where it runs and writes its log.

    Raises:
        RuntimeError: It ended, or did not answer. The message has its log.
    """
    directory.mkdir(parents=True, exist_ok=True)
    process, port = _started(command, directory)
    try:
        yield port
    finally:
        _ended(process)


def _started(
    command: Callable[[int], list[str]], directory: Path
) -> tuple[subprocess.Popen[bytes], int]:
    # Another program may take the port between the question and the start.
    for _ in range(3):
        port = free_port()
        with (directory / "log").open("wb") as log:
            process = subprocess.Popen(
                [*WITH_PARENT, *command(port)],
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if _answers(process, port):
            return process, port
        _ended(process)
    log_text = (directory / "log").read_text(errors="replace")
    raise RuntimeError(f"{command(port)} did not start:\n{log_text}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        connection = http.client.HTTPConnection(HOST, port, timeout=10)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except ConnectionRefusedError:
            time.sleep(0.02)
        except (OSError, http.client.HTTPException):
            return process.poll() is None  # it speaks TLS, and did not like to be asked without
        else:
            return process.poll() is None
        finally:
            connection.close()
    return False


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
