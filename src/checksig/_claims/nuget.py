"""Packages of NuGet without their signatures.

A package is a zip, which a signature is put into afterwards: a file in it, and a line of its
directory. Whoever signs, the package itself has the same digest, that of the zip as it was before.

Source: NuGet's wiki, "Package Signatures Technical Details". Whatever a package that was signed
so cannot have is an error: other programs might find other files in it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNATURE: Final = b".signature.p7s"
_END: Final = struct.Struct("<4s4H2LH")
_LINE: Final = struct.Struct("<4s6H3L5H2L")
_IN_ZIP64: Final = (0xFFFF, 0xFFFFFFFF)


class _Member(NamedTuple):
    """A line of the directory of a zip."""

    name: bytes
    line: bytes
    offset: int  # of the member


def unsigned(data: bytes) -> Iterator[bytes | memoryview]:
    """Yield the bytes of a package as it was before it was signed: as it is, if it is not signed.

    Raises:
        ValueError: it is no zip that is signed as NuGet does it.
    """
    at = data.rfind(b"PK\5\6")
    if at < 0 or len(data) - at < _END.size:
        raise ValueError("it is not a zip")
    _, disk, first, here, count, size, start, comment = _END.unpack_from(data, at)
    if at + _END.size + comment != len(data):
        raise ValueError("there is something behind the end of the zip")
    if disk or first or here != count or count in _IN_ZIP64 or start in _IN_ZIP64:
        raise ValueError("the zip is in parts, or larger than zips of packages are")
    if start + size != at:
        raise ValueError("its directory does not end where the zip says")
    members = list(_members(data[start:at]))
    if len(members) != count:
        raise ValueError("its directory has more or fewer files than the zip says")
    offsets = sorted({member.offset for member in members})
    if len(offsets) != count or (offsets and (offsets[0] or offsets[-1] >= start)):
        raise ValueError("its files do not lie where its directory says")
    signatures = [member for member in members if member.name == _SIGNATURE]
    if len(signatures) > 1:
        raise ValueError("it has two signatures")
    if not signatures:
        yield data
        return
    [signature] = signatures
    end = [*offsets, start][offsets.index(signature.offset) + 1]
    gone, whole = end - signature.offset, memoryview(data)
    yield whole[: signature.offset]
    yield whole[end:start]
    for member in members:
        if member is not signature:
            moved = member.offset - (gone if member.offset > signature.offset else 0)
            yield member.line[:42] + struct.pack("<L", moved) + member.line[46:]
    left = size - len(signature.line)
    yield _END.pack(b"PK\5\6", disk, first, here - 1, count - 1, left, start - gone, comment)
    yield whole[at + _END.size :]


def _members(directory: bytes) -> Iterator[_Member]:
    at = 0
    while at < len(directory):
        if len(directory) - at < _LINE.size:
            raise ValueError("its directory is cut off")
        fields = _LINE.unpack_from(directory, at)
        name, extra, comment = fields[10:13]
        end = at + _LINE.size + name + extra + comment
        if fields[0] != b"PK\1\2" or end > len(directory):
            raise ValueError("its directory has a line that is none")
        start = at + _LINE.size
        yield _Member(directory[start : start + name], directory[at:end], fields[-1])
        at = end
