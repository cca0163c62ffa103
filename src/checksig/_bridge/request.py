"""Requests to the core: what is to be checked, and how it is read."""

from __future__ import annotations

import json
import os
import struct
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypedDict, get_args

from checksig._bridge import packed as _packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LENGTH: Final = struct.Struct("<I")
_NAMES: Final = ("paths", "exclude", "require", "only", "except")
_MAX_NUMBER: Final = (1 << 31) - 1

#: What becomes of symbolic links.
Symlinks = Literal["inside", "refuse", "record"]


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


def path_of(lists: Iterable[List], digest: str) -> str | None:
    """Return the path for which a digest is listed, in hexadecimal; None if none is."""
    for each in lists:
        for spelled in {digest.encode(), digest.upper().encode()}:
            name = _in_text(each.text, spelled) or _packed.name_of(each.lines, spelled)
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
