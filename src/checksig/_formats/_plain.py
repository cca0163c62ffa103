"""Lists that are compressed, or text in UTF-16: their lines, as the formats read them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final, Protocol

    class _Unpacker(Protocol):
        """It unpacks one member of a compressed file, of which several may stand in a row."""

        @property
        def eof(self) -> bool:
            """Whether the end of the member was met."""
            ...

        @property
        def unused_data(self) -> bytes:
            """The bytes after the member."""
            ...

        def decompress(self, data: bytes, max_length: int, /) -> bytes:
            """Return what is packed in these bytes, as far as this many bytes."""
            ...


#: In bytes, as of a list that is not compressed: a small file may unpack to any size.
_MAX_SIZE: Final = 1 << 30

#: The endings of compressed files.
ENDINGS: Final = (".gz", ".bz2", ".xz", ".zst")


class NotInstalledError(ValueError):
    """Nothing here reads how a file is compressed."""


_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def _utf16_as_utf8(data: bytes) -> bytes:
    """Return text of UTF-16 in UTF-8. PowerShell writes it.

    What is damaged is nothing: it stays as it is, and is no list.
    """
    if data.startswith(b"\xff\xfe\0\0"):
        return b""  # UTF-32
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
        ValueError: the compressed data is damaged, or larger than a list may be.
    """
    for magic, unpacker in _UNPACKERS.items():
        if data.startswith(magic):
            found = _unpacked(data, unpacker)
            return plain(found) if found.startswith(_UTF16) else found
    return _utf16_as_utf8(data) if data.startswith(_UTF16) else b""


def _unpacked(data: bytes, new: Callable[[], _Unpacker]) -> bytes:
    from lzma import LZMAError  # noqa: PLC0415 (few lists are compressed)
    from zlib import error as ZlibError  # noqa: N812, PLC0415

    damaged: tuple[type[Exception], ...] = (OSError, EOFError, LZMAError, ZlibError)
    if new is _zstd:
        damaged = (*damaged, zstd().ZstdError)
    found = b""
    while data:
        unpacker = new()
        try:
            found += unpacker.decompress(data, _MAX_SIZE + 1 - len(found))
        except damaged:
            raise ValueError("the compressed data is damaged") from None
        if len(found) > _MAX_SIZE:
            raise ValueError(f"it is larger than {_MAX_SIZE} bytes when it is decompressed")
        if not unpacker.eof:
            raise ValueError("the compressed data is cut off")
        data = unpacker.unused_data.lstrip(b"\0")  # which pad files
    return found


def _gzip() -> _Unpacker:
    import zlib  # noqa: PLC0415 (few lists are compressed)

    return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)


def _bzip2() -> _Unpacker:
    import bz2  # noqa: PLC0415 (likewise)

    return bz2.BZ2Decompressor()


def _xz() -> _Unpacker:
    import lzma  # noqa: PLC0415 (likewise)

    return lzma.LZMADecompressor(lzma.FORMAT_XZ)


def _zstd() -> _Unpacker:
    found: _Unpacker = zstd().ZstdDecompressor()
    return found


def zstd() -> Any:
    """Return the module that reads Zstandard: of Python since 3.14, else of a package.

    Raises:
        NotInstalledError: there is none.
    """
    from importlib import import_module  # noqa: PLC0415 (likewise)

    for name in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(name)
        except ImportError:
            continue
    raise NotInstalledError("it is compressed with zstd, which needs pip install 'checksig[zstd]'")


#: By the first bytes of what is compressed.
_UNPACKERS: Final[dict[bytes, Callable[[], _Unpacker]]] = {
    b"\x1f\x8b": _gzip,
    b"BZh": _bzip2,
    b"\xfd7zXZ\x00": _xz,
    b"\x28\xb5\x2f\xfd": _zstd,
}

#: The first bytes of what is not plain text, and may be a list.
PACKED: Final = (*_UNPACKERS, *_UTF16)
