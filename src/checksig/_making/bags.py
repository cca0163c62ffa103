"""Make bags of directories, and update them.

Source: RFC 8493 (BagIt 1.0), sections 2 and 5. A bag that is made here holds regular files alone:
a link may lead elsewhere, or nowhere, where the bag goes.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict, Unpack

from checksig import _files
from checksig import _formats as formats
from checksig._bridge.algorithms import lookup
from checksig._claims import bag as bags
from checksig._entries import Entry, Listed
from checksig._making import bag_info, creating
from checksig._making.layout import sort
from checksig._making.list_request import ListRequest
from checksig._names import escape, quoted
from checksig._options import ReadOptions
from checksig._options.values import reading, settle, takes
from checksig._places import Directory
from checksig._results import Algorithm
from checksig.errors import CreateError, UnwritableNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checksig._options import StrPath
    from checksig._results import Progress

_PAYLOAD: Final = bags.PAYLOAD.encode()
#: Patterns of what tag manifests do not list.
_NOT_TAGS: Final = (b"/%b/" % _PAYLOAD, b"/tagmanifest-*.txt")
_DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_DEFAULT: Final = ("sha512",)  # RFC 8493, 2.4: what tools should make


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


@takes(ReadOptions)
def make_bag(
    path: StrPath,
    *,
    algorithm: str | Sequence[str] | None = None,
    info: Mapping[str, str | Sequence[str]] | None = None,
    progress: Callable[[Progress], None] | None = None,
    **options: Unpack[ReadOptions],
) -> Bagged:
    """Make a BagIt 1.0 bag of a directory, in place, or update the bag that it is.

    All that is in the directory moves to ``data``. Of a bag, the payload is read anew and listed as
    it is now: what has changed is in the result, and is told nowhere else. Each file is whole
    or not there at all; an interrupted update leaves a bag that is not valid until the next one.

    Args:
        path: The directory.
        algorithm: What to hash with, or several. Without it, that of the bag, or SHA-512.
        info: Labels and values for ``bag-info.txt``. They take the place of those of the same
            label; Payload-Oxum and Bagging-Date are worked out.
        progress: Called with the progress, about twenty times a second and once at the end.
        **options: ``workers``, ``readers`` and ``drop_cache``, as in :class:`CheckOptions`.

    Raises:
        CreateError: there is something that a bag cannot hold, or the bag cannot be written.
        ManifestError: the bag that is there cannot be read.
        UnknownAlgorithmError: ``algorithm`` is the name of none.
        TypeError, ValueError: the options make no sense.
    """
    root = os.path.normpath(os.fsencode(path))
    given = bag_info.pairs_of(info or {})
    old = _PreviousBag.read(root) if os.path.lexists(os.path.join(root, bags.DECLARATION)) else None
    if algorithm is None:
        algorithm = old.algorithms if old else _DEFAULT
    wanted = ListRequest.of(
        os.path.join(root, _PAYLOAD) if old else root,
        algorithm,
        "text",
        {"format": formats.OF_BAGS, "symlinks": "refuse"},
    )._replace(reading=dict(reading(settle(ReadOptions, options)).settings))
    files, seconds = _hash(wanted, progress)
    payload = [file._replace(path=f"{bags.PAYLOAD}/{file.path}") for file in files]
    manifests = _manifests(wanted, payload, b"")  # refuses names, before anything is moved
    if old is None:
        _move_into_payload(root)
    octets = sum(file.size for file in files)
    kept = bag_info.kept(old.info if old else [], given)
    pairs = [*kept, *given, *bag_info.worked_out(octets, len(files))]
    tags = {**manifests, bag_info.NAME: bag_info.render(pairs), bags.DECLARATION: _DECLARATION}
    _write_tags(wanted._replace(root=root), tags)
    return Bagged(
        path=os.fsdecode(root),
        algorithms=wanted.algorithms,
        files=len(files),
        bytes=octets,
        seconds=seconds,
        new=old is None,
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
        found = bags.found(Directory(root), os.listdir(root))
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


def _hash(
    wanted: ListRequest, progress: Callable[[Progress], None] | None = None
) -> tuple[list[Listed], float]:
    """Return all files below a directory, sorted; a link or a device is an error."""
    last, results = creating.hash_all(wanted, [], progress)
    if left := [result for result in results if not result.ok]:
        reasons = "\n".join(f"  {result}" for result in left[:10])
        raise CreateError(
            f"a bag holds regular files, and there are {len(left)} others:\n{reasons}"
        )
    if not results:
        raise CreateError(f"no files below {quoted(wanted.root)} to put into a bag")
    files = sort(creating.listed(result, wanted.algorithms) for result in results)
    for file in files:
        try:
            file.path.encode()
        except UnicodeEncodeError:
            text = f'"{escape(file.path)}" cannot be in a bag: its manifests are UTF-8'
            raise UnwritableNameError(text) from None
    return files, last.progress.seconds


def _manifests(wanted: ListRequest, files: Sequence[Listed], prefix: bytes) -> dict[bytes, bytes]:
    """Return manifests by their names."""
    return {
        prefix + os.fsencode(wanted.layout.default_name([algorithm], "")): wanted.layout.write(
            files, [algorithm]
        )
        for algorithm in wanted.algorithms
    }


def _move_into_payload(root: bytes) -> None:
    """Move all that is in a directory one down, or nothing."""
    names = sorted(os.listdir(root))
    holder = os.path.join(root, b".data." + os.urandom(4).hex().encode() + b".tmp")
    moved: list[bytes] = []
    try:
        os.mkdir(holder)
        for name in names:
            os.rename(os.path.join(root, name), os.path.join(holder, name))
            moved.append(name)
        os.rename(holder, os.path.join(root, _PAYLOAD))
    except BaseException as error:
        for name in moved:
            os.rename(os.path.join(holder, name), os.path.join(root, name))
        with suppress(OSError):
            os.rmdir(holder)
        if isinstance(error, OSError):
            raise CreateError(
                f"cannot move the files of {quoted(root)}: {error.strerror}"
            ) from error
        raise


def _write_tags(wanted: ListRequest, tags: Mapping[bytes, bytes]) -> None:
    """Write tag files, then their manifests, and drop the manifests that are no more."""
    for name, data in tags.items():
        _files.write(os.path.join(wanted.root, name), data, overwrite=True)
    _drop(wanted.root, b"manifest-", tags)
    files, _ = _hash(wanted._replace(patterns={"exclude": _NOT_TAGS}))
    manifests = _manifests(wanted, files, b"tag")
    for name, data in manifests.items():
        _files.write(os.path.join(wanted.root, name), data, overwrite=True)
    _drop(wanted.root, b"tagmanifest-", manifests)


def _drop(root: bytes, prefix: bytes, kept: Mapping[bytes, bytes]) -> None:
    """Remove manifests in algorithms that the bag has no more."""
    for name in sorted(os.listdir(root)):
        if name.lower().startswith(prefix) and name.endswith(b".txt") and name not in kept:
            try:
                os.unlink(os.path.join(root, name))
            except OSError as error:
                raise CreateError(f"cannot remove {quoted(name)}: {error.strerror}") from error


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
