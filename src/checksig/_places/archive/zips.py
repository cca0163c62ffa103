"""Zips, read in place and in pieces."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from typing import TYPE_CHECKING, Any, Final, cast

from checksig._places.archive import headers
from checksig._places.archive.reading import DIRECTORY, clean
from checksig._places.archive.windows import Stored, Window
from checksig._places.place import Fault, Item
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._places.archive.file import Piecewise, PiecewiseBytes
    from checksig._places.archive.reading import Opened

_EMPTY: Final = 2  # bytes of nothing, deflated: as Java packs directories


class Zip:
    """The way through a zip. The pin of an item is its ZipInfo."""

    parallel = True
    forward = False

    def __init__(self, file: Piecewise | PiecewiseBytes) -> None:
        self._file, self._zip = file, zipfile.ZipFile(file)

    @property
    def infos(self) -> list[zipfile.ZipInfo]:
        """All that its directory names."""
        return self._zip.infolist()

    def window(self, item: Item) -> Window:
        """Return where the bytes of a member lie, as they are in the zip.

        Raises:
            BadZipFile: its headers disagree.
        """
        info = cast("zipfile.ZipInfo", item.pin)
        start = headers.expect_agreement(self._at, info, item.size)
        return Window(self._file, start, info.compress_size)

    def members(self) -> Iterator[tuple[str, Item]]:
        headers.expect_all_named(self._at, self._zip.infolist(), self._zip.start_dir)
        for info in self._zip.infolist():
            name = info.orig_filename
            fault = _fault(info)
            item = Item(clean(name), info.file_size, fault, info)
            # A stream that goes on after its size is longer than the archive says: that shows only
            # to who asks for more. (To copy the rest of what is known takes longer than all else.)
            info.file_size += 1
            yield name, item

    def open(self, item: Item) -> Opened:
        if not isinstance(item.pin, zipfile.ZipInfo):
            raise OSError("not a regular file")
        data = headers.expect_agreement(self._at, item.pin, item.size)
        if item.pin.compress_type == zipfile.ZIP_STORED:
            return Stored(self._file, data, item.pin)
        # As ZipFile.open does, which has read the header for itself, twice, in three pieces.
        packed = cast("Any", Window(self._file, data, item.pin.compress_size))
        return cast("io.BufferedIOBase", zipfile.ZipExtFile(packed, "r", item.pin))

    def _at(self, offset: int, size: int) -> bytes:
        """Return bytes at an offset, wherever others read meanwhile."""
        if isinstance(self._file, io.FileIO):
            return os.pread(self._file.fileno(), size, offset)
        return bytes(self._file.getbuffer()[offset : offset + size])


def _fault(info: zipfile.ZipInfo) -> Fault | None:
    if info.is_dir():
        full = info.file_size or info.compress_size > _EMPTY
        return Fault(Status.UNREADABLE, "a directory with bytes", "reported") if full else DIRECTORY
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        link = kind == stat.S_IFLNK
        return Fault(Status.NOT_REGULAR, "a symbolic link" if link else "not a regular file")
    if info.flag_bits & 1:
        return Fault(Status.UNREADABLE, "it is encrypted")
    if headers.has_another_name(info):
        return Fault(Status.UNREADABLE, "it has two names", "reported")
    return None
