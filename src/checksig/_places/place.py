"""The protocol of places: they give names and bytes, and know neither lists nor verdicts."""

from __future__ import annotations

from checksig._classes import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
    from typing import IO, Any, Literal, Protocol

    from checksig._bridge.hashing import Readable
    from checksig._options import Trait
    from checksig._results import Status

    #: The fate of an item that no list names. "counted": it is unlisted, as any file. "ignored": it
    #: never is, as a directory. "reported": its fault is, for its name is not safe, or not its own.
    Unlisted = Literal["counted", "ignored", "reported"]
else:
    Protocol = object


class Fault(NamedTuple):
    """The reason why there are no bytes: never a digest, never an empty string."""

    status: Status
    reason: str
    unlisted: Unlisted = "counted"


class Item(NamedTuple):
    """The file that a place has under a name."""

    name: bytes  # below the root, with slashes
    size: int = -1  # in bytes; -1: the place does not say
    fault: Fault | None = None  # settles it unread
    pin: object = None  # ties a read to this version: an offset, an ETag, a version
    linked: bytes = b""  # the name of an item that has the same bytes: of a hard link, the first


class Place(Protocol):
    """Where files lie. To be closed."""

    @property
    def root(self) -> bytes | None:
        """The directory whose files the core may open itself; None: there are only streams."""
        ...

    @property
    def path(self) -> bytes:
        """The path that it was opened at, or its address; of a directory, the root."""
        ...

    @property
    def traits(self) -> frozenset[Trait]:
        """The abilities that options may ask for."""
        ...

    def show(self, name: bytes = b"") -> str:
        """Return the place, or a name in it, as reports show it; that never holds a secret."""
        ...

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield all that there is below a directory, which is the root if it is empty.

        If not ``deep``, only what is in the directory itself; sizes may be missing then, and
        directories may be among the items. Raise ManifestError if that cannot be had.
        """
        ...

    def find(self, name: bytes) -> Item | None:
        """Return the item of a name, if there is one."""
        ...

    def read(self, item: Item, limit: int) -> bytes:
        """Return the bytes of a small file. Raise OSError if they cannot be had."""
        ...

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield items with their streams, in whatever order suits the place.

        A stream is good until the next is asked for. It ends with an OSError if it is not whole.
        """
        ...

    def close(self) -> Fault | None:
        """Give up what is held; return a fault if the place is not what it was."""
        ...


class Said(NamedTuple):
    """The checksums that a server has of an object: of all of it, in one version; and which."""

    size: int  # in bytes
    digests: Mapping[str, bytes]  # by the names of algorithms
    version: str = ""  # empty if the server keeps none


class AnyFileSystem(Protocol):
    """A file system as fsspec has them: an AbstractFileSystem, as far as type checkers ask."""

    protocol: Any

    def ls(self, path: Any, detail: Any = ..., **options: Any) -> Any:
        """Return what is in a directory."""
        ...

    def info(self, path: Any, **options: Any) -> Any:
        """Return what there is to say of a file."""
        ...


class ChangedError(OSError):
    """A file is not the one that was listed, or not any more."""


class Remote(Place, Protocol):
    """A place that has an address."""

    name: bytes  # of the file in it that was asked for; empty if it is the place itself
    kind: str  # for people, in the plural

    def copy(self, name: bytes, file: IO[bytes], limit: int, tell: Callable[[int], None]) -> None:
        """Write all bytes of a file, as one version of it, to one that is empty.

        Raise OSError if they cannot be had, or are more than ``limit``. ``tell`` is called now and
        then with the number of bytes so far.
        """
        ...


class Vouching(Remote, Protocol):
    """A place that says digests of its files by itself. It has the trait "digests"."""

    commit: str  # the version of all of it

    def digests(self) -> Iterator[tuple[Item, str, str]]:
        """Yield all files, each with the algorithm and the digest that are said of it."""
        ...


class Served(Remote, Protocol):
    """A place on a server, whose files the core reads itself. It has the trait "urls"."""

    fetch: dict[str, Any]  # how the core asks the server: see checksig.h

    def order(self, number: int, name: bytes, version: str = "") -> bytes:
        """Return what has the core read a pending file, packed: of that version, if there is one.

        It is one that ``said`` returned.
        """
        ...

    def said(self, files: Sequence[tuple[bytes, str]], *, etags: bool) -> Sequence[Said | None]:
        """Return what the server says of files; None for those of which it says nothing.

        It has checksums at all if the place has the trait "checksums", and versions with the trait
        "versions".

        Args:
            files: Their names and versions, as they were listed; of no known version, empty.
            etags: Whether entity tags may be taken for some.
        """
        ...

    #: Whether some bytes of a file can be read, and others not: who has large ones can do that.
    gives_parts: bool

    def part(self, name: bytes, at: int, end: int) -> tuple[int, bytes]:
        """Return the size of a file, and some of its bytes. Raise OSError if they cannot be had."""
        ...

    def put(self, name: bytes, data: bytes, over: Item | None) -> None:
        """Write a small file, and read it back.

        Args:
            name: Its name.
            data: Its bytes.
            over: The one that it may take the place of; None: there may be none.

        Raises:
            CreateError: there is another one, it cannot be written, or what is there is another.
        """
        ...

    def why_not(self, reason: str) -> str:
        """Return why a file was not read in the words of the place, of the core's reason."""
        ...

    def expect_answer(self, name: bytes) -> None:
        """Raise ManifestError if nobody answered who was asked for an object by ``look``."""
        ...

    def look(self, names: Iterable[bytes], limit: int = ...) -> None:
        """Read small files, all at the same time: find and read have them then."""
        ...


class Indexed(Remote, Protocol):
    """A place that has to be told all it has. It has the trait "index"; once told, also "all"."""

    def take_index(self, text: bytes) -> None:
        """Take a text of names for all that there is. Raise ValueError if it is none."""
        ...


def remote(place: Place) -> Remote | None:
    """Return a place that has an address as one; None for others."""
    found: Remote | None = _having({"remote", "urls"}, place)
    return found


def vouching(place: Place) -> Vouching | None:
    """Return a place that says digests as one; None for others."""
    found: Vouching | None = _having({"digests"}, place)
    return found


def served(place: Place) -> Served | None:
    """Return a place on a server as one; None for others."""
    found: Served | None = _having({"urls"}, place)
    return found


def indexed(place: Place) -> Indexed | None:
    """Return a place that has to be told all it has as one; None for others."""
    found: Indexed | None = _having({"index"}, place)
    return found


def _having(traits: Set[Trait], place: Place) -> Any:
    """Return a place with one of these traits, as whatever that makes it."""
    return place if place.traits & traits else None
