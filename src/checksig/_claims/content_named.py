"""Stores in which a file is called by its digest: layouts of images, and of Git LFS and DVC here.

Source: the specification of Git LFS, "Objects"; the documentation of DVC, "Structure of the cache
directory". An object of DVC that ends in ``.dir`` lists the files of a directory: what it says is
believed only if its bytes have its digest, and the objects that it leads to have to be there.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _files
from checksig._bridge import packed
from checksig._bridge.wire import List
from checksig._claims import lists, oci, parsing
from checksig._claims.ask import Part
from checksig._claims.claim import Claim
from checksig._entries import Entry, Malformed
from checksig._names import counted, escape
from checksig._places import Item
from checksig._results import Result, Source, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from checksig._places import Place

_TREE: Final = ".dir"
_SOURCE: Final = "names of objects"
_SHARDS: Final = rb"[0-9a-f]{2}"
_SHOWN: Final = 3  # names in a remark


class _Store(NamedTuple):
    """A kind of store. All of it lies in one directory, whose directories have two digits each."""

    kind: str  # as reports have it
    homes: tuple[str, ...]  # that directory, as seen from one that people name
    ends: str  # of the path of that directory; empty: any
    pattern: str  # of the name of an object below it
    algorithm: str


_LFS: Final = r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}"
_DVC: Final = r"[0-9a-f]{2}/[0-9a-f]{30}(?:\.dir)?"
_STORES: Final = (
    _Store("git-lfs", ("", "objects/"), "", _LFS, "sha256"),
    _Store("dvc-cache", ("", "files/md5/"), "files/md5", _DVC, "md5"),
)


def part(place: Place, names: Collection[bytes]) -> Part | None:
    """Return a store with what the names of its objects say of them; None if it is none.

    Args:
        place: A place without a list.
        names: What is in it, at the top.

    Raises:
        ManifestError: it cannot be read.
    """
    if oci.LAYOUT in names:
        return oci.part(place)
    for store in _STORES if place.root is not None else ():
        for home in store.homes:
            if found := _part(place, names, store, home):
                return found
    return None


def _part(place: Place, names: Collection[bytes], store: _Store, home: str) -> Part | None:
    root = place.root or b""
    below = os.path.join(os.path.abspath(root), os.fsencode(home))
    if not os.fsdecode(below.rstrip(b"/")).endswith(store.ends):
        return None
    if home:
        if os.fsencode(home.partition("/")[0]) not in names or not os.path.isdir(below):
            return None
        names = os.listdir(below)
    if not names or not all(re.fullmatch(_SHARDS, name) for name in names):
        return None
    files = [os.fsdecode(item.name) for item in place.walk(os.fsencode(home.rstrip("/")))]
    objects = [name for name in files if re.fullmatch(store.pattern, name.removeprefix(home))]
    if not objects:
        return None
    entries = {name: _entry(store, home, name) for name in objects}
    faults: list[Result] = []
    for tree in [name for name in objects if name.endswith(_TREE)]:
        try:
            led = [_object(home, digest) for digest in _digests(place, entries[tree])]
        except ManifestError as error:
            faults.append(Result(tree, Status.MALFORMED, detail=str(error)))
            continue
        entries |= {name: _entry(store, home, name) for name in led}
    claim = Claim(
        lists=(List(lines=packed.pack_entries(entries.values())),),
        sources=(Source(_SOURCE, store.kind),),
        remarks=_remarks(sorted(set(files).difference(objects))),
        settled=tuple(faults),
    )
    return Part(place, claim)


def _object(home: str, digest: str) -> str:
    return f"{home}{digest[:2]}/{digest[2:]}"


def _entry(store: _Store, home: str, name: str) -> Entry:
    digits = name.removeprefix(home).removesuffix(_TREE)
    whole = digits.rpartition("/")[2]
    digest = digits.replace("/", "") if store.algorithm == "md5" else whole
    return Entry(name, digest, store.algorithm)


def _digests(place: Place, tree: Entry) -> Iterator[str]:
    """Yield the digests of the files of a directory; none if the object is another.

    It is a mismatch then, as everybody will see who reads it.

    Raises:
        ManifestError: it cannot be read, or is no list.
    """
    try:
        data = place.read(Item(os.fsencode(tree.path)), _files.MAX_SIZE)
    except OSError as error:
        raise ManifestError(f"{place.show(os.fsencode(tree.path))}: {error}") from error
    if hashlib.md5(data, usedforsecurity=False).hexdigest() != tree.digest:
        return
    path = os.fsencode(place.show(os.fsencode(tree.path)))
    manifest = lists.recognised(path, data, (), place, os.fsencode(tree.path))
    try:
        for line in parsing.lines(manifest):
            if isinstance(line, Malformed):
                raise ManifestError(f"{manifest.path}: {line.reason}")
            if isinstance(line, Entry) and re.fullmatch("[0-9a-f]{32}", line.digest):
                yield line.digest
                continue
            raise ManifestError(f'{manifest.path}: "{escape(line.path)}" has no MD5')
    except ValueError as error:
        raise ManifestError(f"{manifest.path}: {error}") from error


def _remarks(strays: list[str]) -> tuple[str, ...]:
    if not strays:
        return ()
    shown = ", ".join(map(escape, strays[:_SHOWN])) + (", …" if len(strays) > _SHOWN else "")
    return (f"{counted(len(strays), 'file')} ({shown}) have no names of objects: nothing is said",)
