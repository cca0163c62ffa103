"""Write a list in another format. Nothing is hashed."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

from checksig import _files, _places
from checksig import _formats as formats
from checksig._bridge.algorithms import lookup
from checksig._claims import AS_LISTED, Renaming
from checksig._making import listed, stale
from checksig._making.layout import found_again, layout
from checksig._making.outlet import Outlet
from checksig._names import quoted
from checksig._options import NameOptions
from checksig._options.values import Network, settle, takes
from checksig._results import Algorithm
from checksig.errors import CreateError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._entries import Listed
    from checksig._formats import Style
    from checksig._making.layout import Layout
    from checksig._options import StrPath


@dataclass(frozen=True)
class Converted:
    """A list in another format, or one for each algorithm."""

    paths: tuple[str, ...]  #: none if it was not written to a file
    source: str  #: the name of the format it was in
    algorithms: tuple[Algorithm, ...]
    files: int  #: listed
    dropped: tuple[str, ...] = ()  #: paths of signatures that held no more, and are removed


@takes(NameOptions)
def convert(
    path: StrPath,
    format: str = formats.OWN,  # noqa: A002 (what everybody calls it)
    *,
    output: StrPath | None = None,
    style: Style = "text",
    zero: bool = False,
    overwrite: bool = False,
    drop_signature: bool = False,
    **names: Unpack[NameOptions],
) -> Converted:
    """Write a list in another format. Nothing is hashed.

    Args:
        path: The list. Every line must be correct.
        format: The other format: see :class:`CreateOptions`.
        output: Where to write the list. Without it, a file in the directory that the names are
            relative to, named as the format needs it.
        style: How lines are laid out: those of the GNU coreutils, or BSD tags.
        zero: Whether lines of a list of the coreutils end with a NUL byte.
        overwrite: Whether an existing file may be replaced.
        drop_signature: Whether to remove signatures beside the list that no longer hold. Without
            it, such a list is not written.
        **names: How names change: see :class:`NameOptions`. With ``by_name``, only the last part of
            each name is used.

    Raises:
        ManifestError: the list cannot be read, a line cannot be converted, or two names would be
            one.
        CreateError: the format cannot hold the content of the list, or the list cannot be written.
        ValueError: the options make no sense.
    """
    renaming = Renaming.of(settle(NameOptions, names))
    chosen, lists, converted = convert_lists(path, format, renaming, style=style, zero=zero)
    targets = [target for target, _ in lists]
    if output is not None:
        if len(lists) > 1:
            raise CreateError(
                f"there are {len(lists)} lists to write, one for each algorithm: "
                "leave out the output, or choose another format"
            )
        targets = [os.fsencode(output)]
    elif _places.is_address(source := os.fsencode(path)):
        raise CreateError(f"{_places.quoted_path(source)} is not here: give the output")
    outlet = Outlet(network=Network())
    for target, (_, data) in zip(targets, lists, strict=True):
        if outlet.holds(target) and not overwrite:
            raise _files.exists(target)
        found_again(chosen, target, data)
    made = [(target, data) for target, (_, data) in zip(targets, lists, strict=True)]
    past = [each for target, data in made for each in stale.beside(target, data, outlet)]
    stale.refuse(past, dropped=drop_signature, signs=False)
    for target, data in made:
        outlet.write(target, data, overwrite=overwrite)
    stale.drop(past, outlet)
    paths, dropped = (tuple(map(os.fsdecode, each)) for each in (targets, past))
    return replace(converted, paths=paths, dropped=dropped)


def convert_lists(
    path: StrPath,
    name: str,
    renaming: Renaming = AS_LISTED,
    *,
    style: Style = "text",
    zero: bool = False,
) -> tuple[Layout, list[tuple[bytes, bytes]], Converted]:
    """Return a layout, the path and the bytes of each list, and what they are."""
    source = os.fsencode(path)
    found = listed.read(source, renaming)
    names = dict.fromkeys(name for file in found.files for name in file.digests)
    algorithms = tuple(map(lookup, names))
    if not algorithms:
        raise ManifestError(f"{quoted(source)}: no file is listed with a digest")
    chosen = layout(name, algorithms, style=style, zero=zero)
    groups = chosen.lists(algorithms)
    _refuse_gaps(found.files, algorithms, chosen, len(groups))
    base = os.path.join(os.path.dirname(source), found.format.base.encode())
    directory = os.path.normpath(base or b".")
    lists = [
        (
            os.path.join(directory, os.fsencode(chosen.default_name(group, found.files[0].path))),
            chosen.write(found.files, group),
        )
        for group in groups
    ]
    return chosen, lists, Converted((), found.format.name, algorithms, len(found.files))


def _refuse_gaps(
    files: Sequence[Listed], algorithms: Sequence[Algorithm], layout: Layout, lists: int
) -> None:
    """Refuse what would be lost: a file that is not in each list, a size that is not known."""
    for file in files:
        if file.link is not None:
            continue  # the layout says whether it holds links
        if lists > 1 and len(file.digests) < len(algorithms):
            raise CreateError(
                f"{quoted(os.fsencode(file.path))} does not have all algorithms of the list, and "
                f"{layout.format.title} would be {lists} lists: choose tags, or {formats.OWN}"
            )
        if file.size < 0 and layout.format.sizes_needed:
            raise CreateError(
                f"{layout.format.title} holds sizes, and that of {quoted(os.fsencode(file.path))} "
                "is not listed: create a new list"
            )
