"""Options on a command line, as getopt_long of the GNU C library takes them apart.

Options and operands may be mixed, unless POSIXLY_CORRECT is set; ``--`` ends the options; a long
option may be shortened as long as it is clear which is meant.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Option(NamedTuple):
    """An option that a command has."""

    name: str
    short: str = ""
    valued: bool = False
    #: Of an option that may have a value: whether the next word is it.
    takes: Callable[[bytes], bool] | None = None

    def next_of(self, left: list[bytes]) -> bytes:
        """Take the next word, if it is the value; the next one is last."""
        return left.pop() if self.takes and left and self.takes(left[-1]) else b""


class UsageError(Exception):
    """The arguments make no sense; the argument is what getopt says."""

    def __init__(self, message: bytes) -> None:
        """Keep the message."""
        super().__init__(message)
        self.message = message


class Arguments:
    """The arguments of a command: first the options, in order, then the operands."""

    def __init__(self, options: Sequence[Option], arguments: Sequence[bytes]) -> None:
        """Keep what there is to take apart."""
        self.operands: list[bytes] = []  #: complete when all options were taken
        self._options: Final = options
        self._left = list(arguments)[::-1]  # the next one last

    def options(self) -> Iterator[tuple[str, bytes]]:
        """Yield the full names of options with their values.

        Raises:
            UsageError: the next one is not known, or is incomplete.
        """
        in_order = "POSIXLY_CORRECT" in os.environ
        while self._left:
            argument = self._left.pop()
            if argument == b"--":
                break
            if argument.startswith(b"--"):
                yield self._long(argument)
            elif argument.startswith(b"-") and len(argument) > 1:
                yield from self._short(argument[1:])
            else:
                self.operands.append(argument)
                if in_order:
                    break
        self.operands += reversed(self._left)

    def _long(self, argument: bytes) -> tuple[str, bytes]:
        name, assigned, value = argument[2:].partition(b"=")
        option = self._find(name, argument)
        shown = b"option '--" + option.name.encode()
        if not option.valued:
            if assigned and not (option.takes and option.takes(value)):
                raise UsageError(shown + b"' doesn't allow an argument")
            return option.name, value if assigned else option.next_of(self._left)
        if assigned:
            return option.name, value
        if not self._left:
            raise UsageError(shown + b"' requires an argument")
        return option.name, self._left.pop()

    def _find(self, name: bytes, argument: bytes) -> Option:
        known = [option for option in self._options if option.name.encode().startswith(name)]
        for option in known:
            if option.name.encode() == name or len(known) == 1:
                return option
        if not known:
            raise UsageError(b"unrecognized option '" + argument + b"'")
        possible = b"".join(b" '--" + option.name.encode() + b"'" for option in known)
        raise UsageError(b"option '" + argument + b"' is ambiguous; possibilities:" + possible)

    def _short(self, letters: bytes) -> Iterator[tuple[str, bytes]]:
        while letters:
            letter, letters = letters[:1], letters[1:]
            option = next((o for o in self._options if o.short.encode() == letter), None)
            if option is None:
                raise UsageError(b"invalid option -- '" + letter + b"'")
            if option.takes and option.takes(letters):
                yield option.name, letters
                return
            if not option.valued:
                yield option.name, b"" if letters else option.next_of(self._left)
                continue
            if not letters and not self._left:
                raise UsageError(b"option requires an argument -- '" + letter + b"'")
            yield option.name, letters or self._left.pop()
            return
