"""Lines of lists, packed for the core."""

from __future__ import annotations

import os
import struct
import sys

from checksig._entries import Columns, Entry, Malformed, Unverified, in_blocks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Final

    from checksig._entries import Block, Line

# A block of packed lines: how many there are, and the lengths of all names, algorithms and
# digests. A row of its columns takes four numbers of 32 bits and one of 64.
_BLOCK_HEAD: Final = struct.Struct("<IIII")
_ROW: Final = 24

_MAX_NUMBER: Final = (1 << 31) - 1

# Names go to the core as os.fsencode would make them; its errors and encoding are these.
_ENCODING: Final = sys.getfilesystemencoding()
_ERRORS: Final = sys.getfilesystemencodeerrors()

#: In the place of an algorithm: the digest is where a symbolic link leads.
_LINK: Final = "link:"

#: The same: there is no digest.
_BARE: Final = "no-digest:"

#: Names that no list, and no caller, has for an algorithm.
_RESERVED: Final = frozenset((_LINK, _BARE))


def pack_entries(entries: Iterable[Entry]) -> bytes:
    """Pack entries that a caller made.

    Raises:
        TypeError, ValueError: one of them is none.
    """

    def checked() -> Iterator[Line]:
        for entry in entries:
            if not isinstance(entry, Entry):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(f"an Entry is needed, not {entry!r}")
            if entry.algorithm in {*_RESERVED, "no-digest"}:
                raise ValueError(f"no algorithm is called {entry.algorithm}")
            if not 0 <= entry.line <= _MAX_NUMBER:
                raise ValueError(
                    f"line must be a number from 0 to {_MAX_NUMBER:,}, not {entry.line}"
                )
            yield _link(entry) if entry.algorithm == "link" else entry

    return pack_lines(checked(), lambda _: None, links=True)


def _link(entry: Entry) -> Line:
    """Return the line of a symbolic link, as callers give it: its digest is where it leads."""
    try:
        target = os.fsdecode(bytes.fromhex(entry.digest))
    except ValueError:
        return Malformed(entry.line, "the digest is not hexadecimal")
    return Unverified(entry.path, entry.line, "", link=target)


def pack_lines(
    lines: Iterable[Line], unverified: Callable[[Unverified], object], *, links: bool = False
) -> bytes:
    """Pack entries, and malformed lines with their reasons, line by line: see ``pack_blocks``."""
    return pack_blocks(in_blocks(lines), unverified, links=links)


def pack_blocks(
    blocks: Iterable[Block], unverified: Callable[[Unverified], object], *, links: bool = False
) -> bytes:
    """Pack entries, and malformed lines with their reasons.

    A block is packed column by column, each by one call: entry by entry takes longer than to
    parse them. ``unverified`` is called with each line that lists something else than a file, but
    for symbolic links if ``links`` are compared.
    """
    found: list[bytes] = []
    for block in blocks:
        if not isinstance(block, Columns):
            own = [line.algorithm for line in block if isinstance(line, Entry)]
            if len(own) == len(block) and _RESERVED.isdisjoint(own):
                rows: Sequence[Line] = block
            else:
                rows = [row for line in block if (row := _as_entry(line, unverified, links=links))]
            if rows:
                found.append(_pack_columns(Columns(*zip(*rows, strict=True))))
        elif _RESERVED.isdisjoint(block.algorithms):
            found.append(_pack_columns(block))
        else:
            found.append(pack_lines(block.entries(), unverified, links=links))
    return b"".join(found)


def _as_entry(
    line: Line, unverified: Callable[[Unverified], object], *, links: bool
) -> Entry | None:
    """Return a line that is no entry as one, if the core has something to do with it.

    A malformed line has no algorithm, and its reason for a name.
    """
    if isinstance(line, Entry):
        if line.algorithm in _RESERVED:  # a list that says so means nothing that is known
            return line._replace(algorithm=f"{line.algorithm}?")
        return line
    if isinstance(line, Malformed):
        return Entry(line.reason or "malformed", "", "", line.line)
    if links and line.link is not None:
        return Entry(line.path, os.fsencode(line.link).hex(), _LINK, line.line)
    if line.is_file:
        return Entry(line.path, "", _BARE, line.line, line.size)
    unverified(line)
    return None


def _pack_columns(block: Columns) -> bytes:
    count = len(block.paths)
    names, name_lengths = _end_to_end(block.paths, _ENCODING, _ERRORS)
    digits, digit_lengths = _end_to_end(block.digests, "ascii", "replace")  # else it is no digest
    [*kinds] = {*block.algorithms}
    tags, tag_lengths = _end_to_end(
        block.algorithms if len(kinds) > 1 else kinds, "utf-8", "replace"
    )
    if len(kinds) == 1:
        tags, tag_lengths = tags * count, tag_lengths * count
    sizes = [-1 if size is None else size for size in block.sizes]
    numbers = (*block.lines, *name_lengths, *tag_lengths, *digit_lengths, *sizes)
    columns = struct.pack(f"<{4 * count}I{count}q", *numbers)
    head = _BLOCK_HEAD.pack(count, len(names), len(tags), len(digits))
    return b"".join((head, columns, names, tags, digits))


def _end_to_end(texts: Sequence[str], encoding: str, errors: str) -> tuple[bytes, list[int]]:
    """Return texts as bytes, one behind the other, and the lengths of all."""
    joined, lengths = "".join(texts), list(map(len, texts))
    whole = joined.encode(encoding, errors)
    if len(whole) != len(joined):  # some characters take several bytes
        lengths = [len(text.encode(encoding, errors)) for text in texts]
    return whole, lengths


def name_of(lines: bytes, digest: bytes) -> bytes | None:
    """Return the name in the first line that has a digest, in hexadecimal; None if none has.

    It is the first of the list, and not of the packed lines: they may be sorted by name.
    """
    found: tuple[int, bytes] | None = None
    at = 0 if digest in lines else len(lines)
    while at < len(lines):
        count, names, tags, digits = _BLOCK_HEAD.unpack_from(lines, at)
        columns = at + _BLOCK_HEAD.size
        name = columns + count * _ROW
        digit = name + names + tags
        at = digit + digits
        if digest not in lines[digit:at]:
            continue
        numbers = struct.unpack_from(f"<{count}I", lines, columns)
        name_lens = struct.unpack_from(f"<{count}I", lines, columns + 4 * count)
        digest_lens = struct.unpack_from(f"<{count}I", lines, columns + 12 * count)
        for number, name_len, digest_len in zip(numbers, name_lens, digest_lens, strict=True):
            first = found is None or number < found[0]
            if first and lines[digit : digit + digest_len] == digest:
                found = number, lines[name : name + name_len]
            name, digit = name + name_len, digit + digest_len
    return None if found is None else found[1]


def algorithms_of(lines: bytes) -> set[str]:
    """Return the names of the algorithms in the first block of packed lines."""
    if not lines:
        return set()
    count, names, _, _ = _BLOCK_HEAD.unpack_from(lines, 0)
    columns = _BLOCK_HEAD.size
    at = columns + count * _ROW + names
    found: set[str] = set()
    for length in struct.unpack_from(f"<{count}I", lines, columns + 8 * count):
        found.add(lines[at : at + length].decode())
        at += length
    return found - {"", _LINK, _BARE}
