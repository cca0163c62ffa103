"""Directories on web servers as places: the core reads what is in them.

A web server does not say what it has. What a list names is presumed to be there until somebody
reads it. A page that lists a directory is good for finding the list, and for nothing else.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from checksig._bridge import fetching
from checksig._bridge.fetching import Got, Known
from checksig._names import escape, leads_out
from checksig._places.place import Fault, Item
from checksig._places.store import index
from checksig._results import Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._bridge.hashing import Readable
    from checksig._options import Trait
    from checksig._options.values import Network

#: In bytes: of signatures, and of what is looked at once more to explain a failure.
SMALL: Final = 16 << 20
#: What stands for itself in the path of a URL: see RFC 3986, "pchar".
_PATH: Final = "/-._~!$&'()*+,;=:@"
#: What is left as it is in what somebody has quoted.
_QUOTED: Final = _PATH + "%?[]"


class Web:
    """A directory on a web server."""

    root = None
    kind = "web servers"

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
        quoted = [quote(os.fsencode(each), safe=_QUOTED) for each in (parts.path, parts.query)]
        above, _, name = quoted[0].rpartition("/")
        self.path = os.fsencode(shown(urlunsplit((*parts[:2], f"{above}/", "", ""))))
        self._base = urlunsplit((*parts[:2], f"{above}/", "", ""))
        # Of the file; empty if it is the directory.
        self.name = os.fsencode(unquote(name, errors="surrogateescape"))
        self._urls = {self.name: urlunsplit((*parts[:2], *quoted, ""))} if name else {}
        self._got: dict[bytes, Got] = {}  # what was read, and is the same from then on
        self._limits: dict[bytes, int] = {}
        self._cancel = network.cancel
        self.fetch: dict[str, Any] = fetching.settings(network, [origin])

    @property
    def traits(self) -> frozenset[Trait]:
        """The abilities of what the core reads; but nobody knows what there is."""
        return frozenset({"urls", "readers", "rate"})

    def show(self, name: bytes = b"") -> str:
        """Return the address of the directory, or of a file in it, without secrets."""
        return os.fsdecode(self.path + name)

    def _known(self, name: bytes) -> Known:
        return Known(self._urls.get(name) or self._base + quote(name, safe=_PATH))

    def order(self, number: int, name: bytes) -> bytes:
        """Return what has the core read a pending file."""
        got = self._got.get(name)
        known = self._known(name)
        return (known._replace(etag=got.etag) if got else known).packed(number)

    def look(self, names: Iterable[bytes], limit: int = SMALL) -> None:
        """Read small files, all at the same time: each takes as long as the way to the server."""
        wanted = [name for name in names if self._limits.get(name, -1) < limit]
        wanted = [n for n in wanted if n not in self._got or self._got[n].status is not Status.OK]
        if wanted:
            found = fetching.get(
                [self._known(name) for name in wanted], limit, self.fetch, self._cancel
            )
            self._got.update(zip(wanted, found, strict=True))
            self._limits.update(dict.fromkeys(wanted, limit))

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield the files that an index page has, if there is one: there may be more.

        Raises:
            ManifestError: there is none, or all that is below the directory is asked for.
        """
        [got] = fetching.get([Known(self._base)], SMALL, self.fetch, self._cancel)
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
        got = self._got[name]
        if got.status is Status.OK:
            return Item(name, len(got.data), pin=got.etag)
        if got.is_absent:
            return None
        raise ManifestError(f'cannot read "{escape(self.show(name))}": {got.reason}')

    def read(self, item: Item, limit: int) -> bytes:
        """Return the bytes of a small file.

        Raises:
            OSError: they cannot be had.
        """
        self.look([item.name], limit)
        got = self._got[item.name]
        if got.status is not Status.OK:
            raise OSError(got.reason)
        return got.data

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield small files as streams: for who looks once more. The core reads all others."""
        for item in items:
            [got] = fetching.get([self._known(item.name)], SMALL, self.fetch, self._cancel)
            if got.status is Status.OK:
                yield item, io.BytesIO(got.data)
            else:
                yield item, Fault(got.status, got.reason)

    def close(self) -> Fault | None:
        """Hold nothing."""
        return None


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
