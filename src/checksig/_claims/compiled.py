"""Compiled files: whether each was made from its source, as that is now.

Sources: PEP 552 (16 bytes before the code: a magic number, flags, and either the time and the size
of the source or its hash) and PEP 3147; ``Lib/importlib/_bootstrap_external.py`` of CPython.

By the first 16 bytes alone, whoever writes them could have put any code behind them. So the source
may be compiled again, if it was compiled by a Python like this one, and the code be compared.
"""

from __future__ import annotations

import _imp
import marshal
import os
import re
import sys
import warnings
from contextlib import suppress
from importlib.util import MAGIC_NUMBER
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _files
from checksig._claims import code, siphash
from checksig._results import Result, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checksig._claims.imported import Compiled
    from checksig._claims.prefixes import Prefix

_HEADER: Final = 16
#: The source is known by its time and size, or by its hash: one that Python trusts, or looks at.
_FLAGS: Final = (0b00, 0b01, 0b11)

#: In bytes, of a source and of what it was compiled to.
_MAX_SIZE: Final = 64 << 20


class Compared(NamedTuple):
    """The outcome for all compiled files."""

    wrong: list[Result]
    foreign: list[str]  # names of those whose code could not be compared: another Python made them


def compare(prefix: Prefix, files: Iterable[Compiled], *, again: bool) -> Compared:
    """Return what is wrong with compiled files.

    Args:
        prefix: The environment.
        files: The files, with their sources.
        again: Whether the sources are compiled again.
    """
    compared = Compared([], [])
    for file in files:
        path, source = prefix.path(file.name), prefix.path(file.source)
        try:
            why, head = _header(path, source)
            if not why and again:
                if options := _options(file.name, head):
                    why = _code(path, source, int(options[1] or 0))
                else:
                    compared.foreign.append(file.name)
        except OSError as error:
            why = f"it cannot be compared with its source: {_files.reason(error)}"
        if why:
            wrong = Result(file.name, Status.MISMATCH, detail=why, manifest=file.list)
            compared.wrong.append(wrong)
    return compared


def _header(path: bytes, source: bytes) -> tuple[str, bytes]:
    """Return what is wrong by the first bytes of a file, and those."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        head = os.read(descriptor, _HEADER)
    finally:
        os.close(descriptor)
    if len(head) < _HEADER or head[2:4] != b"\r\n":
        return "it is not a compiled file", head
    differs = _difference(head, source)
    return (f"not made from its source: {differs}" if differs else ""), head


def _difference(head: bytes, source: bytes) -> str:
    """Return how a source differs from the one that the first bytes of a file tell of."""
    flags = int.from_bytes(head[4:8], "little")
    if flags not in _FLAGS:
        return "Python does not know its flags"
    if flags:
        return "" if _has_hash(source, head) else "that has another hash"
    found = os.stat(source)
    if int(found.st_mtime) & 0xFFFFFFFF != int.from_bytes(head[8:12], "little"):
        return "that has another time of modification"
    same = found.st_size & 0xFFFFFFFF == int.from_bytes(head[12:], "little")
    return "" if same else "that has another size"


def _has_hash(source: bytes, head: bytes) -> bool:
    """Whether a source has the hash that the first bytes of a file tell of, of any Python."""
    text = _files.read_regular(source, _MAX_SIZE)
    magic = int.from_bytes(head[:4], "little")
    return _imp.source_hash(magic, text) == head[8:] or siphash.siphash24(magic, text) == head[8:]


def _options(name: str, head: bytes) -> re.Match[str] | None:
    """Return how a file was compiled by a Python like this one; None if it was another."""
    if head[:4] != MAGIC_NUMBER:
        return None
    tag = re.escape(sys.implementation.cache_tag or "")
    return re.search(rf"\.{tag}(?:\.opt-([12]))?\.pyc\Z", name)


def _code(path: bytes, source: bytes, optimize: int) -> str:
    """Return what is wrong with the code of a file."""
    text = _files.read_regular(source, _MAX_SIZE)
    found = _files.read_regular(path, _MAX_SIZE)[_HEADER:]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = compile(text, path, "exec", dont_inherit=True, optimize=optimize)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "not made from its source, which cannot be compiled"
    wanted = marshal.dumps(made)
    if found == wanted:
        return ""
    with suppress(ValueError, RecursionError):
        if code.parsed(found) == code.parsed(wanted):
            return ""
    return "its code is not that of its source"
