"""Links of file sharing, one a line: ``ed2k://|file|…`` of eDonkey, and ``magnet:?…``.

Source: the documentation of eMule, the draft "MAGNET v0.1", and what ``rhash --ed2k-link`` and
``--magnet`` write. A name is the last part of a path, with escapes as in URLs. Tiger tree hashes,
AICH and the hashes of torrents are of algorithms that are not computed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from checksig._entries import Entry, Malformed, without_digest
from checksig._formats._blocks import SIZE, Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import head, sample
from checksig._formats._values import hexadecimal, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_ED2K: Final = "ed2k://|file|"
_MAGNET: Final = "magnet:?"

#: Digits of digests that are in base 32, by what links call them; else they are in hexadecimal.
_BASE32: Final = {"sha1": 32, "btih": 32, "aich": 32, "tree:tiger": 39}
_DIGITS: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghijklmnopqrstuv"
)

#: Fields of magnets that say where a file may be had, or what it is about.
_NO_DIGESTS: Final = frozenset(("tr", "xs", "as", "ws", "kt", "mt", "so", "x.pe"))

_LINK: Final = r"([^|]+)\|([0-9]+)\|([0-9A-Fa-f]{32})\|((?:[a-z]=[^|]*\|)*)/(?:\|sources,[^|]*\|/)?"
_URN: Final = r"(?i)urn:((?:tree:)?[a-z0-9-]+)/?:([a-z0-9.]+)"

#: A name of a plain line.
_NAME: Final = "((?:[^|&%+ \t\n\r]++|%[0-9A-Fa-f]{2})++)"


def _name(text: str) -> str:
    if re.search("%(?![0-9A-Fa-f]{2})", text):
        raise ValueError("the name has a percent sign that begins no escape")
    return unquote(text, errors="surrogateescape")


def _from_base32(column: Sequence[str]) -> list[str]:
    """Return digests in hexadecimal that are all in so many digits of base 32.

    Raises:
        ValueError: they are not, or a last digit has bits that belong to no byte.
    """
    length = len(column[0])
    whole, row = length * 5 // 8 * 2, -(-length // 8) * 10
    zeros = "a" * (-length % 8)
    text = zeros.join((*column, "")).lower()
    if re.search("[^a-z2-7]", text) or len(text) * 5 != row * len(column) * 4:
        raise ValueError("the digest is not base 32")
    digits = f"{int(text.translate(_DIGITS), 32):0{row * len(column)}x}"
    if any(digits[at + whole : at + row].strip("0") for at in range(0, len(digits), row)):
        raise ValueError("the digest is not base 32")
    return [digits[at : at + whole] for at in range(0, len(digits), row)]


def _kind(urn: str) -> str:
    return "tth" if urn == "tree:tiger" else urn


def _digest(urn: str, text: str) -> tuple[str, str]:
    """Return the algorithm and the digest that a link says."""
    found = _from_base32([text])[0] if _BASE32.get(urn) == len(text) else hexadecimal(text)
    return _kind(urn), found


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    first = head(data).partition(b"\n")[0].rstrip(b"\r").decode("latin-1")
    pattern, urns = _plain_ed2k()
    if first.startswith(_MAGNET):
        pattern, urns = _plain_magnet(first)

    def plain(found: Groups, numbers: range) -> Columns | None:
        names, sizes, digests = found[0], found[1], found[2:]
        if first.startswith(_MAGNET):
            names, sizes = sizes, names
        try:
            paths = [unquote(n, errors="surrogateescape") if "%" in n else n for n in names]
            hashes = [
                _from_base32(column) if _BASE32.get(urn) == len(column[0]) else column
                for urn, column in zip(urns, digests, strict=True)
            ]
        except ValueError:
            return None
        return columns(paths, hashes, list(map(_kind, urns)), numbers, sizes)

    return blocks(data, Reader(pattern, plain, _careful))


def _plain_ed2k() -> tuple[str, list[str]]:
    """Return what plain links of eDonkey look like, and what their digests are."""
    pattern = rf"{re.escape(_ED2K)}{_NAME}\|{SIZE}\|([0-9A-Fa-f]{{32}})\|h=([A-Za-z2-7]{{32}})\|/"
    return pattern, ["ed2k", "aich"]


def _plain_magnet(first: str) -> tuple[str, list[str]]:
    """Return what magnets look like that are laid out as the first one is: mostly, all are."""
    found = re.findall(r"&xt=urn:([a-z0-9:-]+):([A-Za-z0-9]+)(?=&xt|$)", first)
    urns = [urn for urn, _ in found]
    if not urns or "bitprint" in urns:
        return _plain_ed2k()  # which no line is: all are read with care
    digests = "".join(
        rf"&xt=urn:{urn}:([A-Za-z2-7]{{{len(text)}}})"
        if _BASE32.get(urn) == len(text)
        else rf"&xt=urn:{urn}:([0-9A-Fa-f]{{{len(text)}}})"
        for urn, text in found
    )
    return rf"{re.escape(_MAGNET)}xl={SIZE}&dn={_NAME}{digests}", urns


def _careful(line: str, number: int) -> list[Line]:
    text = line.strip(" \t")
    if not text or text.startswith((";", "#")):
        return []
    try:
        if text.startswith(_ED2K):
            return _ed2k(text.removeprefix(_ED2K), number)
        if text.startswith(_MAGNET):
            return _magnet(text.removeprefix(_MAGNET), number)
        raise ValueError("it is no link to a file")
    except ValueError as error:
        return [Malformed(number, str(error))]


def _ed2k(text: str, number: int) -> list[Line]:
    match = re.fullmatch(_LINK, text)
    if not match:
        raise ValueError("it is no link of eDonkey to a file")
    name, length, digest, others = match.groups()
    found = [("ed2k", digest)]
    for each in others.split("|")[:-1]:
        key, _, value = each.partition("=")
        if key == "h":
            found.append(_digest("aich", value))
        elif key not in ("p", "s"):  # of chunks, whose hashes are in that of the file; sources
            raise ValueError(f'a field "{key}" is not known')
    return [Entry(_name(name), digits, kind, number, size(length)) for kind, digits in found]


def _magnet(text: str, number: int) -> list[Line]:
    digests: list[tuple[str, str]] = []
    said: dict[str, str] = {}
    for field in text.split("&"):
        key, equals, value = field.partition("=")
        if key == "xt" and equals:
            digests += _urn(value)
        elif key in ("dn", "xl") and equals:
            if key in said:
                raise ValueError(f'the field "{key}" is there twice')
            said[key] = value
        elif key not in _NO_DIGESTS:
            raise ValueError(f'a field "{key[:20]}" is not known')
    if not said.get("dn"):
        raise ValueError("the link names no file")
    name = _name(said["dn"].replace("+", " "))
    length = size(said["xl"]) if "xl" in said else None
    found: list[Line] = [Entry(name, digits, kind, number, length) for kind, digits in digests]
    return found or [without_digest(name, number, length)]


def _urn(value: str) -> list[tuple[str, str]]:
    """Return the algorithms and digests of a name of a file."""
    match = re.fullmatch(_URN, value)
    if not match:
        raise ValueError("a digest does not say its algorithm")
    urn, digest = match[1].lower(), match[2]
    if urn != "bitprint":
        return [_digest(urn, digest)]
    sha1, _, tiger = digest.partition(".")
    if len(sha1) != _BASE32["sha1"] or len(tiger) != _BASE32["tree:tiger"]:
        raise ValueError("a bitprint is not two digests")
    return [_digest("sha1", sha1), _digest("tree:tiger", tiger)]


def _sniff(data: bytes) -> bool:
    found = [line.strip() for line in sample(data) if not line.startswith((b";", b"#"))]
    links = sum(line.startswith((_ED2K.encode(), _MAGNET.encode())) for line in found)
    return 0 < len(found) <= 2 * links


FORMAT: Final = Format(
    name="magnet",
    title="magnets, and links of eDonkey",
    used_by="users of RHash and of file sharing",
    sniff=_sniff,
    parse=by_line(_blocks),
    blocks=_blocks,
)
