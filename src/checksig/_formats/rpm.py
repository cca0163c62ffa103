"""The two headers of an RPM package, in which digests of its files and of its payload stand.

Source: the RPM documentation, "RPM V4 package format", "RPM Tags" and "Header format". A header is
an index of tags, and their data. The first one, of signatures, has the digest of the second.
"""

from __future__ import annotations

import stat
import struct
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import A_LINK, Malformed, Unverified, new_entry
from checksig._formats._format import Format
from checksig._formats._values import hexadecimal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._entries import Line
    from checksig._formats._format import Hint

_BOM: Final = b"\xef\xbb\xbf"
_MAGIC: Final = b"\x8e\xad\xe8\x01"
_HEAD: Final = struct.Struct(">8sII")  # with the numbers of tags, and of bytes of data
_TAG: Final = struct.Struct(">IIII")  # number, type, offset and count
_NUMBERS: Final = {3: "H", 4: "I", 5: "Q"}  # types, and how struct has them
_TEXTS: Final = (6, 8, 9)

#: The tag of a header of signatures, and the digests of the other header in it.
_OF_SIGNATURES: Final = 62
_OF_HEADER: Final = {269: "sha1", 273: "sha256"}
_FLAGS, _MODES, _DIGESTS, _ALGORITHM = 1037, 1030, 1035, 5011
_DIRECTORIES, _NAMES, _DIRECTORY_NAMES = 1116, 1117, 1118
_SIZES, _LONG_SIZES = 1028, 5008
_PAYLOAD, _PAYLOAD_ALGORITHM = 5092, 5093

_WORDS: Final = frozenset({*_OF_HEADER, _DIGESTS, _NAMES, _DIRECTORY_NAMES, _PAYLOAD})
_COUNTS: Final = frozenset(
    {_FLAGS, _MODES, _ALGORITHM, _DIRECTORIES, _SIZES, _LONG_SIZES, _PAYLOAD_ALGORITHM}
)

#: As OpenPGP numbers them.
_ALGORITHMS: Final = {
    1: "md5", 2: "sha1", 8: "sha256", 9: "sha384", 10: "sha512", 11: "sha224", 12: "sha3-256",
    14: "sha3-512",
}  # fmt: skip
_MOST: Final = 1 << 20  # values of a tag, as of members of an archive
_GHOST: Final = 1 << 6  # a file that the package names, and does not hold

#: The names that the parts of a package have where it is read as an archive.
_HEADER_NAME: Final = "RPM/rpm-header"
_PAYLOAD_NAME: Final = "RPM/payload"


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    try:
        found = _tags(data.removeprefix(_BOM))
    except (struct.error, UnicodeError) as error:
        raise ValueError("it is cut short, or damaged") from error
    if _OF_SIGNATURES in found:
        for tag, algorithm in _OF_HEADER.items():
            for digest in found.get(tag, ()):
                yield _entry(_HEADER_NAME, str(digest), algorithm, 1, None)
        return
    kinds = found.get(_PAYLOAD_ALGORITHM, (8,))
    for digest in found.get(_PAYLOAD, ()):
        yield _entry(_PAYLOAD_NAME, str(digest), _algorithm(kinds[0]), 1, None)
    yield from _files(found)


def _tags(data: bytes) -> dict[int, Sequence[Any]]:
    """Return the values of each tag.

    Raises:
        ValueError, struct.error: it is no header, or not a whole one.
    """
    magic, count, size = _HEAD.unpack_from(data)
    start = _HEAD.size + count * _TAG.size
    if not magic.startswith(_MAGIC) or len(data) != start + size:
        raise ValueError("it is no header of RPM, or not a whole one")
    body = data[start:]
    found: dict[int, Sequence[Any]] = {}
    for tag, kind, at, values in _TAG.iter_unpack(data[_HEAD.size : start]):
        # Only what is read, as each could be as long as all the data.
        if tag in found or values > _MOST:
            raise ValueError(f"tag {tag} is there twice, or has more than {_MOST:,} values")
        if tag == _OF_SIGNATURES:
            found[tag] = ()
        elif tag in _COUNTS and kind in _NUMBERS:
            found[tag] = _numbers(body, at, values, _NUMBERS[kind])
        elif tag in _WORDS and kind in _TEXTS:
            found[tag] = _texts(body, at, values)
        elif tag in _COUNTS or tag in _WORDS:
            raise ValueError(f"tag {tag} is of another type")
    return found


def _numbers(body: bytes, at: int, count: int, kind: str) -> Sequence[int]:
    if not count or at + struct.calcsize(f">{kind}") * count > len(body):
        raise ValueError("numbers are cut short")
    return struct.unpack_from(f">{count}{kind}", body, at)


def _texts(body: bytes, at: int, count: int) -> list[str]:
    texts: list[str] = []
    while len(texts) < count:
        end = body.find(b"\0", at)
        if end < 0:
            raise ValueError("a text is cut short")
        texts.append(body[at:end].decode("utf-8", "surrogateescape"))
        at = end + 1
    return texts


def _files(found: dict[int, Sequence[Any]]) -> Iterator[Line]:
    """Yield the files of a package.

    Raises:
        ValueError: their columns do not go together.
    """
    names, above = found.get(_NAMES, ()), found.get(_DIRECTORY_NAMES, ())
    sizes = found.get(_LONG_SIZES) or found.get(_SIZES, ())
    columns = [found.get(tag, ()) for tag in (_DIRECTORIES, _DIGESTS, _MODES, _FLAGS)]
    if any(len(each) != len(names) for each in (*columns, sizes)):
        raise ValueError("its columns of files differ in length")
    algorithm = _algorithm(found.get(_ALGORITHM, (1,))[0])
    rows = zip(names, sizes, *columns, strict=True)
    for number, (name, size, directory, digest, mode, flags) in enumerate(rows, 1):
        if directory >= len(above):
            yield Malformed(number, "a file is in no directory")
            continue
        path = f"{above[directory]}{name}".removeprefix("/")
        if flags & _GHOST:
            yield Unverified(path, number, "named, and not in the package")
        elif stat.S_ISLNK(mode):
            yield Unverified(path, number, A_LINK, kind="link")
        elif stat.S_ISDIR(mode):
            yield Unverified(path, number, "a directory, not a file", kind="directory")
        elif not stat.S_ISREG(mode):
            yield Unverified(path, number, "not a regular file", kind="special")
        else:
            yield _entry(path, digest, algorithm, number, size)


def _algorithm(number: int) -> str:
    return _ALGORITHMS.get(number, f"algorithm-{number}")


def _entry(path: str, digest: str, algorithm: str, line: int, size: int | None) -> Line:
    try:
        return new_entry((path, hexadecimal(digest), algorithm, line, size))
    except ValueError as error:
        return Malformed(line, str(error))


def _sniff(data: bytes) -> bool:
    return data.removeprefix(_BOM).startswith(_MAGIC)


FORMAT: Final = Format(
    name="rpm",
    title="header of an RPM package",
    used_by="RPM packages",
    sniff=_sniff,
    names="rpm-(?:header|signature)",
    parse=_parse,
    base="..",
)
