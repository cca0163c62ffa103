"""Manifests and tag manifests of BagIt bags. What else is in a bag is in ``bag.py``.

Source: RFC 8493 (version 1.0), sections 2.1.3, 2.2.1 and 2.2.4; the drafts of versions 0.93 to
0.97 differ in no line of a manifest. In names, CR, LF and % are percent-encoded, and nothing else
is. Most writers leave % as it is, so that only ``%0A``, ``%0D`` and ``%25`` are decoded.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, new_entry
from checksig._formats._blocks import DIGEST, Reader, blocks, by_line, columns
from checksig._formats._format import Format, NameMatch
from checksig._formats._lines import encode, sample
from checksig._formats._values import digests_of_one, is_hexadecimal, unwritable

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from checksig._entries import Block, Columns, Line, Listed
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint
    from checksig._results import Algorithm

_TITLE: Final = "a BagIt manifest"
_NAMES: Final = r"(?i:(?:tag)?manifest-([a-z0-9_-]+)\.txt)"
_LINE: Final = rb"[0-9A-Fa-f]{8,}[ \t]+[^ \t]"

#: The same with a name in which nothing is encoded, behind one blank or two.
_PLAIN: Final = rf"{DIGEST} [ *]?([^ \t\n*%][^%\n\r]*+)"

# RFC 8493, 2.4: the name of an algorithm without anything but letters and digits. sha3256 is
# SHA3-256 then.
_CONDENSED: Final = r"(sha3|sha512|blake2b)(\d{3})"

_ENCODED: Final = "(?i)%(?:0A|0D|25)"


def decode_name(path: str) -> str:
    """Return a name in a manifest, or in fetch.txt, as it is on disk."""
    return re.sub(_ENCODED, lambda match: chr(int(match[0][1:], 16)), path) if "%" in path else path


def encode_name(path: str) -> str:
    """Return a name for a manifest.

    RFC 8493 wants every % encoded, but readers that are widely used (bagit-python) do not decode
    it: a % that no reader decodes by mistake stays as it is.
    """
    if re.search(_ENCODED, path):
        path = path.replace("%", "%25")
    return path.replace("\r", "%0D").replace("\n", "%0A")


def _match_name(name: str, algorithms: Container[str]) -> NameMatch | None:
    match = re.fullmatch(_NAMES, name) if "manifest-" in name.lower() else None
    if not match:
        return None
    algorithm = match[1].lower()
    spelled = re.sub(_CONDENSED, r"\1-\2", algorithm)
    return NameMatch(FORMAT, spelled if spelled in algorithms else algorithm)


def _sniff(data: bytes) -> bool:
    found = sample(data)
    return bool(found) and re.match(_LINE, found[0]) is not None


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    algorithm = hint.algorithm
    if not algorithm:
        raise ValueError("the name of a BagIt manifest says its algorithm: manifest-sha256.txt")
    if b"\r" in data:  # lines may end in CR alone
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def plain(found: Groups, numbers: range) -> Columns | None:
        digests, paths = found
        return columns(paths, [digests], [algorithm], numbers)

    return blocks(data, Reader(_PLAIN, plain, partial(_careful, algorithm)))


def _careful(algorithm: str, line: str, number: int) -> list[Line]:
    digest, _, path = line.partition(" ")
    if "\t" in digest or not digest:
        digest, path = _split(line)
        if not digest:
            return []
    if path[:1] in " \t*":  # or it is empty
        path = path.lstrip(" \t").removeprefix("*")  # the * of md5sum's binary mode
    if not is_hexadecimal(digest):
        return [Malformed(number, "it does not begin with a digest in hexadecimal")]
    if not path:
        return [Malformed(number, "there is no name after the digest")]
    return [new_entry((decode_name(path), digest, algorithm, number, None))]


def _split(line: str) -> tuple[str, str]:
    """Split a line with blanks before the digest, or with a tab after it."""
    line = line.lstrip(" \t")
    ends = [end for end in (line.find(" "), line.find("\t")) if end >= 0]
    end = min(ends, default=len(line))
    return line[:end], line[end + 1 :]


def _write(files: Iterable[Listed]) -> bytes:
    rows = digests_of_one(files, _TITLE)
    return encode("".join(f"{digest}  {_writable(path)}\n" for path, digest in rows))


def _writable(path: str) -> str:
    if path[:1] in (" ", "\t", "*"):
        raise unwritable(path, _TITLE, "a blank or an asterisk before a name is read past")
    return encode_name(path)


def _default_name(algorithms: Sequence[Algorithm], path: str) -> str:
    del path
    return f"manifest-{algorithms[0].name.replace('-', '')}.txt"


FORMAT: Final = Format(
    name="bagit",
    title="BagIt manifest",
    used_by="libraries and archives",
    sniff=_sniff,
    names=_NAMES,
    name_rule=_match_name,
    by_name_only=True,
    parse=by_line(_blocks),
    blocks=_blocks,
    write=_write,
    default_name=_default_name,
    one_algorithm=True,
)
