"""File systems made for tests: files in memory, and each fault that one can have."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal

from fsspec import AbstractFileSystem

if TYPE_CHECKING:
    from collections.abc import Callable

Fault = Literal[
    "short", "long", "endless", "unsized", "negative", "fails", "too much", "words", "mute"
]


class Files(AbstractFileSystem):
    """Files by their names, with versions. It believes in its listings, as others do."""

    protocol = "files"
    cachable = False

    def __init__(self, files: dict[str, bytes], faults: dict[str, Fault] | None = None) -> None:
        """Take files, and which of them have faults."""
        super().__init__()
        self.files, self.faults = files, faults or {}
        self.versions = dict.fromkeys(files, 1)
        self.opened: list[str] = []
        self.meanwhile: Callable[[str], None] = lambda _: None  # before a file's last byte

    def put(self, name: str, data: bytes) -> None:
        """Replace a file."""
        self.files[name] = data
        self.versions[name] = self.versions.get(name, 0) + 1

    def _told(self, name: str) -> dict[str, Any]:
        size: int | None = len(self.files[name])
        match self.faults.get(name):
            case "unsized":
                size = None
            case "negative":
                size = -5
        return {"name": name, "size": size, "type": "file", "ETag": f'"{self.versions[name]}"'}

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:
        """List a directory, from memory if that was asked for before."""
        start = f"{path.strip('/')}/" if path.strip("/") else ""
        if start not in self.dircache:
            found: dict[str, dict[str, Any]] = {}
            for name in self.files:
                if name.startswith(start):
                    own, below, _ = name.removeprefix(start).partition("/")
                    full = start + own
                    found[full] = (
                        {"name": full, "size": 0, "type": "directory"}
                        if below
                        else self._told(name)
                    )
            if not found:
                raise FileNotFoundError(path)
            self.dircache[start] = list(found.values())
        rows: list[dict[str, Any]] = self.dircache[start]
        return rows if detail else [row["name"] for row in rows]

    def invalidate_cache(self, path: str | None = None) -> None:
        """Forget all listings."""
        del path
        self.dircache.clear()

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return what there is to say of a file, or of a directory."""
        if path in self.files:
            if self.faults.get(path) == "mute" and path in self.opened:
                raise RuntimeError("https://user:secret@example.org/a?token=secret broke down")
            return self._told(path)
        self.ls(path)
        return {"name": path, "size": 0, "type": "directory"}

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        assert mode == "rb"
        self.opened.append(path)
        if path not in self.files:
            raise FileNotFoundError(path)
        return _File(self, path, self.faults.get(path))


class _File(io.RawIOBase):
    """An open file, which may not be what was said of it."""

    def __init__(self, system: Files, path: str, fault: Fault | None) -> None:
        data = system.files[path]
        self.data = {"short": data[:-1], "long": data + b"x"}.get(fault or "", data)
        self.system, self.path, self.fault, self.at = system, path, fault, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Read from elsewhere."""
        assert whence == 0
        self.at = offset
        return offset

    def tell(self) -> int:
        """Return where it is read from."""
        return self.at

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        size = len(self.data) if size < 0 else size
        if self.fault == "fails" and self.at:
            raise RuntimeError("https://user:secret@example.org/a?token=secret broke down")
        if self.fault == "words":
            return "bytes"  # type: ignore[return-value] # as some drivers may
        if self.fault in ("endless", "too much"):
            return bytes(size + (self.fault == "too much"))
        size = min(size, 1 + len(self.data) // 2)  # not all of it at once
        found = self.data[self.at : self.at + size]
        self.at += len(found)
        if self.at >= len(self.data):
            self.system.meanwhile(self.path)
        return found
