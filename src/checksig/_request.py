"""Requests to the core: what is to be checked, and how it is read."""

from __future__ import annotations

import json
import os
import struct
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypedDict

from checksig._types import Entry
from checksig.formats import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from checksig.formats import Line, Unverified

_LENGTH: Final = struct.Struct("<I")
_ENTRY: Final = struct.Struct("<IIIIq")
_NAMES: Final = ("paths", "exclude", "require", "only", "except")
_MAX_NUMBER: Final = (1 << 31) - 1

# Names go to the core as os.fsencode would make them; its errors and encoding are these.
_ENCODING: Final = sys.getfilesystemencoding()
_ERRORS: Final = sys.getfilesystemencodeerrors()


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


def pack_lines(lines: Iterable[Line], unverified: Callable[[Unverified], object]) -> bytes:
    """Pack entries, and malformed lines with their reasons, as records.

    ``unverified`` is called with each line that lists a file without a digest.
    """
    parts: list[bytes] = []
    append, pack = parts.append, _ENTRY.pack
    algorithms: dict[str, bytes] = {}
    for line in lines:
        if isinstance(line, Entry):
            path, digest, algorithm, number, size = line
            name = path.encode(_ENCODING, _ERRORS)
            tag = algorithms.get(algorithm)
            if tag is None:
                tag = algorithms[algorithm] = algorithm.encode(errors="replace") or b"?"
            digits = digest.encode(errors="replace")
            size = -1 if size is None else size
        elif isinstance(line, Malformed):
            number, reason = line
            name, tag, digits, size = reason.encode(errors="replace"), b"", b"", -1
        else:
            unverified(line)
            continue
        append(pack(number, len(name), len(tag), len(digits), size))
        append(name)
        append(tag)
        append(digits)
    return b"".join(parts)
