"""The arguments of :func:`checksig.create`, looked at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig import _formats as formats
from checksig import _places
from checksig._bridge.algorithms import lookup
from checksig._making.layout import layout
from checksig._names import quoted
from checksig._options import CreateOptions
from checksig._options.values import Network, Reading, patterns, reading, settle
from checksig._places.directory import name_below
from checksig._results import Algorithm
from checksig.errors import CreateError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from checksig._making.layout import Layout
    from checksig._options import StrPath, Style, Symlinks
    from checksig._places import Place
    from checksig._results import Progress

#: What is hashed with if neither the caller nor the format says.
_ALGORITHM: Final = "sha256"

#: Options that need times.
_OF_MACHINES: Final = ("update", "accept_damaged")
#: Options that have no meaning for a single file.
_OF_DIRECTORIES: Final = ("update", "include", "exclude")


class ListRequest(NamedTuple):
    """The files that are to be listed, and how."""

    root: bytes
    algorithms: tuple[Algorithm, ...]
    layout: Layout
    patterns: Mapping[str, tuple[bytes, ...]]  # of names, as the core has them
    symlinks: Symlinks
    reading: Reading
    progress: Callable[[Progress], None] | None = None
    update: bool = False
    accept_damaged: bool = False  # whether an update lists damaged files as they are now
    drop_signature: bool = False  # whether signatures that no longer hold are removed
    only: bytes | None = None  # the name of a file, if it is not the whole directory
    place: Place | None = None  # that the files are in, if it is no directory
    network: Network = Network()  # how servers are asked
    versions: dict[str, str] | None = None  # takes those of objects, by name, if they are listed

    @property
    def plain(self) -> bool:
        """Whether nothing is wanted of a file but its line, and the core writes that."""
        by_core = self.layout.by_core and len(self.algorithms) == 1
        return by_core and not self.update and self.only is None and self.place is None

    @classmethod
    def of(
        cls, path: StrPath, names: str | Sequence[str] | None, style: Style, options: CreateOptions
    ) -> ListRequest:
        """Return what a caller asks for.

        Raises:
            CreateError, UnknownAlgorithmError, TypeError, ValueError: it makes no sense.
        """
        settled = settle(CreateOptions, options)
        name = settled["format"] or formats.DEFAULT
        algorithms = _algorithms(names, name)
        chosen = layout(name, algorithms, style=style, zero=settled["zero"])
        if settled["symlinks"] == "record" and not chosen.format.links:
            raise CreateError(
                f"{chosen.format.title} cannot hold symbolic links: {formats.OWN} can"
            )
        if settled["accept_damaged"] and not settled["update"]:
            raise CreateError("accept_damaged is for update")
        if settled["versions"] and not chosen.format.versions:
            raise CreateError(f"{chosen.format.title} cannot hold versions: {formats.OWN} can")
        network = Network(tuple(settled["redirects"]), settled["timeout"], settled["cancel"])
        place = _opened(os.fsencode(path), network, settled)
        root, only = _split(os.fsencode(path), place, chosen, settled)
        return cls(
            root,
            algorithms,
            chosen,
            patterns=patterns(settled),
            symlinks=settled["symlinks"],
            reading=reading(settled),
            progress=settled["progress"],
            update=settled["update"],
            accept_damaged=settled["accept_damaged"],
            drop_signature=settled["drop_signature"],
            versions={} if settled["versions"] else None,
            only=only,
            place=place,
            network=network,
        )

    def names_of(self, paths: Iterable[bytes]) -> list[bytes]:
        """Return the names of files that are to be below the root, if they are."""
        if self.place:
            return [path[len(self.root) :] for path in paths if path.startswith(self.root)]
        names = (name_below(self.root, path) for path in paths)
        return [name for name in names if name is not None]

    def targets(self, output: StrPath | None) -> list[bytes]:
        """Return where the lists go.

        Raises:
            CreateError: they cannot all go there.
        """
        groups = self.layout.lists(self.algorithms)
        only = os.fsdecode(self.only or b"")
        names = [os.fsencode(self.layout.default_name(group, only)) for group in groups]
        if output is None:
            return [os.path.join(self.root, name) for name in names]
        if len(groups) > 1:
            raise CreateError(
                f"{self.layout.format.title} in this style holds one algorithm, and there are "
                f"{len(groups)}: leave out the output for as many lists, or choose tags"
            )
        target = os.fsencode(output)
        if _places.is_address(target):  # in whose schemes case does not matter
            scheme, mark, rest = target.partition(b"://")
            target = scheme.lower() + mark + rest
        if self.layout.format.for_one_file and os.path.basename(target) != names[0]:
            raise CreateError(
                f"the {self.layout.format.title} of {quoted(self.only or b'')} is "
                f"{quoted(names[0])}"
            )
        return [target]


def _algorithms(names: str | Sequence[str] | None, format_: str) -> tuple[Algorithm, ...]:
    """Return what to hash with."""
    if names is None:
        row = formats.named(format_)
        names = (row.algorithm if row else None) or _ALGORITHM
    found = tuple(dict.fromkeys(map(lookup, [names] if isinstance(names, str) else names)))
    if not found:
        raise ValueError("there is no algorithm to hash with")
    for algorithm in found:
        if algorithm.strength == "none":
            raise CreateError(f"a {algorithm.title} verifies nothing: choose another algorithm")
    return found


def _opened(path: bytes, network: Network, options: Mapping[str, Any]) -> Place | None:
    """Return the place at an address; None for what is on this machine."""
    if not _places.is_address(path):
        if options["versions"]:
            raise CreateError(f"{quoted(path)} is no store: versions is for those that keep some")
        return None
    for name in _OF_MACHINES:
        if options[name]:
            where = _places.quoted_path(path)
            raise CreateError(f"{where} is on a server: {name} is for directories")
    try:
        place = _places.open_place(path, network)
    except ManifestError as error:
        raise CreateError(str(error)) from error
    if options["versions"] and "versions" not in place.traits:
        place.close()
        raise CreateError("versions is for stores that keep some: buckets of S3 and of Google")
    return place


def _split(
    path: bytes, place: Place | None, layout: Layout, options: Mapping[str, Any]
) -> tuple[bytes, bytes | None]:
    """Return a directory, and the name of a file in it if only that is to be listed."""
    there = _places.remote(place) if place else None
    if there and there.name:
        return there.path, there.name
    if place or os.path.isdir(path) or not os.path.lexists(path):
        if layout.format.for_one_file:
            title = layout.format.title
            raise CreateError(f"a {title} is for one file, and {quoted(path)} is not one")
        return place.path if place else path, None
    for name in _OF_DIRECTORIES:
        if options[name]:
            raise CreateError(f"{quoted(path)} is one file: {name} is for directories")
    directory, only = os.path.split(path)
    return directory or b".", only
