"""The arguments of :func:`checksig.create`, looked at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig import _formats as formats
from checksig._bridge import request
from checksig._bridge.algorithms import lookup
from checksig._bridge.request import Symlinks
from checksig._making.layout import layout
from checksig._names import quoted
from checksig._results import Algorithm
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checksig._files import StrPath
    from checksig._formats import Style
    from checksig._making.layout import Layout

#: What is hashed with if neither the caller nor the format says.
_ALGORITHM: Final = "sha256"

#: Options that have no meaning for a single file.
_OF_DIRECTORIES: Final = ("update", "include", "exclude")


class CreateOptions(request.ReadOptions, total=False):
    """More options of :func:`create`."""

    #: The name of a format that is written, as in the table of formats.
    format: str
    #: Whether lines of a list of the coreutils end with a NUL byte.
    zero: bool
    #: Patterns as in gitignore: only the files that match ``include``, if there are any, and not
    #: those that match ``exclude``.
    include: Iterable[str]
    exclude: Iterable[str]
    #: "inside": symbolic links are listed as the files that they lead to. "refuse": they are left
    #: out. "record": where they lead is listed, which jsonl can hold.
    symlinks: Symlinks
    #: Whether to take digests from the list that is there, and to read only files that are new or
    #: have changed since.
    update: bool


class ListRequest(NamedTuple):
    """The files that are to be listed, and how."""

    root: bytes
    algorithms: tuple[Algorithm, ...]
    layout: Layout
    patterns: Mapping[str, list[bytes]]  # of names, as the core has them
    links: Mapping[str, bool]  # settings of the core: what becomes of symbolic links
    reading: Mapping[str, Any]  # and how files are read
    update: bool = False
    only: bytes | None = None  # the name of a file, if it is not the whole directory

    @classmethod
    def of(
        cls, path: StrPath, names: str | Sequence[str] | None, style: Style, options: CreateOptions
    ) -> ListRequest:
        """Return what a caller asks for.

        Raises:
            CreateError, UnknownAlgorithmError, TypeError, ValueError: it makes no sense.
        """
        request.expect(options, CreateOptions)
        name = options.get("format", formats.DEFAULT)
        algorithms = _algorithms(names, name)
        chosen = layout(name, algorithms, style=style, zero=options.get("zero", False))
        symlinks = options.get("symlinks", "inside")
        if symlinks == "record" and not chosen.format.links:
            raise CreateError(
                f"{chosen.format.title} cannot hold symbolic links: {formats.OWN} can"
            )
        root, only = _split(os.fsencode(path), chosen, options)
        return cls(
            root,
            algorithms,
            chosen,
            patterns={
                "only": [os.fsencode(pattern) for pattern in options.get("include", ())],
                "except": [os.fsencode(pattern) for pattern in options.get("exclude", ())],
            },
            links=request.link_settings(symlinks),
            reading=request.read_settings(options),
            update=options.get("update", False),
            only=only,
        )

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
    return found


def _split(path: bytes, layout: Layout, options: CreateOptions) -> tuple[bytes, bytes | None]:
    """Return a directory, and the name of a file in it if only that is to be listed."""
    if os.path.isdir(path) or not os.path.lexists(path):
        if layout.format.for_one_file:
            title = layout.format.title
            raise CreateError(f"a {title} is for one file, and {quoted(path)} is none")
        return path, None
    for name in _OF_DIRECTORIES:
        if options.get(name):
            raise CreateError(f"{quoted(path)} is one file: {name} is for directories")
    directory, only = os.path.split(path)
    return directory or b".", only
