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
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig._bridge.algorithms import by_name
from checksig._claims import parsing
from checksig._entries import Columns, Entry, Malformed, in_blocks
from checksig._formats import OF_TABLES, Hint, known
from checksig._names import quoted
from checksig._results import STRENGTHS
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from typing import Any

    from checksig._claims.parsing import Manifest
    from checksig._entries import Block

    #: Files by their digests in hexadecimal, by the names of algorithms. All algorithms are there.
    Digests = Mapping[str, Mapping[str, Any]]

_SQLITE: Final = b"SQLite format 3\0"
_VIEW: Final = "FILE"
_COLUMNS: Final = ("sha256", "sha1", "md5")  # the strongest first
_PIECE: Final = 64 << 20  # in bytes


class Lines:
    """The lines of a list."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        """Take them. They are read once, and not kept."""
        self._blocks = blocks
        self.malformed = 0  # so far

    @classmethod
    def of(cls, manifest: Manifest) -> Lines:
        """Return those of a list that was read."""
        if manifest.format.by_core:
            return cls(in_blocks(parsing.lines(manifest)))
        return cls(parsing.blocks(manifest))

    def entries(self, digests: Digests) -> Iterator[tuple[Entry, list[Entry]]]:
        """Yield the strongest digest, and all, of each line of which a file has the strongest."""
        rows = chain.from_iterable(self._rows(block, digests) for block in self._blocks)
        for _, group in groupby(rows, key=lambda row: (row.line, row.path)):
            found = list(group)
            best = max(found, key=_strength)
            if best.digest.lower() in digests[_name(best)]:
                yield best, found

    def _rows(self, block: Block, digests: Digests) -> Iterable[Entry]:
        """Return the entries of a block in algorithms that are known."""
        names = by_name()
        if isinstance(block, Columns):
            return () if _has_none(block, digests) else block.entries()
        self.malformed += sum(isinstance(row, Malformed) for row in block)
        return [r for r in block if isinstance(r, Entry) and r.algorithm.lower() in names]


def _has_none(block: Columns, digests: Digests) -> bool:
    """Whether no file has a digest of a block, whose lines are all alike: most are of others."""
    kinds = list(dict.fromkeys(block.algorithms))
    alike = list(block.algorithms) == kinds * (len(block.algorithms) // len(kinds))
    if not alike or any(kind.lower() not in by_name() for kind in kinds):
        return False
    best = max([Entry("", "", kind) for kind in kinds], key=_strength)
    column = block.digests[kinds.index(best.algorithm) :: len(kinds)]
    return digests[_name(best)].keys().isdisjoint("\n".join(column).lower().split("\n"))


def _name(row: Entry) -> str:
    return by_name()[row.algorithm.lower()].name


def _strength(row: Entry) -> tuple[int, int]:
    algorithm = by_name()[row.algorithm.lower()]
    return STRENGTHS.index(algorithm.strength), algorithm.size


class Database:
    """A database of SQLite, as NSRL publishes it."""

    malformed = 0

    def __init__(self, path: bytes) -> None:
        """Look at what it has.

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

    def entries(self, digests: Digests) -> Iterator[tuple[Entry, list[Entry]]]:
        """Yield the strongest digest, and all, of each line of which a file has the strongest."""
        best, found = self._columns[0], ", ".join(f"f.{each}" for each in self._columns)
        wanted = digests[best]
        with self._opened() as database:
            # Whatever index it has or lacks, it is read once at most.
            database.execute("CREATE TEMP TABLE wanted (digest TEXT PRIMARY KEY) WITHOUT ROWID")
            spellings = ((each,) for one in wanted for each in {one.lower(), one.upper()})
            database.executemany("INSERT INTO wanted VALUES (?)", spellings)
            query = f"SELECT DISTINCT {found} FROM {_VIEW} f JOIN wanted w ON f.{best} = w.digest"  # noqa: S608 (of names that are known)
            for row in database.execute(query):
                pairs = zip(self._columns, row, strict=True)
                rows = [Entry("", each, kind) for kind, each in pairs if isinstance(each, str)]
                yield rows[0], rows


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
    return Lines(_in_pieces(path)) if large else None


def _in_pieces(path: bytes) -> Iterator[Block]:
    """Yield the lines of a table, so much at a time.

    Raises:
        ManifestError: it is none, or cannot be read.
    """
    read = known(OF_TABLES).blocks
    if read is None:
        raise ManifestError(f"{quoted(path)} is larger than a list may be")
    try:
        with _files.opened(path) as file:
            header = file.readline(_PIECE)
            while piece := file.read(_PIECE):
                yield from read(header + piece + file.readline(_PIECE), Hint(""))
    except OSError as error:
        raise _files.unreadable(path, error, ManifestError) from error
    except ValueError as error:
        raise ManifestError(f"{quoted(path)}: {error}") from error
