"""File systems of fsspec as places of streams.

A file system is believed as little as can be. Listings are asked for anew; a file is read to its
end, has to be as long as it was listed, and is asked about once more after its last byte.
"""

from __future__ import annotations

import io
import os
import threading
import weakref
from contextlib import suppress
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final, NoReturn

from checksig._names import escape, has_controls, of_file
from checksig._places.filesystem.address import without_secrets
from checksig._places.filesystem.driver import (
    OWN,
    SHARED,
    again,
    ahead,
    close_all,
    forget,
    has_own,
    is_shared,
)
from checksig._places.filesystem.stream import Stream, Version, pour, version_of
from checksig._places.place import Fault, Item
from checksig._results import Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from checksig._bridge.hashing import Readable
    from checksig._options import Trait

#: In bytes: how much is read ahead of a large file, and what is asked for in one piece.
_BLOCK: Final = 4 << 20
_WHOLE: Final = 1 << 20
#: How many directories lie in each other, at most: more is no tree.
_DEPTH: Final = 1000

_UNSAFE: Final = Fault(Status.UNSAFE_PATH, "it is not the name of a file", "reported")
_LINK: Final = Fault(Status.NOT_REGULAR, "a symbolic link")
_SPECIAL: Final = Fault(Status.NOT_REGULAR, "neither a file nor a directory")


class FileSystem:
    """A directory in a file system, and all that is below."""

    root = None
    kind = "file systems of fsspec"

    def __init__(self, system: Any, base: str, where: str, address: str) -> None:
        """Take a directory.

        Args:
            system: The file system.
            base: The path of the directory in it.
            where: The address that is shown.
            address: The one that it was made from; empty if a caller gave the file system.
        """
        self._system, self._address = system, address
        self._owner, self._threads = threading.get_ident(), threading.local()
        self._made = [system] if address else []  # and nobody else's
        weakref.finalize(self, close_all, self._made)
        self._items: dict[bytes, Item] = {}
        self._walked = False
        self.name = b""
        self._set_base(base, where)

    def _set_base(self, base: str, where: str) -> None:
        self._base = base.rstrip("/")
        head, mark, rest = where.partition("://")
        inner, chain, others = rest.partition("::")
        inner = inner.rstrip("/")
        self._shown = f"{head}{mark}{inner}/" if inner else f"{head}{mark}"
        self._chained = chain + others
        self.path = os.fsencode(self.show())

    def enter(self, path: str) -> None:
        """Find out whether a path is that of a directory, or of a file in one."""
        forget(self._system, path)
        info = self._system.info(path)
        if info.get("type") != "directory":
            above, _, name = path.rpartition("/")
            self.name = os.fsencode(name)
            head, mark, shown = self._shown.rstrip("/").partition("://")
            self._set_base(above, f"{head}{mark}{shown.rpartition('/')[0]}{self._chained}")

    @property
    def readers(self) -> int:
        """The number of files that are read at the same time."""
        if is_shared(self._system):
            return SHARED
        return OWN if self._address else 1

    @property
    def traits(self) -> frozenset[Trait]:
        """The abilities of a file system: it says what it has, and how large that is."""
        found: list[Trait] = ["all", "sizes", "rate", "remote"]
        return frozenset([*found, "parallel"] if self.readers > 1 else found)

    def show(self, name: bytes = b"") -> str:
        """Return the address of the directory, or of a file in it, without secrets."""
        return self._shown + os.fsdecode(name) + self._chained

    def _full(self, name: str) -> str:
        return f"{self._base}/{name}" if self._base else f"{self._system.root_marker}{name}"

    def _why(self, error: Exception) -> str:
        strerror = getattr(error, "strerror", None)
        if isinstance(error, FileNotFoundError) and not strerror:
            return "no such file"
        said = " ".join(str(strerror or error).split())  # some errors are whole pages
        return without_secrets(said, self._address) or type(error).__name__

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield the files below a directory; or if not ``deep``, those that are in it.

        Raises:
            ManifestError: a directory cannot be listed.
        """
        top = self._full(os.fsdecode(below)) if below else self._base
        waiting, seen = [top], {top.strip("/")}
        while waiting:
            directory = waiting.pop()
            for info in self._listed(directory):
                full = info["name"]
                if _is_itself(info, directory, top):
                    continue
                item = self._item(info, directory)
                if info.get("type") == "directory" and item.fault is None:
                    if full.strip("/") not in seen and deep:
                        waiting.append(full.rstrip("/"))
                    seen.add(full.strip("/"))
                    continue
                if item.fault is not _UNSAFE:
                    self._items[item.name] = item
                yield item
        self._walked = self._walked or (deep and not below)

    def _listed(self, directory: str) -> list[dict[str, Any]]:
        """Return what is in a directory.

        Raises:
            ManifestError: nobody can tell.
        """
        if directory.count("/") > _DEPTH + self._base.count("/"):
            self._fail("cannot list", "directories lie too deep in each other")
        try:
            forget(self._system, directory)
            found = list(self._system.ls(directory or self._system.root_marker, detail=True))
            if not all(isinstance(each["name"], str) for each in found):
                raise TypeError("a name is not text")
            for each in found:
                os.fsencode(each["name"])  # half a pair of surrogates is none
        except Exception as error:  # whatever its driver raises
            self._fail("cannot list", self._why(error))
        return found

    def _fail(self, step: str, why: str) -> NoReturn:
        raise ManifestError(f'{step} "{escape(self.show())}": {escape(why)}')

    def _item(self, info: Mapping[str, Any], directory: str) -> Item:
        """Return what a directory has, by its name below the root."""
        start, full = directory.strip("/"), info["name"].lstrip("/")
        is_directory = info.get("type") == "directory"
        own = full.removeprefix(f"{start}/") if start else full
        full = full.rstrip("/") if is_directory else full
        top = self._base.strip("/")
        name = full.removeprefix(f"{top}/") if top else full
        wrong = start and not full.startswith(f"{start}/")
        own = own.rstrip("/") if is_directory else own
        if wrong or "/" in own or of_file(name) != name or has_controls(name):
            raw = info["name"].lstrip("/").removeprefix(f"{top}/" if top else "")
            return Item(os.fsencode(raw or "/"), -1, _UNSAFE)
        size, fault = info.get("size"), None
        if info.get("islink") or info.get("type") == "link":
            fault = _LINK
        elif info.get("type") not in ("file", "directory"):
            fault = _SPECIAL
        known = size if type(size) is int and size >= 0 else -1
        return Item(os.fsencode(name), known, fault, version_of(info))

    def find(self, name: bytes) -> Item | None:
        """Return the file of a name, if there is one.

        Raises:
            ManifestError: nobody can tell.
        """
        if of_file(os.fsdecode(name)) is None:
            return None
        if name not in self._items and not self._walked:
            path = self._full(os.fsdecode(name))
            try:
                info = self._told(self._system, path)
            except FileNotFoundError:
                return None
            except Exception as error:  # whatever its driver raises
                raise ManifestError(
                    f'cannot read "{escape(self.show(name))}": {escape(self._why(error))}'
                ) from error
            if info.get("type") == "directory":
                return None
            self._items[name] = self._item({**info, "name": path}, path.rpartition("/")[0])
        return self._items.get(name)

    def _told(self, system: Any, path: str) -> Mapping[str, Any]:
        forget(system, path)
        info: Mapping[str, Any] = system.info(path)
        return info

    def read(self, item: Item, limit: int) -> bytes:
        """Return the bytes of a small file.

        Raises:
            OSError: they cannot be had, or are more than ``limit``.
        """
        data = io.BytesIO()
        for _, stream in self.open([self._small(item.name, limit)]):
            pour(stream, data, limit, min(_WHOLE, limit + 1))
        return data.getvalue()

    def _small(self, name: bytes, limit: int) -> Item:
        found = self.find(name)
        if found is None:
            raise FileNotFoundError("no such file")
        if found.size > limit:
            raise OSError(f"it is larger than {limit} bytes")
        return found

    def copy(self, name: bytes, file: IO[bytes], limit: int, tell: Callable[[int], None]) -> None:
        """Write all bytes of a file to another.

        Raises:
            OSError: they cannot be had, or are more than ``limit``.
        """
        for _, stream in self.open([self._small(name, limit)]):
            pour(stream, file, limit, _WHOLE, tell)

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield files with their streams."""
        for item in items:
            if item.fault:
                yield item, item.fault
                continue
            system, path = self._of_thread(), self._full(os.fsdecode(item.name))
            try:
                file = self._opened(system, path, item.size)
            except FileNotFoundError:
                yield item, Fault(Status.MISSING, "no such file")
                continue
            except Exception as error:  # whatever its driver raises
                yield item, Fault(Status.UNREADABLE, self._why(error))
                continue
            try:
                yield item, Stream(file, item, partial(self._now, system, path), self._why)
            finally:
                with suppress(Exception):  # what was read was read
                    file.close()

    def _of_thread(self) -> Any:
        """Return the file system, or what this thread has to use in its place."""
        if self.readers != OWN or threading.get_ident() == self._owner:
            return self._system
        if not hasattr(self._threads, "system"):
            self._threads.system = again(self._system)
            self._made.append(self._threads.system)
        return self._threads.system

    def _opened(self, system: Any, path: str, size: int) -> Any:
        if 0 < size <= _WHOLE and has_own("cat_file", system):  # one request, and one byte more
            return io.BytesIO(system.cat_file(path, start=0, end=size + 1))
        file = system.open(path, "rb", block_size=_BLOCK, cache_type="readahead")
        ahead(file, size)
        return file

    def _now(self, system: Any, path: str) -> Version | None:
        """Return what is said of the version of a file now; None if it takes a listing to say."""
        if not has_own("info", system):
            return None
        return version_of(self._told(system, path))

    def close(self) -> Fault | None:
        """Hold connections: who explains a failure needs them, and nobody does after this."""
        return None


def _is_itself(info: Mapping[str, Any], directory: str, top: str) -> bool:
    """Whether what is listed in a directory is that directory."""
    full, own = info["name"].lstrip("/"), directory.strip("/")
    if full == own:
        return True
    # Stores may have an object for the directory. Below the top that is a file that no name is for.
    return directory == top and info.get("type") != "directory" and full == f"{own}/"
