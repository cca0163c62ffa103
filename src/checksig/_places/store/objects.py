"""The objects of a bucket or container, as a place: all that stores have alike.

A key is a name below the prefix that was asked for. Not every key can be that of a file: ``a//b``,
``/x``, ``a/../b`` and ``dir/`` are refused by their names, and said to be so.
"""

from __future__ import annotations

import os
import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from checksig._bridge import fetching
from checksig._bridge.fetching import Known
from checksig._names import escape, has_controls, of_file, quoted
from checksig._places.filesystem.address import shown
from checksig._places.place import Fault, Item
from checksig._places.store.small import Small
from checksig._results import Status
from checksig.errors import CreateError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._bridge.fetching import Got
    from checksig._options import Trait
    from checksig._options.values import Network

#: How many pages with nothing may follow each other: stores may pass over what was removed.
_EMPTY: Final = 100
_UNSAFE: Final = Fault(Status.UNSAFE_PATH, "the key is not the name of a file", "reported")
_MARKER: Final = _UNSAFE._replace(
    reason="the key is not the name of a file: it is empty, and some programs mean a directory so; "
    "remove it, or do not look for unlisted files (--no-unlisted)"
)
_ENDLESS: Final = "the answer is no listing: it has no end"
_BUCKET: Final = re.compile(r"[\w.$-]+", re.ASCII)


class Listed(NamedTuple):
    """An object as a store lists it."""

    key: str
    size: int  # in bytes
    version: str  # the entity tag, or the generation


class Page(NamedTuple):
    """A part of a listing."""

    found: list[Listed]
    more: str  # what to ask for the next part; empty after the last
    below: str = ""  # the first directory in it, if there is one


class Objects(Small):
    """The objects of a bucket whose keys have a prefix."""

    root = None
    kind = "stores"
    gives_parts = True
    most = 1000  # keys in a part of the listing
    tagged = True  # versions are entity tags, which the core asks for; else they are in addresses

    def __init__(self, address: str, network: Network) -> None:
        """Take the address of a prefix, or of an object.

        Raises:
            ManifestError: it names no bucket, or the bucket cannot be listed.
        """
        scheme, _, rest = address.partition("://")
        self.bucket, _, key = rest.partition("/")
        if not _BUCKET.fullmatch(self.bucket):
            raise ManifestError(f'"{escape(shown(address))}" names no bucket')
        self._shown = f"{scheme.lower()}://{self.bucket}"
        super().__init__(network.cancel)
        self._items: dict[bytes, Item] = {}
        self.fetch: dict[str, Any] = fetching.settings(network, [self.opened()])
        above, _, name = key.rpartition("/")
        self.prefix = f"{above}/" if above else ""
        self.name = os.fsencode(name)
        if name and not self._listed(key):
            self.prefix, self.name = f"{key}/", b""
        self.path = os.fsencode(f"{self._shown}/{self.prefix}")

    @abstractmethod
    def opened(self) -> str:
        """Find out whom to ask and by which credentials, and return the origin that is asked."""

    @abstractmethod
    def page(self, prefix: str, more: str, *, deep: bool, most: int) -> Page:
        """Return a part of the listing of a prefix.

        Args:
            prefix: That keys begin with.
            more: From the part before; empty for the first.
            deep: Whether keys with a slash behind the prefix are among them.
            most: How many keys, at most.

        Raises:
            ManifestError: it cannot be had.
        """

    @abstractmethod
    def object(self, key: str, listed: Item | None = None, version: str = "") -> Known:
        """Return how an object is read: of that version, or the one that was listed, if known."""

    @property
    def traits(self) -> frozenset[Trait]:
        """The abilities of a store: it says what it has, and how large that is."""
        return frozenset({"all", "sizes", "urls", "readers", "rate"})

    def show(self, name: bytes = b"") -> str:
        """Return the address of the place, or of an object in it."""
        return os.fsdecode(self.path + name)

    def part(self, name: bytes, at: int, end: int) -> tuple[int, bytes]:
        """Return the size of an object, and some bytes of it, in the version that is listed now.

        Raises:
            OSError: they cannot be had.
        """
        if (item := self._listed(self._key(name))) is None:
            raise OSError("no such object")
        known = self.object(self._key(name), item)
        [got] = self.asked([known], end - at, part=(at, end))
        if got.status is not Status.OK:
            raise OSError(self.why(got))
        return item.size, got.data

    def _key(self, name: bytes) -> str:
        return self.prefix + os.fsdecode(name)

    def _listed(self, key: str) -> Item | None:
        """Return the object of this very key, if there is one."""
        more = ""
        for _ in range(_EMPTY):
            page = self.page(key, more, deep=True, most=1)
            if page.found or not page.more:
                return next((self._item(each) for each in page.found if each.key == key), None)
            more = page.more
        self.fail(_ENDLESS)

    def _item(self, each: Listed) -> Item:
        """Return an object by the name that its key is below the prefix."""
        name, fault = each.key.removeprefix(self.prefix) or "./", None
        if of_file(name) != name or has_controls(name):
            fault = _MARKER if name.endswith("/") and not each.size else _UNSAFE
        pin = each.version if self.tagged else None
        return Item(os.fsencode(name), each.size, fault, pin)

    def order(self, number: int, name: bytes, version: str = "") -> bytes:
        """Return what has the core read a pending file. It has the size, and what was listed."""
        return self.object(self._key(name), version=version).packed(number)

    def known(self, name: bytes) -> Known:
        """Return how the object of a name is read."""
        return self.object(self._key(name), self._items.get(name))

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield the objects below a prefix; or if not ``deep``, those that no slash follows.

        Raises:
            ManifestError: the store does not list them.
        """
        prefix, more = self.prefix + (f"{os.fsdecode(below)}/" if below else ""), ""
        before = {""}  # what was asked for already
        begun = set[str]()  # the first keys of pages, or directories
        empty = 0  # pages with nothing, one after the other
        while True:
            page = self.page(prefix, more, deep=deep, most=self.most)
            for each in page.found:
                if not each.key.startswith(prefix):
                    self.fail("the answer is no listing: it has what was not asked for")
                if each.key != self.prefix or each.size:  # else it stands for the directory
                    item = self._item(each)
                    if not deep:
                        self._items[item.name] = item
                    yield item
            if not page.more:
                return
            more = page.more
            first = page.found[0].key if page.found else page.below
            empty = 0 if first else empty + 1
            if more in before or first in begun or empty > _EMPTY:
                self.fail(_ENDLESS)
            before.add(more)
            begun |= {first} if first else set()

    def find(self, name: bytes) -> Item | None:
        """Return the object of a name, if there is one.

        Raises:
            ManifestError: nobody can tell.
        """
        if of_file(os.fsdecode(name)) is None:
            return None
        if name not in self._items and name not in self._got:
            if not (item := self._listed(self._key(name))):
                return None
            self._items[name] = item
        return self._items.get(name) or self.looked_at(name)

    def put(self, name: bytes, data: bytes, over: Item | None) -> None:
        """Write an object, if none is there but one that is known, and read it back.

        A store may have taken it although its answer was lost, and need not know conditions: what
        counts is what is there afterwards.

        Raises:
            CreateError: there is another one, it cannot be written, or what is there is another.
        """
        key, where = self._key(name), quoted(os.fsencode(self.show(name)))
        if over and self.tagged and (not over.pin or str(over.pin).startswith("W/")):
            raise CreateError(f"cannot replace {where}: the store does not say which version it is")
        got = self.written(key, data, over)
        self.forget(name)
        [back] = self.asked([self.object(key)], limit=len(data))
        if back.ok and back.data == data:
            return
        if got.status is Status.CHANGED or got.reason.startswith("the server says 409"):
            why = "another was written meanwhile" if over else "it is there already"
        else:
            why = "what is there is not what was written" if got.ok else self.why(got)
        raise CreateError(f"cannot write {where}: {why}")

    @abstractmethod
    def written(self, key: str, data: bytes, over: Item | None) -> Got:
        """Ask for an object to be written, if none is there but one that is known."""

    def forget(self, name: bytes) -> None:
        """Forget the version of an object that was there."""
        self._items.pop(name, None)
        self._got.pop(name, None)
        self._limits.pop(name, None)

    def answer(self, known: Known) -> bytes:
        """Return the answer to a question about the bucket.

        Raises:
            ManifestError: there is none.
        """
        [got] = self.asked([known])
        if got.status is not Status.OK:
            self.fail(self.why(got))
        return got.data

    def fail(self, why: str) -> NoReturn:
        """Say why the bucket cannot be listed.

        Raises:
            ManifestError: always.
        """
        raise ManifestError(f'cannot list "{escape(self._shown)}": {why}')
