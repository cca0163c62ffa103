"""``Packages`` and ``Sources`` of Debian's archives, which list the files of packages.

Source: the Debian wiki, "DebianRepository/Format", and deb-src-control(5). ``Filename`` and
``Directory`` are relative to the root of the archive, which has the directory ``dists``; in a flat
repository, to the directory of the index.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed, without_digest
from checksig._formats._format import Format
from checksig._formats._lines import decode, head
from checksig._formats._values import hexadecimal, other_digests, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

#: Fields of Packages with a digest, and of Sources with lines of digests, sizes and names.
_DIGESTS: Final = {"md5sum": "md5", "sha1": "sha1", "sha256": "sha256", "sha512": "sha512"}
_FILES: Final = {"files": "md5", **{f"checksums-{kind}": kind for kind in _DIGESTS.values()}}
#: Fields of Packages with hexadecimal digits that are no digest of the file.
_NOT_OF_THE_FILE: Final = {*_DIGESTS, "description-md5", "build-ids"}
_FIELD: Final = r"(?m)^([!-9;-~]+):[ \t]*(.*(?:\n[ \t].*)*)"
_LIKE_IT: Final = rb"(?m)^(?:Package|Version|Architecture|Filename|Directory|Format): "
_TELLING: Final = rb"(?m)^(?:Filename|Directory): \S"


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    number = 1
    for stanza in re.split(r"(\n[ \t]*(?:\n[ \t]*)+)", decode(data).replace("\r\n", "\n")):
        if stanza.strip():
            try:
                yield from _lines(stanza, number)
            except ValueError as error:
                yield Malformed(number, str(error))
        number += stanza.count("\n")


def _lines(stanza: str, number: int) -> Iterator[Line]:
    """Yield what a stanza says, whose first line has a number."""
    fields: dict[str, str] = {}
    if re.sub(_FIELD, "", stanza).strip():
        raise ValueError("a line is neither a field nor the rest of one")
    for name, value in re.findall(_FIELD, stanza):
        if fields.setdefault(name.lower(), value) is not value:
            raise ValueError(f'the field "{name[:20]}" is there twice')
    if "filename" in fields:
        yield from _of_package(fields, number)
    elif "directory" in fields:
        yield from _of_source(fields, number)
    else:
        raise ValueError("it names no file: there is no Filename and no Directory")


def _of_package(fields: dict[str, str], number: int) -> Iterator[Line]:
    path = _path(fields["filename"])
    length = size(fields["size"].strip()) if "size" in fields else None
    digests = [(kind, fields[name]) for name, kind in _DIGESTS.items() if name in fields]
    digests += other_digests(fields, _NOT_OF_THE_FILE)
    if not digests:
        yield without_digest(path, number, length)
    for kind, digest in digests:
        yield Entry(path, hexadecimal(digest.strip()), kind, number, length)


def _of_source(fields: dict[str, str], number: int) -> Iterator[Line]:
    directory = _path(fields["directory"])
    found = [(kind, fields[name]) for name, kind in _FILES.items() if name in fields]
    if not found:
        raise ValueError("it lists no files: there is no Files and no Checksums-Sha256")
    for kind, rows in found:
        for row in rows.strip().split("\n"):
            words = row.split()
            if len(words) != 3:
                raise ValueError("it is not a digest, a size and a name")
            digest, length, name = words
            path = f"{directory}/{name}" if directory != "." else name
            yield Entry(path, hexadecimal(digest), kind, number, size(length))


def _path(value: str) -> str:
    path = value.strip()
    if not path or "\n" in path:
        raise ValueError("the name of the file is none")
    return path.removeprefix("./") or "."


def _sniff(data: bytes) -> bool:
    found = head(data)
    return re.search(_TELLING, found) is not None and len(re.findall(_LIKE_IT, found)) > 2


def _base(path: str) -> str:
    """Return the way from an index to the root of its archive."""
    above = path.split("/")[:-1]
    if "dists" not in above:
        return "."
    return "/".join([".."] * (above[::-1].index("dists") + 1))


FORMAT: Final = Format(
    name="debian-index",
    title="Packages and Sources of Debian",
    used_by="archives of Debian and Ubuntu",
    sniff=_sniff,
    names=r"(?:.*_)?(?:Packages|Sources)",
    weak=True,
    base_rule=_base,
    parse=_parse,
)
