"""Directories on web servers as places: the core reads what is in them.

A web server does not say what it has. What a list names is presumed to be there until somebody
reads it. A page that lists a directory is good for finding the list, and for nothing else; an index
that a caller gives is all that there is.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from checksig._bridge import fetching
from checksig._bridge.fetching import Known
from checksig._names import escape, leads_out
from checksig._places.place import Item
from checksig._places.store import given, index
from checksig._places.store.small import Small
from checksig._results import Status
from checksig.errors import CreateError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._options import Trait
    from checksig._options.values import Network

#: What stands for itself in the path of a URL: see RFC 3986, "pchar".
_PATH: Final = "/-._~!$&'()*+,;=:@"
#: A percent sign that quotes nothing.
_STRAY: Final = r"%(?![0-9A-Fa-f]{2})"
#: What is left as it is in what somebody has quoted.
_QUOTED: Final = _PATH + "%?[]"


class Web(Small):
    """A directory on a web server."""

    root = None
    kind = "web servers"
    gives_parts = False  # of which some do

    def __init__(self, url: str, network: Network) -> None:
        """Take the URL of a directory, or of a file in it, and ask nobody yet.

        Raises:
            ManifestError: it is no URL of a web server.
        """
        try:
            parts = urlsplit(url)
            origin = f"{parts.scheme}://{_host(parts.hostname or '')}"
            parts.netloc.encode()
            if parts.port not in (None, {"http": 80, "https": 443}.get(parts.scheme)):
                origin += f":{parts.port}"
        except ValueError:
            parts, origin = urlsplit(""), ""
        if parts.scheme not in ("http", "https") or not parts.hostname:
            # What seems to be the path may be the rest of a password that has a slash.
            where = f"{url.partition('://')[0]}://{url.partition('://')[2].rpartition('@')[2]}"
            raise ManifestError(f'"{escape(shown(where))}" is not the address of a web server')
        whole = [re.sub(_STRAY, "%25", each) for each in (parts.path, parts.query)]
        quoted = [quote(os.fsencode(each), safe=_QUOTED) for each in whole]
        above, _, name = quoted[0].rpartition("/")
        self.path = os.fsencode(shown(urlunsplit((*parts[:2], f"{above}/", "", ""))))
        self._base = urlunsplit((*parts[:2], f"{above}/", "", ""))
        # Of the file; empty if it is the directory.
        self.name = os.fsencode(unquote(name, errors="surrogateescape"))
        self._urls = {self.name: urlunsplit((*parts[:2], *quoted, ""))} if name else {}
        super().__init__(network.cancel)
        self._index: list[Item] | None = None  # all that there is, if somebody has said it
        self.fetch: dict[str, Any] = fetching.settings(network, [origin])

    @property
    def traits(self) -> frozenset[Trait]:
        """The abilities of what the core reads; nobody knows what there is but by an index."""
        found: list[Trait] = ["urls", "readers", "rate", "index"]
        return frozenset(found if self._index is None else [*found, "all"])

    def take_index(self, text: bytes) -> None:
        """Take a text of names for all that there is below the directory.

        Raises:
            ValueError: it is none.
        """
        self._index = given.items(text)

    def show(self, name: bytes = b"") -> str:
        """Return the address of the directory, or of a file in it, without secrets."""
        return os.fsdecode(self.path + name)

    def known(self, name: bytes) -> Known:
        """Return how a file is read."""
        return Known(self._urls.get(name) or self._base + quote(name, safe=_PATH))

    def order(self, number: int, name: bytes, version: str = "") -> bytes:
        """Return what has the core read a pending file."""
        del version  # which is never said
        got = self._got.get(name)
        known = self.known(name)
        return (known._replace(etag=got.etag) if got else known).packed(number)

    def put(self, name: bytes, data: bytes, over: Item | None) -> None:
        """Write nothing.

        Raises:
            CreateError: always.
        """
        del data, over
        raise CreateError(f'cannot write "{escape(self.show(name))}": {self.kind} are only read')

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield the files that an index has; or the page of the server, if there is one.

        Raises:
            ManifestError: there is neither, or a page, and all below the directory is asked for.
        """
        if self._index is not None:
            yield from _below(self._index, below + b"/" if below else b"", deep=deep)
            return
        [got] = self.asked([Known(self._base)])
        found = index.names(got.data, self._base) if got.status is Status.OK else None
        if found is None or below or deep:
            raise ManifestError(
                f'"{self.show()}": the server does not say what is there: give the list, as '
                f"{self.show(b'SHA256SUMS')}"
            )
        for name in found:
            yield Item(os.fsencode(name))

    def find(self, name: bytes) -> Item | None:
        """Return the item of a name, if there is one.

        Raises:
            ManifestError: nobody can tell.
        """
        if leads_out(os.fsdecode(name)):
            return None
        self.look([name])
        return self.looked_at(name)


def _below(items: Iterable[Item], start: bytes, *, deep: bool) -> Iterator[Item]:
    """Yield the items whose names begin so; if not ``deep``, those that no slash follows in."""
    for item in items:
        if item.name.startswith(start) and (
            deep or not (item.fault or b"/" in item.name[len(start) :])
        ):
            yield item


def _host(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def shown(url: str) -> str:
    """Return a URL as reports show it: without a user, a password and a signature."""
    head, mark, rest = url.partition("://")
    if not mark:
        return url
    place, slash, path = rest.partition("/")
    clear = f"{head}://{place.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
    return unquote(clear, errors="surrogateescape")
