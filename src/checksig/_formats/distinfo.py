"""``distinfo`` of the ports of FreeBSD and OpenBSD, and of pkgsrc.

Source: the Porter's Handbook of FreeBSD, bsd.port.mk(5) of OpenBSD, and "The pkgsrc guide". Digests
stand in tagged lines, in hexadecimal, or with OpenBSD in base64; sizes in lines of their own.
Digests of patches of pkgsrc leave out lines with ``$NetBSD``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed, Unverified, without_digest
from checksig._formats._format import Format
from checksig._formats._lines import decode, lines, sample
from checksig._formats._values import from_base64, hexadecimal, is_hexadecimal, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_TIME: Final = r"TIMESTAMP = [0-9]+"
_SIZE: Final = (
    r"(?s)(?:SIZE \((?P<name>.+)\) = (?P<size>\S+)|Size \((?P<theirs>.+)\) = (?P<bytes>\S+) bytes)"
)
_DIGEST: Final = r"(?s)(?P<kind>[A-Za-z0-9-]+) \((?P<name>.+)\) = (?P<digest>\S+)"
#: Of pkgsrc, as the name of a patch.
_PATCH: Final = r"(?s)(?:.*/)?patch-[^/]+"
_VERSION: Final = "$NetBSD"


class _File:
    """All that is listed for a file."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self.number = name, number
        self.digests: list[tuple[str, str, int]] = []  # algorithm, digest, line
        self.size: int | None = None

    def lines(self) -> Iterator[Line]:
        """Yield what is said of it."""
        for kind, digest, number in self.digests:
            yield Entry(self.name, digest, kind, number, self.size)
        if not self.digests:
            yield without_digest(self.name, self.number, self.size)


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    files: dict[str, _File] = {}
    pkgsrc = False
    for number, line in enumerate(lines(data), 1):
        text = line.rstrip(" \t")
        pkgsrc = pkgsrc or text.startswith(_VERSION)
        if not text or text.startswith((_VERSION, "#")) or re.fullmatch(_TIME, text):
            continue
        try:
            if (
                pkgsrc
                and (match := re.fullmatch(_DIGEST, text))
                and re.fullmatch(_PATCH, match["name"])
            ):
                why = "the digest of a patch leaves out lines with $NetBSD"
                yield Unverified(f"patches/{match['name']}", number, why)
            else:
                _take(text, number, files)
        except ValueError as error:
            yield Malformed(number, str(error))
    for file in files.values():
        yield from file.lines()


def _take(text: str, number: int, files: dict[str, _File]) -> None:
    if match := re.fullmatch(_SIZE, text):
        name = match["name"] or match["theirs"]
        length = size(match["size"] or match["bytes"])
        file = files.setdefault(name, _File(name, number))
        if file.size not in (None, length):
            raise ValueError("there is another size for this file")
        file.size = length
    elif match := re.fullmatch(_DIGEST, text):
        name, found = match["name"], match["digest"]
        digest = hexadecimal(found) if is_hexadecimal(found) else from_base64(found)
        files.setdefault(name, _File(name, number)).digests.append((match["kind"], digest, number))
    else:
        raise ValueError("it is neither a digest nor a size")


def _sniff(data: bytes) -> bool:
    found = [decode(line).rstrip() for line in sample(data)]
    return any(re.fullmatch(_SIZE, line) for line in found) and any(
        re.fullmatch(_DIGEST, line) and not line.startswith(("SIZE ", "Size ")) for line in found
    )


FORMAT: Final = Format(
    name="distinfo",
    title="distinfo of the BSDs",
    used_by="ports of FreeBSD and OpenBSD, and pkgsrc",
    sniff=_sniff,
    names="distinfo",
    weak=True,
    parse=_parse,
)
