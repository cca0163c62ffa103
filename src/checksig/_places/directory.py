"""Directories as places."""

from __future__ import annotations

import os
import stat

from checksig import _files
from checksig._classes import NamedTuple
from checksig._files import unreadable
from checksig._names import leads_out
from checksig._places.place import Fault, Item
from checksig._results import Status
from checksig.errors import ManifestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO, Final

    from checksig._bridge.hashing import Readable
    from checksig._options import Trait

_NO_LINKS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
)

_SPECIAL: Final = Fault(Status.NOT_REGULAR, "not a regular file")


class Directory(NamedTuple):
    """A directory: the core opens its files by itself."""

    root: bytes  # its path

    @property
    def path(self) -> bytes:
        """Its path."""
        return self.root

    @property
    def traits(self) -> frozenset[Trait]:
        """All abilities that options may ask for."""
        return frozenset({"all", "tree", "sizes", "links", "cache", "readers", "rate"})

    def show(self, name: bytes = b"") -> str:
        """Return the path, or that of a name in it."""
        return os.fsdecode(os.path.join(self.root, name) if name else self.root)

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield all files below a directory, links among them; or if not ``deep``, what is in it.

        Raises:
            ManifestError: a directory cannot be read.
        """
        top = os.path.join(self.root, below) if below else self.root
        if deep:
            return self._below(below) if not below or os.path.lexists(top) else iter(())
        try:
            return map(Item, os.listdir(top))
        except OSError as error:
            raise unreadable(top, error, ManifestError) from error

    def _below(self, top: bytes) -> Iterator[Item]:
        directories = [top]  # a stack: trees may be deeper than calls
        while directories:
            below = directories.pop()
            path = os.path.join(self.root, below) if below else self.root
            try:
                with os.scandir(path) as found:
                    for each in found:
                        name = os.path.join(below, each.name) if below else each.name
                        if each.is_dir(follow_symlinks=False):
                            directories.append(name)
                        elif not each.is_dir():  # to which a link may lead
                            yield Item(name, each.stat(follow_symlinks=False).st_size)
            except OSError as error:
                raise unreadable(path, error, ManifestError) from error

    def find(self, name: bytes) -> Item | None:
        """Return the item of a name, whatever it is, if there is one."""
        return Item(name) if os.path.lexists(os.path.join(self.root, name)) else None

    def read(self, item: Item, limit: int) -> bytes:
        """Return the bytes of a small file.

        Raises:
            OSError: it is no regular file, too large, or changes while it is read.
        """
        return _files.read_regular(os.path.join(self.root, item.name), limit)

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield files, opened by way of no link at all: who looks once more takes no risk."""
        for item in items:
            try:
                file = self._open(item.name)
            except OSError as error:
                yield item, Fault(Status.UNREADABLE, _files.reason(error))
                continue
            with file:
                regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
                yield item, file if regular else _SPECIAL  # type: ignore[misc] # pyright: ignore[reportReturnType]

    def _open(self, name: bytes) -> IO[bytes]:
        elements = [element for element in name.split(b"/") if element not in (b"", b".")]
        if leads_out(os.fsdecode(name)) or not elements:
            raise OSError("not a name below the root")
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for element in elements[:-1]:
            parent = descriptor
            try:
                descriptor = os.open(element, _NO_LINKS | os.O_DIRECTORY, dir_fd=parent)
            finally:
                os.close(parent)
        try:
            return os.fdopen(os.open(elements[-1], _NO_LINKS, dir_fd=descriptor), "rb")
        finally:
            os.close(descriptor)

    def close(self) -> Fault | None:
        """Hold nothing: the core has looked at each file that it read."""
        return None


def own_names(root: bytes, path: bytes, *, linked: bool = True) -> tuple[bytes, ...]:
    """Return the names below a root that a list, or its signature, has itself.

    A list that is a link is there twice: as the link, and as what it leads to, if ``linked``. Not
    so a signature: it has bytes that nobody signed, which could do harm under another name.
    """
    paths = [path, os.path.realpath(path)] if linked else [path]
    names = [name_below(root, each) for each in paths]
    return tuple([name for name in names if name is not None])


def name_below(root: bytes, path: bytes) -> bytes | None:
    """Return the name that a path has below a root; None if it lies elsewhere."""
    directory = os.path.realpath(os.path.dirname(path) or b".")
    resolved = os.path.join(directory, os.path.basename(path))
    name = os.path.relpath(resolved, os.path.realpath(root))
    return None if name.split(os.fsencode(os.sep))[0] == b".." else name


def is_directory(path: bytes) -> bool:
    """Whether a path is one of a directory.

    Raises:
        ManifestError: there is nothing at the path.
    """
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except OSError as error:
        raise unreadable(path, error, ManifestError) from error
