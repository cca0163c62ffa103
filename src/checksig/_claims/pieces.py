"""Lists with digests of pieces, which run over files.

One piece may be of the end of a file, of small ones, and of the beginning of another.

A file is proved if all of its pieces are right. They are computed here, in the order of the list,
and so is SHA-1 of each file: the core then reads the files once more, and holds them to that. So
nothing is ok but by its bytes as the core reads them, and the strength is that of the pieces.
"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig._claims import parsing
from checksig._claims.parsing import Proved
from checksig._entries import Entry, Unverified
from checksig._names import below, escape, quoted
from checksig._places import Fault
from checksig._results import Result, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checksig._bridge.hashing import Readable
    from checksig._claims.parsing import Manifest
    from checksig._entries import Line
    from checksig._formats import Pieces
    from checksig._places import Place

_ALGORITHM: Final = "sha1"
_DIGEST: Final = 20  # in bytes
_READ: Final = 1 << 20  # in bytes
#: Of a file that is not there: no file has it, whatever is there later.
_NOBODYS: Final = "00" * _DIGEST
_SHOWN: Final = 3  # names of files of one piece
_NOWHERE: Final = "pieces run over files, and are checked in directories alone"


def proved(manifests: Iterable[Manifest], place: Place) -> Proved:
    """Return lists with digests of the files whose pieces are right.

    Args:
        manifests: Lists, of which some have digests of pieces.
        place: The place that their names are of.

    Raises:
        ManifestError: the place is no directory, or a list is none of its format.
    """
    found: list[Manifest] = []
    settled: list[Result] = []
    remarks: list[str] = []
    for manifest in manifests:
        if manifest.format.pieces is None:
            found.append(manifest)
            continue
        shown = quoted(os.fsencode(manifest.path))
        try:
            pieces = manifest.format.pieces(manifest.text or manifest.data)
            rows = list(parsing.lines(manifest) if manifest.lines is None else manifest.lines)
        except ValueError as error:
            raise ManifestError(f"{shown}: {error}") from error
        remarks.append(f"{escape(os.path.basename(manifest.path))}: {pieces.called}")
        if not pieces.length:
            found.append(manifest)
            continue
        if place.root is None:
            raise ManifestError(f"{shown} has digests of pieces alone: {_NOWHERE}")
        rows, failed = _Run(manifest, pieces, rows, place).lines()
        names = [below(manifest.base, os.fsencode(each.path)) for each in failed]
        settled += failed
        if rows or not failed:
            own = (*manifest.own, *names)  # they are listed: what is wrong with them is said
            found.append(manifest._replace(lines=rows, own=own))
    return Proved(found, tuple(settled), tuple(remarks))


class _Run:
    """The pieces of a list under way."""

    def __init__(self, manifest: Manifest, pieces: Pieces, rows: list[Line], place: Place) -> None:
        self._manifest, self._pieces, self._place = manifest, pieces, place
        self._rows = rows
        self._files = {row.line: row for row in rows if isinstance(row, Unverified) and row.is_file}
        self._at = 0  # in the bytes of all files
        self._hash = hashlib.sha1(usedforsecurity=False)  # of the piece under way
        self._wrong: list[int] = []
        self._lost: list[int] = []  # pieces of which some bytes are not there
        self._found: dict[int, str | Result] = {}  # by numbers of lines: digests, or faults
        self._spans: dict[int, tuple[int, int]] = {}  # by those: where the bytes are among all
        self._starts: list[int] = []  # of all files that have bytes
        self._numbers: list[int] = []  # of the lines of those

    def lines(self) -> tuple[list[Line], list[Result]]:
        """Return the lines of the list with digests of what is proved, and verdicts on the rest."""
        for number, size in self._pieces.files:
            start = self._at
            if size:
                self._starts.append(start)
                self._numbers.append(number)
            if file := self._files.get(number):
                self._found[number] = self._file(file, size)
            elif number:  # a link, or a line that cannot be understood
                self._skip(start + size)
            else:
                self._pad(size)
            self._spans[number] = start, self._at
        if self._at % self._pieces.length:
            self._judge()
        kept: list[Line] = []
        failed: list[Result] = []
        for row in self._rows:
            found = self._verdict(row)
            if isinstance(found, Result):
                failed.append(found)
            else:
                kept.append(found)
        return kept, failed

    def _verdict(self, row: Line) -> Line | Result:
        """Return a line with the digest of its file, or a verdict; others are as they are."""
        if not isinstance(row, Unverified) or row.line not in self._files:
            return row
        digest = self._found.get(row.line, _NOBODYS)
        if isinstance(digest, Result):
            return digest
        if digest != _NOBODYS and (bad := self._unproved(row, *self._spans[row.line])):
            return bad
        return Entry(row.path, digest, _ALGORITHM, row.line, row.size)

    def _pad(self, size: int) -> None:
        """Take zeros that are in no file."""
        zeros = memoryview(bytes(_READ))
        for at in range(0, size, _READ):
            self._feed(zeros[: size - at])

    def _file(self, row: Unverified, size: int) -> str | Result:
        """Read a file; return its digest, or a verdict if it cannot have all of its bytes."""
        end = self._at + size
        name = below(self._manifest.base, os.fsencode(row.path))
        try:
            item = self._place.find(name)
            if item is None:  # as the core will say, by its own rules
                return _NOBODYS
            for _, stream in self._place.open([item]):
                if isinstance(stream, Fault):
                    return self._result(row, stream.status, stream.reason)
                return self._stream(row, size, stream)
            return self._result(row, Status.UNREADABLE, "it cannot be opened")
        except OSError as error:
            return self._result(row, Status.UNREADABLE, _files.reason(error))
        finally:
            self._skip(end)

    def _stream(self, row: Unverified, size: int, stream: Readable) -> str | Result:
        whole = hashlib.sha1(usedforsecurity=False)
        left, buffer = size, memoryview(bytearray(_READ))
        while count := stream.readinto(buffer):
            if count > left:
                self._feed(buffer[:left])
                return self._result(row, Status.MISMATCH, f"it is longer than {size:,} bytes")
            whole.update(buffer[:count])
            self._feed(buffer[:count])
            left -= count
        if left:
            return self._result(row, Status.MISMATCH, f"{size - left:,} bytes, not {size:,}")
        return whole.hexdigest()

    def _feed(self, data: memoryview) -> None:
        """Take the next bytes."""
        while data:
            room = self._pieces.length - self._at % self._pieces.length
            self._hash.update(data[:room])
            self._at += min(room, len(data))
            data = data[room:]
            if self._at % self._pieces.length == 0:
                self._judge()

    def _skip(self, end: int) -> None:
        """Go on behind bytes that are not there."""
        length = self._pieces.length
        if self._at < end:
            lost = range(self._at // length, (end - 1) // length + 1)
            self._lost += [each for each in lost if each not in self._lost[-1:]]
            self._at = end
            self._hash = hashlib.sha1(usedforsecurity=False)

    def _judge(self) -> None:
        """Compare the piece that ends here, if all of its bytes were there."""
        number = (self._at - 1) // self._pieces.length
        if number not in self._lost[-1:]:
            wanted = self._pieces.digests[number * _DIGEST :][:_DIGEST]
            if self._hash.digest() != wanted:
                self._wrong.append(number)
        self._hash = hashlib.sha1(usedforsecurity=False)

    def _unproved(self, row: Unverified, start: int, end: int) -> Result | None:
        """Return a verdict on a file that is there, if a piece of it is wrong, or not known."""
        if start == end:
            return None
        first, last = start // self._pieces.length, (end - 1) // self._pieces.length
        for pieces, status, why in (
            (self._wrong, Status.MISMATCH, "wrong"),
            (self._lost, Status.UNSUPPORTED, "not all there"),
        ):
            found = pieces[bisect_left(pieces, first) : bisect_right(pieces, last)]
            if found:
                more = f" ({len(found):,} pieces are)" if len(found) > 1 else ""
                said = f"piece {found[0]} of {self._sharing(found[0])} is {why}{more}"
                return self._result(row, status, said)
        return None

    def _sharing(self, piece: int) -> str:
        """Return the names of the files that a piece is of."""
        length = self._pieces.length
        first = bisect_right(self._starts, piece * length) - 1
        last = bisect_left(self._starts, (piece + 1) * length)
        rows = [self._files.get(number) for number in self._numbers[max(first, 0) : last]]
        names = [escape(row.path) for row in rows if row]
        shown = names if len(names) <= _SHOWN else [*names[:_SHOWN], "…"]
        return " and ".join(shown)

    def _result(self, row: Unverified, status: Status, detail: str) -> Result:
        return Result(
            row.path,
            status,
            listed_size=row.size,
            line=row.line,
            detail=detail,
            manifest=self._manifest.path,
        )
