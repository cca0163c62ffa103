"""Packages of Debian: an ``ar`` archive of two tars, which dpkg unpacks.

Names are those that ``dpkg-deb --raw-extract`` makes: what is in the control archive lies in
``DEBIAN``. Source: deb(5), and ar(5) of FreeBSD.
"""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._places.archive.layers import Layer, Layers
from checksig._places.archive.tars import Tar
from checksig._places.archive.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._places.archive.windows import File

MAGIC: Final = b"!<arch>\n"

_HEADER: Final = 60  # in bytes
#: Name, time, owner, group, mode, size, and an end.
_FIELDS: Final = rb"(?s)(.{16}).{32}(\d{1,10}) *`\n"
#: A package has three members, and perhaps signatures.
_MOST: Final = 16

_FIRST: Final = "debian-binary"
_VERSION: Final = rb"2\.\d+\n"
_MOST_VERSION: Final = 64  # in bytes
_CONTROL: Final = r"control\.tar(?:\.(?:gz|xz|zst))?"
_DATA: Final = r"data\.tar(?:\.(?:gz|xz|bz2|zst))?"


class _Member(NamedTuple):
    name: str
    bytes: Window


def layers(file: File, budget: int) -> Layers:
    """Return the way through a package.

    Args:
        file: The package.
        budget: How many bytes each archive in it may grow to.

    Raises:
        OSError: it is none that dpkg would unpack, or has what dpkg would not.
    """
    first, *others = _members(file)
    if first.name != _FIRST or not re.fullmatch(_VERSION, first.bytes.read(_MOST_VERSION)):
        raise OSError("it is no package of version 2")
    while others and others[0].name.startswith("_"):  # dpkg passes over these: signatures
        del others[0]
    patterns = {_CONTROL: "DEBIAN", _DATA: ""}
    told = [re.fullmatch(p, each.name) for p, each in zip(patterns, others, strict=False)]
    if len(others) != len(patterns) or not all(told):
        raise OSError("it does not have one control archive, and one of data behind it")
    return Layers(
        [
            Layer(directory, partial(Tar, each.bytes, budget))
            for directory, each in zip(patterns.values(), others, strict=True)
        ]
    )


def _members(file: File) -> Iterator[_Member]:
    """Yield the members of an ``ar`` archive, of which nothing is left over.

    Raises:
        OSError: it is cut short, or damaged.
    """
    size, at = file.seek(0, os.SEEK_END), len(MAGIC)
    for _ in range(_MOST):
        match = re.fullmatch(_FIELDS, Window(file, at, _HEADER).read())
        start = at + _HEADER
        length = int(match[2]) if match else 0
        if not match or start + length > size:
            raise OSError("a member of it is cut short, or damaged")
        name = match[1].rstrip(b" ").removesuffix(b"/").decode("latin-1")
        yield _Member(name, Window(file, start, length))
        at = start + length
        if length % 2 and at < size:
            at += 1
        if at == size:
            return
    raise OSError(f"it has more than {_MOST} members")
