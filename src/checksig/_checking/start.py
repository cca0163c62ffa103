"""What is checked against what: options, and the request that they make."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from checksig import _schemes as trust
from checksig._bridge import algorithms as _algorithms
from checksig._bridge import library as _ffi
from checksig._bridge import packed as _packed
from checksig._bridge import request as _request
from checksig._bridge.request import Symlinks
from checksig._checking.check import Check
from checksig._claims import bag as _bag
from checksig._claims import lists as _manifest
from checksig._claims import signed as _signed
from checksig._entries import Entry
from checksig._files import StrPath
from checksig._formats import Hint
from checksig._names import escape
from checksig._places import directory
from checksig._results import Progress, Strength
from checksig._trust import policy as _trust
from checksig.errors import ArchiveError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from checksig._claims.lists import Manifest
    from checksig._entries import Unverified
    from checksig._places.archive import Archive

#: In bytes: of lists that are kept to explain failures.
_KEPT: Final = 64 << 20

#: What an archive has no use for.
_NOT_OF_ARCHIVES: Final = ("recursive", "size_only", "find_moved", "readers", "drop_cache")


class CheckOptions(_request.ReadOptions, _trust.TrustOptions, total=False):
    """The options of :func:`verify`, :func:`audit` and :func:`iter_verify`."""

    #: The list to check the directory against, or several, when it is not what lies in it. A file
    #: of several lists is read once, and has to be what all of them say.
    manifest: StrPath | Sequence[StrPath] | None
    #: Whether lists in the directories below count as well, each for its own directory.
    recursive: bool
    #: Entries to check the directory against, instead of a list.
    entries: Iterable[Entry] | None
    #: The only algorithm that the list may use. Without it: what the tag of a line, the name
    #: of the list, or the length of a digest says.
    algorithm: str | None
    #: Whether a file that is not listed is a failure.
    complete: bool
    #: Whether files that are listed and not there are counted, but no failures. If none of the
    #: others is ok, nothing is.
    ignore_missing: bool
    #: Names of files that must be listed, and be there.
    require: Iterable[StrPath]
    #: Patterns as in gitignore: only the files that match ``include``, if there are any, and not
    #: those that match ``exclude``. The others are not checked, and not unlisted either.
    include: Iterable[str]
    exclude: Iterable[str]
    #: The strength that one of a file's algorithms needs: "accidents", "broken" or "strong".
    min_strength: Strength | None
    #: "inside": symbolic links are followed as long as they stay inside the root. "refuse": what
    #: leads through one is not-regular. "record": the same, but a link that is listed as one is
    #: right if it leads where the list says.
    symlinks: Symlinks
    #: Whether only sizes are compared. That verifies nothing: the report is never ok.
    size_only: bool
    #: Whether a file that is missing is looked for among those that are not listed. It fails all
    #: the same; its diagnosis says where it is. For lists, and not for :func:`iter_verify`.
    find_moved: bool
    #: After how many failures the run ends; None goes through to the end.
    max_failures: int | None
    #: Called with the progress, about twenty times a second and once at the end.
    progress: Callable[[Progress], None] | None


def prepare(path: StrPath, *, keep_ok: bool, options: CheckOptions) -> Check:
    """Read what a directory is to be checked against.

    Raises:
        ManifestError: there is no list to check against.
        UnknownAlgorithmError: ``algorithm`` is the name of none.
        TypeError, ValueError: the options make no sense.
    """
    _request.expect(options, CheckOptions)
    settings = _settings(options) | {"keep_ok": keep_ok}
    entries, manifest = options.get("entries"), options.get("manifest")
    if entries is not None:
        if manifest is not None or options.get("recursive"):
            raise TypeError("entries exclude manifest and recursive")
        _trust.refuse(options, "entries that a caller makes")
    if isinstance(manifest, (str, bytes, os.PathLike)):
        manifest = (manifest,)
    if directory.is_archive(os.fsencode(path)):
        _trust.refuse(options, "archives")
        return _of_archive(os.fsencode(path), tuple(manifest or ()), settings, options)
    if entries is not None:
        return _of_entries(os.fsencode(path), entries, settings, options)
    proved = _find(path, tuple(manifest or ()), options)
    check = _of_manifests(proved.found, settings, options)
    return replace(check, signatures=proved.signatures, unchecked=proved.unchecked)


def prepare_found(found: _manifest.Found, *, options: CheckOptions) -> Check:
    """Check against lists that are read already, and look for no files that are not in them."""
    settings = _settings(options) | {"keep_ok": False, "unlisted": False}
    return _of_manifests(found, settings, options)


def _find(path: StrPath, chosen: tuple[StrPath, ...], options: CheckOptions) -> _signed.Proved:
    """Return the lists that are named, or those of a bag, or those that are called like lists."""
    root, recursive = os.fsencode(path), options.get("recursive", False)
    if not chosen and not recursive and os.path.isdir(root) and _bag.is_bag(root):
        _trust.refuse(options, "bags")
        return _signed.Proved(_bag.load(root), (), ())
    policy = _trust.policy(options)
    unseal, sealed = _signed.unsealer(policy), bool(policy.keys)
    found = _manifest.load(path, chosen, recursive=recursive, unseal=unseal, sealed=sealed)
    return _signed.prove(found, policy)


def _settings(options: CheckOptions) -> dict[str, Any]:
    algorithm = options.get("algorithm")
    most = options.get("max_failures")
    if most is not None and most < 1:
        raise ValueError(f"max_failures must be 1 or more, not {most}")
    return {
        "algorithm": None if algorithm is None else _algorithms.lookup(algorithm).name,
        "unlisted": True,
        "complete": options.get("complete", False),
        "ignore_missing": options.get("ignore_missing", False),
        "weakest": options.get("min_strength"),
        **_request.link_settings(options.get("symlinks", "inside")),
        "size_only": options.get("size_only", False),
        **_request.read_settings(options),
    }


def _names(options: CheckOptions, exclude: Iterable[bytes]) -> dict[str, list[bytes]]:
    return {
        "exclude": list(exclude),
        "require": [os.fsencode(name) for name in options.get("require", ())],
        "only": [os.fsencode(pattern) for pattern in options.get("include", ())],
        "except": [os.fsencode(pattern) for pattern in options.get("exclude", ())],
    }


def _of_entries(
    root: bytes, entries: Iterable[Entry], settings: dict[str, Any], options: CheckOptions
) -> Check:
    list_ = _request.List(lines=_packed.pack_entries(entries))
    names = _names(options, ())
    request = _request.request("verify", root=root, names=names, lists=[list_], settings=settings)
    found = _manifest.Found(root, [])
    return Check(_ffi.Run(request), found, options, 0, settings["complete"], _kept([list_]))


def _of_manifests(
    found: _manifest.Found,
    settings: dict[str, Any],
    options: CheckOptions,
    archive: Archive | None = None,
    entries: Sequence[_request.List] = (),
) -> Check:
    unverified: list[bytes] = []
    links = settings["record_links"]
    lists = [*entries, *(_list(each, unverified, links=links) for each in found.manifests)]
    own = [name for manifest in found.manifests for name in manifest.own]
    if found.complete_within is not None:
        settings |= {"complete": True, "within": found.complete_within}
    complete = settings["complete"]
    settings["complete"] |= options.get("find_moved", False)
    directories = archive.directories() if archive else []
    names = _names(options, [*own, *unverified, *directories])
    request = _request.request(
        "match" if archive else "verify",
        root=found.root,
        names=names | {"paths": archive.names() + directories} if archive else names,
        lists=lists,
        settings=settings,
    )
    # The core has a copy of the lists, and what is needed of them is kept besides.
    manifests = tuple(m._replace(data=b"", lines=None) for m in found.manifests)
    found = found._replace(manifests=list(manifests))
    return Check(_ffi.Run(request), found, options, len(unverified), complete, _kept(lists))


def _of_archive(
    path: bytes, chosen: tuple[StrPath, ...], settings: dict[str, Any], options: CheckOptions
) -> Check:
    from checksig._claims import archived as _archive_lists  # noqa: PLC0415

    for name in _NOT_OF_ARCHIVES:
        if options.get(name):
            raise ArchiveError(f"{name} is not for archives")
    if options.get("symlinks") == "record":
        raise ArchiveError("symbolic links are not compared in archives")
    given, used = options.get("entries"), set[str]()
    entries = [] if given is None else [_list_of(given, used)]
    archive, found = _archive_lists.opened(
        path,
        chosen,
        (lambda: used) if entries else None,
        settings["algorithm"],
        options.get("progress"),
    )
    try:
        return replace(
            _of_manifests(found, settings, options, archive, entries),
            archive=archive,
            keep_ok=settings["keep_ok"],
        )
    except BaseException:
        archive.close()
        raise


def _list_of(entries: Iterable[Entry], used: set[str]) -> _request.List:
    """Return entries as a list for the core, and note which algorithms they have."""

    def noted() -> Iterator[Entry]:
        for entry in entries:
            used.add(getattr(entry, "algorithm", ""))
            yield entry

    return _request.List(lines=_packed.pack_entries(noted()))


def _kept(lists: list[_request.List]) -> list[_request.List]:
    """Return lists that can be looked into afterwards, unless that takes too much memory."""
    return lists if sum(len(each.text) + len(each.lines) for each in lists) <= _KEPT else []


def _list(manifest: Manifest, unverified: list[bytes], *, links: bool) -> _request.List:
    """Return a list for the core, and note the names that have no digest in it."""
    data, base = manifest.data, manifest.base

    def note(line: Unverified) -> None:
        name = os.fsencode(line.path)
        if name:
            unverified.append(base + b"/" + name if base else name)

    if manifest.lines is not None:
        lines = _packed.pack_lines(manifest.lines, note, links=links)
        return _request.List(base=base, lines=lines, untagged=manifest.algorithm)
    if manifest.format.parse is None:
        zero = data.endswith(b"\0")
        return _request.List(base=base, text=data, untagged=manifest.algorithm, zero=zero)
    name = os.path.basename(manifest.path)
    if manifest.signatures:  # the list may be inside of one
        name = trust.stem(name) or name
    hint = Hint(name, manifest.algorithm)
    try:
        lines = _packed.pack_lines(manifest.format.parse(data, hint), note, links=links)
    except ValueError as error:
        raise ManifestError(f'"{escape(manifest.path)}": {error}') from error
    return _request.List(base=base, lines=lines, untagged=manifest.algorithm)
