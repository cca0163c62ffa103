"""Archives that are not called like any, which are told by how they begin."""

from __future__ import annotations

import os
import stat
from typing import Final

#: How a zip begins, a package of Debian, one of RPM, and an archive of 7-Zip.
_MAGIC: Final = (
    *(b"PK\3\4", b"PK\5\6", b"!<arch>\ndebian-binary", b"\xed\xab\xee\xdb"),
    b"7z\xbc\xaf\x27\x1c",
)
_COMPRESSED: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")
_TAR: Final = slice(257, 262)  # where a tar says what it is
_BLOCK: Final = 512


def looks_like_an_archive(path: bytes) -> bool:
    """Whether a file begins like an archive, or may: what is not installed could tell."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        head = os.read(descriptor, _BLOCK) if regular else b""
    except OSError:
        return False
    finally:
        os.close(descriptor)
    if head.startswith(_COMPRESSED):
        return _may_be_tar(path)
    return head.startswith(_MAGIC) or head[_TAR] == b"ustar"


def _may_be_tar(path: bytes) -> bool:
    # zipfile, which the room of archives needs, takes 10 ms to load.
    from checksig._places.archive.compression import decompressed  # noqa: PLC0415
    from checksig._places.archive.file import open_regular  # noqa: PLC0415
    from checksig._places.archive.reading import BROKEN  # noqa: PLC0415

    try:
        with open_regular(path) as file:
            try:
                stream = decompressed(file)
            except ValueError:
                return True  # nothing here reads it, and whoever wants to says so
            return stream.read(_BLOCK)[_TAR] == b"ustar"
    except BROKEN:
        return False
