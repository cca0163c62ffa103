"""Requests to the core: what is to be checked, and how it is read."""

from __future__ import annotations

import json
import os
import struct
import sys
from array import array
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypedDict, get_args

from checksig._types import Entry
from checksig.formats import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from checksig.formats import Line, Unverified

_LENGTH: Final = struct.Struct("<I")
# A block of packed lines: how many there are, and the lengths of all names, algorithms and
# digests. A row of its columns takes four numbers of 32 bits and one of 64.
_BLOCK_HEAD: Final = struct.Struct("<IIII")
_ROW: Final = 24
# So many lines that Python's garbage collector does not look at them before they are packed and
# gone: it begins after 700 new objects, and with thousands takes up to a third of the time.
_BLOCK: Final = 512
_NAMES: Final = ("paths", "exclude", "require", "only", "except")
_MAX_NUMBER: Final = (1 << 31) - 1

# Names go to the core as os.fsencode would make them; its errors and encoding are these.
_ENCODING: Final = sys.getfilesystemencoding()
_ERRORS: Final = sys.getfilesystemencodeerrors()


#: What becomes of symbolic links.
Symlinks = Literal["inside", "refuse", "record"]
#: In the place of an algorithm: the digest is where a symbolic link leads.
_LINK: Final = "link"


class List(NamedTuple):
    """A list for the core: text in the grammar of the coreutils, or packed lines."""

    base: bytes = b""  # the directory below the root that names are relative to
    text: bytes = b""
    lines: bytes = b""
    untagged: str | None = None  # the algorithm of lines that name none
    zero: bool = False  # lines of the text end with a NUL byte


_NO_SETTINGS: Final[Mapping[str, Any]] = MappingProxyType({})


def request(
    op: str,
    *,
    root: bytes = b"",
    names: Mapping[str, Iterable[bytes]] = _NO_SETTINGS,
    lists: Sequence[List] = (),
    settings: Mapping[str, Any] = _NO_SETTINGS,
) -> bytes:
    """Return a request for ``checksig_start``. A setting of None is left out.

    ``names`` has paths, names and patterns by what they are for: "paths", "exclude", "require",
    "only" and "except". ``CHECKSIG_DISABLE`` in the environment names kernels that are not to be
    used.
    """
    header = {name: value for name, value in settings.items() if value is not None}
    parts = [root, *(_pack_names(names.get(name, ())) for name in _NAMES)]
    header |= {name: len(part) for name, part in zip(("root", *_NAMES), parts, strict=True)}
    header["lists"] = [
        {
            "base": len(each.base),
            "text": len(each.text),
            "entries": len(each.lines),
            "untagged": each.untagged or "",
            "zero": each.zero,
        }
        for each in lists
    ]
    for each in lists:
        parts += (each.base, each.text, each.lines)
    header |= {"op": op, "disable": os.environ.get("CHECKSIG_DISABLE", "")}
    return b"".join([json.dumps(header).encode(), b"\n", *parts])


def _pack_names(names: Iterable[bytes]) -> bytes:
    return b"".join(_LENGTH.pack(len(name)) + name for name in names)


class ReadOptions(TypedDict, total=False):
    """How files are read. All functions that read files take these options."""

    #: How many threads hash, 256 at most; None means one per core.
    workers: int | None
    #: How many files are read ahead of the workers, 256 at most. None means as many as suit the
    #: device, and none if the files are in the page cache.
    readers: int | None
    #: Whether to drop files from the page cache before they are read, and afterwards: what counts
    #: is then what the device has.
    drop_cache: bool


def expect(options: Mapping[str, object], known: type) -> None:
    """Look at keyword arguments.

    Raises:
        TypeError: one of them is not a key of the typed dictionary ``known``.
    """
    if unknown := options.keys() - known.__annotations__.keys():
        raise TypeError(f"unknown options: {', '.join(sorted(unknown))}")


def read_settings(options: ReadOptions) -> dict[str, Any]:
    """Return the settings of a request that say how files are read.

    Raises:
        ValueError: a number is none, or too small.
    """
    workers, readers = options.get("workers"), options.get("readers")
    for name, number in (("workers", workers), ("readers", readers)):
        if number is not None and not 1 <= number <= _MAX_NUMBER:
            raise ValueError(f"{name} must be a number from 1 to {_MAX_NUMBER:,}, not {number}")
    drop_cache = bool(options.get("drop_cache"))
    return {"workers": workers, "readers": readers, "drop_cache": drop_cache}


def link_settings(symlinks: Symlinks) -> dict[str, bool]:
    """Return the settings of a request that say what becomes of symbolic links.

    Raises:
        ValueError: there is no such way.
    """
    if symlinks not in get_args(Symlinks):
        raise ValueError(f"symlinks must be {', '.join(get_args(Symlinks))}, not {symlinks}")
    return {"refuse_links": symlinks == "refuse", "record_links": symlinks == "record"}


def pack_entries(entries: Iterable[Entry]) -> bytes:
    """Pack entries that a caller made, as records.

    Raises:
        TypeError, ValueError: one of them is none.
    """

    def checked() -> Iterator[Entry]:
        for entry in entries:
            if not isinstance(entry, Entry):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(f"an Entry is needed, not {entry!r}")
            if not 0 <= entry.line <= _MAX_NUMBER:
                raise ValueError(
                    f"line must be a number from 0 to {_MAX_NUMBER:,}, not {entry.line}"
                )
            yield entry

    return pack_lines(checked(), lambda _: None)


def pack_lines(
    lines: Iterable[Line], unverified: Callable[[Unverified], object], *, links: bool = False
) -> bytes:
    """Pack entries, and malformed lines with their reasons, in blocks.

    A block is packed column by column, each by one call: entry by entry takes longer than to
    parse them. ``unverified`` is called with each line that lists a file without a digest, but for
    symbolic links if ``links`` are compared.
    """
    lines = iter(lines)
    blocks: list[bytes] = []
    tags: dict[str, bytes] = {}
    while block := list(islice(lines, _BLOCK)):
        if set(map(type, block)) != {Entry}:
            block = [row for line in block if (row := _as_entry(line, unverified, links=links))]
        if block:
            blocks.append(_pack_block(block, tags))
    return b"".join(blocks)


def _as_entry(
    line: Line, unverified: Callable[[Unverified], object], *, links: bool
) -> Entry | None:
    """Return a malformed line as an entry without an algorithm, and its reason as the name."""
    if isinstance(line, Entry):
        return line
    if isinstance(line, Malformed):
        return Entry(line.reason or "malformed", "", "", line.line)
    if links and line.link is not None:
        return Entry(line.path, os.fsencode(line.link).hex(), _LINK, line.line)
    unverified(line)
    return None


def _pack_block(block: Sequence[Line], tags: dict[str, bytes]) -> bytes:
    paths, digests, algorithms, numbers, sizes = zip(*block, strict=True)
    names = [path.encode(_ENCODING, _ERRORS) for path in paths]
    for algorithm in set(algorithms) - tags.keys():
        tags[algorithm] = algorithm.encode(errors="replace")
    own = [tags[algorithm] for algorithm in algorithms]
    digits = "".join(digests).encode(errors="replace")
    columns = (
        array("I", numbers),
        array("I", map(len, names)),
        array("I", map(len, own)),
        # What is no ASCII is no digest, and the number of its bytes is that of its characters.
        array("I", map(len, digests)),
        array("q", [-1 if size is None else size for size in sizes]),
    )
    if sys.byteorder == "big":
        for column in columns:
            column.byteswap()
    if len(digits) != sum(columns[3]):
        digits = "".join(digests).encode("ascii", errors="replace")
    parts = (b"".join(names), b"".join(own), digits)
    head = _BLOCK_HEAD.pack(len(block), *map(len, parts))
    return b"".join((head, *(column.tobytes() for column in columns), *parts))


def path_of(lists: Iterable[List], digest: str) -> str | None:
    """Return the path for which a digest is listed, in hexadecimal; None if none is."""
    for each in lists:
        for spelled in {digest.encode(), digest.upper().encode()}:
            name = _in_text(each.text, spelled) or _in_lines(each.lines, spelled)
            if name:
                return os.fsdecode(each.base + b"/" + name if each.base else name)
    return None


def _in_text(text: bytes, digest: bytes) -> bytes | None:
    """Return the name in the line that has a digest, unless it is one with escapes."""
    at = text.find(digest)
    if at < 0:
        return None
    start, end = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
    line = text[start : end if end >= 0 else len(text)].rstrip(b"\r")
    before, _, after = line.partition(digest)
    if before.startswith(b"\\"):
        return None
    if before.strip():
        return before[before.find(b"(") + 1 : before.rfind(b")")] or None
    return after[2:] if after[1:2] in (b" ", b"*") else after[1:]


def _in_lines(lines: bytes, digest: bytes) -> bytes | None:
    """Return the name in the packed line that has a digest."""
    at = 0 if digest in lines else len(lines)
    while at < len(lines):
        count, names, tags, digits = _BLOCK_HEAD.unpack_from(lines, at)
        columns = at + _BLOCK_HEAD.size
        name = columns + count * _ROW
        digit = name + names + tags
        at = digit + digits
        if digest not in lines[digit:at]:
            continue
        name_lens = struct.unpack_from(f"<{count}I", lines, columns + 4 * count)
        digest_lens = struct.unpack_from(f"<{count}I", lines, columns + 12 * count)
        for name_len, digest_len in zip(name_lens, digest_lens, strict=True):
            if lines[digit : digit + digest_len] == digest:
                return lines[name : name + name_len]
            name, digit = name + name_len, digit + digest_len
    return None
