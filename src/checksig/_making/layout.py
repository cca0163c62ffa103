"""How the lists are laid out that are written: in which format, how many, and under which names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from checksig import _formats as formats
from checksig._bridge import algorithms as _algorithms
from checksig._entries import Listed
from checksig._names import escape, quoted
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._results import Algorithm

Style = Literal["text", "binary", "tag"]

COREUTILS: Final = "coreutils"
_STYLES: Final = ("text", "binary", "tag")
#: Of formats that hold one algorithm: several make several lists.
_ONE_EACH: Final = ("bagit", COREUTILS)
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r"})


class Layout(NamedTuple):
    """A format that lists are written in, and what there is to choose in it."""

    format: formats.Format
    style: Style = "text"
    zero: bool = False  # lines end with a NUL byte, and no name is escaped

    @property
    def by_core(self) -> bool:
        """Whether the core writes lines like these, if there is one algorithm."""
        return self.format.name == COREUTILS and not self.zero

    def lists(self, algorithms: Sequence[Algorithm]) -> list[tuple[Algorithm, ...]]:
        """Return the algorithms of each list that is to be written."""
        if self.format.name in _ONE_EACH and self.style != "tag":
            return [(algorithm,) for algorithm in algorithms]
        return [tuple(algorithms)]

    def default_name(self, algorithms: Sequence[Algorithm], path: str) -> str:
        """Return what a list is called, so that it is found; ``path`` is the file of a bare one."""
        first = algorithms[0]
        names = {
            "bagit": f"manifest-{first.name.replace('-', '')}.txt",
            "bare": f"{path}.{first.name}",
            "hashdeep": "hashdeep.txt",
            "jsonl": "checksums.jsonl",
            "pooch": "registry.txt",
            "sfv": "checksums.sfv",
        }
        several = "CHECKSUMS" if len(algorithms) > 1 else f"{first.tag}SUMS"
        return names.get(self.format.name, several)

    def write(self, files: Sequence[Listed], algorithms: Sequence[Algorithm]) -> bytes:
        """Return the list of files, which are sorted, with their digests in these algorithms.

        Raises:
            CreateError: the format cannot hold them.
        """
        names = {algorithm.name for algorithm in algorithms}
        files = [
            file._replace(digests={n: d for n, d in file.digests.items() if n in names})
            for file in files
        ]
        if not self.format.links and (link := next((f for f in files if f.link is not None), None)):
            raise CreateError(
                f"{self.format.title} cannot hold the symbolic link {escape(link.path)}: jsonl can"
            )
        if self.format.name == COREUTILS:
            return b"".join(self._lines(files))
        return _write(self.format, files)

    def _lines(self, files: Iterable[Listed]) -> Iterable[bytes]:
        by_name = _algorithms.by_name()
        for file in files:
            for name, digest in file.digests.items():
                yield self._line(file.path, digest, by_name[name].tag)

    def _line(self, path: str, digest: str, tag: str) -> bytes:
        # The same as core/internal/sums/write.go, and NUL bytes.
        name = path if self.zero else path.translate(_ESCAPES)
        lead = "" if name == path else "\\"
        end = "\0" if self.zero else "\n"
        if self.style == "tag":
            return os.fsencode(f"{lead}{tag} ({name}) = {digest}{end}")
        mark = "*" if self.style == "binary" else " "
        return os.fsencode(f"{lead}{digest} {mark}{name}{end}")


def layout(
    name: str, algorithms: Sequence[Algorithm], *, style: Style = "text", zero: bool = False
) -> Layout:
    """Return a layout, once it is sure that it holds such digests: before anything is hashed.

    Raises:
        CreateError: there is no such format, or it cannot hold these digests.
        ValueError: the style is none, or that of another format.
    """
    found = next((f for f in formats.FORMATS if f.name == name), None)
    if style not in _STYLES:
        raise ValueError(f"style must be text, binary or tag, not {style}")
    if found is None or not (found.write or name == COREUTILS):
        raise CreateError(f"no lists are written in the format {name!r}: choose from {_names()}")
    chosen = Layout(found, style, zero)
    if name != COREUTILS and (zero or style != "text"):
        raise ValueError(f"only lists of the coreutils have styles and end in NUL, not {name}")
    for group in chosen.lists(algorithms):
        digests = {algorithm.name: "00" * algorithm.size for algorithm in group}
        chosen.write([Listed("a", 0, digests)], group)
    return chosen


def writable() -> list[str]:
    """Return the names of the formats that lists are written in."""
    return [f.name for f in formats.FORMATS if f.write or f.name == COREUTILS]


def found_again(layout: Layout, path: bytes, data: bytes) -> None:
    """Make sure that a list at that path will be taken for what it is.

    Raises:
        CreateError: it will not.
    """
    if layout.format.name == COREUTILS:
        return
    found = formats.detect(
        os.fsdecode(os.path.basename(path)), data, _algorithms.by_name()
    ).format.name
    if found != layout.format.name:
        raise CreateError(
            f"a {layout.format.title} called {quoted(path)} would be taken for {found}: "
            "give it another name"
        )


def sort(files: Iterable[Listed]) -> list[Listed]:
    """Return files sorted by the bytes of their names."""
    return sorted(files, key=lambda file: os.fsencode(file.path))


def _names() -> str:
    return ", ".join(writable())


def _write(format_: formats.Format, files: Sequence[Listed]) -> bytes:
    if format_.write is None:
        raise CreateError(f"no lists are written in the format {format_.name!r}")
    try:
        return format_.write(files)
    except CreateError:  # about a name
        raise
    except ValueError as error:
        raise CreateError(str(error)) from error
