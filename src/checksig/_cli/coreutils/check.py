"""Lists to check: what the commands do with ``--check``."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from checksig._cli.coreutils import hashing, words
from checksig._cli.coreutils.lines import Grammar, Line
from checksig._formats import sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._bridge.hashing import Block
    from checksig._cli.coreutils.hashing import Hashed
    from checksig._cli.coreutils.lines import Alike
    from checksig._cli.coreutils.options import Settings
    from checksig._cli.coreutils.output import Output


class _Malformed(NamedTuple):
    """A line of a list that is to be complained about when its turn has come."""

    number: int
    tag: bytes  # of what it is not a line of


class _Begun(NamedTuple):
    """Lines whose files the core hashes."""

    alike: Alike
    blocks: Iterator[Block]


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
        self.regular = False  # it is a file, which can be read ahead
        self.unfinished = False  # the list could not be read to its end

    def check(self) -> bool:
        """Check all files, say what is wrong, and return whether the list holds."""
        number = 1
        try:
            begun: _Begun | None = None
            for texts in hashing.chunks(self._texts()):
                alike = self._parse_alike(texts)  # while the core hashes what was begun
                self._finish(begun)
                begun = None
                if alike:
                    begun = self._begin(alike)
                else:
                    self._check_chunk(list(self._items(texts, number)))
                number += len(texts)
            self._finish(begun)
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
            self.regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            try:
                yield from file
            except OSError:
                self.unfinished = True

    def _parse_alike(self, texts: list[bytes]) -> Alike | None:
        alike = self.grammar.parse_alike(texts)
        return None if alike and self.is_stdin and hashing.STDIN in alike.names else alike

    def _begin(self, alike: Alike) -> _Begun | None:
        """Begin with lines that all look as nearly all lines do: see ``_finish``.

        What the two do, the other methods do as well, in three times as long.
        """
        self.formatted = True
        blocks = hashing.together(alike.names, alike.algorithm, self.out.flush, compared=True)
        next(blocks)
        begun = _Begun(alike, blocks)
        if self.regular:
            return begun
        self._finish(begun)  # who knows when the next lines come
        return None

    def _finish(self, begun: _Begun | None) -> None:
        if not begun:
            return
        alike, at = begun.alike, 0
        for block in begun.blocks:
            for line in alike.lines(at, block.first):
                self._judge(line, hashing.read_here(line.name, line.algorithm))
            at = block.first + block.files
            if block.digests == alike.between(block.first, at):
                self._tell(alike.names[block.first : at])
                continue
            lines = alike.lines(block.first, at)
            for line, found in zip(lines, hashing.each(block), strict=True):
                self._judge(line, found)

    def _tell(self, right: list[bytes]) -> None:
        """Say of files that they are right."""
        if right:
            self.matched = True
            if not self.settings.quiet and not self.settings.status:
                self.out.write(b": OK\n".join([*right, b""]))

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
