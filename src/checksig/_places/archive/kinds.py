"""The kinds of archives: the reader of each, by the name of the file or by how it begins."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Final

from checksig._places.archive import condas, debs, rpms, seven
from checksig._places.archive.tars import Tar
from checksig._places.archive.zips import Zip

if TYPE_CHECKING:
    from checksig._places.archive.file import Piecewise, PiecewiseBytes
    from checksig._places.archive.reading import Reader

#: The names of files that are zips, whatever stands in front of these.
_ZIPS: Final = (b".zip", b".whl")
_ZIP: Final = (b"PK\3\4", b"PK\5\6")
_END: Final = b"PK\5\6"  # of a zip: 22 bytes, the last two are the length of a comment behind them
_END_SIZE: Final = 22
_MOST_BEHIND: Final = _END_SIZE + 0xFFFF
_HEAD: Final = 8


def reader(file: Piecewise | PiecewiseBytes, path: bytes, budget: int) -> Reader:
    """Return what reads an archive.

    Args:
        file: It.
        path: Its path: one that is called like a zip is none of another kind.
        budget: How many bytes it may grow to.

    Raises:
        OSError: it is a zip as well.
    """
    if path.lower().endswith(_ZIPS):
        return Zip(file)
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith(_ZIP):
        return condas.reader(file, budget)
    _expect_no_zip(file)
    if head.startswith(debs.MAGIC):
        return debs.layers(file, budget)
    if head.startswith(rpms.MAGIC):
        return rpms.layers(file, budget)
    if head.startswith(seven.MAGIC):
        return seven.SevenZip(file, budget)
    return Tar(file, budget)


def _expect_no_zip(file: Piecewise | PiecewiseBytes) -> None:
    """Refuse what has the end of a zip: programs that look there find other members."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _MOST_BEHIND, 0))
    found = file.read(_MOST_BEHIND)
    file.seek(0)
    at = found.find(_END)
    while at >= 0:
        behind = len(found) - at - _END_SIZE
        if behind >= 0 and struct.unpack_from("<H", found, at + _END_SIZE - 2)[0] == behind:
            raise OSError("it is a zip as well, in which programs may find something else")
        at = found.find(_END, at + 1)
