"""Find and read the lists that a directory is checked against."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from checksig import _algorithms, formats, trust
from checksig._text import quoted
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from checksig._types import Signature
    from checksig.formats import Line

StrPath = str | os.PathLike[str] | bytes

#: In bytes: who can write a list should not be able to use up the memory of who reads it.
_MAX_SIZE: Final = 1 << 30

_ARCHIVES: Final = (
    *(b".zip", b".whl", b".tar", b".tgz", b".tbz2", b".txz"),
    *(b".tar.gz", b".tar.bz2", b".tar.xz"),
)

_EXAMPLES: Final = "sha1sum.txt, SHA256SUMS or checksums.txt"


Signatures: TypeAlias = "tuple[Signature, ...]"


class Manifest(NamedTuple):
    """A list of digests, read once: these bytes and no others are what files are held to."""

    path: str
    data: bytes
    format: formats.Format
    algorithm: str | None  # that the name of the list stands for
    base: bytes  # the directory below the root that names are relative to; b"" is the root
    own: list[bytes]  # the names that the list itself has below the root
    lines: Sequence[Line] | None = None  # what is in it, if that is known already
    signatures: Signatures = ()  # over it, by trusted keys


class Found(NamedTuple):
    """A directory, and the lists that it is checked against."""

    root: bytes
    manifests: list[Manifest]
    #: A directory below the root in which no file may be unlisted; None asks the caller.
    complete_within: str | None = None
    #: What is known of files that may be missing, by path.
    notes: Mapping[str, str] = MappingProxyType({})


#: Takes the path and the bytes of a file, and returns the list and who signed it, if the file is a
#: signature that holds one.
Unseal = Callable[[bytes, bytes], "tuple[bytes, Signatures] | None"]


def load(
    path: StrPath,
    manifests: Sequence[StrPath] = (),
    *,
    recursive: bool = False,
    unseal: Unseal | None = None,
    sealed: bool = False,
) -> Found:
    """Read the lists of a directory, or the list at ``path``.

    Args:
        path: A directory, or a list whose names are relative to the directory it lies in.
        manifests: The lists for the directory ``path``, wherever they lie.
        recursive: Whether lists in the directories below count as well, each for its own.
        unseal: Takes lists out of signatures.
        sealed: Whether lists are looked for in signatures as well.

    Raises:
        ManifestError: there is no list, or one of them cannot be read.
    """
    place = os.fsencode(path)
    if manifests:
        paths = map(os.fsencode, manifests)
        return Found(place, [read(place, each, b"", unseal) for each in paths])
    if not is_directory(place):
        manifest = read(os.path.dirname(place) or b".", place, b"", unseal)
        root = os.path.normpath(os.path.join(os.path.dirname(place), manifest.format.base.encode()))
        own = own_names(root, place, linked=not manifest.signatures)
        return Found(root, [manifest._replace(own=own)])
    names = _find(place, recursive=recursive, sealed=sealed)
    return Found(place, [_read_found(place, name, unseal) for name in names])


def _find(root: bytes, *, recursive: bool, sealed: bool) -> list[bytes]:
    """Return the names below a directory of all files that are called like a list.

    A signature that is called like that of a list, which is not there, may hold it.
    """
    known = _algorithms.by_name()
    found = list(_files_below(root) if recursive else files_in(root))
    names = [
        name
        for name in found
        if formats.claim(os.fsdecode(os.path.basename(name)), known)
        and not os.path.isdir(os.path.join(root, name))
    ]
    holders = [name for name in found if _may_hold_a_list(name, known, found)]
    names += holders if sealed else []
    if not names:
        hint = f"; {quoted(holders[0])} may hold one, for who trusts a key" if holders else ""
        raise ManifestError(
            f"no list of digests in {quoted(root)}: none of its files is called "
            f"{_EXAMPLES}, or the like{hint}"
        )
    return sorted(names)


def _may_hold_a_list(name: bytes, known: Container[str], names: Container[bytes]) -> bool:
    base = os.fsdecode(os.path.basename(name))
    if base in trust.LISTS:
        return True
    stem = trust.stem(base)
    return (
        stem is not None
        and name[: len(stem) - len(base)] not in names
        and (stem.lower() in known or formats.claim(stem, known) is not None)
    )


def files_in(root: bytes) -> Iterator[bytes]:
    """Yield what is in a directory.

    Raises:
        ManifestError: it cannot be read.
    """
    try:
        with os.scandir(root) as found:
            yield from (entry.name for entry in found)
    except OSError as error:
        raise unreadable(root, error) from error


def _files_below(root: bytes) -> Iterator[bytes]:
    def stop(error: OSError) -> None:
        raise unreadable(error.filename, error) from error

    for directory, _, names in os.walk(root, onerror=stop):
        for name in names:
            yield os.path.relpath(os.path.join(directory, name), root)


def _read_found(root: bytes, name: bytes, unseal: Unseal | None) -> Manifest:
    path = os.path.join(root, name)
    if name_below(root, os.path.realpath(path)) is None:
        raise ManifestError(
            f"{quoted(path)} is a link that leads out of the directory; name the list outright"
        )
    manifest = read(root, path, os.path.dirname(name), unseal)
    base = posixpath.normpath(posixpath.join(manifest.base, manifest.format.base.encode()))
    if base.split(b"/")[0] == b"..":
        raise ManifestError(
            f"the names in {quoted(path)} are relative to a directory outside of {quoted(root)}; "
            "name the list outright"
        )
    return manifest._replace(base=b"" if base == b"." else base)


def read(root: bytes, path: bytes, base: bytes, unseal: Unseal | None = None) -> Manifest:
    """Return the list at a path, with names that are relative to a base below the root.

    Raises:
        ManifestError: it cannot be read, or is something else.
    """
    try:
        data = read_regular(path)
    except OSError as error:
        raise unreadable(path, error) from error
    opened = unseal(path, data) if unseal else None
    own = own_names(root, path, linked=opened is None)
    if opened is None:
        return recognised(path, data, base, own)
    data, signatures = opened
    name = trust.stem(os.fsdecode(path)) or os.fsdecode(path)
    manifest = recognised(os.fsencode(name), data, base, own)
    return manifest._replace(path=os.fsdecode(path), signatures=signatures)


def recognised(path: bytes, data: bytes, base: bytes, own: list[bytes]) -> Manifest:
    """Return the list that these bytes are, by their name and by what they look like.

    Raises:
        ManifestError: they are something else.
    """
    if trust.is_signed_text(data):
        raise ManifestError(f"{quoted(path)} is a list in signed text, which was not taken out")
    if misfit := formats.misfit(data):
        raise ManifestError(f"{quoted(path)}: {misfit}")
    name = os.fsdecode(os.path.basename(path))
    found = formats.detect(name, data, _algorithms.by_name())
    return Manifest(os.fsdecode(path), data, found.format, found.algorithm, base, own)


def own_names(root: bytes, path: bytes, *, linked: bool = True) -> list[bytes]:
    """Return the names below the root that a list, or its signature, has itself.

    A list that is a link is there twice: as the link, and as what it leads to, if ``linked``. Not
    so a signature: it has bytes that nobody signed, which could do harm under another name.
    """
    places = [path, os.path.realpath(path)] if linked else [path]
    names = (name_below(root, place) for place in places)
    return [name for name in names if name is not None]


def read_regular(path: bytes) -> bytes:
    """Return the bytes of a list.

    Raises:
        OSError: it is no regular file, too large, or changes while it is read.
    """
    with open(path, "rb", opener=_open) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        if status.st_size > _MAX_SIZE:
            raise OSError(f"the list is larger than {_MAX_SIZE} bytes")
        data = file.read(status.st_size + 1) or b""  # None: nothing to be had without waiting
        if len(data) != status.st_size:
            raise OSError("it changed while it was read")
        return data


def _open(path: str, flags: int) -> int:
    # A FIFO without a writer would hold up open().
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def name_below(root: bytes, path: bytes) -> bytes | None:
    """Return the name that a path has below the root; None if it lies elsewhere."""
    directory = os.path.realpath(os.path.dirname(path) or b".")
    place = os.path.join(directory, os.path.basename(path))
    name = os.path.relpath(place, os.path.realpath(root))
    return None if name.split(os.fsencode(os.sep))[0] == b".." else name


def is_directory(path: bytes) -> bool:
    """Whether a path is one of a directory.

    Raises:
        ManifestError: there is nothing at the path.
    """
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except OSError as error:
        raise unreadable(path, error) from error


def is_archive(path: bytes) -> bool:
    """Whether a path is that of a file which is called like an archive."""
    return path.lower().endswith(_ARCHIVES) and not os.path.isdir(path)


def unreadable(path: bytes, error: OSError) -> ManifestError:
    """Return the error about a path that the operating system does not let us read."""
    return ManifestError(f"cannot read {quoted(path)}: {error.strerror or error}")
