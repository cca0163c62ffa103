"""Lists with digests of what is in archives, and not of the bytes of these.

Such a digest is computed here, of bytes in memory, and so is one of all of these bytes: the core
then reads the file once more, and holds it to that. So nothing is ok but by its bytes as the core
reads them.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._claims import nuget, parsing
from checksig._claims.parsing import Proved
from checksig._entries import Entry
from checksig._names import below, escape, quoted
from checksig._places import Fault
from checksig._places.archive.file import PiecewiseBytes
from checksig._places.archive.reading import BROKEN, DIRECTORY, FREE, MAX_RATIO, Guarded
from checksig._places.archive.zips import Zip
from checksig._results import Result, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from checksig._bridge.hashing import Readable
    from checksig._claims.parsing import Manifest
    from checksig._entries import Line
    from checksig._places import Place

#: In bytes: of an archive, which is in memory. Go takes no module larger than 500 MiB.
_MOST: Final = 1 << 30
_READ: Final = 1 << 20  # in bytes
_ALONE: Final = ".mod"  # of a go.mod by itself


class _Kind(NamedTuple):
    """A digest of what is in an archive."""

    digest: Callable[[bytes, str], str]  # takes the bytes, and the path; returns hexadecimal digits
    algorithm: str  # that it is made with, in which the core reads the archive
    said: str  # of what it does not cover


def proved(manifests: Iterable[Manifest], place: Place) -> Proved:
    """Return lists with digests of the archives that have in them what is listed.

    Args:
        manifests: Lists, of which some have digests of what is in archives.
        place: The place that their names are of.

    Raises:
        ManifestError: a list is none of its format.
    """
    found: list[Manifest] = []
    settled: list[Result] = []
    remarks: list[str] = []
    for manifest in manifests:
        packages = manifest.format.packages
        if packages is None or not packages.contents:
            found.append(manifest)
            continue
        try:
            rows = list(parsing.lines(manifest) if manifest.lines is None else manifest.lines)
        except ValueError as error:
            raise ManifestError(f"{quoted(os.fsencode(manifest.path))}: {error}") from error
        lines = [_line(row, manifest, place) for row in rows]
        failed = [line for line in lines if isinstance(line, Result)]
        kept = [line for line in lines if not isinstance(line, Result)]
        used = {row.algorithm: None for row in rows if isinstance(row, Entry)}
        shown = escape(os.path.basename(manifest.path))
        remarks += [f"{shown}: {_KINDS[each].said}" for each in used if each in _KINDS]
        settled += failed
        if kept or not failed:
            names = [below(manifest.base, os.fsencode(each.path)) for each in failed]
            own = (*manifest.own, *names)  # they are listed: what is wrong with them is said
            found.append(manifest._replace(lines=kept, own=own))
    return Proved(found, tuple(settled), tuple(remarks))


def _line(row: Line, manifest: Manifest, place: Place) -> Line | Result:
    """Return a line with a digest that the core knows, or a verdict; others are as they are."""
    kind = _KINDS.get(row.algorithm) if isinstance(row, Entry) else None
    if not isinstance(row, Entry) or kind is None:
        return row
    absent = row._replace(algorithm=kind.algorithm, digest="00" * (len(row.digest) // 2))
    data = _read(below(manifest.base, os.fsencode(row.path)), place)
    if data is None:
        return absent  # no file has that, whatever is there later
    status, detail, digest = Status.MISMATCH, "what is in it is not what is listed", None
    if isinstance(data, Fault):
        status, detail = data.status, data.reason
    else:
        try:
            digest = kind.digest(data, row.path)
        except BROKEN as error:
            status, detail = Status.UNREADABLE, str(error) or type(error).__name__
    if isinstance(data, bytes) and digest == row.digest.lower():
        return row._replace(
            algorithm=kind.algorithm, digest=hashlib.new(kind.algorithm, data).hexdigest()
        )
    return Result(
        row.path,
        status,
        row.algorithm,
        row.digest,
        digest,
        line=row.line,
        detail=detail,
        manifest=manifest.path,
    )


def _read(name: bytes, place: Place) -> bytes | Fault | None:
    """Return the bytes of a file, or what is wrong with it; None if it is not there."""
    try:
        item = place.find(name)
        for _, stream in place.open([item] if item else []):
            if isinstance(stream, Fault):
                return stream
            data = _whole(stream)
            if len(data) <= _MOST:
                return data
            why = f"it has more than {_MOST:,} bytes, and what is in it is not looked at"
            return Fault(Status.UNSUPPORTED, why)
    except OSError as error:
        return Fault(Status.UNREADABLE, str(error.strerror or error))
    return None if item is None else Fault(Status.UNREADABLE, "it cannot be opened")


def _whole(stream: Readable) -> bytes:
    """Return all bytes of a stream, or some more than are wanted of any."""
    data, buffer = bytearray(), memoryview(bytearray(_READ))
    while len(data) <= _MOST and (count := stream.readinto(buffer)):
        data += buffer[:count]
    return bytes(data)


def _h1(data: bytes, path: str) -> str:
    """Return SHA-256 of the lines that sha256sum prints of the files in a zip, by name.

    A go.mod by itself is the only one.

    Raises:
        OSError, ValueError: it is no zip that Go would take; or what ``zipfile`` raises.
    """
    if path.endswith(_ALONE):
        found = {b"go.mod": hashlib.sha256(data).hexdigest()}
    else:
        found = _digests(data)
    lines = [b"%s  %s\n" % (digest.encode(), name) for name, digest in sorted(found.items())]
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _digests(data: bytes) -> dict[bytes, str]:
    """Return SHA-256 of all that is in a zip, by the names as they stand there."""
    found: dict[bytes, str] = {}
    buffer = memoryview(bytearray(_READ))
    reader, left = Zip(PiecewiseBytes(data)), FREE + MAX_RATIO * len(data)
    for text, item in reader.members():
        utf8 = isinstance(item.pin, zipfile.ZipInfo) and item.pin.flag_bits & 0x800
        name = text.encode("utf-8" if utf8 else "cp437")
        left -= item.size
        if item.fault and item.fault is not DIRECTORY:
            raise ValueError(f"{escape(text)}: {item.fault.reason}")
        if left < 0 or name in found or b"\n" in name:
            raise ValueError(f"{escape(text)}: it is too large, there twice, or has no such name")
        found[name] = hashlib.sha256(b"").hexdigest()
        if not item.fault:
            with reader.open(item) as file:
                found[name] = _sha256(Guarded(file, item.size), buffer)
    return found


def _sha256(stream: Readable, buffer: memoryview) -> str:
    whole = hashlib.sha256()
    while count := stream.readinto(buffer):
        whole.update(buffer[:count])
    return whole.hexdigest()


def _unsigned(data: bytes, path: str) -> str:
    """Return SHA-512 of a package of NuGet without its signature.

    Raises:
        ValueError: it is none.
    """
    del path
    whole = hashlib.sha512()
    for piece in nuget.unsigned(data):
        whole.update(piece)
    return whole.hexdigest()


_KINDS: Final = {
    "h1": _Kind(_h1, "sha256", "digests are of the names and the bytes in archives"),
    "nuget": _Kind(_unsigned, "sha512", "digests are of packages without their signatures"),
}
