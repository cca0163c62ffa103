"""What is to be listed, and how: the arguments of :func:`checksig.create`, looked at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge import algorithms as _algorithms
from checksig._bridge import request as _request
from checksig._making import layout as _layout
from checksig._making.layout import Style
from checksig._names import quoted
from checksig._options import CreateOptions
from checksig._results import Algorithm
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._making.layout import Layout
    from checksig._options import StrPath

#: What is hashed with if nobody says.
_DEFAULT: Final = {"sfv": "crc32"}


class Task(NamedTuple):
    """What is to be listed."""

    root: bytes
    algorithms: tuple[Algorithm, ...]
    layout: Layout
    only: bytes | None = None  # the name of a file, if it is not the whole directory

    @classmethod
    def of(
        cls, path: StrPath, names: str | Sequence[str] | None, style: Style, options: CreateOptions
    ) -> Task:
        """Return what a caller asks for.

        Raises:
            CreateError, UnknownAlgorithmError, TypeError, ValueError: it makes no sense.
        """
        _request.expect(options, CreateOptions)
        name = options.get("format", _layout.COREUTILS)
        names = _DEFAULT.get(name, "sha256") if names is None else names
        names = [names] if isinstance(names, str) else names
        chosen = tuple(dict.fromkeys(map(_algorithms.lookup, names)))
        if not chosen:
            raise ValueError("there is no algorithm to hash with")
        layout = _layout.layout(name, chosen, style=style, zero=options.get("zero", False))
        if options.get("symlinks") == "record" and not layout.format.links:
            raise CreateError(f"{layout.format.title} cannot hold symbolic links: jsonl can")
        place = os.fsencode(path)
        if os.path.isdir(place) or not os.path.lexists(place):
            if name == "bare":
                raise CreateError(f"a bare digest is for one file, and {quoted(place)} is none")
            return cls(place, chosen, layout)
        for name in ("update", "include", "exclude"):
            if options.get(name):
                raise CreateError(f"{quoted(place)} is one file: {name} is for directories")
        directory, only = os.path.split(place)
        return cls(directory or b".", chosen, layout, only)

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
        if self.layout.format.name == "bare" and os.path.basename(target) != names[0]:
            raise CreateError(
                f"the bare digest of {quoted(self.only or b'')} is {quoted(names[0])}"
            )
        return [target]
