"""Sets of digests that files are looked up in: lists of any format, and NSRL's own.

The reference data set of NSRL is larger than a list may be. Version 3 is a database of SQLite with
a view FILE. Version 2 is NSRLFile.txt, a table with a header, which is read in pieces.

Source: NIST, "National Software Reference Library (NSRL)", the pages on RDS version 3 and on the
data formats of version 2.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig._bridge.algorithms import by_name
from checksig._claims import parsing
from checksig._entries import Entry, Malformed
from checksig._formats import OF_TABLES, Hint, known
from checksig._names import quoted
from checksig._results import STRENGTHS
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping

    from checksig._claims.parsing import Manifest
    from checksig._entries import Line

    #: Digests in hexadecimal, by the names of their algorithms.
    Digests = Mapping[str, Collection[str]]

_SQLITE: Final = b"SQLite format 3\0"
_VIEW: Final = "FILE"
_COLUMNS: Final = ("sha256", "sha1", "md5")  # the strongest first
_PIECE: Final = 64 << 20  # in bytes


class Lines:
    """The lines of a list."""

    def __init__(self, read: Callable[[], Iterable[Line]]) -> None:
        """Take what reads it: it is read twice, and kept by nobody."""
        self._read = read
        self.malformed = 0

    @classmethod
    def of(cls, manifest: Manifest) -> Lines:
        """Return those of a list that was read."""
        return cls(lambda: parsing.lines(manifest))

    def algorithms(self) -> set[str]:
        """Return the algorithms that are enough to find a file: of each the strongest."""
        return {best for best, _ in self._groups()}

    def entries(self, digests: Digests) -> Iterator[list[Entry]]:
        """Yield all that is said of each file that has one of these digests."""
        for best, rows in self._groups():
            wanted = digests.get(best, ())
            if any(_name(row) == best and row.digest.lower() in wanted for row in rows):
                yield [row._replace(algorithm=_name(row)) for row in rows]

    def _groups(self) -> Iterator[tuple[str, list[Entry]]]:
        """Yield the strongest algorithm, and all that is said, of each file."""
        for _, rows in groupby(self._known(), key=lambda row: (row.line, row.path)):
            group = list(rows)
            yield max(map(_name, group), key=_strength), group

    def _known(self) -> Iterator[Entry]:
        names = by_name()
        self.malformed = 0  # each pass goes to the end
        for row in self._read():
            if isinstance(row, Entry) and row.algorithm.lower() in names:
                yield row
            self.malformed += isinstance(row, Malformed)


def _name(row: Entry) -> str:
    return by_name()[row.algorithm.lower()].name


def _strength(name: str) -> tuple[int, int]:
    row = by_name()[name]
    return STRENGTHS.index(row.strength), row.size


class Database:
    """A database of SQLite, as NSRL publishes it."""

    malformed = 0

    def __init__(self, path: bytes) -> None:
        """Look what it has.

        Raises:
            ManifestError: it is none of NSRL.
        """
        self._path = path
        with self._opened() as database:
            rows = database.execute(f"PRAGMA table_info({_VIEW})")
            names = {str(row[1]).lower() for row in rows}
        self._columns = [each for each in _COLUMNS if each in names]
        if not self._columns:
            raise ManifestError(
                f"{quoted(path)} has no {_VIEW} with digests, as those of NSRL have"
            )

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection]:
        address = Path(os.fsdecode(self._path)).absolute().as_uri()
        try:
            with closing(sqlite3.connect(f"{address}?mode=ro", uri=True)) as database:
                yield database
        except sqlite3.Error as error:
            raise ManifestError(f"cannot read {quoted(self._path)}: {error}") from error

    def algorithms(self) -> set[str]:
        """Return the strongest algorithm that it has."""
        return {self._columns[0]}

    def entries(self, digests: Digests) -> Iterator[list[Entry]]:
        """Yield all that is said of each file that has one of these digests."""
        best, found = self._columns[0], ", ".join(f"f.{each}" for each in self._columns)
        wanted = digests.get(best, ())
        with self._opened() as database:
            # Whatever index it has or lacks, it is read once at most.
            database.execute("CREATE TEMP TABLE wanted (digest TEXT PRIMARY KEY) WITHOUT ROWID")
            spellings = ((each,) for one in wanted for each in {one.lower(), one.upper()})
            database.executemany("INSERT INTO wanted VALUES (?)", spellings)
            query = f"SELECT DISTINCT {found} FROM {_VIEW} f JOIN wanted w ON f.{best} = w.digest"  # noqa: S608 (of names that are known)
            for row in database.execute(query):
                pairs = zip(self._columns, row, strict=True)
                yield [Entry("", digest, kind) for kind, digest in pairs if isinstance(digest, str)]


def special(path: bytes) -> Lines | Database | None:
    """Return a database, or a table that is larger than a list may be; None if it is neither.

    Raises:
        ManifestError: it cannot be read.
    """
    try:
        with _files.opened(path) as file:
            is_database = file.read(len(_SQLITE)) == _SQLITE
            large = os.fstat(file.fileno()).st_size > _files.MAX_SIZE
    except OSError as error:
        raise _files.unreadable(path, error, ManifestError) from error
    if is_database:
        return Database(path)
    return Lines(lambda: _in_pieces(path)) if large else None


def _in_pieces(path: bytes) -> Iterator[Line]:
    """Yield the lines of a table, so much at a time.

    Raises:
        ManifestError: it is none, or cannot be read.
    """
    table = known(OF_TABLES)
    try:
        with _files.opened(path) as file:
            header = file.readline(_PIECE)
            while piece := file.read(_PIECE):
                yield from table.lines(header + piece + file.readline(_PIECE), Hint(""))
    except OSError as error:
        raise _files.unreadable(path, error, ManifestError) from error
    except ValueError as error:
        raise ManifestError(f"{quoted(path)}: {error}") from error
