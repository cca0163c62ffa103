"""Names of archives in lock files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from checksig._formats._values import from_base64, is_hexadecimal, text_name

if TYPE_CHECKING:
    from collections.abc import Iterator


def name_in(url: str) -> str:
    """Return the name of the archive that a URL leads to.

    Raises:
        ValueError: it leads to none.
    """
    try:
        name = unquote(urlsplit(url).path.rpartition("/")[2], errors="strict")
    except ValueError:
        name = ""
    if not name or "/" in name or "\0" in name:
        raise ValueError("the address leads to no file")
    return text_name(name)


def tagged(text: str) -> tuple[str, str]:
    """Return the algorithm and the digest of ``sha256:01ab…``.

    Raises:
        ValueError: it is none.
    """
    kind, colon, digest = text.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z0-9_-]+", kind) or not is_hexadecimal(digest):
        raise ValueError("the digest is not an algorithm and digits")
    return kind, digest


def integrity(text: str) -> Iterator[tuple[str, str]]:
    """Yield the algorithms and digests of metadata as W3C's Subresource Integrity has them.

    Raises:
        ValueError: one is none.
    """
    for each in text.split():
        kind, dash, digest = each.partition("?")[0].partition("-")
        if not dash or not kind.isalnum() or not kind.isascii():
            raise ValueError("the integrity is not an algorithm and a digest")
        yield kind, from_base64(digest)
