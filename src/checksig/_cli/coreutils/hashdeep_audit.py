"""Lists of hashdeep, and files that are held against them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checksig._cli.coreutils import getopt, hashing, words

if TYPE_CHECKING:
    from checksig._cli.coreutils.output import Output

#: In the order of the columns, with the digits of a digest.
ALGORITHMS: Final = {"md5": 32, "sha1": 40, "sha256": 64, "tiger": 48, "whirlpool": 128}

_HEADER: Final = b"%%%% HASHDEEP-1.0"
_COLUMNS: Final = re.compile(rb"(?i)%%%% size,(.+),filename")

#: How often ``-v`` was given: what is not as listed is named, and what is.
_MORE, MOST = 2, 3


@dataclass(slots=True)
class _Entry:
    """A file as it is listed."""

    name: bytes
    size: int
    digests: dict[str, str]
    used: bool = False


def algorithm(name: bytes) -> str:
    """Return what the core calls an algorithm.

    Raises:
        UsageError: there is no such algorithm.
    """
    found = name.lower().replace(b"-", b"").decode("ascii", "replace")
    if found not in ALGORITHMS:
        raise getopt.UsageError(b"Unknown algorithm: " + name)
    return found


class Known:
    """The entries of lists."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.entries: list[_Entry] = []
        self.bad = False  #: something in a list was not understood, or a list was not loaded
        self._headings: bytes = b""
        #: By algorithm and digest: the first entry of each name.
        self._found: dict[tuple[str, str], dict[bytes, _Entry]] = {}

    def load(self, name: bytes, out: Output) -> set[str]:
        """Add what a list has, and return its algorithms.

        Raises:
            UsageError: its header names an algorithm that is not computed.
        """
        try:
            with hashing.open_list(hashing.as_files([name])[0]) as file:
                header, columns = file.readline().rstrip(b"\r\n"), file.readline().rstrip(b"\r\n")
                match = _COLUMNS.fullmatch(columns)
                if header != _HEADER or not match:
                    out.say(name + b": Unable to identify file format")
                    self.bad = True
                    return set()
                kinds = _kinds(name, match[1])
                if self._headings not in (b"", match[1]):
                    out.say(name + b": Hashes not in same format as previously loaded")
                self._headings, bad = match[1], False
                for number, text in enumerate(file, 3):
                    if why := self._add(text, kinds):
                        out.say(b"%b: %b in line %d" % (name, why.encode(), number))
                        bad = True
        except OSError as error:
            out.say(name + b": " + words.reason(error))
            self.bad = True
            return set()
        if bad:
            out.say(name + b": contains some bad hashes, using anyway")
        self.bad |= bad
        return set(kinds)

    def _add(self, text: bytes, kinds: list[str]) -> str:
        """Add what a line lists, or return what is wrong with it."""
        if text.startswith(b"#"):
            return ""
        size, *rest = text.rstrip(b"\r\n").split(b",", len(kinds) + 1)
        for kind, digits in zip(kinds, rest, strict=False):
            if not re.fullmatch(rb"[0-9a-fA-F]{%d}" % ALGORITHMS[kind], digits):
                return f"Invalid {kind} hash"
        if len(rest) <= len(kinds) or not rest[-1] or not re.fullmatch(rb"[0-9]{1,19}", size):
            return "Invalid entry"
        digests = [digits.decode().lower() for digits in rest[:-1]]
        entry = _Entry(rest[-1], int(size), dict(zip(kinds, digests, strict=True)))
        self.entries.append(entry)
        for found in entry.digests.items():
            self._found.setdefault(found, {}).setdefault(entry.name, entry)
        return ""

    def search(self, name: bytes, digests: dict[str, str]) -> _Entry | None:
        """Return the entry with one of the digests, by its name if possible, and mark it."""
        for found in digests.items():
            if alike := self._found.get(found):
                entry = alike.get(name) or next(iter(alike.values()))
                entry.used = True
                return entry
        return None


def _kinds(name: bytes, columns: bytes) -> list[str]:
    with suppress(getopt.UsageError):
        kinds = [algorithm(column) for column in columns.split(b",")]
        if len(set(kinds)) == len(kinds):
            return kinds
    raise getopt.UsageError(name + b": Badly formatted file")


class Audit:
    """Files that are held against what is known."""

    def __init__(self, known: Known, verbose: int, any_case: bool, end: bytes, out: Output) -> None:
        """Begin with no file; ``end`` is that of a line."""
        self._known, self._verbose, self._any_case = known, verbose, any_case
        self._end, self._out = end, out
        self._exact = self._partial = self._moved = self._new = 0

    def hold(self, name: bytes, size: int, digests: dict[str, str]) -> None:
        """Hold a file against what is known."""
        entry = self._known.search(name, digests)
        if entry is None:
            self._new += 1
            self._tell(_MORE, name, b"No match")
        elif size != entry.size or any(
            digests.get(kind, digest) != digest for kind, digest in entry.digests.items()
        ):
            self._partial += 1
            self._tell(0, name, b"Hash collision with " + entry.name)
        elif name == entry.name or (self._any_case and name.lower() == entry.name.lower()):
            self._exact += 1
            self._tell(MOST, name, b"Ok")
        else:
            self._moved += 1
            self._tell(_MORE, name, b"Moved from " + entry.name)

    def _tell(self, verbose: int, name: bytes, what: bytes) -> None:
        if self._verbose >= verbose:
            self._out.write(name + b": " + what + self._end)

    def passed(self, *, unread: bool) -> bool:
        """Print what came of it, and return whether the files are exactly those that are known."""
        unused = [entry for entry in self._known.entries if not entry.used]
        for entry in unused:
            self._tell(_MORE, entry.name, b"Known file not used")
        wrong = (unused, self._new, self._moved, self._partial, unread, self._known.bad)
        passed = not any(wrong)
        self._out.write(b"hashdeep: Audit " + (b"passed" if passed else b"failed") + self._end)
        counts = {
            # hashdeep 4.4 does not count these two, and prints them all the same.
            "   Input files examined": 0,
            "  Known files expecting": 0,
            "          Files matched": self._exact,
            "Files partially matched": self._partial,
            "            Files moved": self._moved,
            "        New files found": self._new,
            "  Known files not found": len(unused),
        }
        if self._verbose:
            for what, count in list(counts.items())[0 if self._verbose >= _MORE else 2 :]:
                self._out.write(f"{what}: {count}".encode() + self._end)
        return passed
