"""Indexes that a caller gives: texts of the names of all files that a web server has, one a line.

``find . -type f`` and ``rclone lsf -R`` write them. Nobody has signed one: it is as good as who
made it.
"""

from __future__ import annotations

import os
from typing import Final

from checksig._names import leads_out, of_file
from checksig._places.place import Fault, Item
from checksig._places.store import index
from checksig._results import Status

_UNSAFE: Final = Fault(Status.UNSAFE_PATH, "the index has a name that no file can have", "reported")


def items(text: bytes) -> list[Item]:
    """Return the files that an index names, each once.

    Those of directories end in a slash, or a dot: they are no files. A name that leads out of the
    root is a fault, and not left out.

    Args:
        text: The index. If it has zero bytes, these end the names, as of ``find -print0``.

    Raises:
        ValueError: it is none: it names nothing, has an empty line, or is a page of HTML.
    """
    if index.is_page(text):
        raise ValueError("it is a page of HTML, which may leave files out: give a text of names")
    end = b"\0" if b"\0" in text else b"\n"
    found: dict[str, Item] = {}
    for number, line in enumerate(text.removesuffix(end).split(end), 1):
        if not line:
            raise ValueError(f"line {number} is empty")
        name = os.fsdecode(line)
        if leads_out(name):
            found[name] = Item(line, fault=_UNSAFE)
        elif (plain := of_file(name)) is not None:
            found[plain] = Item(os.fsencode(plain))
    if not found:
        raise ValueError("it names no file")
    return list(found.values())
