"""URLs that the core reads: small objects whole, and pending files of a run."""

from __future__ import annotations

import os
import struct
import sys
from typing import IO, TYPE_CHECKING, Any, Final, Literal, NamedTuple

from checksig import _files
from checksig._bridge import handles, wire
from checksig._results import Status
from checksig.errors import LibraryError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from checksig._options.reading import Cancel
    from checksig._options.values import Network

# See checksig.h: packed orders.
_ORDER: Final = struct.Struct("<IqB3I")
_FIXED: Final = 1
_RANGES: Final = 2
_REMARK: Final = 2

#: In seconds: how long a server may take, if nobody says.
_TIMEOUT: Final = 60


Method = Literal["GET", "HEAD", "PUT", "POST"]


class Known(NamedTuple):
    """An object on a server, and what is known of it."""

    url: str  # with a signature in it, perhaps: never shown
    size: int = -1  # in bytes; -1: not known
    etag: str = ""  # of the version; empty: not known
    fixed: bool = False  # the URL is that of one version
    ranges: bool = False  # the server is known to give parts
    header: tuple[tuple[str, str], ...] = ()  # that a request needs, and that is secret

    def packed(self, number: int = 0) -> bytes:
        """Return an order for the core.

        Args:
            number: Of the pending file that it is.
        """
        lines = "".join([f"{name}: {value}\n" for name, value in self.header])
        texts = [each.encode() for each in (self.url, self.etag, lines)]
        flags = (self.fixed and _FIXED) | (self.ranges and _RANGES)
        head = _ORDER.pack(number, self.size, flags, *map(len, texts))
        return b"".join((head, *texts))


class Got(NamedTuple):
    """A small object that was read, or why it was not."""

    status: Status  # OK, or MISSING, CHANGED, UNREADABLE
    data: bytes  # of the object, if it is OK; else what the server says besides
    etag: str
    reason: str  # if it is not OK

    @property
    def ok(self) -> bool:
        """Whether it was read."""
        return self.status is Status.OK

    @property
    def header(self) -> dict[str, str]:
        """The header, if that was asked for: values by names in lower case; none said twice."""
        found: dict[str, list[str]] = {}
        for line in self.data.decode("latin-1").split("\n"):
            name, mark, value = line.partition(": ")
            if mark:
                found.setdefault(name, []).append(value)
        return {name: values[0] for name, values in found.items() if len(values) == 1}

    @property
    def is_absent(self) -> bool:
        """Whether the server has no such object for who asks; not that it is too busy to say."""
        refused = self.reason.startswith(("the server says 401", "the server says 403"))
        return self.status is Status.MISSING or refused


def settings(network: Network, origins: Iterable[str]) -> dict[str, Any]:
    """Return how the core reads URLs, as its requests have it.

    Certificates and proxies are those that the environment names: the core does not see changes
    that were made in the process.

    Args:
        network: The options.
        origins: The origins that are asked, besides those of the options.

    Raises:
        ManifestError: a file that the environment names cannot be read.
        ValueError: an origin of the options is not one.
    """
    for each in network.redirects:
        scheme, _, host = each.partition("://")
        if scheme not in ("http", "https") or not host or set("/@?#") & set(host):
            raise ValueError(f"{each!r} is not an origin, such as https://cdn.example.org")
    redirects = [_without_port(each.lower()) for each in network.redirects]
    return {
        "roots": _roots(),
        "proxies": _proxies({*map(_without_port, origins), *redirects}),
        "redirects": redirects,
        "timeout": 1000 * (network.timeout or _TIMEOUT),
    }


def _without_port(origin: str) -> str:
    """Return an origin without the port, if that is the one of its scheme."""
    return origin.removesuffix(":443" if origin.startswith("https:") else ":80")


def _roots() -> str:
    path = os.environ.get("SSL_CERT_FILE")
    return _files.read(os.fsencode(path), ManifestError).decode("latin-1") if path else ""


def _proxies(origins: Iterable[str]) -> dict[str, str]:
    named = any(name.lower().endswith("_proxy") for name in os.environ)
    if not named and sys.platform not in ("darwin", "win32"):  # whose systems name some as well
        return {}
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 (only URLs need them)

    proxies = getproxies()
    found: dict[str, str] = {}
    for origin in origins:
        scheme, _, host = origin.partition("://")
        proxy = proxies.get(scheme) or proxies.get("all")
        if proxy and not proxy_bypass(host):
            found[origin] = proxy if "://" in proxy else f"http://{proxy}"
    return found


def get(
    objects: Sequence[Known],
    limit: int,
    fetch: dict[str, Any],
    cancel: Cancel | None = None,
    *,
    method: Method = "GET",
    body: bytes = b"",
    part: tuple[int, int] | None = None,
) -> list[Got]:
    """Read small objects, or ask something else, and return what came of each.

    Args:
        objects: They.
        limit: In bytes, of each.
        fetch: See :func:`settings`.
        cancel: Whether it is wanted no more.
        method: What is asked. If not "GET", what comes is the header of the answer.
        body: What is sent with each request.
        part: Where the bytes begin and end that are read, if they are not all.

    Raises:
        CancelledError: it is not.
    """
    bodies = [list[bytes]() for _ in objects]
    found: dict[int, Got] = {}

    def take(number: int, part: bytes | Got) -> None:
        if isinstance(part, Got):
            found[number] = part._replace(data=b"".join(bodies[number]))
            bodies[number].clear()
        elif part:
            bodies[number].append(part)
        else:
            bodies[number].clear()

    orders = b"".join([each.packed() for each in objects])
    settings = {"fetch": fetch, "limit": limit, "method": method}
    settings |= {} if part is None else {"from": part[0], "to": part[1]}
    _run(wire.request("get", orders=orders, body=body, settings=settings), take, cancel)
    if len(found) != len(objects):
        raise LibraryError(f"{len(found)} answers to {len(objects)} requests")
    return [found[number] for number in range(len(objects))]


def copy(
    known: Known,
    file: IO[bytes],
    limit: int,
    fetch: dict[str, Any],
    *,
    cancel: Cancel | None,
    tell: Callable[[int], None],
) -> Got:
    """Read an object, write its bytes to a file, and return what came of it.

    Args:
        known: It.
        file: The file, which is empty.
        limit: In bytes, of the object.
        fetch: See :func:`settings`.
        cancel: Whether it is wanted no more.
        tell: Called with the number of bytes that were read so far.

    Raises:
        CancelledError: it is not.
        OSError: the file cannot be written.
    """
    found: list[Got] = []

    def take(number: int, part: bytes | Got) -> None:
        del number
        if isinstance(part, Got):
            found.append(part)
        elif part:
            file.write(part)
            tell(file.tell())
        else:  # it begins, perhaps once more
            file.seek(0)
            file.truncate()

    settings = {"fetch": fetch, "limit": limit, "method": "GET"}
    _run(wire.request("get", orders=known.packed(), settings=settings), take, cancel)
    if len(found) != 1:
        raise LibraryError(f"{len(found)} answers to one request")
    return found[0]


def _run(request: bytes, take: Callable[[int, bytes | Got], None], cancel: Cancel | None) -> None:
    """Have the core read objects, and pass on what comes, with their numbers.

    Chunks of one are bytes; an empty one says that those before it are void. Behind the last of
    them is what came of it, without data.
    """
    run = handles.Run(request)
    try:
        run.start()
        while True:
            for number, part in _parts(run.next()):
                take(number, part)
            if cancel is not None:
                wire.expect_wanted(cancel)
    except EOFError:
        pass
    finally:
        run.close()


def _parts(packed: handles.Packed) -> Iterator[tuple[int, bytes | Got]]:
    """Yield chunks and results out of records, with the numbers of their objects."""
    line: int
    number: int
    status: int
    varying, start = packed.varying, 0
    for record in handles.RECORD.iter_unpack(packed.records):
        _, _, name_len, _, text_len, _, line, number, _, status, _, kind = record[:12]
        etag, text = start + name_len, start + name_len + text_len
        if kind == _REMARK:
            yield number, varying[start:text]
        else:
            reason = varying[etag:text].decode("utf-8", "replace")
            version = varying[start:etag].decode("latin-1")
            yield line - 1, Got(wire.statuses()[status], b"", version, reason)
        start = text
