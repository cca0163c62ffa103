"""``.torrent`` files of BitTorrent: version 1, version 2, and both in one.

Source: BEP 3, BEP 47 (padding, links) and BEP 52. Version 2 has a digest for each file. In version
1 digests are of pieces of all files, one behind the other: a line has none by itself, and who has
the files computes them: see ``Format.pieces``. Of both in one, those of files count.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._entries import A_LINK, Entry, Malformed, Unverified
from checksig._formats._bencode import dump, load
from checksig._formats._format import Format, Pieces
from checksig._formats._lines import head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._bencode import Value
    from checksig._formats._format import Hint

_ALGORITHM: Final = "bittorrent-v2"
_BOM: Final = b"\xef\xbb\xbf"  # hides no list
#: The root of a file without bytes, which has none: see the table of algorithms.
_EMPTY: Final = "00" * 32

_SHA1, _SHA256 = 20, 32  # in bytes
_LONGEST: Final = 1 << 30  # of a piece, in bytes: nobody makes longer ones

_BLOCK: Final = 16 << 10  # in bytes: pieces of version 2 are no shorter

_OF_PIECES: Final = "its digests are of pieces, which run over files"


class _File(NamedTuple):
    """A file of a torrent."""

    path: str  # with the name of the torrent; empty if it is padding
    size: int
    root: bytes | None = None
    fault: str = ""
    link: bool = False


def _dictionary(value: Value | None, what: str) -> dict[bytes, Value]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is not a dictionary")
    return value


def _size(value: Value | None, what: str = "the length of a file") -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{what} is not a number of bytes")
    return value


def _part(value: Value | None) -> str:
    """Return a part of a path, which leads nowhere else."""
    if not isinstance(value, bytes) or value in (b"", b".", b"..") or re.search(rb"[/\0]", value):
        raise ValueError("a part of a path is none")
    return value.decode("utf-8", "surrogateescape")


def _info(data: bytes) -> dict[bytes, Value]:
    info = _dictionary(
        _dictionary(load(data.removeprefix(_BOM)), "the torrent").get(b"info"), '"info"'
    )
    if info.get(b"meta version", 1) not in (1, 2):
        raise ValueError("it is of a version that is not known")
    if (b"file tree" in info) != (info.get(b"meta version") == 2):
        raise ValueError('"file tree" and the version disagree')
    return info


def _in_tree(info: dict[bytes, Value]) -> list[_File]:
    """Return the files of version 2."""
    length = _size(info.get(b"piece length"), '"piece length"')
    if length < _BLOCK or length & length - 1:
        raise ValueError("the length of pieces is no power of two, or less than a block")
    name, tree = _part(info.get(b"name")), _dictionary(info[b"file tree"], '"file tree"')
    only = next(iter(tree.items())) if len(tree) == 1 else None
    single = only and only[0] == info[b"name"] and b"" in _dictionary(only[1], "a file")
    found: list[_File] = []
    nodes = [("" if single else f"{name}/", tree)]
    while nodes:
        above, node = nodes.pop()
        below: list[tuple[str, dict[bytes, Value]]] = []
        for key, value in node.items():
            path = above + _part(key)
            fields = _dictionary(value, "a file or a directory")
            if b"" not in fields:
                below.append((f"{path}/", fields))
            elif len(fields) > 1:
                raise ValueError("there is a file that is a directory as well")
            else:
                found.append(_leaf(path, _dictionary(fields[b""], "a file")))
        nodes += below[::-1]
    return found


def _leaf(path: str, fields: dict[bytes, Value]) -> _File:
    length, root, kinds = _size(fields.get(b"length")), fields.get(b"pieces root"), _kinds(fields)
    if b"p" in kinds:
        return _File(path, length, fault="padding has no place in version 2")
    if b"l" in kinds:
        return _File(path, length, link=True)
    if root is None:
        return _File(path, length, fault="the file has no root" if length else "")
    if not isinstance(root, bytes) or len(root) != _SHA256 or not length:
        return _File(path, length, fault="the root is not one of a file of this length")
    return _File(path, length, root)


def _kinds(fields: dict[bytes, Value]) -> bytes:
    """Return the letters of BEP 47."""
    found = fields.get(b"attr", b"")
    if not isinstance(found, bytes):
        raise ValueError('"attr" is not text')
    return found


def _in_row(info: dict[bytes, Value]) -> list[_File]:
    """Return the files of version 1, in the order of their bytes."""
    name, files = _part(info.get(b"name")), info.get(b"files")
    if (b"length" in info) == (files is not None):
        raise ValueError("it has to be of one file, or of several")
    if files is None:
        return [_File(name, _size(info[b"length"]))]
    if not isinstance(files, list):
        raise ValueError('"files" is not a list')
    found: list[_File] = []
    for each in files:
        fields = _dictionary(each, "a file")
        parts, kinds = fields.get(b"path"), _kinds(fields)
        length = _size(fields.get(b"length"))
        if not isinstance(parts, list) or not parts:
            raise ValueError("a file has no path")
        path = "/".join([name, *map(_part, parts)])
        if b"l" in kinds and length:
            raise ValueError("a link has bytes")
        found.append(_File("" if b"p" in kinds else path, length, link=b"l" in kinds))
    return found


def _files(info: dict[bytes, Value]) -> list[_File]:
    """Return the files of a torrent.

    Raises:
        ValueError: it says two things of them.
    """
    if b"file tree" not in info:
        return _in_row(info)
    found = _in_tree(info)
    if b"pieces" in info:
        both = [{(f.path, f.size) for f in row if f.path} for row in (found, _in_row(info))]
        if both[0] != both[1]:
            raise ValueError("version 1 and version 2 of it have other files")
    return found


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    info = _info(data)
    if b"file tree" not in info:
        _pieces(data)  # which refuses what does not add up
    seen: set[str] = set()
    for number, file in enumerate(_files(info), 1):
        if not file.path:
            continue
        if file.fault or file.path in seen:
            yield Malformed(number, file.fault or "a file is there twice")
        elif file.link:
            yield Unverified(file.path, number, A_LINK, kind="link")
        elif b"file tree" in info:
            root = file.root.hex() if file.root else _EMPTY
            yield Entry(file.path, root, _ALGORITHM, number, file.size)
        else:
            yield Unverified(file.path, number, _OF_PIECES, is_file=True, size=file.size)
        seen.add(file.path)


def _pieces(data: bytes) -> Pieces:
    info = _info(data)
    raw = dump(info)
    called = [] if b"pieces" not in info else [f"v1 {hashlib.sha1(raw).hexdigest()}"]  # noqa: S324 (BEP 3)
    if b"file tree" in info:
        called.append(f"v2 {hashlib.sha256(raw).hexdigest()}")
        return Pieces(f"info hash {', '.join(called)}")
    length, digests = _size(info.get(b"piece length"), '"piece length"'), info.get(b"pieces")
    files = _in_row(info)
    total = sum(file.size for file in files)
    if not 0 < length <= _LONGEST or not isinstance(digests, bytes):
        raise ValueError("it has no pieces of a length that is known")
    if any(file.size > length for file in files if not file.path):
        raise ValueError("there is padding that is longer than a piece")
    if len(digests) != _SHA1 * -(-total // length):
        raise ValueError("it has more or fewer pieces than its files")
    # The number of the line of each; padding has none, and links have no bytes.
    numbers = [number if file.path else 0 for number, file in enumerate(files, 1)]
    return Pieces(
        f"info hash {', '.join(called)}",
        length,
        digests,
        tuple(zip(numbers, [file.size for file in files], strict=True)),
    )


def _sniff(data: bytes) -> bool:
    found = head(data)
    return re.match(rb"d[1-9][0-9]?:[a-z]", found) is not None and b"4:infod" in found


FORMAT: Final = Format(
    name="torrent",
    title=".torrent of BitTorrent",
    used_by="archives, publishers of images and of data sets",
    sniff=_sniff,
    parse=_parse,
    pieces=_pieces,
)
