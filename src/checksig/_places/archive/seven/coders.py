"""Coders of 7-Zip, one behind the other, by which the bytes of a folder come out.

A folder is one stream, in which the bytes of several members follow each other. What a coder may
take is bounded: its dictionary is never larger than what comes out, and nothing is decompressed
before somebody reads it.

Source: "7zFormat.txt" and "Methods.txt" of the LZMA SDK; for chunks of LZMA2 that are stored, the
description of the xz format that is in XZ Embedded.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from checksig._places.archive.seven.branches import Branches
from checksig._places.archive.windows import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checksig._places.archive.windows import File

BCJ2: Final = b"\x03\x03\x01\x1b"

_PIECE: Final = 1 << 16  # a stored chunk of LZMA2 has as much at most
_MOST_DICTIONARY: Final = 256 << 20
_LEAST_DICTIONARY: Final = 1 << 12


class Coder(NamedTuple):
    """A step that turns a stream into another."""

    method: bytes
    properties: bytes
    size: int  # in bytes, of what comes out
    inputs: tuple[int, ...]  # numbers of coders; below zero, ~N is stream N of the archive


class Folder(NamedTuple):
    """A stream that is decoded."""

    coders: tuple[Coder, ...]
    last: int  # the number of the coder that gives the bytes of members
    packed: tuple[tuple[int, int], ...]  # where the streams in the archive begin, and their lengths
    crc: int | None
    fault: str  # why it cannot be decoded, or nothing

    @property
    def size(self) -> int:
        """In bytes, of all members in it."""
        return self.coders[self.last].size


class _Decoder(Protocol):
    """The face that the decompressors of Python have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Decoded(io.RawIOBase):
    """The bytes that a folder is decoded to. What has gone by is had by beginning again."""

    def __init__(self, file: File, folder: Folder) -> None:
        """Begin with the first.

        Raises:
            OSError: it cannot be decoded.
        """
        if folder.fault:
            raise OSError(folder.fault)
        self._file, self._folder = file, folder
        self._begin()

    def _begin(self) -> None:
        self._at, self._stream = 0, self._output(self._folder.last)

    def _output(self, number: int) -> io.RawIOBase:
        if number < 0:
            return Window(self._file, *self._folder.packed[~number])
        coder = self._folder.coders[number]
        return _METHODS[coder.method](coder, *map(self._output, coder.inputs))

    def readable(self) -> bool:
        """Return that it is read."""
        return True

    def tell(self) -> int:
        """Return the offset of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to an offset from its start."""
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("it has no end before that is read")
        if offset < self._at:
            self._begin()
        while self._at < offset and self.read(min(offset - self._at, _PIECE)):
            pass
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Read into a buffer; return how many bytes: 0 at the end."""
        count = self._stream.readinto(buffer) or 0
        self._at += count
        return count


class _Stage(io.RawIOBase):
    """The stream that comes out of one coder."""

    def __init__(
        self, source: io.RawIOBase, decoder: _Decoder, size: int, ahead: bytes = b""
    ) -> None:
        """Begin with ``ahead``, and go on with what the source has."""
        self._source, self._decoder, self._left, self._ahead = source, decoder, size, ahead

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)[: self._left]
        found = b""
        while view and not found:
            if self._decoder.eof:
                raise EOFError("it is cut short")
            found = self._decoder.decompress(self._more(), len(view))
        view[: len(found)] = found
        self._left -= len(found)
        return len(found)

    def _more(self) -> bytes:
        if not self._decoder.needs_input:
            return b""
        data = self._ahead or self._source.read(_PIECE)
        self._ahead = b""
        if not data:
            raise EOFError("it is cut short")
        return data


def _copy(coder: Coder, source: io.RawIOBase) -> io.RawIOBase:
    del coder
    return source


def _lzma(coder: Coder, source: io.RawIOBase) -> io.RawIOBase:
    # As a file of its own, it says how many bytes come out: in a folder it has no end.
    modes, dictionary = struct.unpack("<BI", coder.properties)
    head = struct.pack("<BIQ", modes, _dictionary(dictionary, coder.size), coder.size)
    return _Stage(source, lzma.LZMADecompressor(lzma.FORMAT_ALONE), coder.size, head)


def _lzma2(coder: Coder, source: io.RawIOBase) -> io.RawIOBase:
    (bits,) = struct.unpack("B", coder.properties)
    dictionary = (2 | bits & 1) << (bits // 2 + 11)
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": _dictionary(dictionary, coder.size)}]
    return _Stage(source, lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters), coder.size)


def _dictionary(size: int, output: int) -> int:
    """Return as much of a dictionary as is needed: nothing lies further back than the start."""
    needed = max(min(size, output), _LEAST_DICTIONARY)
    if needed > _MOST_DICTIONARY:
        raise OSError(
            f"its dictionary has {needed:,} bytes, and {_MOST_DICTIONARY:,} are the limit"
        )
    return needed


def _bzip2(coder: Coder, source: io.RawIOBase) -> io.RawIOBase:
    return _Stage(source, bz2.BZ2Decompressor(), coder.size)


def _deflate(coder: Coder, source: io.RawIOBase) -> io.RawIOBase:
    return _Stage(source, _Inflate(), coder.size)


class _Inflate:
    """Deflate, with the face of the other decompressors."""

    needs_input = True

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(-zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        found = self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)
        self.needs_input = len(found) < max_length
        return found


def _delta(coder: Coder, source: io.RawIOBase) -> io.RawIOBase:
    (distance,) = struct.unpack("B", coder.properties)
    return _filtered(source, coder, {"id": lzma.FILTER_DELTA, "dist": distance + 1})


def _branches(filter_id: int) -> Callable[[Coder, io.RawIOBase], io.RawIOBase]:
    """Return the coder that has made the targets of branches relative again."""

    def coder_of(coder: Coder, source: io.RawIOBase) -> io.RawIOBase:
        if coder.properties.strip(b"\0"):
            raise OSError("its branches begin elsewhere, which is not read")
        return _filtered(source, coder, {"id": filter_id})

    return coder_of


def _branches_of_four(coder: Coder, *sources: io.RawIOBase) -> io.RawIOBase:
    return Branches(*sources, size=coder.size)


def _filtered(source: io.RawIOBase, coder: Coder, spec: dict[str, int]) -> io.RawIOBase:
    # liblzma filters only what it has decompressed: so it gets chunks of LZMA2 that are stored.
    filters = [spec, {"id": lzma.FILTER_LZMA2, "dict_size": _LEAST_DICTIONARY}]
    decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    return _Stage(_Chunks(source, coder.size), decoder, coder.size)


class _Chunks(io.RawIOBase):
    """A stream as LZMA2 that is not compressed: chunks, and an end."""

    def __init__(self, source: io.RawIOBase, size: int) -> None:
        self._source, self._left, self._ended = source, size, False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.read(min(self._left, _PIECE)) if self._left else b""
        if data:
            self._left -= len(data)
            return b"\1" + struct.pack(">H", len(data) - 1) + data
        ended, self._ended = self._ended, True
        return b"" if ended or self._left else b"\0"


_METHODS: Final[dict[bytes, Callable[..., io.RawIOBase]]] = {
    b"\0": _copy,
    b"\x03\x01\x01": _lzma,
    b"\x21": _lzma2,
    b"\x04\x01\x08": _deflate,
    b"\x04\x02\x02": _bzip2,
    b"\x03": _delta,
    BCJ2: _branches_of_four,
    **{
        method: _branches(filter_id)
        for filter_id, methods in {
            lzma.FILTER_X86: (b"\x04", b"\x03\x03\x01\x03"),
            lzma.FILTER_POWERPC: (b"\x05", b"\x03\x03\x02\x05"),
            lzma.FILTER_IA64: (b"\x06", b"\x03\x03\x04\x01"),
            lzma.FILTER_ARM: (b"\x07", b"\x03\x03\x05\x01"),
            lzma.FILTER_ARMTHUMB: (b"\x08", b"\x03\x03\x07\x01"),
            lzma.FILTER_SPARC: (b"\x09", b"\x03\x03\x08\x05"),
        }.items()
        for method in methods
    },
}
#: How many streams a method takes, if it is not one.
_INPUTS: Final = {BCJ2: 4}
_NOT_READ: Final = {
    b"\x06\xf1\x07\x01": "it is encrypted",
    b"\x03\x04\x01": "it is compressed with PPMd, which is not read",
    b"\x04\x01\x09": "it is compressed with Deflate64, which is not read",
    b"\x04\xf7\x11\x01": "it is compressed with Zstandard, which is not read in 7-Zip archives",
}


def why_not(coders: Sequence[Coder]) -> str:
    """Return why a folder cannot be decoded; nothing if it can."""
    unknown = [each.method for each in coders if each.method not in _METHODS]
    named = [_NOT_READ[method] for method in unknown if method in _NOT_READ]
    if unknown and not named:
        return f"it is compressed by a method that is not read: {unknown[0].hex()}"
    if named:
        return named[0]
    fits = all(len(each.inputs) == _INPUTS.get(each.method, 1) for each in coders)
    return "" if fits else "its streams do not fit its methods"
