"""The two headers of each member of a zip: programs believe one or the other.

Whoever unpacks a zip may go by the directory at its end, as we do, or by the header in front of
each member. What they disagree about is two files in one.

Source: "APPNOTE.TXT - .ZIP File Format Specification", 4.3.7, 4.3.12, 4.5.3 and 4.6.9.
"""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def expect_agreement(read: Callable[[int, int], bytes], info: zipfile.ZipInfo, length: int) -> None:
    """Compare the header in front of a member with what the directory says of it.

    Args:
        read: Returns so many bytes at an offset.
        info: What the directory says.
        length: Of the member, in bytes, as it says.

    Raises:
        BadZipFile: they disagree.
    """
    try:
        header = _HEADER.unpack(read(info.header_offset, _HEADER.size))
        _, _, flags, method, _, _, crc, packed, size, name_length, more = header
        if _ELSEWHERE in (packed, size):
            behind = info.header_offset + _HEADER.size + name_length
            fields = dict(_fields(read(behind, more)))
            size, packed = _SIZES.unpack_from(fields.get(_LARGE, b""))
    except struct.error:
        raise zipfile.BadZipFile("its header is cut short") from None
    streamed = flags & _STREAMED
    pairs = ((crc, info.CRC), (packed, info.compress_size), (size, length))
    if method != info.compress_type or any(
        here != there and (here or not streamed) for here, there in pairs
    ):
        raise zipfile.BadZipFile("its header says something else than the directory of the zip")


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
