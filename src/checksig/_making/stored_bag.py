"""Bags in stores, where nothing moves: the payload has to be in its place already."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from checksig import _formats as formats
from checksig import _places
from checksig._claims import bag as bags
from checksig._making import bag_files, bag_info
from checksig._making.list_request import ListRequest
from checksig._making.outlet import Outlet
from checksig._names import quoted
from checksig._options.values import reading
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checksig._entries import Listed
    from checksig._options import StrPath
    from checksig._results import Algorithm

_PAYLOAD = f"{bags.PAYLOAD}/".encode()


class Made(NamedTuple):
    """A bag that was made."""

    algorithms: tuple[Algorithm, ...]
    payload: list[Listed]
    seconds: float


def make(
    path: StrPath,
    algorithm: str | Sequence[str] | None,
    info: list[tuple[str, str]],
    settled: Mapping[str, Any],
) -> Made:
    """Add the tag files of a bag to a payload. The declaration is the last: without it, it is none.

    Args:
        path: The address of the bag.
        algorithm: The algorithm, or several.
        info: Pairs for ``bag-info.txt``.
        settled: All of :class:`RunOptions`.

    Raises:
        CreateError: there is something besides the payload, or a file cannot be read or written.
        UnknownAlgorithmError: an algorithm is not known.
    """
    whole = os.fsencode(path).rstrip(b"/") + b"/"
    given: Any = {"format": formats.OF_BAGS, "symlinks": "refuse", "cancel": settled["cancel"]}
    names = algorithm or bag_files.ALGORITHMS
    wanted = ListRequest.of(whole + _PAYLOAD, names, "text", given)
    place = _places.open_place(whole, wanted.network)
    others = [item.name for item in place.walk() if not item.name.startswith(_PAYLOAD)]
    if os.fsencode(bags.DECLARATION) in others:
        raise CreateError(f"{quoted(whole)} is a bag already, and bags in stores are not updated")
    if others:
        where = quoted(os.fsencode(place.show(others[0])))
        raise CreateError(f"{where} is not below data, and nothing is moved in a store")
    wanted = wanted._replace(reading=reading(settled), progress=settled["progress"])
    files, seconds = bag_files.hashed(wanted)
    if not files:
        raise CreateError(f"no files below {quoted(wanted.root)} to put into a bag")
    payload = [file._replace(path=f"{bags.PAYLOAD}/{file.path}") for file in files]
    pairs = [*info, *bag_info.worked_out(sum(file.size for file in files), len(files))]
    last = {os.fsencode(bags.DECLARATION): bag_files.DECLARATION}
    tags = {
        **bag_files.manifests(wanted, payload, b""),
        bag_info.NAME: bag_info.render(pairs),
    }
    tags |= bag_files.of_tags(wanted, {**tags, **last})
    outlet = Outlet(place, network=wanted.network)
    for name, data in (tags | last).items():
        outlet.write(whole + name, data, overwrite=False)
    return Made(wanted.algorithms, payload, seconds)
