"""``.cargo-checksum.json`` of vendored crates.

Source: the source of Cargo, ``sources/directory.rs``. SHA-256 of each file of the crate.
``package`` is that of the crate's archive, which is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._format import Format
from checksig._formats._lines import head
from checksig._formats._values import hexadecimal, text_name
from checksig._json import as_object, as_string, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    record = as_object(load(data), "the list")
    if unknown := set(record) - {"files", "package"}:
        raise ValueError(f'the key "{min(unknown)[:20]}" is not known')
    for number, (name, digest) in enumerate(as_object(record.get("files"), "files").items(), 1):
        try:
            found = hexadecimal(as_string(digest, "the digest"))
            yield Entry(text_name(name), found, "sha256", number)
        except ValueError as error:
            yield Malformed(number, str(error))


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip().startswith(b"{") and b'"files"' in found and b'"package"' in found


FORMAT: Final = Format(
    name="cargo",
    title=".cargo-checksum.json of Cargo",
    used_by="vendored crates of Rust",
    sniff=_sniff,
    names=r"\.cargo-checksum\.json",
    parse=_parse,
)
