"""Names in lists that are off, and what files are called instead.

A list may have a directory too many, or one too few; or whole paths of another machine. How names
change is said by the caller, and never guessed: what is checked is what was asked for.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checksig._claims import parsing
from checksig._claims.ask import AS_LISTED
from checksig._entries import Malformed
from checksig._names import below, counted, escape, of_file, quoted
from checksig._results import Result, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checksig._claims.ask import Renaming
    from checksig._claims.parsing import Manifest
    from checksig._entries import Entry, Line, Unverified
    from checksig._places import Place


class _Renamed(NamedTuple):
    """Lists with other names in them."""

    manifests: list[Manifest]
    settled: tuple[Result, ...] = ()  # on names that could be of several files
    remarks: tuple[str, ...] = ()


def renamed(
    manifests: Iterable[Manifest], renaming: Renaming, place: Place, *, lines: bool = False
) -> _Renamed:
    """Return lists with the names that files have in a place.

    Args:
        manifests: The lists.
        renaming: How names change.
        place: The place.
        lines: Whether their lines are asked for, which takes longer if names only get longer.

    Raises:
        ManifestError: two names would be one, or a list is none of its format.
    """
    if not lines and renaming == AS_LISTED._replace(within=renaming.within):
        # The core does that by itself.
        prefix = os.fsencode("/".join(renaming.within))
        return _Renamed([m._replace(base=below(m.base, prefix)) for m in manifests])
    namer = Namer(renaming, place.root, _names(place) if renaming.by_name else None)
    found: list[Manifest] = []
    for manifest in manifests:
        try:
            rows = parsing.lines(manifest) if manifest.lines is None else manifest.lines
            renamed_ = manifest._replace(lines=[*namer.lines(manifest, rows)])
        except ValueError as error:
            raise ManifestError(f"{quoted(os.fsencode(manifest.path))}: {error}") from error
        if renamed_.lines or not namer.settled:
            found.append(renamed_._replace(base=b"") if renaming.by_name else renamed_)
    remarks = (f"{counted(namer.below_root, 'absolute name')} taken as below the directory",)
    return _Renamed(found, tuple(namer.settled), remarks if namer.below_root else ())


def _names(place: Place) -> dict[str, list[str]]:
    """Return the names of all files of a place, by their last parts."""
    found: dict[str, list[str]] = {}
    for item in place.walk():
        name = os.fsdecode(item.name)
        found.setdefault(name.rpartition("/")[2], []).append(name)
    return found


class Namer:
    """The names of files that a list calls otherwise."""

    def __init__(
        self,
        renaming: Renaming,
        root: bytes | None = None,
        names: dict[str, list[str]] | None = None,
    ) -> None:
        """Begin with no name.

        Args:
            renaming: How names change.
            root: The directory that absolute names may lie below.
            names: Those that there are, by their last parts. None: nobody knows, and the last part
                is the name.
        """
        self._renaming, self._root, self._names = renaming, root, names
        self._roots: list[str] = []
        if renaming.strip_root and root is not None:
            paths = (os.path.abspath(root), os.path.realpath(root))
            self._roots = [f"{os.fsdecode(path).rstrip('/')}/" for path in dict.fromkeys(paths)]
        self._before: dict[str, str] = {}  # what a name was in the list
        self.settled: list[Result] = []
        self.below_root = 0

    def lines(self, manifest: Manifest, rows: Iterable[Line]) -> Iterator[Line]:
        """Yield the lines of a list with the names of files; note what could be several.

        Raises:
            ManifestError: two names would be one.
        """
        slashes = manifest.format.backslashes
        for row in rows:
            if isinstance(row, Malformed) or not row.path:
                yield row
                continue
            path = row.path
            if slashes and "/" not in path and not self._is_there(path):
                path = path.replace("\\", "/")
            relative = self._relative(path)
            self.below_root += relative != path
            name = of_file(relative)
            if name is None:  # it leads out, or is that of a directory
                yield row
                continue
            said = self.of(name)
            if said is None:
                cut = counted(self._renaming.strip, "directory").replace("ys", "ies")
                yield Malformed(row.line, f"nothing is left of {escape(name)} without {cut}")
            elif self._names is None:
                yield row._replace(path=said)
            else:
                yield from self._by_last_part(
                    row, os.fsdecode(below(manifest.base, os.fsencode(said))), manifest.path
                )

    def _is_there(self, path: str) -> bool:
        """Whether there is a file of a name, as far as that can be known."""
        return self._root is not None and os.path.lexists(
            os.path.join(self._root, os.fsencode(path))
        )

    def _relative(self, path: str) -> str:
        for root in self._roots:
            if path.startswith(root):
                return path.removeprefix(root)
        return path

    def names(self) -> Callable[[str], str]:
        """Return what returns the name of the file that a list calls so, after its lines."""
        names = {listed: name for name, listed in self._before.items()}
        return lambda path: names.get(of_file(self._relative(path)) or path, path)

    def of(self, path: str) -> str | None:
        """Return what a file is called that has a name in a list; None if nothing is left of it.

        Raises:
            ManifestError: two names would be one.
        """
        parts = path.split("/")[self._renaming.strip :]
        if not parts:
            return None
        if self._renaming.by_name and self._names is None:
            parts = parts[-1:]
        return self._noted("/".join((*self._renaming.within, *parts)), path)

    def _noted(self, name: str, listed: str) -> str:
        if self._before.setdefault(name, listed) != listed:
            both = " and ".join(sorted(map(escape, (self._before[name], listed))))
            raise ManifestError(f"{both} would both be {escape(name)}")
        return name

    def _by_last_part(
        self, row: Entry | Unverified, path: str, manifest: str
    ) -> Iterator[Entry | Unverified]:
        """Yield a line with the name of the only file that is called so."""
        alike = (self._names or {}).get(path.rpartition("/")[2], [])
        if path in alike or not alike:
            yield row._replace(path=path)
        elif len(alike) == 1:
            yield row._replace(path=self._noted(alike[0], path))  # two of one name are refused
        else:
            why = f"{len(alike)} files are called so, and none is taken: {escape(alike[0])}, …"
            self.settled.append(
                Result(path, Status.MISSING, line=row.line, detail=why, manifest=manifest)
            )
