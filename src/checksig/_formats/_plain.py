"""Lists that are compressed, or text in UTF-16: their lines, as the formats read them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

#: In bytes, as of a list that is not compressed: a small file may unpack to any size.
_MAX_SIZE: Final = 1 << 30

#: The endings of compressed files.
ENDINGS: Final = (".gz", ".bz2", ".xz")


def utf16_as_utf8(data: bytes) -> bytes:
    """Return text of UTF-16 in UTF-8, if a byte order mark says that it is that; else nothing.

    PowerShell writes it. What is damaged stays as it is, and is no list.
    """
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) or data.startswith(b"\xff\xfe\0\0"):
        return b""
    try:
        return data.decode("utf-16").encode()
    except UnicodeError:
        return b""


def uncompressed(name: str) -> str:
    """Return a name without the ending that says how the file is compressed."""
    lower = name.lower()
    return next((name[: -len(end)] for end in ENDINGS if lower.endswith(end)), name)


def plain(data: bytes) -> bytes:
    """Return a list that is compressed, or in UTF-16, as its lines; nothing if it is neither.

    Raises:
        ValueError: what is compressed is damaged, or larger than a list may be.
    """
    for magic, unpacker in _UNPACKERS.items():
        if data.startswith(magic):
            found = _unpacked(data, unpacker)
            return utf16_as_utf8(found) or found
    return utf16_as_utf8(data)


def _unpacked(data: bytes, unpacker: Callable[[BytesIO], IO[bytes]]) -> bytes:
    from lzma import LZMAError  # noqa: PLC0415 (few lists are compressed)
    from zlib import error as ZlibError  # noqa: N812, PLC0415

    try:
        with unpacker(BytesIO(data)) as file:
            found = file.read(_MAX_SIZE + 1)
    except (OSError, EOFError, LZMAError, ZlibError):
        raise ValueError("what is compressed is damaged, or cut off") from None
    if len(found) > _MAX_SIZE:
        raise ValueError(f"it is larger than {_MAX_SIZE} bytes when it is decompressed")
    return found


def _gzip(file: BytesIO) -> IO[bytes]:
    import gzip  # noqa: PLC0415 (few lists are compressed)

    return gzip.GzipFile(fileobj=file)  # type: ignore[return-value] # it is read like one


def _bzip2(file: BytesIO) -> IO[bytes]:
    import bz2  # noqa: PLC0415 (likewise)

    return bz2.BZ2File(file)


def _xz(file: BytesIO) -> IO[bytes]:
    import lzma  # noqa: PLC0415 (likewise)

    return lzma.LZMAFile(file)


#: By the first bytes of what is compressed.
_UNPACKERS: Final = {b"\x1f\x8b": _gzip, b"BZh": _bzip2, b"\xfd7zXZ\x00": _xz}
