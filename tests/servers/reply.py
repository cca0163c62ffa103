"""A request of the web server, and the bytes that answer it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable
    from pathlib import Path


class End(Enum):
    """What becomes of the connection after an answer."""

    KEEP = auto()
    CLOSE = auto()
    RESET = auto()


@dataclass
class Reply:
    """An answer, right or wrong: nothing is added to it. It may be a body alone, if ``bare``."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""
    version: str = "HTTP/1.1"
    end: End = End.KEEP
    bare: bool = False

    def head(self) -> bytes:
        """Return the status line and the headers."""
        lines = [f"{self.version} {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.end is not End.KEEP and self.version != "HTTP/1.0":
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    @property
    def data(self) -> bytes:
        """The body, if it is not made while it is sent."""
        assert isinstance(self.body, bytes)
        return self.body

    def pieces(self) -> Iterable[bytes]:
        """Return the body."""
        return [self.body] if isinstance(self.body, bytes) else self.body


def leaving(reply: Reply, *names: str) -> Reply:
    """Return an answer without some headers."""
    kept = {name: value for name, value in reply.headers.items() if name not in names}
    return replace(reply, headers=kept)


def adding(reply: Reply, **headers: str) -> Reply:
    """Return an answer with other headers, whose names have ``_`` for ``-``."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(reply, headers={**reply.headers, **said})


@dataclass(frozen=True)
class Asked:
    """A request, as it was sent, and the file that it is for."""

    method: str
    path: str
    query: str
    headers: dict[str, str]  # by names in small letters
    count: int  # 1 for the first request of this path
    name: str  # the path without the word for a fault
    root: Path
    stopping: threading.Event  # set when the server ends

    @property
    def file(self) -> Path:
        """The path below the root."""
        parts = [part for part in unquote_to_bytes(self.name).split(b"/") if part]
        if any(part in {b".", b".."} for part in parts):
            return self.root / "nowhere"
        return self.root.joinpath(*map(os.fsdecode, parts))

    @property
    def exists(self) -> bool:
        """Whether there is such a file."""
        return self.file.is_file() and not self.name.endswith("/")

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.file.read_bytes()

    @property
    def host(self) -> str:
        """The host and port that were asked."""
        return self.headers["host"]


if TYPE_CHECKING:
    Fault = Callable[[Asked], Reply]
