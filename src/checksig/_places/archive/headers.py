"""The two headers of each member of a zip: programs believe one or the other.

Whoever unpacks a zip may go by the directory at its end, as we do, or from the header in front of
one member to the next. What they disagree about is two files in one, or a file that one of them
does not see.

Source: "APPNOTE.TXT - .ZIP File Format Specification", 4.3.7, 4.3.12, 4.5.3 and 4.6.9.
"""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: Signature, version, flags, method, time, date, CRC-32, size compressed and not, and the lengths
#: of the name and of the extra fields behind it.
_HEADER: Final = struct.Struct("<4s5H3I2H")
_STREAMED: Final = 8  # the flag of a member whose sizes stand behind it
_UTF8: Final = 0x800  # the flag of a name
_ELSEWHERE: Final = 0xFFFFFFFF  # a size that stands in an extra field
_FIELD: Final = struct.Struct("<HH")
_LARGE: Final = 1  # the extra field of sizes: of the bytes first, if both are there
_SIZES: Final = struct.Struct("<QQ")
_UNICODE_PATH: Final = 0x7075  # the one of another name: behind a version, and a CRC-32
_BEFORE_NAME: Final = 5
_SIGNATURE: Final = b"PK\3\4"  # of the header in front of a member
_PIECE: Final = 1 << 20
_MOST: Final = 512  # bytes of a header and a name, usually: to be read at once
_NOT_READ: Final = 0x20 | 0x40  # the flags of a patch, and of strong encryption


class _Header(NamedTuple):
    """The header in front of a member."""

    magic: bytes
    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    data: int  # the offset of what is behind it


def expect_all_named(
    read: Callable[[int, int], bytes], infos: Iterable[zipfile.ZipInfo], directory: int
) -> None:
    """Look for members between the others, which only who reads forward would unpack.

    Padding, what Android signs with, and a program in front of all are none. Who reads forward does
    not get past such a program.

    Args:
        read: As for ``expect_agreement``.
        infos: What the directory says.
        directory: The offset of the directory.

    Raises:
        BadZipFile: there is one.
    """
    end = 0 if read(0, 2) == _SIGNATURE[:2] else None
    for info in sorted(infos, key=lambda info: info.header_offset):
        if end is not None:
            _expect_none(read, end, info.header_offset)
        end = max(end or 0, _end(read, info))
    _expect_none(read, end or 0, directory)


def expect_no_rest(file: object) -> None:
    """Look for bytes behind the end of a member's compressed data, which count as the member.

    Who reads forward takes them for the next member.

    Args:
        file: A stream that was read to its end: if it is of a zip, this is about it.

    Raises:
        OSError: there are some.
    """
    if not isinstance(file, zipfile.ZipExtFile):
        return
    state = vars(file)  # nothing public says it
    unpacker = state["_decompressor"]  # that of LZMA has the one of the library within
    behind = getattr(getattr(unpacker, "_decomp", unpacker), "unused_data", b"")
    if unpacker is not None and (state["_compress_left"] or behind):
        raise OSError("something follows the end of its compressed data")


def _expect_none(read: Callable[[int, int], bytes], start: int, end: int) -> None:
    while start < end:
        if _SIGNATURE in (piece := read(start, min(_PIECE, end - start))):
            raise zipfile.BadZipFile("it has a member that the directory of the zip does not name")
        # A signature may lie across the end of a piece.
        start += max(1, len(piece) - len(_SIGNATURE) + 1)


def _end(read: Callable[[int, int], bytes], info: zipfile.ZipInfo) -> int:
    """Return where a member ends, for whoever takes it for the shortest."""
    try:
        header = _header(read, info)
    except zipfile.BadZipFile:
        return info.header_offset + _HEADER.size  # it is told when the member is opened
    by_directory = header.flags & _STREAMED and not header.packed
    return header.data + (info.compress_size if by_directory else header.packed)


def _header(read: Callable[[int, int], bytes], info: zipfile.ZipInfo) -> _Header:
    try:
        found = read(info.header_offset, _MOST)
        header = _HEADER.unpack_from(found)
        magic, _, flags, method, _, _, crc, packed, size, name_length, more = header
        behind = _HEADER.size + name_length
        if behind > _MOST:
            found = read(info.header_offset, behind)
        name = found[_HEADER.size : behind]
        behind += info.header_offset
        if _ELSEWHERE in (packed, size):
            fields = dict(_fields(read(behind, more)))
            size, packed = _SIZES.unpack_from(fields.get(_LARGE, b""))
    except struct.error:
        raise zipfile.BadZipFile("its header is cut short") from None
    return _Header(magic, name, flags, method, crc, packed, size, behind + more)


def expect_agreement(read: Callable[[int, int], bytes], info: zipfile.ZipInfo, length: int) -> int:
    """Compare the header in front of a member with what the directory says of it.

    Args:
        read: Returns so many bytes at an offset.
        info: What the directory says.
        length: Of the member, in bytes, as it says.

    Returns:
        The offset of its data.

    Raises:
        BadZipFile: they disagree, or it lies where another member does.
        NotImplementedError: it is encrypted in a way that nothing here reads, or a patch.
    """
    header = _header(read, info)
    if header.magic != _SIGNATURE:
        raise zipfile.BadZipFile("there is no header in front of it")
    name = header.name.decode("utf-8" if header.flags & _UTF8 else "cp437", "surrogateescape")
    pairs = ((header.crc, info.CRC), (header.packed, info.compress_size), (header.size, length))
    if (name, header.method) != (info.orig_filename, info.compress_type) or any(
        here != there and (here or not header.flags & _STREAMED) for here, there in pairs
    ):
        raise zipfile.BadZipFile("its header says something else than the directory of the zip")
    if info.flag_bits & _NOT_READ:
        raise NotImplementedError("it is encrypted, or a patch")
    end: int | None = getattr(info, "_end_offset", None)  # Python has it since 3.12.2
    if end is not None and header.data + info.compress_size > end:
        raise zipfile.BadZipFile("it lies where another member does")
    return header.data


def has_another_name(info: zipfile.ZipInfo) -> bool:
    """Return whether a member has a second name, which some programs unpack it by."""
    name = info.orig_filename
    # Without the flag of UTF-8 its bytes are taken for the code page of DOS, whatever they are.
    same = {name.encode("utf-8", "surrogateescape")}
    same |= set() if info.flag_bits & _UTF8 else {name.encode("cp437", "replace")}
    return any(
        kind == _UNICODE_PATH and field[_BEFORE_NAME:] not in same
        for kind, field in _fields(info.extra)
    )


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield extra fields: their kinds, and what is in them."""
    while len(data) >= _FIELD.size:
        kind, length = _FIELD.unpack_from(data)
        yield kind, data[_FIELD.size : _FIELD.size + length]
        data = data[_FIELD.size + length :]
