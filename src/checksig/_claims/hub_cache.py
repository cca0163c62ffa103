"""Caches of the hub of Hugging Face on this machine, as claims: a blob is called by its digest.

Source: huggingface.co/docs/huggingface_hub, "Understand caching". ``models--ORG--NAME`` has
``blobs/DIGEST`` and ``snapshots/COMMIT/FILE``, which are links to blobs. A digest is the SHA-256 of
a large file, and of others what Git calls them. Which file is which blob, the hub alone can say:
newer versions of its client keep that in ``trees/COMMIT.json``.
"""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _files
from checksig._bridge import packed
from checksig._bridge.algorithms import GIT_SHA1
from checksig._bridge.wire import List
from checksig._claims import git, hub, hub_tree
from checksig._claims.ask import Part
from checksig._claims.candidates import NoListError
from checksig._claims.claim import Claim
from checksig._classes import replace
from checksig._entries import Entry
from checksig._names import counted
from checksig._places import Directory, Item
from checksig._results import Result, Source, Status

if TYPE_CHECKING:
    from checksig._claims.ask import Ask
    from checksig._trust.policy import Policy

#: The source of the digests, as reports name it.
SOURCE: Final = "names of blobs"

_MODEL: Final = re.compile(rb"(?:models|datasets|spaces|kernels)--.+")
_COMMIT: Final = re.compile(rb"[0-9a-f]{40}")
_BLOB: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")
_BLOBS, _SNAPSHOTS = b"blobs", b"snapshots"
#: What else the client of the hub keeps: names of commits, listings, and names that are not there.
_KEPT: Final = (b"/refs/", b"/trees/", b"/.no_exist/")


def parts(path: bytes, ask: Ask, policy: Policy) -> list[Part]:
    """Return what there is to check at a path of a cache; nothing if it is none.

    And nothing if it has to be signed, as no cache is.

    Args:
        path: A repository in it, a snapshot of one, or the cache itself.
        ask: The question of the caller, who may ask for all that is below.
        policy: Whom the caller trusts.

    Raises:
        NoListError: there are no blobs.
    """
    if not hub.will_do(policy, os.fsdecode(path)):
        return []
    if _is_repository(path):
        return [_part(path, b"", ask)]
    above, commit = os.path.split(os.path.abspath(path))
    if _COMMIT.fullmatch(commit) and os.path.basename(above) == _SNAPSHOTS:
        home = os.path.dirname(above)
        free = _is_repository(home) and hub.will_do(policy, os.fsdecode(home))
        return [_part(home, commit, ask)] if free else []
    if not ask.recursive:
        return []
    names = sorted(name for name in os.listdir(path) if _MODEL.fullmatch(name))
    found = [name for name in names if _is_repository(os.path.join(path, name))]
    homes = [os.path.join(path, name) for name in found]
    if not all(hub.will_do(policy, os.fsdecode(home)) for home in homes):
        return []
    pairs = zip(found, homes, strict=True)
    return [_part(home, b"", ask)._replace(below=name) for name, home in pairs]


def _is_repository(path: bytes) -> bool:
    name = os.path.basename(os.path.abspath(path))
    there = [os.path.isdir(os.path.join(path, each)) for each in (_BLOBS, _SNAPSHOTS)]
    return _MODEL.fullmatch(name) is not None and all(there)


class _File(NamedTuple):
    """A file whose digest is known."""

    name: bytes  # in the report
    place: Directory
    path: bytes  # in the place, where it is read without following links
    digest: str


class _Found(NamedTuple):
    """The files of snapshots."""

    files: dict[bytes, _File]  # by the paths that are read
    more: list[bytes]  # other names of the same blobs
    faults: list[Result]
    absent: list[bytes]  # names that the hub has, and that were not downloaded


def _part(root: bytes, commit: bytes, ask: Ask) -> Part:
    """Return a repository with what the names of its blobs say of them."""
    place = Directory(root)
    commits, strays = ([commit], []) if commit else _commits(root)
    found = _Found({}, [], [], [])
    listed = [_add_snapshot(place, each, found) for each in commits]
    for blob in [] if commit else sorted(os.listdir(os.path.join(root, _BLOBS))):
        path = os.path.join(_BLOBS, blob)
        if _BLOB.fullmatch(os.fsdecode(blob)) and path not in found.files:
            found.files[path] = _File(path, place, path, os.fsdecode(blob))
    if not (found.files or found.faults):
        raise NoListError(f'no blobs in "{place.show()}"')
    small = [each for each in found.files.values() if len(each.digest) == 2 * GIT_SHA1.size]
    settled = (*hub.read([partial(_verdict, each, ask) for each in small]), *found.faults)
    entries = [
        Entry(os.fsdecode(each.name), each.digest, "sha256")
        for each in found.files.values()
        if len(each.digest) != 2 * GIT_SHA1.size
    ]
    own = (*found.more, *[os.fsencode(each.path) for each in settled])
    lists = (List(lines=packed.pack_entries(entries)),) if entries else ()
    whole, remarks = os.path.join(_SNAPSHOTS, commit).rstrip(b"/"), _remarks(found, all(listed))
    if ask.complete and not commit:
        whole, own = b"", (*own, *found.files)  # blobs have been read by their other names
    elif strays:
        own += tuple(strays)
        remarks += (
            f"{counted(len(strays), 'file')} beside the snapshots, which nothing is said of",
        )
    claim = Claim(
        lists,
        (Source(SOURCE, hub.KIND),),
        remarks=remarks,
        own=own,
        whole=os.fsdecode(whole),
        unbound=_KEPT,
        settled=settled,
    )
    return Part(place, claim)


def _commits(root: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the names of snapshots, and the paths of files that lie beside them."""
    commits, strays = list[bytes](), list[bytes]()
    for name in sorted(os.listdir(os.path.join(root, _SNAPSHOTS))):
        path = os.path.join(_SNAPSHOTS, name)
        if os.path.isdir(os.path.join(root, path)):
            commits.append(name)
        else:
            strays.append(path)
    return commits, strays


def _remarks(found: _Found, listed: bool) -> tuple[str, ...]:
    said = [] if listed else ["no listing of the hub says which name is for which blob"]
    if found.more:
        said.append(f"{len(found.more):,} more names of the same blobs")
    if found.absent:
        said.append(f"{counted(len(found.absent), 'file')} of the hub not downloaded")
    return tuple(said)


def _add_snapshot(place: Directory, commit: bytes, found: _Found) -> bool:
    """Add the files of a snapshot, and return whether a listing of the hub is there."""
    top = os.path.join(_SNAPSHOTS, commit)
    tree, damaged = None, False
    try:
        tree = hub_tree.read(place, commit)
    except ValueError as error:
        where, damaged = os.fsdecode(hub_tree.path(commit)), True
        why = f"the listing of the hub: {error}"
        found.faults.append(Result(where, Status.MALFORMED, manifest=SOURCE, detail=why))
    there: set[str] = set()
    for name in sorted(item.name for item in place.walk(top)):
        shown = os.fsdecode(name)[len(top) + 1 :]
        there.add(shown)
        file = _file(place, name, tree.get(shown, "") if tree else None)
        if isinstance(file, Result):
            found.faults.append(file)
        elif file.path in found.files:
            found.more.append(name)
        else:
            found.files[file.path] = file
    found.absent.extend(map(os.fsencode, (tree or {}).keys() - there))
    return damaged or tree is not None


def _file(place: Directory, name: bytes, listed: str | None) -> _File | Result:
    """Return a file of a snapshot with its digest; or why it has none.

    Args:
        place: The repository.
        name: That of the file in it.
        listed: The digest that the hub has listed; empty: it has none of it; None: nobody knows.
    """
    unread = Result(os.fsdecode(name), Status.UNSUPPORTED, manifest=SOURCE)
    if listed == "":
        return replace(unread, status=Status.UNLISTED, detail="the hub has no such file")
    if not os.path.islink(os.path.join(place.root, name)):  # as on systems without links
        if listed is None:
            return replace(unread, detail="it is no link to a blob: nothing says what it should be")
        return _File(name, place, name, listed)
    return _linked(place, name, listed, unread)


def _linked(place: Directory, name: bytes, listed: str | None, unread: Result) -> _File | Result:
    """Return a file that is a link to a blob; or why it is none."""
    link = os.readlink(os.path.join(place.root, name))
    target = os.path.normpath(os.path.join(os.path.dirname(name), link))
    directory, blob = os.path.split(target)
    digest = os.fsdecode(blob)
    if directory != _BLOBS or not _BLOB.fullmatch(digest):
        return replace(unread, detail="it is a link to something else than a blob")
    if listed is not None and digest != listed:
        why = "it is a link to another blob than that of the file"
        return replace(unread, status=Status.MISMATCH, listed=listed, detail=why)
    if not os.path.lexists(os.path.join(place.root, target)):
        return replace(unread, status=Status.MISSING, detail="its blob is missing")
    return _File(name, place, target, digest)


def _verdict(file: _File, ask: Ask) -> Result:
    """Return the verdict on a small file."""
    shown = os.fsdecode(file.name)
    unread = Result(shown, Status.UNSUPPORTED, GIT_SHA1.name, file.digest, manifest=SOURCE)
    if ask.least == "strong" or ask.only is not None:
        why = "weaker than required" if ask.least else "not what was asked for"
        return replace(unread, detail=f"{GIT_SHA1.title} is {why}")
    try:
        size = os.lstat(os.path.join(file.place.root, file.path)).st_size
    except OSError as error:
        return replace(unread, status=Status.UNREADABLE, detail=_files.reason(error))
    named = git.Named(Item(file.path, size), shown, file.digest, SOURCE)
    return git.verdict(file.place, named, ask.network.cancel)
