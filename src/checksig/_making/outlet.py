"""Where lists are put, and what lies beside them: on this machine, or in a store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig import _files, _places
from checksig import _schemes as schemes
from checksig._names import has_controls, of_file
from checksig._options.values import Network
from checksig.errors import CreateError, ManifestError

if TYPE_CHECKING:
    from checksig._places import Place, Served


class Outlet:
    """Files by their paths, or by their addresses in a store."""

    def __init__(self, place: Place | None = None, *, network: Network) -> None:
        """Take the place that most of them are in, if it is not a directory."""
        self._places = {place.path: place} if place else {}
        self._network = network

    def holds(self, path: bytes) -> bool:
        """Return whether there is something, which is what may be replaced from then on.

        Raises:
            CreateError: nobody can tell.
        """
        if not _places.is_address(path):
            return os.path.lexists(path)
        store, name = self._store(path)
        try:
            return store.find(name) is not None
        except ManifestError as error:
            raise CreateError(str(error)) from error

    def read(self, path: bytes) -> bytes:
        """Return the bytes of a file that is there.

        Raises:
            CreateError: it cannot be read.
        """
        if not _places.is_address(path):
            return _files.read(path, CreateError)
        store, name = self._store(path)
        item = store.find(name)
        try:
            return store.read(item, _files.MAX_SIZE) if item else b""
        except OSError as error:
            raise _files.unreadable(path, error, CreateError) from error

    def signatures(self, target: bytes) -> list[bytes]:
        """Return the paths of what may be signatures over a file, and is there."""
        if _places.is_address(target):
            store, name = self._store(target)
            store.look([name + os.fsencode(end) for end in schemes.EXTENSIONS])
        paths = [target + os.fsencode(end) for end in schemes.EXTENSIONS]
        return [path for path in paths if self.holds(path)]

    def write(
        self, path: bytes, data: bytes, *, overwrite: bool, mtime_ns: int | None = None
    ) -> None:
        """Write a file that is whole, or not there at all.

        Args:
            path: Its path, or its address.
            data: Its bytes.
            overwrite: Whether it may take the place of another: in a store, of the one that was
                there when somebody asked.
            mtime_ns: When it was last changed, in nanoseconds since the epoch; None is now.

        Raises:
            CreateError: it is there already, or cannot be written.
        """
        if not _places.is_address(path):
            _files.write(path, data, overwrite=overwrite, mtime_ns=mtime_ns)
            return
        store, name = self._store(path)
        over = store.find(name) if overwrite else None
        store.put(name, data, over)

    def remove(self, path: bytes) -> None:
        """Remove a file of this machine.

        Raises:
            OSError: it is still there.
        """
        if _places.is_address(path):
            raise OSError("nothing is removed from a store")
        os.unlink(path)

    def _store(self, path: bytes) -> tuple[Served, bytes]:
        """Return the place above a file, and its name there."""
        above, slash, name = path.rpartition(b"/")
        above += slash
        for known in self._places:
            if path.startswith(known):
                above, name = known, path[len(known) :]
        if above not in self._places:
            try:
                self._places[above] = _places.open_place(above, self._network)
            except ManifestError as error:
                raise CreateError(str(error)) from error
        place = self._places[above]
        server, there = _places.served(place), _places.remote(place)
        if server is None or "all" not in server.traits:
            kind = there.kind if there else "archives"
            raise CreateError(f"cannot write {_places.quoted_path(path)}: {kind} are only read")
        key = os.fsdecode(path).partition("://")[2].partition("/")[2]
        if not name or of_file(key) != key or has_controls(key):
            raise CreateError(
                f"{_places.quoted_path(path)} is not the address of a file in a store"
            )
        return server, name
