"""The labels and values of a bag's bag-info.txt: read, given, and worked out.

Source: RFC 8493 (BagIt 1.0), section 2.2.2.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig._formats import bag
from checksig._names import escape, quoted
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NAME: Final = b"bag-info.txt"
#: Labels of bag-info.txt that are worked out, in lower case.
_OURS: Final = ("payload-oxum", "bagging-date")


def read(root: bytes) -> list[tuple[str, str]]:
    """Return the labels and values of a bag; none if it has no bag-info.txt.

    Raises:
        CreateError: it cannot be read.
    """
    path = os.path.join(root, NAME)
    if not os.path.lexists(path):
        return []
    try:
        return bag.info(_files.read_regular(path))
    except (OSError, ValueError) as error:
        raise CreateError(f"cannot read {quoted(path)}: {error}") from error


def pairs_of(info: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
    """Return labels and values of bag-info.txt.

    Raises:
        CreateError: a tag file cannot hold one of them.
    """
    pairs = [
        (label, value)
        for label, values in info.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    for label, value in pairs:
        if label.lower() in _OURS:
            raise CreateError(f"{label} is computed, and cannot be given")
        if not label or label != label.strip() or ":" in label or not label.isprintable():
            raise CreateError(f'"{escape(label)}" is not a label for {os.fsdecode(NAME)}')
        if not value.isprintable():
            raise CreateError(f'the value of {label} is more than a line: "{escape(value)}"')
    return pairs


def kept(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what stays of bag-info.txt."""
    replaced = {label.lower() for label, _ in new} | set(_OURS)
    return [(label, value) for label, value in old if label.lower() not in replaced]


def worked_out(octets: int, streams: int) -> list[tuple[str, str]]:
    """Return what a payload of that many bytes and files has."""
    # RFC 8493, 2.2.2: the day, as who makes the bag counts days.
    today = datetime.now().astimezone().date()
    return [("Bagging-Date", today.isoformat()), ("Payload-Oxum", f"{octets}.{streams}")]


def render(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Return bag-info.txt."""
    return "".join(f"{label}: {value}\n" for label, value in pairs).encode()
