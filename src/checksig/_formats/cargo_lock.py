"""``Cargo.lock``: SHA-256 of the archives of crates.

Source: the documentation of Cargo, "Cargo.toml vs Cargo.lock", and its ``core/resolver/encode.rs``:
older files have digests under ``metadata``. The archive of a crate is called NAME-VERSION.crate.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Entry, Malformed, Unverified
from checksig._formats import _toml
from checksig._formats._format import Format, Packages
from checksig._formats._lines import head
from checksig._formats._values import hexadecimal, text_name
from checksig._json import as_array, as_object, as_string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_PLAIN: Final = r"[A-Za-z0-9_.+-]+"
_LIKE_IT: Final = rb'\nsource = "(?:registry|git)\+'
_OLD: Final = r"checksum (\S+) (\S+) \((.*)\)"


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    document = _toml.load(data)
    old = _old(as_object(document.get("metadata", {}), "metadata"))
    for number, each in enumerate(as_array(document.get("package"), "packages"), 1):
        try:
            yield _line(as_object(each, "a package"), number, old)
        except ValueError as error:
            yield Malformed(number, str(error))


def _old(metadata: dict[str, Any]) -> dict[tuple[str, ...], str]:
    """Return the digests of an older file, by name, version and source."""
    found: dict[tuple[str, ...], str] = {}
    for key, value in metadata.items():
        if match := re.fullmatch(_OLD, key):
            found[match.groups()] = as_string(value, "a digest")
    return found


def _line(package: dict[str, Any], number: int, old: dict[tuple[str, ...], str]) -> Line:
    name, version, source = (package.get(key, "") for key in ("name", "version", "source"))
    for each in (name, version):
        if not re.fullmatch(_PLAIN, text_name(each)):
            raise ValueError("the package has no name, or no version")
    path, where = f"{name}-{version}.crate", as_string(source, "the source")
    digest = package.get("checksum", old.get((name, version, where)))
    if digest is None or digest == "<none>":
        return Unverified(path, number, "it has no digest: its source is no registry")
    return Entry(path, hexadecimal(as_string(digest, "the digest")), "sha256", number)


def _sniff(data: bytes) -> bool:
    found = b"\n" + head(data)
    return b"\n[[package]]" in found and re.search(_LIKE_IT, found) is not None


FORMAT: Final = Format(
    name="cargo-lock",
    title="Cargo.lock",
    used_by="programs in Rust",
    sniff=_sniff,
    names=r"(?ai:Cargo\.lock)",
    weak=True,
    packages=Packages(),
    parse=_parse,
)
