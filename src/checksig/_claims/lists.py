"""Lists of digests that lie in a place, or are named: found, read, and packed for the core."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _files, _formats, _schemes
from checksig._bridge import packed
from checksig._bridge.algorithms import by_name, by_size
from checksig._bridge.wire import List
from checksig._entries import Entry
from checksig._formats import Hint
from checksig._names import below, escape, quoted
from checksig._places import Directory, Item
from checksig._places.directory import name_below, own_names
from checksig._results import Signature, Source
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from checksig._entries import Line, Unverified
    from checksig._formats import Format, NameMatch
    from checksig._places import Place
    from checksig._trust.policy import Policy

_EXAMPLES: Final = "sha1sum.txt, SHA256SUMS or checksums.txt"


class NoListError(ManifestError):
    """There is no list in a place."""


class Manifest(NamedTuple):
    """A list of digests, read once: files are held to these bytes, and to no others."""

    path: str  # as reports show it
    data: bytes
    format: Format
    algorithm: str | None  # that the name of the list stands for
    base: bytes  # the directory below the root that names are relative to; b"" is the root
    own: tuple[bytes, ...]  # the names that the list itself has below the root
    home: Place  # where it lies
    name: bytes  # there
    beside: tuple[bytes, ...] = ()  # names there that are called like signatures over it
    lines: Sequence[Line] | None = None  # in it, if that is known already
    signatures: tuple[Signature, ...] = ()  # over it, by trusted keys
    text: bytes = b""  # the data in UTF-8, if they are in another encoding


SEALS: Final = tuple(map(os.fsencode, _schemes.EXTENSIONS))


def found(place: Place, items: Mapping[bytes, Item], policy: Policy) -> list[Manifest]:
    """Return the lists of a place: those of its files that are called like lists.

    A signature that is called like that of a list, which is not there, may hold it.

    Raises:
        ManifestError: there is no list, or one of them cannot be read.
        TrustError: a list is in a signature that does not hold.
    """
    known = by_name()
    wanted: list[bytes] = []
    holders: list[bytes] = []
    called: list[bytes] = []  # like lists, and are none
    for name in items:
        base = os.fsdecode(name[name.rfind(b"/") + 1 :])
        if name.endswith(SEALS):
            if _may_hold_a_list(name, base, known, items):
                holders.append(name)
        elif match := _formats.match_name(base, known):
            if place.root is not None and os.path.isdir(os.path.join(place.root, name)):
                continue
            if not match.weak or holds_a_list(place, items[name], match):
                wanted.append(name)
            else:
                called.append(name)
    if policy.keys:
        wanted += holders
    if not wanted:
        raise NoListError(_none_in(place, holders, called))
    manifests: list[Manifest] = []
    for name in sorted(wanted):
        manifest = read(place, items[name], place, policy)
        beside = [name + end for end in SEALS if name + end in items]
        if manifest.format.base != "." or b"/" in name:
            manifest = _based(manifest, place)
        manifests.append(manifest._replace(beside=tuple(beside)))
    return manifests


def holds_a_list(place: Place, item: Item, match: NameMatch) -> bool:
    """Whether a file with a weak name is a list. One that cannot be read is a file like others."""
    try:
        data = place.read(item, _files.MAX_SIZE)
        signed = data.lstrip()[:5] == b"-----" and _schemes.is_signed_text(data)
        return signed or _formats.is_list(match, _formats.utf16_as_utf8(data) or data)
    except OSError:
        return False


def _none_in(place: Place, holders: Sequence[bytes], called: Sequence[bytes]) -> str:
    where = quoted(os.fsencode(place.show()))
    if place.root is None:
        return f"no list of digests in {where}: name one outright"
    if called:
        return f"no list of digests in {where}: {quoted(called[0])} is called like one, and is none"
    hint = f"; {quoted(holders[0])} may hold one, for who trusts a key" if holders else ""
    return (
        f"no list of digests in {where}: none of its files is called {_EXAMPLES}, or the like{hint}"
    )


def _may_hold_a_list(
    name: bytes, base: str, known: Container[str], names: Container[bytes]
) -> bool:
    if base in _schemes.LISTS:
        return True
    stem = _schemes.stem(base) or ""
    return name[: len(stem) - len(base)] not in names and (
        stem.lower() in known or _formats.match_name(stem, known) is not None
    )


def _based(manifest: Manifest, place: Place) -> Manifest:
    """Return a list of a place with the directory that its names are relative to."""
    directory, base = manifest.name.rpartition(b"/")[0], manifest.format.base
    found = posixpath.normpath(posixpath.join(directory, base.encode()))
    if found.split(b"/")[0] == b"..":
        raise ManifestError(
            f"the names in {quoted(os.fsencode(manifest.path))} are relative to a directory "
            f"outside of {quoted(os.fsencode(place.show()))}; name the list outright"
        )
    return manifest._replace(base=b"" if found == b"." else found)


def named(path: bytes, place: Place, policy: Policy | None = None) -> Manifest:
    """Return a list that lies anywhere, for a place.

    Raises:
        ManifestError: it cannot be read, or is something else.
        TrustError: it is in a signature that does not hold.
    """
    home = Directory(os.path.dirname(path))
    manifest = read(home, Item(os.path.basename(path)), place, policy)
    beside = [manifest.name + end for end in SEALS if home.find(manifest.name + end)]
    return manifest._replace(beside=tuple(beside))


def read(home: Place, item: Item, place: Place, policy: Policy | None) -> Manifest:
    """Return a list that lies in one place, for another place or the same.

    Raises:
        ManifestError: it cannot be read, or is something else.
        TrustError: it is in a signature that does not hold.
    """
    path = os.fsencode(home.show(item.name))
    try:
        data = home.read(item, _files.MAX_SIZE)
    except OSError as error:
        raise _files.unreadable(path, error, ManifestError) from error
    opened = None
    if policy is not None and (path.endswith(SEALS) or data[:100].lstrip().startswith(b"-----")):
        from checksig._trust import checking  # noqa: PLC0415 (most lists are no signatures)

        opened = checking.unseal(path, data, policy)
    own: tuple[bytes, ...] = (item.name,)
    if home is not place or (home.root is not None and os.path.islink(path)):
        own = own_of(home, item.name, place, linked=opened is None)
        if home is place and home.root and name_below(home.root, os.path.realpath(path)) is None:
            raise ManifestError(
                f"{quoted(path)} is a link that leads out of the directory; name the list outright"
            )
    if opened is None:
        return recognised(path, data, own, home, item.name)
    signatures, data = opened
    listed = _schemes.stem(os.fsdecode(path)) or os.fsdecode(path)
    manifest = recognised(os.fsencode(listed), data, own, home, item.name)
    return manifest._replace(path=os.fsdecode(path), signatures=signatures)


def own_of(home: Place, name: bytes, place: Place, *, linked: bool) -> tuple[bytes, ...]:
    """Return the names that a file of one place has in another, or in the same."""
    if home is place and place.root is None:
        return (name,)
    if place.root is None or home.root is None:
        return ()
    return own_names(place.root, os.path.join(home.root, name), linked=linked)


def recognised(
    path: bytes, data: bytes, own: tuple[bytes, ...], home: Place, name: bytes
) -> Manifest:
    """Return the list that these bytes are, by their name and by what they look like.

    Raises:
        ManifestError: they are something else.
    """
    if data.lstrip()[:5] == b"-----" and _schemes.is_signed_text(data):
        raise ManifestError(
            f"{quoted(path)} is a list in signed text, which a key (--trust) takes out"
        )
    text = _formats.utf16_as_utf8(data)
    if misfit := _formats.misfit(text or data):
        raise ManifestError(f"{quoted(path)}: {misfit}")
    match = _formats.detect(os.fsdecode(os.path.basename(path)), text or data, by_name())
    found = (os.fsdecode(path), data, match.format, match.algorithm, b"", own, home, name)
    return Manifest(*found, text=text)


def pack(manifest: Manifest, unverified: list[bytes], *, links: bool) -> tuple[List, Source]:
    """Return a list as the core takes it, and note the names that have no digest in it.

    Args:
        manifest: The list.
        unverified: Takes the names.
        links: Whether symbolic links in it are compared.

    Raises:
        ManifestError: it is no list of its format at all.
    """
    source = Source(manifest.path, manifest.format.name)
    base, known = manifest.base, manifest.lines
    if known is None and manifest.format.by_core:
        text, kind = manifest.text or manifest.data, manifest.algorithm
        zero = text.endswith(b"\0")
        slashes = not zero and manifest.format.backslashes
        return List(base, text, untagged=kind, zero=zero, backslashes=slashes), source

    def note(line: Unverified) -> None:
        if line.path:
            unverified.append(below(base, os.fsencode(line.path)))

    try:
        found = parse(manifest) if known is None else known
        packed_lines = packed.pack_lines(found, note, links=links)
    except ValueError as error:
        raise ManifestError(f'"{escape(manifest.path)}": {error}') from error
    slashes = manifest.format.backslashes
    return List(base, lines=packed_lines, untagged=manifest.algorithm, backslashes=slashes), source


def parse(manifest: Manifest) -> Iterable[Line]:
    """Yield the lines of a list that Python parses."""
    if manifest.format.parse is None:
        return ()
    return manifest.format.parse(manifest.text or manifest.data, _hint(manifest))


def lines(manifest: Manifest) -> Iterator[Line]:
    """Yield the lines of any list, with the algorithms that the core would find."""
    for line in manifest.format.lines(manifest.text or manifest.data, _hint(manifest)):
        if isinstance(line, Entry) and not line.algorithm:
            yield line._replace(algorithm=by_size(len(line.digest) // 2) or "")
        else:
            yield line


def _hint(manifest: Manifest) -> Hint:
    name = os.path.basename(manifest.path)
    if manifest.signatures:  # the list may be inside of one
        name = _schemes.stem(name) or name
    return Hint(name, manifest.algorithm)
