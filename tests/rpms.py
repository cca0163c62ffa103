"""RPM packages for tests, made of the files in a dictionary."""

from __future__ import annotations

import gzip
import hashlib
import stat
import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Values = Sequence[int] | Sequence[str]

_WIDTHS = {3: "H", 4: "I", 5: "Q"}
REGULAR = stat.S_IFREG | 0o644


class Member(NamedTuple):
    """A member of a cpio archive."""

    name: str
    content: bytes = b""
    mode: int = REGULAR
    node: int = 0  # of several names of one file
    names: int = 1


def cpio(members: Iterable[Member]) -> bytes:
    """A cpio archive, with its end."""
    found = b""
    for number, each in enumerate([*members, Member("TRAILER!!!", mode=0)], 1):
        name = each.name.encode() + b"\0"
        fields = (each.node or number << 8, each.mode, 0, 0, each.names, 0, len(each.content))
        numbers = (*fields, 0, 0, 0, 0, len(name), 0)
        found += b"070701" + "".join(f"{n:08x}" for n in numbers).encode() + name
        found += bytes(-len(found) % 4) + each.content
        found += bytes(-len(found) % 4)
    return found


def header(tags: Mapping[int, tuple[int, Values]]) -> bytes:
    """A header: tags with their types and values."""
    index, body = b"", b""
    for tag, (kind, values) in sorted(tags.items()):
        if kind in _WIDTHS:
            width = struct.calcsize(f">{_WIDTHS[kind]}")
            body += bytes(-len(body) % width)
        index += struct.pack(">IIII", tag, kind, len(body), len(values))
        if kind in _WIDTHS:
            body += struct.pack(f">{len(values)}{_WIDTHS[kind]}", *values)
        elif kind == 7:
            body += bytes(len(values))
        else:
            body += b"".join(str(value).encode() + b"\0" for value in values)
    return b"\x8e\xad\xe8\x01" + bytes(4) + struct.pack(">II", len(tags), len(body)) + index + body


def of_files(
    listed: Mapping[str, bytes], payload: bytes = b"", modes: Sequence[int] = ()
) -> dict[int, tuple[int, Values]]:
    """The tags of files, all of which are in one directory, and that of a payload."""
    digests = [hashlib.sha256(content).hexdigest() for content in listed.values()]
    return {
        63: (7, "x" * 16),
        1028: (4, [len(content) for content in listed.values()]),
        1030: (3, list(modes) or [REGULAR] * len(listed)),
        1035: (8, digests),
        1037: (4, [0] * len(listed)),
        1116: (4, [0] * len(listed)),
        1117: (8, [name.removeprefix("usr/bin/") for name in listed]),
        1118: (8, ["/usr/bin/"]),
        5011: (4, [8]),
        5092: (8, [hashlib.sha256(payload).hexdigest()]),
        5093: (4, [8]),
    }


def rpm(
    members: Iterable[Member],
    listed: Mapping[str, bytes],
    packer: Callable[[bytes], bytes] = gzip.compress,
    tags: Mapping[int, tuple[int, Values]] | None = None,
) -> bytes:
    """A package, whose second header may have other tags."""
    payload = packer(cpio(members))
    main = header({**of_files(listed, payload), **(tags or {})})
    of_header = {"sha1": 269, "sha256": 273}
    digests = {tag: (6, [hashlib.new(kind, main).hexdigest()]) for kind, tag in of_header.items()}
    signature = header({62: (7, "x" * 16), **digests})
    lead = b"\xed\xab\xee\xdb\3\0" + bytes(90)
    return lead + signature + bytes(-len(lead + signature) % 8) + main + payload
