"""Which list an archive is checked against."""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig import _formats as formats
from checksig._bridge import algorithms as _algorithms
from checksig._claims import bag as _bag
from checksig._claims import lists as _manifest
from checksig._claims.lists import Found, Manifest
from checksig._entries import Entry, Malformed, Unverified
from checksig._formats import Hint, record
from checksig._making import sums as _sums
from checksig._names import quoted
from checksig._places.archive import Archive
from checksig.errors import ChecksigError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from checksig._entries import Line
    from checksig._files import StrPath
    from checksig._results import Algorithm, Progress

_RECORD: Final = rb"[^/]+\.dist-info/RECORD"

#: What the RECORD of a wheel does not list, or not with a digest: itself and its signatures.
_UNLISTED: Final = (b"", b".jws", b".p7s")

_OF_BAGS: Final = ("bagit.txt", "bag-info.txt", "package-info.txt", "fetch.txt")

#: How many lines of a list are looked at to guess what its algorithms are, and how many algorithms
#: are too many to hash with on a guess.
_LINES: Final = 1000
_GUESSES: Final = 4


class Outlook:
    """What is known of the lists of an archive while it is read for its names."""

    def __init__(self, known: Callable[[], Iterable[str]] | None, only: str | None) -> None:
        """Begin with what is known.

        Args:
            known: Returns the algorithms of all lists; None if the lists lie in the archive.
            only: The only algorithm that lists may use.
        """
        self._known, self._only = known, only
        self._algorithms: tuple[str, ...] | None = None

    @property
    def algorithms(self) -> Sequence[str]:
        """What members will be held against, as far as that is known by now."""
        if self._algorithms is None:
            self._algorithms = _names(self._known() if self._known else ())
        return self._algorithms if len(self._algorithms) <= _GUESSES else ()

    def is_list(self, name: str) -> bool:
        """Whether a member may be a list, or belong to one."""
        return self._known is None and _may_be_list(name)

    def learn(self, name: str, data: bytes) -> None:
        """Take what is in such a member."""
        base = name.rpartition("/")[2]
        if base not in _OF_BAGS:
            try:
                manifest = _manifest.recognised(os.fsencode(base), data, b"", [])
            except ChecksigError:
                return  # whoever needs the list will say what is wrong with it
            found = {self._only} if self._only else _guessed(manifest)
            self._algorithms = _names(found.union(self._algorithms or ()))


def _guessed(manifest: Manifest) -> set[str]:
    """Return what the files of a list probably are hashed with."""
    if manifest.algorithm is not None:
        return {manifest.algorithm}
    parse = manifest.format.parse
    hint = Hint(os.fspath(os.path.basename(manifest.path)))
    try:
        lines = parse(manifest.data, hint) if parse else _sums.parse(manifest.data, None)
        return {line.algorithm for line in islice(lines, _LINES) if isinstance(line, Entry)}
    except ValueError:
        return set()


def _names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that the core has for algorithms, as far as it knows them."""
    known = _algorithms.by_name()
    return tuple(sorted({known[name.lower()].name for name in names if name.lower() in known}))


def opened(
    path: bytes,
    chosen: Sequence[StrPath],
    entries: Callable[[], Iterable[str]] | None,
    algorithm: str | None,
    progress: Callable[[Progress], None] | None,
) -> tuple[Archive, Found]:
    """Open an archive, and return it with the lists that it is checked against.

    Args:
        path: Of the archive.
        chosen: The paths of lists that lie elsewhere. Those in the archive do not count then.
        entries: Returns the algorithms of entries, if there are entries instead of any list.
        algorithm: The only one that lists may use.
        progress: Called now and then while the archive is read for its names.

    Raises:
        ArchiveError: the archive cannot be read, or wants more than an archive may.
        ManifestError: there is no list, or one of them cannot be read.
    """
    lists = [_manifest.read(path, os.fsencode(each), b"") for each in chosen]

    def known() -> Iterable[str]:
        if algorithm:
            return [algorithm]
        return entries() if entries else set[str]().union(*map(_guessed, lists))

    settled = bool(lists) or entries is not None
    archive = Archive(path, Outlook(known if settled else None, algorithm), progress)
    try:
        return archive, Found(path, lists) if settled else load(archive)
    except BaseException:
        archive.close()
        raise


def load(archive: Archive) -> Found:
    """Return the lists of an archive: what its kind has, or what is called so.

    Raises:
        ManifestError: there is none, or one of them cannot be read.
    """
    if archive.root.lower().endswith(b".whl"):
        return _of_wheel(archive)
    names = _lists(archive)
    if not names and (top := _only_directory(archive)):
        archive.below(top)
        names = _lists(archive)
    if archive.has(_bag.DECLARATION):
        return _bag.load_from(archive)
    if not names:
        raise ManifestError(f"no list of digests in {quoted(archive.root)}: name one outright")
    return Found(archive.root, [_read(archive, name) for name in names])


def _may_be_list(name: str) -> bool:
    if name.removeprefix("./").count("/") > 1:
        return False
    base = name.rpartition("/")[2]
    return base in _OF_BAGS or formats.match_name(base, _algorithms.by_name()) is not None


def _lists(archive: Archive) -> list[bytes]:
    return sorted(name for name in archive.top() if _may_be_list(os.fsdecode(name)))


def _only_directory(archive: Archive) -> bytes | None:
    tops = {name.partition(b"/")[0] for name in archive.names()}
    return tops.pop() if len(tops) == 1 and not archive.top() and not archive.unsafe else None


def _shown(archive: Archive, name: bytes) -> bytes:
    return os.path.join(archive.root, archive.prefix + name)


def _data(archive: Archive, name: bytes) -> bytes:
    try:
        return archive.read(name)
    except OSError as error:
        raise _files.unreadable(_shown(archive, name), error, ManifestError) from error


def _read(archive: Archive, name: bytes) -> Manifest:
    return _manifest.recognised(_shown(archive, name), _data(archive, name), b"", [name])


def _of_wheel(archive: Archive) -> Found:
    """Return the RECORD of a wheel, which has to list everything else.

    Source: packaging.python.org, "Binary distribution format", "The .dist-info directory".
    """
    names = [name for name in archive.names() if re.fullmatch(_RECORD, name)]
    if len(names) != 1:
        raise ManifestError(f"{quoted(archive.root)} has {len(names)} files NAME.dist-info/RECORD")
    path, data = _shown(archive, names[0]), _data(archive, names[0])
    own = [names[0] + suffix for suffix in _UNLISTED]
    try:
        lines = list(_held_to_rules(record.parse(data, Hint("RECORD")), own))
    except ValueError as error:
        raise ManifestError(f"{quoted(path)}: {error}") from error
    manifest = Manifest(os.fsdecode(path), b"", record.FORMAT, None, b"", own, lines)
    return Found(archive.root, [manifest], complete_within="")


def _held_to_rules(lines: Iterable[Line], own: Sequence[bytes]) -> Iterator[Line]:
    """Pass on lines; those that a wheel must not have are malformed."""
    known = _algorithms.by_name()
    for line in lines:
        if isinstance(line, Unverified) and os.fsencode(line.path) not in own:
            yield Malformed(line.line, f"{line.path} is listed without a digest")
        elif isinstance(line, Entry) and _is_weak(line, known):
            yield Malformed(line.line, f"{line.algorithm} is not allowed in a wheel")
        else:
            yield line


def _is_weak(entry: Entry, known: dict[str, Algorithm]) -> bool:
    found = known.get(entry.algorithm.lower())
    return found is not None and found.strength != "strong"
