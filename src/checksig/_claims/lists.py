"""Lists of digests that lie in a place, or are named: found, read, and packed for the core."""

from __future__ import annotations

import os
import posixpath

from checksig import _files, _formats, _schemes
from checksig._bridge.algorithms import by_name
from checksig._bridge.wire import List
from checksig._claims import parsing
from checksig._claims.candidates import ElsewhereError, fault
from checksig._claims.claim import Claim
from checksig._claims.parsing import Manifest, Proved
from checksig._entries import in_blocks
from checksig._names import below, escape, quoted
from checksig._places import Item
from checksig._places.directory import name_below, own_names
from checksig._results import Source
from checksig.errors import ManifestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

    from checksig._entries import Kind, Unverified
    from checksig._formats import Format
    from checksig._places import Place
    from checksig._results import Result
    from checksig._trust.policy import Policy


SEALS: Final = tuple(map(os.fsencode, _schemes.EXTENSIONS))


def read(
    home: Place,
    item: Item,
    place: Place,
    policy: Policy | None,
    *,
    data: bytes | None = None,
    form: Format | None = None,
) -> Manifest:
    """Return a list that lies in one place, for another place or the same.

    Args:
        home: The place that it lies in.
        item: It.
        place: The place that its names are of.
        policy: Whom the caller trusts; None if nobody asks.
        data: Its bytes, if they have been read.
        form: Its format, if the caller says it.

    Raises:
        ManifestError: it cannot be read, or is something else.
        TrustError: it is in a signature that does not hold.
    """
    path = os.fsencode(home.show(item.name))
    if data is None:
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
                f"{quoted(path)} is a link that leads out of the directory; give the list "
                "(--manifest)"
            )
    if opened is None:
        manifest = recognised(path, data, own, home, item.name, form=form)
    else:
        signatures, data = opened
        listed = _schemes.stem(os.fsdecode(path)) or os.fsdecode(path)
        manifest = recognised(os.fsencode(listed), data, own, home, item.name, form=form)
        manifest = manifest._replace(path=os.fsdecode(path), signatures=signatures)
    if not manifest.format.packages:
        return manifest

    from checksig._claims import locks  # noqa: PLC0415 (few lists are lock files)

    return locks.resolved(manifest, place, inside=home is place)


def own_of(home: Place, name: bytes, place: Place, *, linked: bool) -> tuple[bytes, ...]:
    """Return the names that a file of one place has in another, or in the same."""
    if home is place and place.root is None:
        return (name,)
    if place.root is None or home.root is None:
        return ()
    return own_names(place.root, os.path.join(home.root, name), linked=linked)


def recognised(
    path: bytes,
    data: bytes,
    own: tuple[bytes, ...],
    home: Place,
    name: bytes,
    *,
    form: Format | None = None,
) -> Manifest:
    """Return the list that these bytes are, by their name and by what they look like.

    Args:
        path: As reports show it.
        data: The bytes.
        own: The names that the list has in the place that its names are of.
        home: The place that it lies in.
        name: Its name there.
        form: Its format, if the caller says it.

    Raises:
        ManifestError: they are something else.
    """
    if data.lstrip()[:5] == b"-----" and _schemes.is_signed_text(data):
        raise ManifestError(f"{quoted(path)} is a list in signed text, which needs a key (--trust)")
    try:
        text = _formats.plain(data) if data.startswith(_formats.PACKED) else b""
    except ValueError as error:
        raise ManifestError(f"{quoted(path)}: {error}") from error
    match = _formats.detect(os.fsdecode(os.path.basename(path)), text or data, by_name())
    looks_like_it = not match.format.by_name_only and match.format.sniff(text or data)
    if not looks_like_it and (misfit := _formats.misfit(text or data)):
        raise ManifestError(f"{quoted(path)}: {misfit}")
    format_ = form or match.format
    found = (os.fsdecode(path), data, format_, match.algorithm, b"", own, home, name)
    return Manifest(*found, text=text, family=match.family)


def expect_algorithms(manifests: Sequence[Manifest], place: Place) -> None:
    """Make sure that lists say their algorithms, or are in the usual ones.

    Raises:
        ManifestError: one is in another, as files in the place show.
    """
    silent = [m for m in manifests if m.format.by_core and not (m.algorithm or m.family)]
    if silent and place.root is not None:
        from checksig._claims import unsaid  # noqa: PLC0415 (most lists say it)

        for each in silent:
            unsaid.expect_said(each, place)


def proved(manifests: list[Manifest], place: Place, *, whole: bool = True) -> Proved:
    """Return lists with digests of files, where their own are of pieces, or of what is in archives.

    Args:
        manifests: Lists.
        place: The place that their names are of.
        whole: Whether all that they say counts.

    Raises:
        ManifestError: one cannot be checked in this place, or is none of its format.
    """
    settled: tuple[Result, ...] = ()
    remarks: tuple[str, ...] = ()
    if whole and any(each.format.pieces for each in manifests):
        from checksig._claims import pieces  # noqa: PLC0415 (few lists have some)

        manifests, settled, remarks = pieces.proved(manifests, place)
    if any(each.format.packages and each.format.packages.contents for each in manifests):
        from checksig._claims import contents  # noqa: PLC0415 (few lists are lock files)

        manifests, more, said = contents.proved(manifests, place)
        settled, remarks = (*settled, *more), (*remarks, *said)
    return Proved(manifests, settled, remarks)


def based(manifest: Manifest) -> Manifest:
    """Return a list of a place with the directory that its names are relative to.

    Raises:
        ElsewhereError: that is outside of the place.
    """
    name = os.fsdecode(manifest.name)
    directory = name.rpartition("/")[0]
    path = manifest.home.show(manifest.name)
    base = _formats.base_of(manifest.format, os.path.abspath(path) if manifest.home.root else name)
    found = os.fsencode(posixpath.normpath(posixpath.join(directory, base)))
    if found.split(b"/")[0] == b"..":
        raise ElsewhereError(
            f"{quoted(os.fsencode(manifest.path))} is for a directory outside of this one"
        )
    return manifest._replace(base=b"" if found == b"." else found)


def pack(
    manifest: Manifest, unverified: list[tuple[bytes, Kind]], *, links: bool
) -> tuple[List, Source]:
    """Return a list as the core takes it, and note the names of what is no file.

    Args:
        manifest: The list.
        unverified: Takes the names, and kinds.
        links: Whether symbolic links in it are compared.

    Raises:
        ManifestError: it is no list of its format at all.
    """
    source = Source(manifest.path, manifest.format.name)
    base, known = manifest.base, manifest.lines
    if known is None and manifest.format.by_core:
        text, family = manifest.text or manifest.data, manifest.family
        kind, zero = manifest.algorithm, text.endswith(b"\0")
        slashes = not zero and manifest.format.backslashes
        return List(base, text, b"", kind, family, zero=zero, backslashes=slashes), source

    from checksig._bridge import packed  # noqa: PLC0415 (the core parses most lists)

    def note(line: Unverified) -> None:
        if line.path:
            unverified.append((below(base, os.fsencode(line.path)), line.kind))

    try:
        blocks = parsing.blocks(manifest) if known is None else in_blocks(known)
        packed_lines = packed.pack_blocks(blocks, note, links=links)
    except ValueError as error:
        raise ManifestError(f'"{escape(manifest.path)}": {error}') from error
    slashes = manifest.format.backslashes
    kind = manifest.algorithm if manifest.algorithm in by_name() else None
    each = List(base, b"", packed_lines, kind, manifest.family, backslashes=slashes)
    return each, source


def claim(
    found: Sequence[Manifest],
    unchecked: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
    *,
    links: bool = False,
    looks: bool = True,
    whole: str | None = None,
    notes: Mapping[str, str] | None = None,
    settled: tuple[Result, ...] = (),
    unbound: tuple[bytes, ...] = (),
) -> Claim:
    """Return lists as a claim: their bytes, as the core takes them, and all else they say.

    One of several that is no list of its format at all is a verdict.

    Raises:
        ManifestError: none of them is a list of its format.
    """
    unverified: list[tuple[bytes, Kind]] = []
    signatures = [each for manifest in found for each in manifest.signatures]
    own = [name for manifest in found for name in manifest.own]
    packed_lists: list[List] = []
    sources: list[Source] = []
    for manifest in found:
        try:
            each, source = pack(manifest, unverified, links=links)
        except ManifestError as error:
            if len(found) == 1:
                raise
            settled = (*settled, fault(manifest.path, error))
            continue
        packed_lists.append(each)
        sources.append(source)
    if not packed_lists and found:
        raise ManifestError(settled[-1].detail)
    return Claim(
        lists=tuple(packed_lists),
        sources=tuple(sources),
        signatures=tuple(signatures),
        unchecked=unchecked,
        remarks=remarks,
        own=tuple(own),
        unverified=tuple(unverified),
        unbound=unbound,
        whole=whole,
        looks=looks,
        notes=tuple((notes or {}).items()),
        settled=settled,
    )
