"""Addresses of file systems: what is one, and what may be shown of it."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

#: Schemes, one behind the other if they are chained: see "URL chaining" in the pages of fsspec.
_ADDRESS: Final = rb"(?i)(?:[a-z][a-z0-9+.-]+::)*[a-z][a-z0-9+.-]+://"
_LOCAL: Final = rb"(?i)(?:file|local)://"
#: Schemes in whose addresses an ``@`` is no mark of a user.
_WITHOUT_USERS: Final = {"github", "abfs", "abfss"}
_URL: Final = r"[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>]+"


def is_address(path: bytes) -> bool:
    """Whether a path is the address of a file system, and not of files here."""
    return re.match(_ADDRESS, path) is not None and re.match(_LOCAL, path) is None


def plain(path: bytes) -> bytes:
    """Return the path that the address of a local file stands for; others as they are.

    As in fsspec, nothing in it is quoted.
    """
    found = re.match(_LOCAL, path)
    return path[found.end() :] if found else path


def shown(address: str) -> str:
    """Return an address as reports show it: without a user, a password and a query."""
    return "::".join(map(_shown, address.split("::")))


def _shown(address: str) -> str:
    scheme, mark, rest = address.partition("://")
    if not mark:
        return address
    rest = rest.partition("?")[0]
    if scheme.lower() in _WITHOUT_USERS:
        return f"{scheme}{mark}{rest}"
    host, slash, path = rest.partition("/")
    if "@" not in host and ":" in host and not host.rpartition(":")[2].isdigit():
        host, slash, path = rest.rpartition("@")[2].partition("/")  # a password may have a slash
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"


def without_secrets(text: str, address: str) -> str:
    """Return what a driver says, without what an address should not show."""
    for part in address.split("::"):
        user, at, _ = part.partition("://")[2].rpartition("@")
        if at and shown(part) != part:
            for secret in filter(None, re.split("[:/@]", user)):
                text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "…", text)
    return re.sub(_URL, lambda found: shown(found[0]), text)
