"""The bytes of a file in a file system of fsspec, as one version of it."""

from __future__ import annotations

from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, Final, cast

from checksig._places.place import ChangedError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checksig._bridge.hashing import Readable
    from checksig._places.place import Item

#: What file systems say of the version of a file, in lower case and without lines. Times of access
#: are none of it.
_OF_VERSION: Final = frozenset(
    {
        *("size", "etag", "mtime", "ctime", "modified", "lastmodified", "created", "ino"),
        *("generation", "versionid", "version", "checksum", "contentmd5", "md5hash", "crc32c"),
        *("sha", "blobid", "hexsha", "treeid"),
    }
)

Version = tuple[tuple[str, object], ...]


def version_of(info: Mapping[str, Any]) -> Version:
    """Return what a file system says of the version of a file."""
    found = {name.lower().replace("_", "").replace("-", ""): info[name] for name in info}
    return tuple(
        (name, _plain(value))
        for name, value in sorted(found.items())
        if name in _OF_VERSION and value is not None
    )


def _plain(value: object) -> object:
    # The same time is a number in a listing, and more than that elsewhere.
    try:
        return value.timestamp() if isinstance(value, datetime) else str(value)
    except (ValueError, OverflowError):  # a time that is none
        return str(value)


def differs(one: Version, other: Version) -> bool:
    """Whether two versions are not the same, by what is said of both."""
    said = dict(other)
    return any(name in said and not _same(value, said[name]) for name, value in one)


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        try:
            return float(str(one)) == float(str(other))
        except ValueError:
            return False
    return one == other


class Stream:
    """A file that is read once. It ends with an OSError if it is not the one that was listed."""

    def __init__(
        self,
        file: Any,
        item: Item,
        now: Callable[[], Version | None],
        why: Callable[[Exception], str],
    ) -> None:
        """Take an open file.

        Args:
            file: It.
            item: The file as it was listed.
            now: Returns what the file system says of its version now; None if it does not.
            why: Returns why a driver has failed.
        """
        self._file, self._now, self._why = file, now, why
        self._size, self._pin = item.size, item.pin
        self._total = 0

    def readinto(self, buffer: memoryview, /) -> int:
        """Read on.

        Raises:
            ChangedError: the file is not the one that was listed.
            OSError: it cannot be read.
        """
        try:
            data = bytes(memoryview(self._file.read(len(buffer))))
        except Exception as error:  # whatever its driver raises, or gives instead of bytes
            raise OSError(self._why(error)) from error
        size = len(data)
        if not size:
            self._expect_the_same()
            return 0
        self._total += size
        if size > len(buffer) or self._total > self._size >= 0:
            self._expect_the_same()
            raise OSError(f"it has more than the {self._size:,} bytes that are said")
        buffer[:size] = data
        return size

    def _expect_the_same(self) -> None:
        pin = cast("Version", self._pin or ())
        try:
            now = self._now()
        except FileNotFoundError as error:
            raise ChangedError("it was there, and is gone") from error
        except Exception as error:  # whatever its driver raises
            raise OSError(self._why(error)) from error
        if now is not None and differs(pin, now):
            raise ChangedError("it changed after it was listed")
        if self._total < self._size:
            raise OSError(f"it ends after {self._total:,} of {self._size:,} bytes")


def pour(
    stream: Readable | Fault,
    file: IO[bytes],
    limit: int,
    block: int,
    tell: Callable[[int], None] | None = None,
) -> None:
    """Write all that a stream has to a file, in blocks, and tell how much that is so far.

    Raises:
        OSError: it cannot be had, or is more than ``limit``.
    """
    if isinstance(stream, Fault):
        raise OSError(stream.reason)
    room = memoryview(bytearray(block))
    while size := stream.readinto(room):
        file.write(room[:size])
        if file.tell() > limit:
            raise OSError(f"it is larger than {limit} bytes")
        if tell:
            tell(file.tell())
