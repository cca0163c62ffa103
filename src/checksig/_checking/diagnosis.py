"""Reasons why files do not match.

Only files that have failed are looked at again, and only to explain: no verdict changes. What is
said is what was found to be so, never a guess.
"""

from __future__ import annotations

import io
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from checksig._bridge import algorithms, wire
from checksig._bridge.hashing import hash_stream
from checksig._classes import replace
from checksig._names import counted, escape, shortest
from checksig._places import Fault
from checksig._results import Result, Status
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from checksig._bridge.hashing import Readable
    from checksig._options.reading import Cancel
    from checksig._places import Place

#: How many failures are explained: they are few, or else one cause is behind them all.
MOST: Final = 100
#: In bytes: larger files are looked at by their ends alone.
LARGEST: Final = 64 << 20

_EDGE: Final = 64 << 10
_PIECE: Final = 1 << 20
#: How many zeros at the end of a file are worth a word, in bytes.
_ZEROS: Final = 512

_POINTER: Final = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*oid sha256:(?P<oid>[0-9a-f]{64})\n"
)
_PAGE: Final = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.I | re.S)


class Content(NamedTuple):
    """The bytes of a file that are looked at."""

    size: int  # in bytes
    head: bytes  # the first of them
    zeros: int  # in bytes, at the end
    whole: bytes | None  # None if it is larger than LARGEST


def explain(
    failures: Sequence[Result],
    listed: Callable[[str], str | None],
    place: Place,
    cancel: Cancel | None = None,
) -> list[Result]:
    """Return failures with a diagnosis, as far as there is one.

    Args:
        failures: Results that are not ok.
        listed: Returns the path for which a digest is listed, if it is known.
        place: The place that the files lie in.
        cancel: Whether it is wanted no more.

    Raises:
        CancelledError: it is not.
    """
    wrong = [r for r in failures if r.status is Status.MISMATCH and not r.diagnosis][:MOST]
    by_digest = {r.listed: r.path for r in failures if r.status is Status.MISMATCH and r.listed}
    said: dict[int, str] = {}  # by identity: a result is compared field by field
    for result in wrong:
        other = (by_digest.get(result.found) or listed(result.found)) if result.found else None
        if other is not None and other != result.path:
            said[id(result)] = f"it has the content that is listed for {escape(other)}"
    for result, content in _contents(place, [r for r in wrong if id(r) not in said], cancel):
        with suppress(ChecksigError):
            said[id(result)] = next(_causes(content, result), "")
    return [replace(r, diagnosis=said[id(r)]) if said.get(id(r)) else r for r in failures]


def _contents(
    place: Place, results: Sequence[Result], cancel: Cancel | None
) -> Iterator[tuple[Result, Content]]:
    """Yield results, in any order, with the content of their files, as far as that can be had."""
    by_name = {os.fsencode(shortest(result.path)): result for result in results}
    found = [item for item in map(place.find, by_name) if item and not item.fault]
    for item, stream in place.open(found):
        # What cannot be looked at now has a verdict that says what it was.
        with suppress(OSError):
            if not isinstance(stream, Fault):
                yield by_name[item.name], _content(stream, item.size, cancel)


def _content(stream: Readable, size: int, cancel: Cancel | None) -> Content:
    if isinstance(stream, io.BufferedReader):
        file = cast("io.BufferedReader", stream)
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST:
            zeros = _zeros_at_the_end(file, size, cancel)
            file.seek(0)
            return Content(size, file.read(_EDGE), zeros, None)
        return _streamed(file, size, cancel)
    return _streamed(stream, size, cancel)


def _streamed(stream: Readable, expected: int, cancel: Cancel | None) -> Content:
    """Return the content of a stream that can be read once, from its beginning to its end."""
    size = zeros = 0
    pieces: list[bytes] = []
    buffer = bytearray(min(_PIECE, expected + 1) if expected >= 0 else _PIECE)
    while count := stream.readinto(memoryview(buffer)):
        if cancel is not None:
            wire.expect_wanted(cancel)
        piece = bytes(buffer[:count])
        size += count
        at_end = _zeros_of(piece)
        zeros = at_end if at_end < count else zeros + at_end
        if size <= LARGEST:
            pieces.append(piece)
        else:
            del pieces[1:]
    whole = b"".join(pieces)
    return Content(size, whole[:_EDGE], zeros, whole if size <= LARGEST else None)


def _zeros_of(data: bytes) -> int:
    return len(data) - len(data.rstrip(b"\0"))


def _causes(content: Content, result: Result) -> Iterator[str]:
    """Yield what may be wrong with a file, the most telling first."""
    size, zeros = content.size, content.zeros
    yield from _instead(content.head, size, result)
    if size and zeros == size:
        yield f"it is filled with zeros, all {counted(size, 'byte')} of it"
    if content.whole is not None:
        yield from _altered(content.whole, result)
    yield from _of_another_size(size, result)
    if zeros >= _ZEROS:
        yield f"its last {counted(zeros, 'byte')} are zeros"


def _instead(head: bytes, size: int, result: Result) -> Iterator[str]:
    """Yield what there is in the place of the content."""
    if size == 0:
        yield "it is empty"
    if result.algorithm and result.listed == _digest(b"", result.algorithm):
        yield "the digest listed is the one of an empty file"
    if pointer := _POINTER.match(head):
        right = pointer["oid"].decode() == result.listed
        yield "it is a Git LFS pointer" + (" to the content that is listed" if right else "")
    if _PAGE.match(head):
        yield "it is an HTML page"


def _altered(data: bytes, result: Result) -> Iterator[str]:
    """Yield what was done to the content, if undoing it gives the digest listed."""
    if not result.algorithm or not result.listed:
        return
    for what, original in _undone(data, result):
        if _digest(original, result.algorithm) == result.listed:
            yield what
    own = algorithms.lookup(result.algorithm)
    same = [a for a in algorithms.algorithms() if a.size == own.size and a.name != own.name]
    found = _digests(data, [a.name for a in same])
    for algorithm in same:
        if found[algorithm.name] == result.listed:
            yield f"the digest listed is {algorithm.title}, and not {own.title}"


def _undone(data: bytes, result: Result) -> Iterator[tuple[str, bytes]]:
    unix = data.replace(b"\r\n", b"\n")
    if unix != data:
        yield "its line ends were converted from LF to CRLF", unix
    dos = unix.replace(b"\n", b"\r\n")
    if dos != data:
        yield "its line ends were converted from CRLF to LF", dos
    if data.endswith(b"\n"):
        yield "a newline was added at its end", data[:-1]
    yield "the newline at its end is gone", data + b"\n"
    if data.startswith(b"\xef\xbb\xbf"):
        yield "a byte order mark was put before it", data[3:]
    size = result.listed_size
    if size is not None and size < len(data):
        more = counted(len(data) - size, "byte")
        yield f"it is the content that is listed, and {more} more", data[:size]


def _of_another_size(size: int, result: Result) -> Iterator[str]:
    listed = result.listed_size
    if listed is not None and size < listed:
        yield f"it is cut short: {size:,} of {counted(listed, 'byte')}"
    if listed is not None and size > listed:
        yield f"it is longer than listed: {size:,} bytes, not {listed:,}"


def _zeros_at_the_end(file: io.BufferedReader, size: int, cancel: Cancel | None) -> int:
    end = size
    while end > 0:
        if cancel is not None:
            wire.expect_wanted(cancel)
        start = max(0, end - _PIECE)
        file.seek(start)
        block = file.read(end - start)
        zeros = _zeros_of(block)
        if zeros < len(block) or not block:
            return size - start - len(block) + zeros
        end = start
    return size


def _digest(data: bytes, algorithm: str) -> str:
    return _digests(data, [algorithm])[algorithm]


def _digests(data: bytes, algorithms: Sequence[str]) -> Mapping[str, str]:
    if not algorithms:
        return {}
    hashed = hash_stream(io.BytesIO(data), algorithms)
    return {name: digest.hex() for name, digest in hashed.digests.items()}
