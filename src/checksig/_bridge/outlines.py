"""Outlines of claims: where they can be cut, so that all that is said of a file stays together."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._bridge import wire
from checksig.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checksig._options.reading import Cancel

_NUMBER: Final = struct.Struct("<q")
_STEP: Final = struct.Struct("<9q")
_END: Final = struct.Struct("<2q")
#: The kinds of rows, which are their first numbers.
_A_STEP, _AN_END = 1, 2


class Step(NamedTuple):
    """A part of what is listed, behind the one before: it is not cut."""

    at: int  # where it begins in the list, in bytes; of packed lines, 0
    end: int  # where it ends; as above
    first: int  # the number of its first line; as above
    entries: int
    files: int
    size: int  # to be read, in bytes, as far as that is known
    longest: int  # of its files, in bytes, as far as that is known
    bare: int  # files that are listed without a digest
    name: bytes  # of its first file
    lines: tuple[bytes, ...] = ()  # of each list, packed; none if they are those of the list


class Outline(NamedTuple):
    """Where a claim can be cut."""

    steps: Sequence[Step]
    ordered: bool  # whether the names are in the order of their bytes
    longest: bytes  # the name of the longest file, as far as sizes are known; else empty


#: Of what lists nothing.
NOTHING: Final = Outline((), ordered=True, longest=b"")


class Given(NamedTuple):
    """All that is asked of an outline, besides the lists."""

    root: bytes  # the directory that files are in; empty: there is none here
    names: Mapping[str, Sequence[bytes]]  # as in a request for a check
    settings: Mapping[str, Any]  # the same; with "sizes", those that are not listed are looked for
    cancel: Cancel | None  # whether it is wanted no more


def outline(each: wire.List, path: bytes, given: Given) -> Outline | None:
    """Return where a list can be cut whose lines say the same wherever they stand; None if nowhere.

    Args:
        each: The list.
        path: Its path, if it has no text: it is read in pieces then.
        given: What is asked.

    Raises:
        CancelledError: it is not wanted any more.
        ChecksigError: the list cannot be read.
    """
    paths = [path] if path else []
    request = wire.request(
        "outline",
        root=given.root,
        paths=paths,
        names=given.names,
        lists=[each],
        settings=given.settings,
    )
    found = _outline(request, given.cancel)
    return found if found.steps else None


def divide(lists: Sequence[wire.List], given: Given) -> Outline:
    """Return where lists of any kind can be cut, with their lines: see :func:`outline`."""
    request = wire.request(
        "divide", root=given.root, names=given.names, lists=lists, settings=given.settings
    )
    return _outline(request, given.cancel)


def _outline(request: bytes, cancel: Cancel | None) -> Outline:
    steps: list[Step] = []
    ordered, longest = False, b""
    for batch in wire.batches(request, cancel=cancel):
        for result in batch.results:
            raise LibraryError(f"an outline has a result: {result}")
        for text in batch.remarks:
            row = os.fsencode(text)
            kind = _NUMBER.unpack_from(row)[0]
            if kind == _A_STEP:
                _, *numbers = _STEP.unpack_from(row)
                name, *blocks = _blocks(row, _STEP.size)
                steps.append(Step._make([*numbers, name, tuple(blocks)]))
            elif kind == _AN_END:
                ordered, longest = bool(_END.unpack_from(row)[1]), row[_END.size :]
            else:
                raise LibraryError("an outline has a row of no kind")
    return Outline(steps, ordered, longest)


def _blocks(row: bytes, at: int) -> Iterator[bytes]:
    while at < len(row):
        (size,) = _NUMBER.unpack_from(row, at)
        at += _NUMBER.size
        yield row[at : at + size]
        at += size
