"""Why does this file not match?

Only files that have failed are looked at again, and only to explain: no verdict changes. What is
said is what was found to be so, never a guess.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge import algorithms as _algorithms
from checksig._bridge import hashing as _hasher
from checksig._names import counted, escape
from checksig._results import Result, Status
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    """What is looked at of a file."""

    size: int  # in bytes
    head: bytes  # the first of them
    zeros: int  # in bytes, at the end
    whole: bytes | None  # None if it is larger than LARGEST


#: Yields results, in any order, with the content of their files, as far as that can be had.
Look = Callable[["Sequence[Result]"], "Iterator[tuple[Result, Content]]"]


def explain(
    failures: Sequence[Result], listed: Callable[[str], str | None], look: Look
) -> tuple[Result, ...]:
    """Return failures with a diagnosis, as far as there is one.

    Args:
        failures: What went wrong.
        listed: Returns the path for which a digest is listed, if it is known.
        look: Looks at the files.
    """
    wrong = [r for r in failures if r.status is Status.MISMATCH and not r.diagnosis][:MOST]
    by_digest = {r.listed: r.path for r in failures if r.status is Status.MISMATCH and r.listed}
    said: dict[int, str] = {}  # by identity: a result is compared field by field
    for result in wrong:
        other = (by_digest.get(result.found) or listed(result.found)) if result.found else None
        if other is not None and other != result.path:
            said[id(result)] = f"it has the content that is listed for {escape(other)}"
    for result, content in look([r for r in wrong if id(r) not in said]):
        with suppress(ChecksigError):
            said[id(result)] = next(_causes(content, result), "")
    return tuple(replace(r, diagnosis=said[id(r)]) if said.get(id(r)) else r for r in failures)


def beneath(root: bytes) -> Look:
    """Return what looks at the files below a directory."""

    def look(results: Sequence[Result]) -> Iterator[tuple[Result, Content]]:
        for result in results:
            try:
                with _open_beneath(root, os.fsencode(result.path)) as file:
                    content = _content(file)
            except OSError:
                continue  # it cannot be looked at now, and the verdict says what it was
            yield result, content

    return look


def streamed(file: io.BufferedIOBase) -> Content:
    """Return the content of what can be read once, from its beginning to its end.

    Raises whatever reading raises.
    """
    size = zeros = 0
    pieces: list[bytes] = []
    while piece := file.read(_PIECE):
        size += len(piece)
        at_end = _zeros_of(piece)
        zeros = at_end if at_end < len(piece) else zeros + at_end
        if size <= LARGEST:
            pieces.append(piece)
        else:
            del pieces[1:]
    whole = b"".join(pieces)
    return Content(size, whole[:_EDGE], zeros, whole if size <= LARGEST else None)


def _content(file: io.BufferedReader) -> Content:
    size = os.fstat(file.fileno()).st_size
    if size > LARGEST:
        return Content(size, file.read(_EDGE), _zeros_at_the_end(file, size), None)
    whole = file.read(LARGEST + 1)
    return Content(len(whole), whole[:_EDGE], _zeros_of(whole), whole)


def _zeros_of(data: bytes) -> int:
    return len(data) - len(data.rstrip(b"\0"))


def _open_beneath(root: bytes, name: bytes) -> io.BufferedReader:
    """Open a file below the root by way of no link at all: to explain is not worth a risk."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    elements = [element for element in name.split(b"/") if element not in (b"", b".")]
    if b".." in elements or not elements:
        os.close(descriptor)
        raise OSError("not a name below the root")
    for element in elements[:-1]:
        parent = descriptor
        try:
            descriptor = os.open(element, flags | os.O_DIRECTORY, dir_fd=parent)
        finally:
            os.close(parent)
    try:
        return os.fdopen(os.open(elements[-1], flags, dir_fd=descriptor), "rb")
    finally:
        os.close(descriptor)


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
    own = _algorithms.lookup(result.algorithm)
    same = [a for a in _algorithms.algorithms() if a.size == own.size and a.name != own.name]
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


def _zeros_at_the_end(file: io.BufferedReader, size: int) -> int:
    end = size
    while end > 0:
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
    hashed = _hasher.hash_stream(io.BytesIO(data), algorithms)
    return {name: digest.hex() for name, digest in hashed.digests.items()}
