"""The layout of lists that are written: their format, how many there are, and their names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checksig import _formats as formats
from checksig._bridge.algorithms import by_name
from checksig._entries import Listed
from checksig._names import escape, quoted
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._formats import Style
    from checksig._results import Algorithm


class Layout(NamedTuple):
    """A format that lists are written in, and what there is to choose in it."""

    format: formats.Format
    style: Style = "text"
    zero: bool = False  # lines end with a NUL byte, and no name is escaped

    @property
    def by_core(self) -> bool:
        """Whether the core writes lines like these, if there is one algorithm."""
        return self.format.by_core and not self.zero

    def lists(self, algorithms: Sequence[Algorithm]) -> list[tuple[Algorithm, ...]]:
        """Return the algorithms of each list that is to be written."""
        if self.format.one_algorithm and self.style != "tag":
            return [(algorithm,) for algorithm in algorithms]
        return [tuple(algorithms)]

    def default_name(self, algorithms: Sequence[Algorithm], path: str) -> str:
        """Return what a list is called, so that it is found; ``path`` is the file of a bare one."""
        name = self.format.default_name
        return name if isinstance(name, str) else name(algorithms, path)

    def write(self, files: Sequence[Listed], algorithms: Sequence[Algorithm]) -> bytes:
        """Return the list of files, which are sorted, with their digests in these algorithms.

        Raises:
            CreateError: the format cannot hold them.
        """
        tags = {algorithm.name: algorithm.tag for algorithm in algorithms}
        files = [
            file._replace(digests={n: d for n, d in file.digests.items() if n in tags})
            for file in files
        ]
        if not self.format.links and (link := next((f for f in files if f.link is not None), None)):
            raise CreateError(
                f"{self.format.title} cannot hold the symbolic link {escape(link.path)}: "
                f"{formats.OWN} can"
            )
        if self.format.write_styled:
            return self.format.write_styled(files, style=self.style, zero=self.zero, tags=tags)
        return _write(self.format, files)


def layout(
    name: str, algorithms: Sequence[Algorithm], *, style: Style = "text", zero: bool = False
) -> Layout:
    """Return a layout, once it is sure that it holds such digests: before anything is hashed.

    Raises:
        CreateError: there is no such format, or it cannot hold these digests.
        ValueError: there is no such style, or not in this format.
    """
    if style not in ("text", "binary", "tag"):
        raise ValueError(f"style must be text, binary or tag, not {style}")
    format_ = find(name)
    if format_.write_styled is None and (zero or style != "text"):
        raise ValueError(f"only lists of the coreutils have styles and end in NUL, not {name}")
    chosen = Layout(format_, style, zero)
    for group in chosen.lists(algorithms):
        digests = {algorithm.name: "00" * algorithm.size for algorithm in group}
        chosen.write([Listed("a", 0, digests)], group)
    return chosen


def find(name: str) -> formats.Format:
    """Return the format of that name.

    Raises:
        CreateError: no lists are written in it.
    """
    found = formats.named(name)
    if found is None or found.write is None:
        raise not_written(name)
    return found


def not_written(name: str) -> CreateError:
    """Return the error about a name of no format, or of one that is only read."""
    names = ", ".join(writable())
    return CreateError(f"no lists are written in the format {name!r}: choose from {names}")


def writable() -> list[str]:
    """Return the names of the formats that lists are written in."""
    return [format_.name for format_ in formats.written()]


def found_again(layout: Layout, path: bytes, data: bytes) -> None:
    """Make sure that a list at that path will be taken for what it is.

    Raises:
        CreateError: it will not.
    """
    if layout.format.name == formats.DEFAULT:  # what nothing else speaks for is taken for it
        return
    name = os.fsdecode(os.path.basename(path))
    found = formats.detect(name, data, by_name()).format.name
    if found != layout.format.name:
        raise CreateError(
            f"a {layout.format.title} called {quoted(path)} would be taken for {found}: "
            "give it another name"
        )


def sort(files: Iterable[Listed]) -> list[Listed]:
    """Return files sorted by the bytes of their names."""
    return sorted(files, key=lambda file: os.fsencode(file.path))


def _write(format_: formats.Format, files: Sequence[Listed]) -> bytes:
    if format_.write is None:
        raise not_written(format_.name)
    try:
        return format_.write(files)
    except CreateError:  # about a name
        raise
    except ValueError as error:
        raise CreateError(str(error)) from error
