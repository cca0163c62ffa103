"""Lists to check: what the commands do with ``--check``."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, NamedTuple

from checksig._cli.coreutils import hashing, words
from checksig._cli.coreutils.lines import Grammar, Line
from checksig._formats import sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._cli.coreutils.hashing import Hashed
    from checksig._cli.coreutils.options import Settings
    from checksig._cli.coreutils.output import Output


class _Malformed(NamedTuple):
    """A line of a list that is to be complained about when its turn has come."""

    number: int
    tag: bytes  # of what it is not a line of


def run(settings: Settings, out: Output) -> int:
    """Check all lists, and return the exit code: 0 if all of them hold."""
    named = settings.named or settings.tool != "cksum"
    grammar = Grammar(settings.tool, settings.family if named else None)
    # No list is left out because another one failed.
    names = settings.operands or [hashing.STDIN]
    held = [_List(name, grammar, settings, out).check() for name in names]
    return 0 if all(held) else 1


class _List:
    """A list, and what came of its lines."""

    def __init__(self, name: bytes, grammar: Grammar, settings: Settings, out: Output) -> None:
        self.name = name
        self.is_stdin = name == hashing.STDIN
        self.shown = words.quoted_if_odd(b"standard input" if self.is_stdin else name)
        self.grammar, self.settings, self.out = grammar, settings, out
        self.formatted = False  # there is a line that is well-formed
        self.matched = False  # and a file that is right
        self.malformed = self.unreadable = self.mismatched = 0
        self.unfinished = False  # the list could not be read to its end

    def check(self) -> bool:
        """Check all files, say what is wrong, and return whether the list holds."""
        number = 1
        try:
            for texts in hashing.chunks(self._texts()):
                if not self._check_alike(texts):
                    self._check_chunk(list(self._items(texts, number)))
                number += len(texts)
        except OSError as error:
            self.out.trouble(self.name, error)
            return False
        if self.unfinished:
            self.out.say(self.shown + b": read error")
            return False
        self._sum_up()
        wrong = self.mismatched or self.unreadable or (self.settings.strict and self.malformed)
        return self.matched and not wrong

    def _items(self, texts: list[bytes], first: int) -> Iterator[Line | _Malformed]:
        """Yield lines of the list; the malformed ones only if they are to be shown."""
        for number, whole in enumerate(texts, first):
            text = whole.removesuffix(b"\n").removesuffix(b"\r")
            if not text or text.startswith(b"#"):
                continue
            line = self.grammar.parse(text)
            if line and not (self.is_stdin and line.name == hashing.STDIN):
                self.formatted = True
                yield line
                continue
            self.malformed += 1
            if self.settings.warn:
                yield _Malformed(number, self.grammar.shown.tag)

    def _texts(self) -> Iterator[bytes]:
        """Yield the lines of the list with their ends.

        Raises:
            OSError: the list cannot be opened.
        """
        try:
            file = hashing.open_list(self.name)
        except IsADirectoryError:  # the coreutils can open one, and not read it
            self.unfinished = True
            return
        with file:
            try:
                yield from file
            except OSError:
                self.unfinished = True

    def _check_alike(self, texts: list[bytes]) -> bool:
        """Check lines that all look as nearly all lines do; return False if they do not.

        What this does, the other methods do as well, in three times as long.
        """
        alike = self.grammar.parse_alike(texts)
        if alike is None or (self.is_stdin and hashing.STDIN in alike.names):
            return False
        self.formatted = True
        names, algorithm, digests = alike
        size, at = len(digests) // len(names), 0
        silent = self.settings.quiet or self.settings.status
        for found in hashing.by_the_core(names, [algorithm] * len(names), self.out.flush):
            right: list[bytes] = []
            for name, each in zip(names[at : at + len(found)], found, strict=True):
                digest = digests[at * size : (at + 1) * size]
                at += 1
                if each and each[0] == digest:
                    right.append(name)
                    continue
                self._tell(right, silent=silent)
                line = Line(name, algorithm, digest.hex())
                self._judge(line, hashing.settle(each, name, algorithm))
            self._tell(right, silent=silent)
        return True

    def _tell(self, right: list[bytes], *, silent: bool) -> None:
        """Say of files that they are right, and forget them."""
        if right:
            self.matched = True
            if not silent:
                self.out.write(b": OK\n".join([*right, b""]))
            right.clear()

    def _check_chunk(self, chunk: list[Line | _Malformed]) -> None:
        lines = [item for item in chunk if isinstance(item, Line)]
        hashed = hashing.in_order(
            [line.name for line in lines], [line.algorithm for line in lines], self.out.flush
        )
        for item in chunk:
            if isinstance(item, _Malformed):
                place = b"%s: %d: " % (self.shown, item.number)
                self.out.say(place + b"improperly formatted %s checksum line" % item.tag)
            else:
                self._judge(item, next(hashed))

    def _judge(self, line: Line, found: Hashed | OSError) -> None:
        if isinstance(found, OSError):
            if self.settings.ignore_missing and found.errno == errno.ENOENT:
                return
            self.unreadable += 1
            self.out.trouble(line.name, found)
            verdict = b": FAILED open or read\n"
        elif found.digest == line.digest:
            self.matched = True
            if self.settings.quiet:
                return
            verdict = b": OK\n"
        else:
            self.mismatched += 1
            verdict = b": FAILED\n"
        if not self.settings.status:
            name = line.name
            shown = b"\\" + sums.escape(name) if sums.needs_escape(name) else name
            self.out.write(shown + verdict)

    def _sum_up(self) -> None:
        """Say on stderr what was wrong."""
        if not self.formatted:
            self.out.say(self.shown + b": no properly formatted checksum lines found")
            return
        if self.settings.status:
            return
        self._warn(self.malformed, b"line is", b"lines are", b"improperly formatted")
        self._warn(self.unreadable, b"listed file", b"listed files", b"could not be read")
        self._warn(self.mismatched, b"computed checksum", b"computed checksums", b"did NOT match")
        if self.settings.ignore_missing and not self.matched:
            self.out.say(self.shown + b": no file was verified")

    def _warn(self, count: int, one: bytes, more: bytes, what: bytes) -> None:
        if count:
            self.out.say(b"WARNING: %d %s %s" % (count, one if count == 1 else more, what))
