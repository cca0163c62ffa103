"""Files that a caller asks for, and the lines of a list that are about them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from checksig import _formats
from checksig._bridge.algorithms import by_name
from checksig._claims import parsing
from checksig._entries import Entry, Malformed
from checksig._names import of_file, quoted
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checksig._claims.parsing import Manifest
    from checksig._entries import Line, Unverified


#: Names that all formats have as they are.
PLAIN: Final = re.compile(r"[A-Za-z0-9_.+@~:-]+")


class Wanted:
    """Files, and the names that they may be listed under."""

    def __init__(
        self,
        names: Mapping[str, Sequence[Sequence[str]]],
        *,
        by_last_part: bool = False,
        only: bool = False,
    ) -> None:
        """Gather them.

        Args:
            names: By the name of each file in its directory, what it may be listed as: groups of
                names, the likeliest first. Of the first of which one is listed, all count.
            by_last_part: Whether the last part of a name may do, if only one listed ends so.
            only: Whether a list of one file is about what is asked for: standard input has no name.
        """
        self._only = only
        self._names, self._by_last_part = names, by_last_part
        self.proved: set[str] = set()  # files for which there is a digest
        self.elsewhere: dict[str, None] = {}  # names that end like a file, and are not taken for it

    def called_after(self, manifest: Manifest) -> bool:
        """Whether a list is called after one of the files."""
        return _formats.namesake(os.fsdecode(manifest.name), by_name()) in self._names

    def of(self, manifest: Manifest) -> Manifest:
        """Return a list with only what it says of the files, by their names in the directory.

        Raises:
            ManifestError: it is no list of its format.
        """
        try:
            rows = parsing.lines(manifest) if manifest.lines is None else manifest.lines
            malformed, listed = self._among(manifest, rows)
        except ValueError as error:
            raise ManifestError(f"{quoted(os.fsencode(manifest.path))}: {error}") from error
        lines: list[Line] = list(self._meant(manifest, malformed))
        for name, others in self._names.items():
            likely: list[str] = []
            for group in others:
                likely = likely or [each for each in dict.fromkeys(group) if each in listed]
            alike = [other for other in listed if self._only or _last_part(other) == name]
            if not likely and len(alike) == 1 and (self._by_last_part or self._only):
                likely = alike
            if not likely:
                self.elsewhere.update(dict.fromkeys(alike))
                continue
            rows = [row._replace(path=name) for other in likely for row in listed[other]]
            if any(isinstance(row, Entry) for row in rows):
                self.proved.add(name)
            lines += rows
        return manifest._replace(lines=lines)

    def _among(
        self, manifest: Manifest, rows: Iterable[Line]
    ) -> tuple[list[Malformed], dict[str, list[Entry | Unverified]]]:
        """Return lines that cannot be understood, and by its name, what is listed of each file."""
        malformed: list[Malformed] = []
        listed: dict[str, list[Entry | Unverified]] = {}
        for row in rows:
            if isinstance(row, Malformed):
                malformed.append(row)
                continue
            name = of_file(_spelled(row.path, manifest))
            if name is not None and (self._only or _last_part(name) in self._names):
                listed.setdefault(name, []).append(row)
        return malformed, listed

    def _meant(self, manifest: Manifest, malformed: list[Malformed]) -> Iterator[Malformed]:
        """Yield the lines that cannot be understood, and may be about the files."""
        if self._only or self.called_after(manifest) or not manifest.format.by_core:
            yield from malformed
            return
        rows = (manifest.text or manifest.data).split(b"\n") if malformed else []
        for line in malformed:
            row = rows[line.line - 1] if line.line <= len(rows) else b""
            # A name that is not plain may be escaped in it.
            if not row or any(
                os.fsencode(name) in row or not PLAIN.fullmatch(name) for name in self._names
            ):
                yield line


def _spelled(path: str, manifest: Manifest) -> str:
    """Return a name with slashes for backslashes, if the list has such, and it is no file so."""
    if "\\" not in path or not manifest.format.backslashes or "/" in path:
        return path
    root = manifest.home.root
    if root is not None and os.path.lexists(os.path.join(root, os.fsencode(path))):
        return path
    return path.replace("\\", "/")


def _last_part(name: str) -> str:
    return name.rpartition("/")[2]
