"""The moves that make a bag of a directory, or another bag of one: all are made, or none.

Each is a rename between the directory and what is staged in it, and never onto something; nothing
is copied. How far a run has come shows in what is staged, so that a run can undo those of another.
"""

from __future__ import annotations

import errno
import os
from typing import Final, NamedTuple

from checksig import _files
from checksig._claims.bag import DECLARATION, PAYLOAD
from checksig._names import UNFINISHED, quoted

NEW: Final = UNFINISHED + b"/new"  #: tag files that come
OLD: Final = UNFINISHED + b"/old"  #: tag files that go
#: The payload, until it is whole: a directory may have something called data already.
HOLDER: Final = UNFINISHED + b"/data"
_PAYLOAD: Final = PAYLOAD.encode()
_SHOWN: Final = 10


class _Move(NamedTuple):
    """A rename, of paths below the root."""

    source: bytes
    target: bytes


class Plan(NamedTuple):
    """The moves of one step."""

    root: bytes
    payload: list[bytes]  # names at the top that go to the payload; none if that is there
    old: list[bytes]  # names of tag files that go
    new: list[bytes]  # names of tag files that come, the declaration among them

    @property
    def moves(self) -> list[_Move]:
        """All moves, in their order."""
        moves = [_Move(name, HOLDER + b"/" + name) for name in self.payload]
        if self.payload:
            moves.append(_Move(HOLDER, _PAYLOAD))
        # Without a declaration nobody takes it for a bag: it goes first, and comes last.
        old = sorted(self.old, key=lambda name: (name != DECLARATION, name))
        new = sorted(self.new, key=lambda name: (name == DECLARATION, name))
        moves += [_Move(name, OLD + b"/" + name) for name in old]
        return moves + [_Move(NEW + b"/" + name, name) for name in new]

    def make(self) -> None:
        """Make all moves.

        Raises:
            OSError: one cannot be made, or may not outlast a crash.
        """
        *others, last = self.moves
        for move in others:
            self._rename(move.source, move.target)
        for directory in (*([_PAYLOAD] if self.payload else []), OLD, UNFINISHED):
            _files.sync_directory(self._path(directory))
        _files.sync_directory(self.root)
        self._rename(*last)
        _files.sync_directory(self.root)

    def is_made(self) -> bool:
        """Whether all moves were made: then the last one was."""
        return self._was_made(self.moves[-1])

    def undo(self) -> list[str]:
        """Undo the moves that were made, whatever fails. All that comes has to be staged.

        Returns:
            What is not where it was: where it is, and why.
        """
        left: list[str] = []
        for move in reversed(self.moves):
            if self._was_made(move):
                try:
                    self._rename(move.target, move.source)
                except OSError as error:
                    what, where = self._path(move.source), self._path(move.target)
                    left.append(f"{quoted(what)} is at {quoted(where)}: {_files.reason(error)}")
        missing = [name for name in self.payload if not os.path.lexists(self._path(name))]
        if missing and not left:
            left = [f"{quoted(self._path(name))} is not there" for name in missing]
        more = [f"and {len(left) - _SHOWN:,} more"] if len(left) > _SHOWN else []
        return left[:_SHOWN] + more

    def _was_made(self, move: _Move) -> bool:
        # What is staged nobody else puts there, or takes away.
        there = os.path.lexists(self._path(move.target))
        if move.target.startswith(UNFINISHED):
            return there
        return there and not os.path.lexists(self._path(move.source))

    def _rename(self, source: bytes, target: bytes) -> None:
        if os.path.lexists(self._path(target)):
            raise FileExistsError(errno.EEXIST, f"{quoted(self._path(target))} exists")
        os.rename(self._path(source), self._path(target))

    def _path(self, name: bytes) -> bytes:
        return os.path.join(self.root, name)
