"""Find and read the lists that a directory is checked against."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from checksig import _files
from checksig import _formats as formats
from checksig import _schemes as trust
from checksig._bridge import algorithms as _algorithms
from checksig._names import quoted
from checksig._places import directory
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from checksig._entries import Line
    from checksig._files import StrPath
    from checksig._results import Signature

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
    if not directory.is_directory(place):
        manifest = read(os.path.dirname(place) or b".", place, b"", unseal)
        root = os.path.normpath(os.path.join(os.path.dirname(place), manifest.format.base.encode()))
        own = directory.own_names(root, place, linked=not manifest.signatures)
        return Found(root, [manifest._replace(own=own)])
    names = _find(place, recursive=recursive, sealed=sealed)
    return Found(place, [_read_found(place, name, unseal) for name in names])


def _find(root: bytes, *, recursive: bool, sealed: bool) -> list[bytes]:
    """Return the names below a directory of all files that are called like a list.

    A signature that is called like that of a list, which is not there, may hold it.
    """
    known = _algorithms.by_name()
    found = list(directory.files_below(root) if recursive else directory.files_in(root))
    names = [
        name
        for name in found
        if formats.match_name(os.fsdecode(os.path.basename(name)), known)
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
        and (stem.lower() in known or formats.match_name(stem, known) is not None)
    )


def _read_found(root: bytes, name: bytes, unseal: Unseal | None) -> Manifest:
    path = os.path.join(root, name)
    if directory.name_below(root, os.path.realpath(path)) is None:
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
        data = _files.read_regular(path)
    except OSError as error:
        raise _files.unreadable(path, error, ManifestError) from error
    opened = unseal(path, data) if unseal else None
    own = directory.own_names(root, path, linked=opened is None)
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
