"""Make bags of directories, and update them.

Source: RFC 8493 (BagIt 1.0), sections 2 and 5. A bag that is made here holds regular files alone:
a link may lead elsewhere, or nowhere, where the bag goes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict, Unpack

from checksig import _files, _places
from checksig import _formats as formats
from checksig import _schemes as schemes
from checksig._bridge.algorithms import lookup
from checksig._claims import bag as bags
from checksig._entries import Entry, Listed
from checksig._making import bag_files, bag_info, recovery, staging, stale
from checksig._making.list_request import ListRequest
from checksig._making.outlet import Outlet
from checksig._names import quoted
from checksig._options import RunOptions
from checksig._options.values import Network, reading, settle, takes
from checksig._places import Directory
from checksig._results import Algorithm
from checksig.errors import ChecksigError, CreateError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from checksig._options import StrPath

_PAYLOAD: Final = bags.PAYLOAD.encode()
_MANIFESTS: Final = (b"manifest-", b"tagmanifest-")


@dataclass(frozen=True)
class Bagged:
    """A bag that was made or updated."""

    path: str
    algorithms: tuple[Algorithm, ...]  #: of the manifests
    files: int  #: of the payload
    bytes: int  #: of the payload
    seconds: float
    new: bool  #: whether the directory was no bag before
    #: Files of the payload, by what is different from the manifests before.
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    note: str = ""  #: of what a run before had left, and what has become of it
    dropped: tuple[str, ...] = ()  #: names of signatures that held no more, and are removed


@takes(RunOptions)
def make_bag(
    path: StrPath,
    *,
    algorithm: str | Sequence[str] | None = None,
    info: Mapping[str, str | Sequence[str]] | None = None,
    drop_signature: bool = False,
    **options: Unpack[RunOptions],
) -> Bagged:
    """Turn a directory into a BagIt 1.0 bag, in place, or update a bag.

    All files in the directory move to ``data``. In a bag, the payload is read again and listed as
    it is now: only the result says what has changed. If anything fails, the directory is as it was.
    If the process is killed, the next call restores it, and says so in ``Bagged.note``.

    Args:
        path: The directory; or the address of one in a store whose files are all below ``data/``:
            there, tag files are only added, each if there is none, and none is updated.
        algorithm: The algorithm, or several. Without it, those of the bag, or SHA-512.
        info: Labels and values for ``bag-info.txt``. They replace those with the same label;
            Payload-Oxum and Bagging-Date are computed.
        drop_signature: Whether to remove signatures over manifests that no longer hold. Without it,
            such a bag is not updated.
        **options: See :class:`RunOptions`.

    Raises:
        CreateError: there is something that a bag cannot hold, or the bag cannot be written.
        ManifestError: the existing bag cannot be read.
        UnknownAlgorithmError: ``algorithm`` is not known.
        TypeError, ValueError: the options make no sense.
    """
    root = os.path.normpath(os.fsencode(path))
    if _places.is_address(os.fsencode(path)):
        return _in_store(path, algorithm, info or {}, settle(RunOptions, options))
    if not os.path.isdir(root):
        raise CreateError(f"{quoted(root)} is not a directory")
    given = bag_info.pairs_of(info or {})
    settled = settle(RunOptions, options)
    note = recovery.recover(root)
    try:
        made = _make(root, algorithm, given, settled, drops=drop_signature)
        return replace(made, note=note)
    except ChecksigError as error:
        if note:
            error.add_note(note)
        raise


def _in_store(
    path: StrPath,
    algorithm: str | Sequence[str] | None,
    info: Mapping[str, str | Sequence[str]],
    settled: Mapping[str, Any],
) -> Bagged:
    from checksig._making import stored_bag  # noqa: PLC0415 (most bags are directories)

    made = stored_bag.make(path, algorithm, bag_info.pairs_of(info), settled)
    return Bagged(
        path=os.fsdecode(path),
        algorithms=made.algorithms,
        files=len(made.payload),
        bytes=sum(file.size for file in made.payload),
        seconds=made.seconds,
        new=True,
        **_changes({}, made.payload),
    )


def _make(
    root: bytes,
    algorithm: str | Sequence[str] | None,
    given: list[tuple[str, str]],
    settled: Mapping[str, Any],
    *,
    drops: bool,
) -> Bagged:
    old = _PreviousBag.read(root) if os.path.lexists(os.path.join(root, bags.DECLARATION)) else None
    if algorithm is None:
        algorithm = old.algorithms if old else bag_files.ALGORITHMS
    wanted = ListRequest.of(
        os.path.join(root, _PAYLOAD) if old else root,
        algorithm,
        "text",
        {"format": formats.OF_BAGS, "symlinks": "refuse"},
    )._replace(reading=reading(settled), progress=settled["progress"])
    there = _names_in(root)
    files, seconds = bag_files.hashed(wanted)
    if not files:
        raise CreateError(f"no files below {quoted(wanted.root)} to put into a bag")
    payload = [file._replace(path=f"{bags.PAYLOAD}/{file.path}") for file in files]
    octets = sum(file.size for file in files)
    kept = bag_info.kept(old.info if old else [], given)
    pairs = [*kept, *given, *bag_info.worked_out(octets, len(files))]
    tags = {
        **bag_files.manifests(wanted, payload, b""),  # refuses names, before anything is moved
        bag_info.NAME: bag_info.render(pairs),
        bags.DECLARATION: bag_files.DECLARATION,
    }
    replaced = [name for name in there if name in tags or _is_manifest(name)] if old else []
    past = _past(root, [name for name in replaced if not _is_tag_manifest(name)], tags)
    # A tag manifest cannot list a signature that is made over it.
    over = [n for n in there if _is_tag_manifest(os.fsencode(schemes.stem(os.fsdecode(n)) or ""))]
    gone = [*replaced, *past, *over] if old else []
    tags |= _tag_manifests(wanted._replace(root=root), tags, gone, is_bag=old is not None)
    past += _past(root, [name for name in replaced if _is_tag_manifest(name)], tags)
    stale.refuse([os.path.join(root, name) for name in past], dropped=drops, signs=False)
    if _names_in(root) != there:
        raise CreateError(f"files appeared in {quoted(root)}, or disappeared, while it was read")
    staging.apply(root, [] if old else there, [*replaced, *past], tags)
    return Bagged(
        path=os.fsdecode(root),
        algorithms=wanted.algorithms,
        files=len(files),
        bytes=octets,
        seconds=seconds,
        new=old is None,
        dropped=tuple(map(os.fsdecode, past)),
        **_changes(old.payload if old else {}, payload),
    )


class _PreviousBag(NamedTuple):
    """A bag as it was."""

    algorithms: list[str]  # of its payload manifests
    payload: dict[str, dict[str, str]]  # digests, by path and algorithm
    info: list[tuple[str, str]]

    @classmethod
    def read(cls, root: bytes) -> _PreviousBag:
        """Read a bag.

        Raises:
            ManifestError: it is no bag, or a manifest cannot be read.
            CreateError: it cannot be updated.
        """
        found = bags.found(Directory(root), _names_in(root))
        encoding = found.declaration.encoding
        if encoding.upper() != "UTF-8":
            raise CreateError(f"the tag files of {quoted(root)} are not UTF-8, but {encoding}")
        if found.notes:
            raise CreateError(f"{quoted(root)} has files that are still to be fetched")
        algorithms: list[str] = []
        payload: dict[str, dict[str, str]] = {}
        for manifest in found.manifests:
            if manifest.own[0].lower().startswith(b"tag") or manifest.algorithm is None:
                continue
            name = lookup(manifest.algorithm).name
            algorithms.append(name)
            for line in manifest.lines or ():
                if isinstance(line, Entry):
                    digests = payload.setdefault(line.path.removeprefix("./"), {})
                    digests[name] = line.digest.lower()
        return cls(algorithms, payload, bag_info.read(root))


def _names_in(root: bytes) -> list[bytes]:
    try:
        return sorted(os.listdir(root))
    except OSError as error:
        raise _files.unreadable(root, error, CreateError) from error


def _is_manifest(name: bytes) -> bool:
    """Whether a tag file is a manifest, of this algorithm or another."""
    return name.lower().startswith(_MANIFESTS) and name.endswith(b".txt")


def _is_tag_manifest(name: bytes) -> bool:
    return _is_manifest(name) and name.lower().startswith(_MANIFESTS[1])


def _past(root: bytes, names: Sequence[bytes], tags: Mapping[bytes, bytes]) -> list[bytes]:
    """Return the names of signatures over files that will be others, or gone."""
    outlet = Outlet(network=Network())
    return [
        os.path.basename(path)
        for name in names
        for path in stale.beside(os.path.join(root, name), tags.get(name, b""), outlet)
    ]


def _tag_manifests(
    wanted: ListRequest, tags: Mapping[bytes, bytes], replaced: Sequence[bytes], *, is_bag: bool
) -> dict[bytes, bytes]:
    """Return the manifests of these tag files, and of those that stay in a bag."""
    rest = wanted._replace(patterns={"exclude": (b"/%b/" % _PAYLOAD,)}, progress=None)
    stays = bag_files.hashed(rest, replaced)[0] if is_bag else []
    return bag_files.of_tags(wanted, tags, stays)


class _Changes(TypedDict):
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def _changes(old: Mapping[str, Mapping[str, str]], files: Sequence[Listed]) -> _Changes:
    """Return what is different. A digest that was not listed before is no difference."""
    return {
        "added": tuple(file.path for file in files if file.path not in old),
        "changed": tuple(
            file.path
            for file in files
            if any(d != file.digests.get(a, d) for a, d in old.get(file.path, {}).items())
        ),
        "removed": tuple(sorted(old.keys() - {file.path for file in files})),
    }
