r"""mtree specifications of the BSDs, and ``.MTREE`` of Arch Linux, which is compressed with gzip.

Source: mtree(5) of NetBSD and of libarchive. A line is a name and keywords; ``/set`` and ``/unset``
change what holds for the lines that follow; a line that ends in a backslash goes on in the next.
A name without a slash lies in the current directory, and if it is a directory, becomes the
current one, which ``..`` leaves. Blanks and whatever is not printable are escaped as by vis(3):
``\040``, ``\s``, ``\n``; ``\M-C`` is a byte with its eighth bit set, as NetBSD and Debian write it.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, Unverified, in_blocks, new_entry, without_digest
from checksig._formats._blocks import DIGEST, SIZE, Reader, blocks, by_line, columns, several, twice
from checksig._formats._format import Format
from checksig._formats._lines import encode, lines, sample
from checksig._formats._values import algorithm, hexadecimal, looks_like_a_digest, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Columns, Kind, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS

#: In bytes, of a list that was compressed: a few KiB can become gigabytes.
_MAX_SIZE: Final = 256 << 20

#: In characters, of a directory: what is longer cannot be opened by its name. Without a limit,
#: directories inside one another would take memory that grows with the square of the list.
_MAX_DIRECTORY: Final = 4096

_ALGORITHMS: Final = {
    "md5": "md5", "md5digest": "md5",
    "sha1": "sha1", "sha1digest": "sha1",
    "sha256": "sha256", "sha256digest": "sha256",
    "sha384": "sha384", "sha384digest": "sha384",
    "sha512": "sha512", "sha512digest": "sha512",
    "rmd160": "rmd160", "rmd160digest": "rmd160", "ripemd160digest": "rmd160",
    "cksum": "crc", "sha512256digest": "sha512-256",
}  # fmt: skip

#: The keywords besides digests that are used.
_USED: Final = {"type", "size", "link", "optional"}

#: Those without a value.
_ALONE: Final = {"optional", "nochange", "ignore"}

#: Those that say nothing of what is in a file. Source: mtree(5) of NetBSD, FreeBSD and libarchive.
_OTHERS: Final = {
    "contents", "device", "flags", "gid", "gname", "ignore", "inode", "mode", "nlink", "nochange",
    "resdevice", "tags", "time", "uid", "uname",
}  # fmt: skip

#: A file with a size and behind it one digest or two, as programs write it; among other keywords,
#: none of which is of concern.
_OTHER: Final = (
    r"(?: (?:flags|gid|gname|inode|mode|nlink|time|uid|uname)=[^ \t\n\r\\]++| type=file)*+"
)
_HASH: Final = rf" (md5|sha(?:1|256|384|512)|rmd160)(?:digest)?={DIGEST}"
_PLAIN: Final = (
    rf"([^ \t\n\r\\/#][^ \t\n\r\\]*+){_OTHER} size={SIZE}{_OTHER}{_HASH}(?:{_HASH})?{_OTHER}"
)
#: What may hold for all lines, by ``/set``, and leaves a plain one what it is.
_PLAIN_DEFAULTS: Final = {"type": "file"}.items()

_ESCAPE: Final = rb"(?s)\\(?:([0-3][0-7]{2})|(M[-^]|\^)(.)|(.?))"
_ESCAPED: Final = {
    b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"s": b" ", b"t": b"\t",
    b"v": b"\v", b"0": b"\0", b"\\": b"\\", b'"': b'"', b"#": b"#",
}  # fmt: skip

_OTHER_KINDS: Final[dict[str, Kind]] = {"dir": "directory", "link": "link"}
_KINDS: Final = {"dir": "directory", "link": "symbolic link", "char": "device", "block": "device"}

_FIRST: Final = rb"#\s*mtree\b|/set\s|\S+\s+type=(?:dir|file)\b"


def _sniff(data: bytes) -> bool:
    if data.startswith(_GZIP):
        try:
            data = zlib.decompressobj(_GZIP_WINDOW).decompress(data[:4096], 4096)
        except zlib.error:
            return False
    found = [line for line in sample(data) if not line.startswith(b"#") or b"mtree" in line]
    return bool(found) and re.match(_FIRST, found[0]) is not None


def _decompress(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        found = unpacker.decompress(data, _MAX_SIZE + 1)
    except zlib.error:
        raise ValueError("the gzip data is damaged") from None
    if len(found) > _MAX_SIZE:
        raise ValueError(f"the list is larger than {_MAX_SIZE} bytes when it is decompressed")
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("the gzip data is cut off, or something follows it")
    return found


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    if data.startswith(_GZIP):
        data = _decompress(data)
    tree = _Tree()
    if b"\\\n" not in data and b"\\\r" not in data and not data.endswith(b"\\"):
        return blocks(data, Reader(_PLAIN, tree.plain, tree.line))
    return in_blocks(found for number, line in _joined(data) for found in tree.line(line, number))


class _Tree:
    """The directories and the defaults of the next line."""

    def __init__(self) -> None:
        self._defaults: dict[str, str] = {}
        self._directories: list[str] = []

    def plain(self, found: Groups, numbers: range) -> Columns | None:
        paths, sizes, *hashes = found
        pairs = several(hashes)
        if not self._defaults.items() <= _PLAIN_DEFAULTS or ".." in paths:
            return None
        if not pairs or twice(pairs[::2]):
            return None
        if self._directories and (above := self._directories[-1]):
            paths = [path if "/" in path else f"{above}/{path}" for path in paths]
        return columns(paths, pairs[1::2], pairs[::2], numbers, sizes)

    def line(self, line: str, number: int) -> list[Line]:
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        if not words or words[0].startswith("#"):
            return []
        try:
            if words[0].startswith("/"):
                _command(words, self._defaults)
            elif words[0] == "..":
                _leave(self._directories)
            else:
                return _entries(words, number, self._defaults, self._directories)
        except ValueError as error:
            return [Malformed(number, str(error))]
        return []


def _joined(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield lines with the number of their first, joined where they end in a backslash."""
    first, parts = 1, list[str]()
    for number, line in enumerate(lines(data), 1):
        if not parts:
            first = number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            parts.append(line[:-1])
            continue
        yield first, " ".join([*parts, line]) if parts else line
        parts.clear()
    if parts:
        yield first, " ".join(parts)


def _command(words: list[str], defaults: dict[str, str]) -> None:
    if words[0] == "/set":
        defaults.update(_keywords(words[1:]))
    elif words[0] == "/unset":
        for word in words[1:]:
            defaults.pop(word, None)
        if "all" in words:
            defaults.clear()
    else:
        raise ValueError(f'"{words[0][:100]}" is not a command: /set and /unset are')


def _leave(directories: list[str]) -> None:
    if not directories:
        raise ValueError('".." leads out of the directory that the list is for')
    directories.pop()


def _keywords(words: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        keyword, equals, value = word.partition("=")
        if not equals and keyword not in _ALONE:
            raise ValueError(f'the keyword "{keyword[:20]}" has no value')
        used = keyword in _USED or _algorithm(keyword, value)
        if used and found.setdefault(keyword, value) != value:
            raise ValueError(f'the keyword "{keyword}" is there twice')
    return found


def _entries(
    words: list[str], number: int, defaults: dict[str, str], directories: list[str]
) -> list[Line]:
    keywords = defaults | _keywords(words[1:])
    path = name = _unescape(words[0]) if "\\" in words[0] else words[0]
    kind = keywords.get("type", "file")
    if "/" not in words[0]:  # a slash that is an escape does not count
        path = f"{directories[-1]}/{name}" if directories and directories[-1] else name
        if kind == "dir":
            _enter(path, directories)
    if kind != "file" and any(_algorithm(*each) for each in keywords.items()):
        raise ValueError(f"a {_KINDS.get(kind, kind[:20])} has no digest")
    if kind == "link" and keywords.get("link"):
        target = _unescape(keywords["link"])
        return [Unverified(path, number, "a symbolic link, not a file", target, kind="link")]
    if kind != "file":
        why = f"a {_KINDS.get(kind, kind[:20])}, not a file"
        return [Unverified(path, number, why, kind=_OTHER_KINDS.get(kind, "special"))]
    length = size(keywords["size"]) if "size" in keywords else None
    found: list[Line] = [
        new_entry((path, _digest(keyword, value), spelled, number, length))
        for keyword, value in keywords.items()
        if (spelled := _algorithm(keyword, value))
    ]
    if not found and ("optional" in keywords or (length is None and "type" not in keywords)):
        return [Unverified(path, number, "listed without a digest")]
    return found or [without_digest(path, number, length)]


def _algorithm(keyword: str, value: str) -> str:
    """Return the algorithm of a keyword, known or not; nothing if it is none of a digest.

    A digest that is passed over would leave a file that nothing verifies, or that is ok by less
    than what is listed.
    """
    if known := _ALGORITHMS.get(keyword):
        return known
    if keyword in _USED or keyword in _OTHERS or not value:
        return ""
    if keyword.endswith("digest") and keyword != "digest":
        return algorithm(keyword.removesuffix("digest"))
    return algorithm(keyword) if looks_like_a_digest(value) else ""


def _enter(path: str, directories: list[str]) -> None:
    if len(path) > _MAX_DIRECTORY:
        raise ValueError("directories are nested too deeply")
    directories.append("" if path == "." else path)


def _digest(keyword: str, value: str) -> str:
    if keyword != "cksum":
        return hexadecimal(value)
    if not value.isascii() or not value.isdigit() or len(value) > 10 or int(value) >> 32:
        raise ValueError("the value of cksum is not a number of 32 bits")
    return f"{int(value):08x}"


def _unescape(name: str) -> str:
    return re.sub(_ESCAPE, _character, encode(name)).decode("utf-8", "surrogateescape")


def _character(match: re.Match[bytes]) -> bytes:
    octal, kind, meant, letter = match.groups()
    if octal:
        return bytes([int(octal, 8)])
    if kind:
        # \M-c has the eighth bit, \^c is a control character, \M^c both.
        code = meant[0] ^ 0x40 if kind.endswith(b"^") else meant[0]
        return bytes([code | 0x80 if kind.startswith(b"M") else code])
    if letter not in _ESCAPED:
        raise ValueError("the name has an escape that is not known")
    return _ESCAPED[letter]


FORMAT: Final = Format(
    name="mtree",
    title="mtree",
    used_by="the BSDs, and packages of Arch Linux",
    sniff=_sniff,
    names=r"(?ais:.*\.mtree(?:\.gz)?)",
    parse=by_line(_blocks),
    blocks=_blocks,
)
