"""``go.sum`` of Go: digests of what is in the archives of modules.

Sources: the reference of Go modules, "Module authentication" and "GOPROXY protocol"; for ``h1:``
the package ``golang.org/x/mod/sumdb/dirhash``. Files are called as a server of modules, or the
cache of ``go``, has them: MODULE/@v/VERSION.zip, and .mod, with ``!`` before a letter in lower case
for one in upper case.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._blocks import Reader, blocks, by_line, columns
from checksig._formats._format import Format, Packages
from checksig._formats._lines import sample
from checksig._formats._values import column_from_base64, from_base64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_ELEMENT: Final = r"(?!\.{1,2}(?:/| ))[A-Za-z0-9._~-]++"
_MODULE: Final = rf"{_ELEMENT}(?:/{_ELEMENT})*+"
_VERSION: Final = r"v[0-9A-Za-z.+-]+"
_LINE: Final = rf"({_MODULE}) ({_VERSION})(/go\.mod)? (h[0-9]+):(\S+)"
_PLAIN: Final = rf"({_MODULE}) ({_VERSION}(?:/go\.mod)?) h1:([A-Za-z0-9+/]{{43}})="
_LIKE_IT: Final = rb"[^\s/]+(?:/[^\s/]+)* v[^\s/]+(?:/go\.mod)? h1:[A-Za-z0-9+/]{43}="
_ALONE: Final = "/go.mod"
_H1: Final = "h1"
_SHA256: Final = 64  # hexadecimal digits


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    seen: dict[str, str] = {}

    def plain(found: Groups, numbers: range) -> Columns | None:
        names = [f"{module}/@v/{version}" for module, version in zip(*found[:2], strict=True)]
        paths = list(map(_path, names if "".join(names).islower() else map(_escaped, names)))
        digests = column_from_base64(found[2])
        if any(seen.setdefault(*pair) != pair[1] for pair in zip(paths, digests, strict=True)):
            return None
        return columns(paths, [digests], [_H1], numbers)

    def careful(line: str, number: int) -> list[Line]:
        try:
            return [_entry(line.strip(), number, seen)] if line.strip() else []
        except ValueError as error:
            return [Malformed(number, str(error))]

    return blocks(data, Reader(_PLAIN, plain, careful))


def _entry(text: str, number: int, seen: dict[str, str]) -> Entry:
    """Return what a line says; ``seen`` has the digests of those before it, by paths."""
    match = re.fullmatch(_LINE, text)
    if not match:
        raise ValueError("it is not a module, a version and a digest")
    module, version, alone, kind, base64 = match.groups()
    path = _path(_escaped(f"{module}/@v/{version}{alone or ''}"))
    digest = from_base64(base64)
    if kind != _H1:
        return Entry(path, digest, kind, number)  # which nobody can compute
    if len(digest) != _SHA256:
        raise ValueError("the digest is not one of SHA-256")
    if seen.setdefault(path, digest) != digest:
        raise ValueError("the module is listed with two digests")
    return Entry(path, digest, kind, number)


def _path(name: str) -> str:
    """Return the path of the archive of a module, or of its go.mod by itself."""
    return f"{name.removesuffix(_ALONE)}.mod" if name.endswith(_ALONE) else f"{name}.zip"


def _escaped(name: str) -> str:
    """Return a name that is another in any other case as well, for file systems without case."""
    return re.sub("[A-Z]", lambda match: f"!{match[0].lower()}", name)


def _keys(name: str) -> list[str]:
    """Return what the module of a file may be, from the longest on: it may lie in any directory."""
    module, mark, version = name.rpartition("/@v/")
    if not mark:
        return []
    parts = module.split("/")
    return [f"{'/'.join(parts[at:])}{mark}{version}" for at in range(len(parts))]


def _sniff(data: bytes) -> bool:
    found = sample(data)
    return bool(found) and all(re.fullmatch(_LIKE_IT, line.strip()) for line in found)


FORMAT: Final = Format(
    name="go-sum",
    title="go.sum",
    used_by="programs in Go",
    sniff=_sniff,
    names=r"(?ai:go(?:\.work)?\.sum)",
    weak=True,
    packages=Packages(keys=_keys, contents=True),
    parse=by_line(_blocks),
    blocks=_blocks,
)
