"""Tars, read in place and in pieces, compressed or not, and no further than a budget."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING, Any, Final, cast

from checksig._places.archive.compression import decompressed
from checksig._places.archive.file import MAX_PIECE
from checksig._places.archive.reading import DIRECTORY, LINKED, MAX_RATIO, TWOFOLD, clean
from checksig._places.archive.windows import Window, with_holes
from checksig._places.place import Fault, Item
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._places.archive.reading import Opened
    from checksig._places.archive.windows import File

_BLOCK: Final = 512

_KINDS: Final = {
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a FIFO",
}


class Tar:
    """The way through a tar.

    The pin of an item is the offset of its bytes; or of a member with holes, which needs more, the
    TarInfo.
    """

    def __init__(self, file: File, budget: int) -> None:
        bytes_ = decompressed(file)
        self.forward = not isinstance(bytes_, io.BufferedReader)
        self.parallel, self._file = not self.forward, file
        self._stream = Metered(bytes_, budget)
        self._tar = tarfile.TarFile(fileobj=cast("Any", self._stream), encoding="utf-8")

    def members(self) -> Iterator[tuple[str, Item]]:
        end = 0
        seen: list[tarfile.TarInfo] = vars(self._tar)["members"]
        while (info := self._tar.next()) is not None:
            # A TarInfo takes a kilobyte, and the file keeps them all.
            seen.clear()
            pin = info if info.issparse() else info.offset_data
            if info.islnk():
                yield info.name, Item(clean(info.name), 0, LINKED, linked=clean(info.linkname))
            else:
                yield info.name, Item(clean(info.name), info.size, _fault(info), pin)
            end = self._tar.offset
        self._expect_end(end)

    def _expect_end(self, offset: int) -> None:
        # tarfile takes a header that is cut short or damaged for the end. It was read just now: to
        # go back to it may mean to decompress everything again.
        if self._stream.tell() != offset + _BLOCK or self._stream.latest.strip(b"\0"):
            raise tarfile.ReadError("it is cut short, or damaged")
        while piece := self._stream.read(1 << 20):
            if piece.strip(b"\0"):
                raise tarfile.ReadError("something follows its end")

    def open(self, item: Item) -> Opened:
        if not self.forward and isinstance(item.pin, int):
            return Window(self._file, item.pin, item.size)
        if not self.forward and isinstance(item.pin, tarfile.TarInfo):
            return with_holes(self._file, item.pin)
        if isinstance(item.pin, int):
            info = tarfile.TarInfo()
            info.offset_data, info.size = item.pin, item.size
        elif isinstance(item.pin, tarfile.TarInfo):
            info = item.pin
        else:
            raise OSError("not a regular file")
        file = self._tar.extractfile(info)
        if file is None:
            raise OSError("not a regular file")
        return file  # type: ignore[return-value]


def _fault(info: tarfile.TarInfo) -> Fault | None:
    if info.isreg():
        names = (info.name, info.pax_headers.get("path", ""))  # which tarfile strips
        return TWOFOLD if any(name.endswith("/") for name in names) else None
    if info.isdir():
        return DIRECTORY
    return Fault(Status.NOT_REGULAR, _KINDS.get(info.type, "not a regular file"))


class Metered:
    """The bytes that an archive is decompressed to, up to a number."""

    def __init__(self, file: io.BufferedIOBase, budget: int) -> None:
        self._file, self._budget = file, budget
        self.name, self.mode = None, "rb"
        self.latest = b""  # what was read last

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MAX_PIECE:
            raise OSError(f"a header of it has {size:,} bytes, and {MAX_PIECE:,} are the limit")
        self._within(self._file.tell() + size)
        self.latest = self._file.read(size)
        return self.latest

    def seek(self, offset: int) -> int:
        self._within(offset)
        return self._file.seek(offset)

    def tell(self) -> int:
        return self._file.tell()

    def _within(self, offset: int) -> None:
        if offset > self._budget + MAX_PIECE:
            raise OSError(f"it would grow to more than {MAX_RATIO} times its size")
