r"""``xxhsum --check``: lines, and what is said of the files that they list.

- ``[\]DIGEST`` blank, any character, ``NAME``: the length of the digest tells the algorithm, and
  ``XXH3_`` in front of it that it is XXH3.
- ``[\]TAG[_LE] (NAME) = DIGEST``: with ``_LE``, the last byte is the first.

Behind a backslash in front, ``\\``, ``\n`` and ``\r`` stand for themselves in the name.
"""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._cli.coreutils import hashing, words
from checksig._formats import sums

if TYPE_CHECKING:
    from checksig._cli.coreutils.hashing import Hashed
    from checksig._cli.coreutils.output import Output

#: What standard input is called, in lists too.
STDIN: Final = b"stdin"
#: In front of digests of XXH3, which are as long as those of XXH64.
PREFIX: Final = "XXH3_"

_SIZES: Final = {"xxh32": 8, "xxh64": 16, "xxh3": 16, "xxh128": 32}  # in digits
_BY_LENGTH: Final = {8: "xxh32", 16: "xxh64", 32: "xxh128"}

_TAGGED: Final = re.compile(rb"(XXH(?:3|32|64|128))(_LE)? \((.*)\) = (?:XXH3_)?(\S+)", re.DOTALL)
_PLAIN: Final = re.compile(rb"(XXH3_)?([0-9a-fA-F]+) [^(](.*)", re.DOTALL)


@dataclass(slots=True)
class Settings:
    """The options of the command."""

    algorithm: str = "xxh64"
    only: str = ""  #: the one algorithm whose lines are taken
    turned: bool = False  #: the last byte of a digest is the first
    tag: bool = False
    check: bool = False
    quiet: bool = False
    status: bool = False
    strict: bool = False
    warn: bool = False
    ignore_missing: bool = False
    operands: list[bytes] = field(default_factory=list[bytes])


class _Line(NamedTuple):
    """A well-formed line."""

    number: int
    name: bytes
    algorithm: str  # as the core calls it
    digest: str


def run(settings: Settings, out: Output) -> int:
    """Check all lists, and return the exit code."""
    # No list is left out because another one failed.
    names = hashing.as_files(settings.operands) or [hashing.STDIN]
    held = [_List(name, settings, out).check() for name in names]
    return 0 if all(held) else 1


class _List:
    """A list, and what came of its lines."""

    def __init__(self, name: bytes, settings: Settings, out: Output) -> None:
        self.name, self.settings, self.out = name, settings, out
        self.shown = STDIN if name == hashing.STDIN else name
        self.well_formed = self.malformed = self.unread = self.wrong = self.right = 0

    def check(self) -> bool:
        """Check all files, say what is wrong, and return whether the list holds."""
        try:
            with hashing.open_list(self.name) as file:
                for chunk in hashing.chunks(enumerate(file, 1)):
                    self._chunk(chunk)
        except IsADirectoryError:
            pass  # one that has no lines
        except OSError as error:
            why = words.reason(error)
            self.out.raw(b"Error: Could not open '%b': %b\n" % (self.shown, why))
            return False
        return self._sum_up()

    def _chunk(self, chunk: list[tuple[int, bytes]]) -> None:
        lines: list[_Line] = []
        for number, text in chunk:
            if text.startswith(b"#"):
                continue
            if line := _parse(number, text, self.settings):
                lines.append(line)
                continue
            self.malformed += 1
            if self.settings.warn:
                what = b"Error: Improperly formatted checksum line."
                self.out.raw(b"%b:%d: %b\n" % (self.shown, number, what))
        self.well_formed += len(lines)
        names = hashing.as_files(line.name for line in lines)
        if self.name != hashing.STDIN:  # which can be read but once
            names = [hashing.STDIN if name == STDIN else name for name in names]
        kinds = [line.algorithm for line in lines]
        for line, found in zip(lines, hashing.in_order(names, kinds, self.out.flush), strict=True):
            self._judge(line, found)

    def _judge(self, line: _Line, found: Hashed | OSError) -> None:
        if isinstance(found, OSError):
            if self.settings.ignore_missing and found.errno == errno.ENOENT:
                return
            self.unread += 1
            where = b"%b:%d: Could not open or read" % (self.shown, line.number)
            self._tell(b"%b '%b': %b.\n" % (where, line.name, words.reason(found)))
            return
        right = found.digest == line.digest
        self.right += right
        self.wrong += not right
        if not (right and self.settings.quiet):
            name = line.name
            shown = b"\\" + sums.escape(name) if sums.needs_escape(name) else name
            self._tell(shown + (b": OK\n" if right else b": FAILED\n"))

    def _tell(self, text: bytes) -> None:
        if not self.settings.status:
            self.out.write(text)

    def _sum_up(self) -> bool:
        """Say what was wrong, and return whether the list holds."""
        if not self.well_formed:
            self.out.raw(self.shown + b": no properly formatted xxHash checksum lines found\n")
        else:
            for count, one, many, what in (
                (self.malformed, "line is", "lines are", "improperly formatted"),
                (self.unread, "listed file", "listed files", "could not be read"),
                (self.wrong, "computed checksum", "computed checksums", "did NOT match"),
            ):
                if count:
                    self._tell(f"{count} {one if count == 1 else many} {what}\n".encode())
        if self.settings.ignore_missing and not self.right:
            self.out.write(self.shown + b": no file was verified\n")
        failed = self.wrong or self.unread or (self.settings.strict and self.malformed)
        return self.right > 0 and not failed


def _parse(number: int, text: bytes, settings: Settings) -> _Line | None:
    """Return what a line lists, or None if it is malformed."""
    text = text.removesuffix(b"\n").partition(b"\0")[0]
    rest = text.removeprefix(b"\\")
    if match := _TAGGED.fullmatch(rest):
        tag, turned, name, digits = match.groups()
        algorithm = tag.decode().lower()
    elif match := _PLAIN.fullmatch(rest):
        prefix, digits, name = match.groups()
        turned = settings.turned
        algorithm = "xxh3" if prefix else _BY_LENGTH.get(len(digits), "")
    else:
        return None
    if settings.only not in ("", algorithm) or len(digits) != _SIZES.get(algorithm):
        return None
    try:
        digest = bytes.fromhex(digits.decode())
    except ValueError:
        return None
    if rest != text:
        name = sums.unescape(name)
    if name is None:
        return None
    return _Line(number, name, algorithm, digest[:: -1 if turned else 1].hex())
