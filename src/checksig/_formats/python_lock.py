"""``uv.lock``, ``poetry.lock``, ``pdm.lock`` and ``pylock.toml``: archives of Python packages.

Sources: PEP 751 and the specification "pylock.toml", the documentation of uv, Poetry and PDM, and
files as they write them. A package has archives for several systems: one of them has to be there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Entry, Malformed, Unverified
from checksig._formats import _toml
from checksig._formats._archives import name_in, tagged
from checksig._formats._format import Format, Packages
from checksig._formats._lines import head
from checksig._formats._values import hexadecimal, text_name
from checksig._json import as_array, as_object, as_size, as_string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

#: The keys of archives of a package: one, and several.
_ONE, _SEVERAL = ("sdist", "archive"), ("wheels", "files")


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    document = _toml.load(data)
    packages = document.get("package", document.get("packages"))
    old = as_object(as_object(document.get("metadata", {}), "metadata").get("files", {}), "files")
    for number, each in enumerate(as_array(packages, "packages"), 1):
        try:
            yield from _lines(as_object(each, "a package"), number, old)
        except ValueError as error:
            yield Malformed(number, str(error))


def _lines(package: dict[str, Any], number: int, old: dict[str, Any]) -> Iterator[Line]:
    name = text_name(package.get("name"))
    archives = [package[key] for key in _ONE if key in package]
    for key in _SEVERAL:
        archives += as_array(package.get(key, []), key)
    archives += as_array(old.get(name, []), "files")
    if not archives:
        yield Unverified("", number, "it has no digest: it comes from no index")
    for each in archives:
        yield from _of_archive(as_object(each, "an archive"), number)


def _of_archive(fields: dict[str, Any], number: int) -> Iterator[Line]:
    named = fields.get("file", fields.get("name"))
    where = fields.get("url", fields.get("path"))
    path = text_name(named) if named is not None else name_in(as_string(where, "the address"))
    if "/" in path:
        raise ValueError("the name of an archive has a slash")
    size = as_size(fields.get("size"))
    if (digest := fields.get("hash")) is not None:
        kind, digits = tagged(as_string(digest, "the digest"))
        yield Entry(path, digits, kind, number, size)
    hashes = as_object(fields.get("hashes", {}), "digests")
    for kind, digest in hashes.items():
        yield Entry(path, hexadecimal(as_string(digest, "the digest")), kind, number, size)
    if digest is None and not hashes:
        yield Unverified(path, number, "listed without a digest", is_file=True, size=size)


def _key(name: str) -> str:
    """Return a name of an archive without what differs from one program to another."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _sniff(data: bytes) -> bool:
    found = b"\n" + head(data)
    if b"\n[[packages]]" in found:
        return b"\nlock-version = " in found
    archives = (b"\nfiles = [", b"\nsdist = {", b"\nwheels = [", b"\nrequires-python = ")
    return b"\n[[package]]" in found and any(map(found.__contains__, archives))


FORMAT: Final = Format(
    name="python-lock",
    title="uv.lock, poetry.lock, pdm.lock and pylock.toml",
    used_by="programs in Python",
    sniff=_sniff,
    names=r"(?ai:(?:uv|poetry|pdm)\.lock|pylock(?:\.[^.]+)?\.toml)",
    weak=True,
    packages=Packages(_key),
    parse=_parse,
)
