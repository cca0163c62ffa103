"""Answers of stores in XML."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

_NAMESPACE: Final = re.compile(r' xmlns="[^"]*"')
#: Letters, and not many: a server may say what it was asked with.
_CODE: Final = re.compile(rb"<Code>([A-Za-z]{1,60})</Code>")
#: In bytes: more than any size, and the core has 64 bits for them.
_MOST: Final = 1 << 62


def tree(data: bytes, tag: str) -> ElementTree.Element | None:
    """Return the element of an answer, without a namespace; None if it is another, or none."""
    if b"<!DOCTYPE" in data:  # without which nothing expands
        return None
    try:
        text = _NAMESPACE.sub("", data.decode("utf-8-sig"), count=1)
        found = ElementTree.fromstring(text)  # noqa: S314 (as said)
    except (ElementTree.ParseError, ValueError):
        return None
    return found if found.tag == tag else None


def code(data: bytes) -> str:
    """Return the code of an error in an answer; empty if there is none."""
    match = _CODE.search(data)
    return match[1].decode() if match else ""


def coded(reason: str, data: bytes) -> str:
    """Return a reason with the code of an error behind it, as the core has it, if there is one."""
    said = code(data)
    return reason if not said or reason.endswith(")") else f"{reason} ({said})"


def size(text: str) -> int:
    """Return the size of an object, in bytes.

    Raises:
        ValueError: it is not one.
    """
    if not text.isascii() or not text.isdigit() or (found := int(text)) >= _MOST:
        raise ValueError("not a size")
    return found
