"""Streams that are compressed, told by how they begin."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from typing import TYPE_CHECKING, Any, cast

from checksig import _formats

if TYPE_CHECKING:
    from checksig._places.archive.windows import File


def decompressed(file: File) -> io.BufferedIOBase:
    """Return what reads the bytes that were compressed, by how they begin."""
    magic = file.read(6)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file, mode="rb")
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if magic == b"\xfd7zXZ\0":
        return lzma.LZMAFile(cast("Any", file), format=lzma.FORMAT_XZ)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        return _Zstd(file)
    return io.BufferedReader(file)


class _Zstd(io.BufferedIOBase):
    """A stream of Zstandard, whose errors are those of others.

    Its reader takes windows of 128 MiB at most.
    """

    def __init__(self, file: File) -> None:
        module = _formats.zstd()
        self._file: Any = module.ZstdFile(file)
        self._error: type[Exception] = module.ZstdError

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            found: bytes = self._file.read(size)
        except self._error as error:
            raise OSError(str(error)) from None
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        try:
            at: int = self._file.seek(offset, whence)
        except self._error as error:
            raise OSError(str(error)) from None
        return at

    def tell(self) -> int:
        at: int = self._file.tell()
        return at
