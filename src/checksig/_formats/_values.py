"""Numbers, digests and names, as lists spell them."""

from __future__ import annotations

import binascii
import re

from checksig._names import escape
from checksig.errors import UnwritableNameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from typing import Final

    from checksig._entries import Listed
    from checksig._formats._format import Hint

#: Of a size that fits into 63 bits.
_MAX_DIGITS: Final = 18

#: For base64 of so many characters more than a multiple of four; one more cannot be.
_PADDING: Final = ("", "", "==", "=")

_C4_LENGTH: Final = 90
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

_DIGEST: Final = r"(?=.*[A-Fa-f]|.{32})(?:[0-9A-Fa-f]{2}){4,}"

#: What is called NAME.crc has CRC-32 more often than that of cksum.
_CRCS: Final = {"crc32": "crc"}

#: Algorithms by digits of a digest, for lengths that are nearly always of one.
_BY_LENGTH: Final = {
    32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512",
}  # fmt: skip

_NO_SIZE: Final = "the size is not a number of bytes"


def size(text: str) -> int:
    """Return a number of bytes.

    Raises:
        ValueError: it is not a number of bytes.
    """
    if text.isdigit() and text.isascii() and len(text) <= _MAX_DIGITS:
        return int(text)
    raise ValueError(_NO_SIZE)


def hexadecimal(text: str) -> str:
    """Return a digest in hexadecimal, as it is: its length is the core's business.

    Raises:
        ValueError: it is not hexadecimal.
    """
    try:
        if text and 2 * len(bytes.fromhex(text)) == len(text):  # it reads past white space
            return text
    except ValueError:
        pass
    raise ValueError("the digest is not hexadecimal")


def is_hexadecimal(text: str) -> bool:
    """Whether these are whole bytes in hexadecimal, and nothing between them."""
    try:
        return 2 * len(bytes.fromhex(text)) == len(text) > 0  # as above
    except ValueError:
        return False


def algorithm(text: str) -> str:
    """Return the name of an algorithm, known or not.

    Raises:
        ValueError: the name is empty. The core would go by the length of the digest.
    """
    if not text or not text.isascii():
        raise ValueError("the digest does not say its algorithm")
    return text


def by_length(digest: str) -> str:
    """Return the algorithm of a digest in hexadecimal that does not say its own.

    Raises:
        ValueError: there are several that may be meant.
    """
    if found := _BY_LENGTH.get(len(digest)):
        return found
    raise ValueError("the digest does not say its algorithm, and its length may be that of several")


def looks_like_a_digest(text: object) -> bool:
    """Whether the value of a field that is not known is a digest, and no number."""
    return isinstance(text, str) and re.fullmatch(_DIGEST, text) is not None


def other_digests(fields: Mapping[str, object], known: Container[str]) -> list[tuple[str, str]]:
    """Return the digests in fields that a format does not know, with the names of the fields.

    One that was passed over would leave a file ok by less than what is listed. An algorithm may be
    there twice, or among the fields that are known: the file has to have each digest.
    """
    return [
        (algorithm(name.removesuffix("digest") or name), value)
        for name, value in fields.items()
        if isinstance(value, str) and name not in known and looks_like_a_digest(value)
    ]


def untagged(hint: Hint, name: str) -> str:
    """Return the algorithm of digests that do not say theirs, in a format where it is always one.

    Raises:
        ValueError: the name of the list stands for another.
    """
    if hint.algorithm in (None, name, _CRCS.get(name)):
        return name
    raise ValueError(f"its digests are {name}, and the list is named after {hint.algorithm}")


def from_base64(text: str) -> str:
    """Return a digest in hexadecimal that is in base64: either alphabet, padded or not.

    Raises:
        ValueError: it is not base64.
    """
    padded = text.replace("-", "+").replace("_", "/") + _PADDING[len(text) & 3]
    try:
        if text:
            return binascii.a2b_base64(padded, strict_mode=True).hex()
    except ValueError:
        pass
    raise ValueError("the digest is not base64")


def expect_one_of_each(digests: Iterable[tuple[str, str]]) -> None:
    """Refuse digests in one algorithm that differ.

    Args:
        digests: Algorithms, and digests in hexadecimal.

    Raises:
        ValueError: there are some: no file has both.
    """
    found: dict[str, str] = {}
    for kind, digest in digests:
        if found.setdefault(kind.lower(), digest.lower()) != digest.lower():
            raise ValueError(f"there are two digests in {kind} that disagree")


def from_c4(text: str) -> str:
    """Return a digest of SHA-512 in hexadecimal that is a C4 ID: 88 digits of base 58.

    Source: SMPTE ST 2114.

    Raises:
        ValueError: it is none.
    """
    value = 0
    if len(text) == _C4_LENGTH and text.startswith("c4"):
        for digit in text[2:]:
            value = 58 * value + _BASE58.find(digit)
            if digit not in _BASE58:
                break
        else:
            if value < 1 << 512:
                return f"{value:0128x}"
    raise ValueError("the digest is no C4 ID")


def column_from_base64(column: Sequence[str]) -> list[str]:
    """Return digests in hexadecimal; none if they are not all of one length, and so not at once.

    They are in letters, digits and the marks of the alphabet for URLs alone, without padding.
    """
    lengths = set(map(len, column))
    length = lengths.pop()
    if lengths or length & 3 == 1:
        return []
    # Zeros in the place of padding: what they add to the end of each is cut off.
    zeros = "A" * (-length & 3)
    joined = zeros.join((*column, "")).replace("-", "+").replace("_", "/")
    digits = binascii.a2b_base64(joined).hex()
    row, whole = (length + len(zeros)) // 4 * 6, length * 3 // 4 * 2
    return [digits[at : at + whole] for at in range(0, len(digits), row)]


def text_name(value: object) -> str:
    r"""Return a name as JSON, XML or YAML has it: text, and no bytes in disguise.

    A lone surrogate (``"\udc80"``) would become a byte that is not in the list.

    Raises:
        ValueError: it is not such a name.
    """
    if not isinstance(value, str):
        raise ValueError("the name is not text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("the name has half a surrogate pair") from None
    return value


def is_url(name: str) -> bool:
    """Whether a name is a URL, and no path."""
    return "://" in name and re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", name) is not None


def unwritable(path: str, title: str, reason: str) -> UnwritableNameError:
    """Return the error about a name that a list cannot hold."""
    return UnwritableNameError(
        f'"{escape(path)}" cannot be named in {title}: {reason}; '
        "checksig's own JSON Lines hold any name"
    )


def only_digest(listed: Listed, title: str) -> tuple[str, str]:
    """Return the algorithm and the digest of a file for a list that has one digest for each.

    Raises:
        ValueError: there are several, or none.
    """
    if len(listed.digests) != 1:
        raise ValueError(f"{title} holds one digest for each file, not {len(listed.digests)}")
    [digest] = listed.digests.items()
    return digest


def digests_of_one(files: Iterable[Listed], title: str) -> list[tuple[str, str]]:
    """Return paths and digests for a list in one algorithm.

    Raises:
        ValueError: there are several algorithms.
    """
    found: list[tuple[str, str]] = []
    algorithms: set[str] = set()
    for listed in files:
        algorithm, digest = only_digest(listed, title)
        algorithms.add(algorithm)
        found.append((listed.path, digest))
    if len(algorithms) > 1:
        raise ValueError(f"{title} holds one algorithm, not {', '.join(sorted(algorithms))}")
    return found
