"""Archives for tests, made of the files in a dictionary."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

from trees import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TARS = {".tar": "", ".tar.gz": "gz", ".tgz": "gz", ".tar.bz2": "bz2", ".tar.xz": "xz"}
SUFFIXES = (".zip", *TARS)


def pack(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write an archive of the kind that its name stands for."""
    if path.suffix in {".zip", ".whl"}:
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path
    suffix = next(s for s in sorted(TARS, key=len, reverse=True) if path.name.endswith(s))
    with tarfile.open(path, f"w:{TARS[suffix]}") as archive:  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownVariableType]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def sums(files: Mapping[str, bytes]) -> bytes:
    """A list in the grammar of the coreutils."""
    return "".join(f"{sha256(content)}  {name}\n" for name, content in files.items()).encode()


def record_line(name: str, content: bytes) -> str:
    """A line of a RECORD."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def wheel(files: Mapping[str, bytes], *lines: str) -> dict[str, bytes]:
    """The files of a wheel, with its RECORD, which may have more lines."""
    record = "".join(record_line(name, content) for name, content in files.items())
    record += "".join(lines) + "p-1.dist-info/RECORD,,\n"
    return {**files, "p-1.dist-info/RECORD": record.encode()}
