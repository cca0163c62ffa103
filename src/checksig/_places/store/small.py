"""Small objects on a server, read whole: lists, signatures, what explains a failure."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from typing import IO, TYPE_CHECKING, Any, Final

from checksig._bridge import fetching
from checksig._names import escape
from checksig._places.place import Fault, Item
from checksig._results import Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from checksig._bridge.fetching import Got, Known, Method
    from checksig._bridge.hashing import Readable
    from checksig._options.reading import Cancel
    from checksig._places.place import Said

#: In bytes: of signatures, of what is looked at once more, and of a page of a listing.
SMALL: Final = 16 << 20


#: How reasons begin if there was no answer.
_NOBODY: Final = ("no answer in time", "the server cannot be reached", "no host is called")


class Small(ABC):
    """A place on a server, as far as small objects go. Each is the same to all who ask for it."""

    fetch: dict[str, Any]  # how the core asks the server: see checksig.h

    def __init__(self, cancel: Cancel | None) -> None:
        """Read nothing yet."""
        self._cancel = cancel
        self._got: dict[bytes, Got] = {}  # what was read, and is the same from then on
        self._limits: dict[bytes, int] = {}

    @abstractmethod
    def known(self, name: bytes) -> Known:
        """Return how the object of a name is read."""

    @abstractmethod
    def show(self, name: bytes = b"") -> str:
        """Return the address of the place, or of an object in it, without secrets."""

    def why(self, got: Got) -> str:
        """Return why the server does not give an object, in words, without secrets."""
        return got.reason

    def said(self, files: Sequence[tuple[bytes, str]], *, etags: bool) -> Sequence[Said | None]:
        """Return nothing: most servers have no checksums."""
        del etags
        return [None] * len(files)

    def why_not(self, reason: str) -> str:
        """Return the core's reason as it is."""
        return reason

    def look(self, names: Iterable[bytes], limit: int = SMALL) -> None:
        """Read small objects, all at the same time: each takes as long as the way to the server."""
        wanted = [name for name in names if self._limits.get(name, -1) < limit]
        wanted = [n for n in wanted if n not in self._got or self._got[n].status is not Status.OK]
        if wanted:
            found = self.asked([self.known(name) for name in wanted], limit)
            self._got.update(zip(wanted, found, strict=True))
            self._limits.update(dict.fromkeys(wanted, limit))

    def expect_answer(self, name: bytes) -> None:
        """Make sure that somebody has answered who was asked for an object, whatever that was.

        Raises:
            ManifestError: nobody has: then nobody will if something else is asked.
        """
        got = self._got[name]
        if got.status is Status.UNREADABLE and got.reason.startswith(_NOBODY):
            raise ManifestError(f'cannot read "{escape(self.show(name))}": {self.why(got)}')

    def asked(
        self,
        objects: list[Known],
        limit: int = SMALL,
        *,
        method: Method = "GET",
        body: bytes = b"",
        part: tuple[int, int] | None = None,
    ) -> list[Got]:
        """Return what came of reading objects, or a part, once more if they were read before."""
        return fetching.get(
            objects, limit, self.fetch, self._cancel, method=method, body=body, part=part
        )

    def looked_at(self, name: bytes) -> Item | None:
        """Return an object that was read, if it is there.

        Raises:
            ManifestError: nobody can tell.
        """
        got = self._got[name]
        if got.status is Status.OK:
            return Item(name, len(got.data), pin=got.etag)
        if got.is_absent:
            return None
        raise ManifestError(f'cannot read "{escape(self.show(name))}": {self.why(got)}')

    def read(self, item: Item, limit: int) -> bytes:
        """Return the bytes of a small object.

        Raises:
            OSError: they cannot be had.
        """
        self.look([item.name], limit)
        got = self._got[item.name]
        if got.status is not Status.OK:
            raise OSError(self.why(got))
        return got.data

    def part(self, name: bytes, at: int, end: int) -> tuple[int, bytes]:
        """Return nothing: most servers are not known to give parts.

        Raises:
            OSError: always.
        """
        del name, at, end
        raise OSError("the server is not known to give parts")

    def copy(self, name: bytes, file: IO[bytes], limit: int, tell: Callable[[int], None]) -> None:
        """Write all bytes of an object, of any size, to a file.

        Raises:
            OSError: they cannot be had, or are more than ``limit``.
        """
        got = fetching.copy(
            self.known(name), file, limit, self.fetch, cancel=self._cancel, tell=tell
        )
        if got.status is not Status.OK:
            raise OSError(self.why(got))

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield small objects as streams: for who looks once more. The core reads all others."""
        for item in items:
            [got] = self.asked([self.known(item.name)])
            if got.status is Status.OK:
                yield item, io.BytesIO(got.data)
            else:
                yield item, Fault(got.status, self.why(got))

    def close(self) -> Fault | None:
        """Hold nothing."""
        return None
