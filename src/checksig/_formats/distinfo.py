"""``distinfo`` of the ports of FreeBSD and OpenBSD, and of pkgsrc.

Source: the Porter's Handbook of FreeBSD, bsd.port.mk(5) of OpenBSD, and "The pkgsrc guide". Digests
stand in tagged lines, in hexadecimal, or with OpenBSD in base64; sizes in lines of their own.
Digests of patches of pkgsrc leave out lines with ``$NetBSD``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, Unverified, new_entry, without_digest
from checksig._formats._format import Format
from checksig._formats._lines import decode, lines, sample
from checksig._formats._values import from_base64, is_hexadecimal, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_TIME: Final = r"TIMESTAMP = [0-9]+[ \t]*"
#: A digest, or a size: SIZE, or Size with the unit behind it.
_LINE: Final = r"(?s)([A-Za-z0-9-]+) \((.+)\) = (\S+)((?<=[0-9]) bytes)?[ \t]*"
_SIZES: Final = {("SIZE", None), ("Size", " bytes")}
#: Of pkgsrc, as the name of a patch.
_PATCH: Final = r"(?s)(?:.*/)?patch-[^/]+"
_VERSION: Final = "$NetBSD"


class _Files:
    """All that is listed, by names."""

    def __init__(self) -> None:
        self._digests: dict[str, list[tuple[str, str, int]]] = {}  # algorithm, digest, line
        self._sizes: dict[str, tuple[int, int]] = {}  # with lines

    def add_size(self, name: str, text: str, number: int) -> None:
        """Take a size."""
        length = size(text)
        if self._sizes.setdefault(name, (length, number))[0] != length:
            raise ValueError("there is another size for this file")

    def add_digest(self, name: str, kind: str, text: str, number: int) -> None:
        """Take a digest."""
        digest = text if is_hexadecimal(text) else from_base64(text)
        if name in self._digests:
            self._digests[name].append((kind, digest, number))
        else:
            self._digests[name] = [(kind, digest, number)]

    def lines(self) -> Iterator[Line]:
        """Yield what is said of each file."""
        for name, digests in self._digests.items():
            length, _ = self._sizes.get(name, (None, 0))
            for kind, digest, number in digests:
                yield new_entry((name, digest, kind, number, length))
        for name, (length, number) in self._sizes.items():
            if name not in self._digests:
                yield without_digest(name, number, length)


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    files, match_line = _Files(), re.compile(_LINE).fullmatch
    pkgsrc = False
    for number, line in enumerate(lines(data), 1):
        match = match_line(line)
        if not match:
            pkgsrc = pkgsrc or line.startswith(_VERSION)
            if line.strip(" \t") and not _says_nothing(line):
                yield Malformed(number, "it is neither a digest nor a size")
            continue
        kind, name, value, unit = match.groups()
        try:
            if (kind, unit) in _SIZES:
                files.add_size(name, value, number)
            elif unit:
                yield Malformed(number, "it is neither a digest nor a size")
            elif pkgsrc and re.fullmatch(_PATCH, name):
                why = "the digest of a patch leaves out lines with $NetBSD"
                yield Unverified(f"patches/{name}", number, why)
            else:
                files.add_digest(name, kind, value, number)
        except ValueError as error:
            yield Malformed(number, str(error))
    yield from files.lines()


def _says_nothing(line: str) -> bool:
    return line.startswith((_VERSION, "#")) or re.fullmatch(_TIME, line) is not None


def _sniff(data: bytes) -> bool:
    matches = [re.fullmatch(_LINE, decode(line)) for line in sample(data)]
    sizes = {match[1] in ("SIZE", "Size") for match in matches if match}
    return sizes == {True, False}


FORMAT: Final = Format(
    name="distinfo",
    title="distinfo of the BSDs",
    used_by="ports of FreeBSD and OpenBSD, and pkgsrc",
    sniff=_sniff,
    names="distinfo",
    weak=True,
    parse=_parse,
)
