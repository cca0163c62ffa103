"""One HTTP request on a connection of its own, and the answer."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """The status, the headers by their names in small letters, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def right(self) -> Answer:
        """Return this, if it says that all went well."""
        assert self.status in range(200, 300), (self.status, self.headers, self.body[:2000])
        return self


def ask(
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    *,
    trusted: Path | None = None,
) -> Answer:
    """Send a request, follow nothing, decode nothing, and return what came.

    Args:
        method: The method.
        url: Where to, quoted.
        headers: Headers beside Host and Content-Length.
        body: What is sent.
        trusted: The certificate, or authority, that an https server is trusted by.
    """
    split = urlsplit(url)
    connection: http.client.HTTPConnection
    if split.scheme == "https":
        context = ssl.create_default_context(cafile=trusted)
        connection = http.client.HTTPSConnection(split.netloc, timeout=60, context=context)
    else:
        connection = http.client.HTTPConnection(split.netloc, timeout=60)
    try:
        target = split.path + (f"?{split.query}" if split.query else "")
        connection.request(method, target or "/", body or None, dict(headers or {}))
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()
