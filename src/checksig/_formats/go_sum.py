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
from checksig._formats._format import Format, Packages
from checksig._formats._lines import lines, sample
from checksig._formats._values import from_base64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_ELEMENT: Final = r"(?!\.{1,2}(?:/| ))[A-Za-z0-9._~-]+"
_MODULE: Final = rf"{_ELEMENT}(?:/{_ELEMENT})*"
_VERSION: Final = r"v[0-9A-Za-z.+-]+"
_LINE: Final = re.compile(rf"({_MODULE}) ({_VERSION})(/go\.mod)? (h[0-9]+):(\S+)")
_LIKE_IT: Final = rb"[^\s/]+(?:/[^\s/]+)* v[^\s/]+(?:/go\.mod)? h1:[A-Za-z0-9+/]{43}="
_SHA256: Final = 64  # hexadecimal digits


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    seen: dict[str, str] = {}
    for number, line in enumerate(lines(data), 1):
        match = _LINE.fullmatch(line.strip())
        if not match:
            if line.strip():
                yield Malformed(number, "it is not a module, a version and a digest")
            continue
        module, version, alone, kind, text = match.groups()
        path = _escaped(f"{module}/@v/{version}") + (".mod" if alone else ".zip")
        try:
            digest = from_base64(text)
        except ValueError as error:
            yield Malformed(number, str(error))
            continue
        if kind == "h1" and len(digest) != _SHA256:
            yield Malformed(number, "the digest is not one of SHA-256")
        elif seen.setdefault(f"{kind} {path}", digest) != digest:
            yield Malformed(number, "the module is listed with two digests")
        else:
            yield Entry(path, digest, kind, number)


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
    parse=_parse,
)
