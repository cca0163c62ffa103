"""Names of files: how they are kept below a root, and how they are shown to people.

A name is relative to a root and has slashes. It leads out of the root if it is absolute or has a
``..``, even one that would come back: through a symbolic link it need not. What the core opens it
judges by the same rules (``core/internal/names``).
"""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

#: In a directory that is being made a bag of, or was when the run was stopped.
UNFINISHED: Final = b".checksig-bag"
JOURNAL: Final = UNFINISHED + b"/journal"

_DRIVE: Final = r"[A-Za-z]:"


def leads_out(name: str) -> bool:
    """Whether a name leads out of its root, on a system where only slashes part names."""
    return name.startswith("/") or ".." in name.split("/")


def leads_out_anywhere(name: str) -> bool:
    """Whether a name could lead out of its root on any system: for names out of archives."""
    return leads_out(name) or "\\" in name or "\0" in name or re.match(_DRIVE, name) is not None


def shortest(name: str) -> str:
    """Return the shortest spelling of a name that does not lead out: no empty parts, no dots."""
    parts = name.split("/")
    if "" not in parts and "." not in parts:
        return name
    return "/".join([part for part in parts if part not in ("", ".")])


def of_file(name: str) -> str | None:
    """Return the shortest spelling of a name that can be that of a file below the root, or None.

    One that ends in a slash, or in a dot behind one, is that of a directory.
    """
    if leads_out(name) or name.rpartition("/")[2] in ("", "."):
        return None
    return shortest(name)


def has_controls(name: str) -> bool:
    """Whether a name has control characters, which in a store can be those of no file."""
    return re.search(r"[\x00-\x1f\x7f-\x9f]", name) is not None


def below(directory: bytes, name: bytes) -> bytes:
    """Return a name in a directory, which is the root if it is empty."""
    return directory + b"/" + name if directory else name


def escape(name: str) -> str:
    r"""Return a name with everything that a terminal might obey or hide written as an escape.

    A backslash becomes two, control and formatting characters (which reorder or hide text)
    become ``\n``, ``\x1b`` or ``\u202e``, and bytes that are not UTF-8 become ``\xff``.
    """
    if name.isprintable() and "\\" not in name:
        return name
    return "".join(c if c.isprintable() and c != "\\" else _escape_character(c) for c in name)


def quoted(path: bytes) -> str:
    """Return a path for a message, escaped and in quotes."""
    return f'"{escape(os.fsdecode(path))}"'


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 file``, ``2 files``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _escape_character(c: str) -> str:
    if "\udc80" <= c <= "\udcff":  # surrogateescape: a byte that is not UTF-8
        return f"\\x{ord(c) - 0xDC00:02x}"
    return c.encode("unicode_escape").decode("ascii")


#: Endings of compressed archives, and of what is in them.
_PACKED: Final = {
    b".tar.gz": b".tar",
    b".tgz": b".tar",
    b".tar.bz2": b".tar",
    b".tbz2": b".tar",
    b".tbz": b".tar",
    b".tar.xz": b".tar",
    b".txz": b".tar",
    b".tar.zst": b".tar",
    b".tzst": b".tar",
}


def unpacked_name(name: bytes) -> bytes | None:
    """Return what a compressed archive was called before; None if it is not called like one."""
    end = next((end for end in _PACKED if name.lower().endswith(end)), None)
    return None if end is None else name[: -len(end)] + _PACKED[end]


#: What no name of a file is like, and secret keys are, with their edges or without.
_SECRET: Final = (
    rb"-----BEGIN|untrusted comment|\bRW[A-Za-z0-9+/]{54}|b3BlbnNzaC1rZXk|^M[A-I][A-Za-z0-9+/]{60}"
    rb"|\n[A-Za-z0-9+/=]{16}|[A-Za-z0-9+/=]{40}\r?\n"
)


def may_be_secret(path: bytes) -> bool:
    """Whether a path looks like the text of a key, which somebody gave in the place of its file."""
    return re.search(_SECRET, path) is not None


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers as schedulers of jobs take them: 3,5-9."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join([f"{a}" if a == b else f"{a}-{b}" for a, b in runs])
