"""``shasum --check``: lines, and what is said of the files that they list."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._cli.coreutils import hashing
from checksig._cli.coreutils import shasum_modes as modes

if TYPE_CHECKING:
    from checksig._cli.coreutils.hashing import Hashed
    from checksig._cli.coreutils.output import Output

#: By the numbers that ``-a`` takes: what the core calls them.
ALGORITHMS: Final = {
    1: "sha1", 224: "sha224", 256: "sha256", 384: "sha384", 512: "sha512",
    512224: "sha512-224", 512256: "sha512-256",
}  # fmt: skip
#: By digits of a digest without a tag.
_BY_LENGTH: Final = {40: 1, 56: 224, 64: 256, 96: 384, 128: 512}

_TAGGED: Final = re.compile(rb"[ \t]*(\\?)SHA(\S+) \(([^\n]+)\) = ([0-9A-Fa-f]+)")
_PLAIN: Final = re.compile(rb"[ \t]*(\\?)([0-9A-Fa-f]+)[ \t]([ *^U])([^\n]+)")
_IS_TAGGED: Final = re.compile(rb"[ \t]*\\?SHA")


@dataclass(slots=True)
class Settings:
    """The options of the command."""

    algorithm: int = 1
    mode: bytes = b""  #: as typed; nothing is text
    tag: bool = False
    check: bool = False
    given: set[str] = field(default_factory=set[str])  #: of the options for checking
    operands: list[bytes] = field(default_factory=list[bytes])


class _Line(NamedTuple):
    """A well-formed line."""

    name: bytes
    digest: str
    algorithm: str
    mode: bytes


def run(settings: Settings, out: Output) -> int:
    """Check all lists, and return the exit code."""
    code = 0
    for name in settings.operands:
        try:
            code |= _Check(name, settings, out).run()
        except OSError as error:
            out.say(name + b": " + modes.reason(error))
            return error.errno or 1  # as Perl does when it dies
    return code


class _Check:
    """The check of one list."""

    def __init__(self, name: bytes, settings: Settings, out: Output) -> None:
        self._name, self._settings, self._out = name, settings, out
        self._shown = b"standard input" if name == hashing.STDIN else name
        self._malformed = self._well_formed = self._unread = self._wrong = self._right = 0

    def run(self) -> int:
        """Check all lines, and return the exit code."""
        with hashing.open_list(self._name) as file:
            for chunk in hashing.chunks(enumerate(file, 1)):
                self._chunk(chunk)
        return self._summary()

    def _chunk(self, chunk: list[tuple[int, bytes]]) -> None:
        lines: list[_Line] = []
        for number, text in chunk:
            if text.startswith(b"#"):
                continue
            if line := _parse(text, self._settings.algorithm):
                self._well_formed += 1
                if "ignore-missing" not in self._settings.given or os.path.exists(line.name):
                    lines.append(line)
                continue
            self._malformed += 1
            if "warn" in self._settings.given:
                where = b"%b: %d: improperly formatted SHA checksum line" % (self._shown, number)
                self._out.say(where)
        names, kinds = [line.name for line in lines], [line.algorithm for line in lines]
        found = modes.hashed(names, kinds, [line.mode for line in lines], self._out)
        for line, each in zip(lines, found, strict=True):
            self._judge(line, each)

    def _judge(self, line: _Line, found: Hashed | OSError) -> None:
        given = self._settings.given
        if isinstance(found, OSError):
            self._out.say(line.name + b": " + modes.reason(found))
            self._unread += 1
            verdict = b"FAILED open or read"
        elif found.digest != line.digest:
            self._wrong += 1
            verdict = b"FAILED"
        else:
            self._right += 1
            verdict = b"OK"
        if "status" not in given and not (verdict == b"OK" and "quiet" in given):
            self._out.write(line.name + b": " + verdict + b"\n")

    def _summary(self) -> int:
        given, say = self._settings.given, self._out.say
        failed = self._unread + self._wrong > 0 or ("strict" in given and self._malformed > 0)
        if not self._well_formed:
            say(self._shown + b": no properly formatted SHA checksum lines found")
            failed = True
        elif "status" not in given:
            for count, one, many, what in (
                (self._malformed, "line is", "lines are", "improperly formatted"),
                (self._unread, "listed file", "listed files", "could not be read"),
                (self._wrong, "computed checksum", "computed checksums", "did NOT match"),
            ):
                if count:
                    say(f"WARNING: {count} {one if count == 1 else many} {what}".encode())
        if "ignore-missing" in given and not self._right and self._well_formed:
            if "status" not in given:
                say(self._shown + b": no file was verified")
            failed = True
        return int(failed)


def _parse(text: bytes, said: int) -> _Line | None:
    """Return what a line lists; None if it is malformed."""
    if _IS_TAGGED.match(text):
        if not (match := _TAGGED.match(text)):
            return None
        escaped, kind, name, digest = match.groups()
        kind = kind.replace(b"/", b"")
        number = int(kind) if re.fullmatch(rb"[0-9]{1,9}", kind) else 0
        mode = modes.BINARY
    else:
        if not (match := _PLAIN.match(text)):
            return None
        escaped, digest, mode, name = match.groups()
        number = _BY_LENGTH.get(len(digest), 0)
        if said in (512224, 512256) and number == said - 512000:
            number = said
    if number not in ALGORITHMS:
        return None
    if escaped:
        name = name.replace(b"\\\\", b"\0").replace(b"\\n", b"\n").replace(b"\0", b"\\")
    return _Line(name, digest.decode().lower(), ALGORITHMS[number], mode)
