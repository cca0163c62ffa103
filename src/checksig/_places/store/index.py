"""Pages on which web servers list a directory.

They are read to find what is in it, and prove nothing: a page may leave files out, as that of
Apache does. All styles have links whose addresses are names in the directory.
"""

from __future__ import annotations

from contextlib import suppress
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

#: How a page begins: many servers say so only in a header.
_HEAD: Final = 1024


class _Links(HTMLParser):
    """The addresses in a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a link."""
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def is_page(data: bytes) -> bool:
    """Whether data are a page of HTML."""
    head = data[:_HEAD].lower()
    return b"<html" in head or b"<!doctype html" in head


def names(page: bytes, address: str) -> list[str] | None:
    """Return the names of files that a page lists; None if it is not one of HTML.

    Args:
        page: The page.
        address: The address that it was read from, with a slash at its end.
    """
    if not is_page(page):
        return None
    links = _Links()
    with suppress(AssertionError):  # at what can be no page: what came before counts
        links.feed(page.decode("utf-8", "surrogateescape"))
    here = urlsplit(address)
    found: dict[str, None] = {}
    for link in links.found:
        try:
            there = urlsplit(urljoin(address, link))
        except ValueError:  # no address
            continue
        name = there.path.removeprefix(here.path)
        if there[:2] == here[:2] and there.path != name and name and "/" not in name:
            found[unquote(name, errors="surrogateescape")] = None
    return list(found)
