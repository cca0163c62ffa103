"""``CHECKSUMS`` of CPAN: data of Perl, with sizes and digests of the files of an author.

Source: the documentation of CPAN::Checksums, and files of CPAN. Nothing is evaluated: this reads
what CPAN::Checksums writes, a hash of hashes. ``md5-ungz`` and its like are of what is in a
compressed file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed, Unverified, without_digest
from checksig._formats._format import Format
from checksig._formats._lines import head, lines
from checksig._formats._values import hexadecimal, other_digests, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_BEGIN: Final = r"\$cksum = \{"
_END: Final = r"\};?"
_TEXT: Final = r"'((?:[^'\\]|\\.)*)'"
_FILE: Final = rf"\s*{_TEXT} => \{{"
_FIELD: Final = rf"\s*{_TEXT} => (?:{_TEXT}|([0-9]+)),?"
_FILE_END: Final = r"\s*\},?"
#: Of a file, those that may look like a digest and are none of its bytes.
_KNOWN: Final = frozenset(
    {"cpan_path", "mtime", "size", "isdir", "shortname", "md5-ungz", "sha256-ungz"}
)


_KINDS: Final[tuple[str, ...]] = ("sha256", "md5")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(['\\])", r"\1", text)


class _Reader:
    """The lines behind the first: files, each with keys and values."""

    def __init__(self) -> None:
        self.ended = False
        self._name, self._first = "", 0
        self._fields: dict[str, str] | None = None

    def line(self, number: int, line: str) -> list[Line]:
        """Take a line.

        Raises:
            ValueError: it is not understood.
        """
        if self.ended:
            raise ValueError("it is behind the end")
        if self._fields is None:
            if match := re.fullmatch(_FILE, line):
                self._name, self._first, self._fields = _unquoted(match[1]), number, {}
            elif re.fullmatch(_END, line.strip()):
                self.ended = True
            else:
                raise ValueError("it does not begin a file")
        elif match := re.fullmatch(_FIELD, line):
            key, value = _unquoted(match[1]), _unquoted(match[2] or "") or match[3] or ""
            if key in self._fields:
                raise ValueError(f'the key "{key[:20]}" is there twice')
            self._fields[key] = value
        elif re.fullmatch(_FILE_END, line):
            fields, self._fields = self._fields, None
            return _file(self._name, self._first, fields)
        else:
            raise ValueError("it is not a key and a value")
        return []


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    reader: _Reader | None = None
    for number, line in enumerate(lines(data), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if reader is None:
            if not re.fullmatch(_BEGIN, line.strip()):
                raise ValueError("it does not begin as CHECKSUMS of CPAN do")
            reader = _Reader()
            continue
        try:
            yield from reader.line(number, line)
        except ValueError as error:
            yield Malformed(number, str(error))
    if not reader or not reader.ended:
        raise ValueError("it is cut off: it has no end")


def _file(name: str, number: int, fields: dict[str, str]) -> list[Line]:
    try:
        if "isdir" in fields:
            return [Unverified(name, number, "a directory, not a file", kind="directory")]
        length = size(fields["size"]) if "size" in fields else None
        digests = [(kind, fields[kind]) for kind in _KINDS if kind in fields]
        digests += other_digests(fields, (*_KNOWN, *_KINDS))
        found: list[Line] = [
            Entry(name, hexadecimal(digest), kind, number, length) for kind, digest in digests
        ]
        return found or [without_digest(name, number, length)]
    except ValueError as error:
        return [Malformed(number, str(error))]


def _sniff(data: bytes) -> bool:
    return re.search(rb"(?m)^\$cksum = \{\s*$", head(data)) is not None


FORMAT: Final = Format(
    name="cpan",
    title="CHECKSUMS of CPAN",
    used_by="CPAN",
    sniff=_sniff,
    names="CHECKSUMS",
    weak=True,
    parse=_parse,
)
