"""The ways in which pending files on a server are had: read, or settled by what the server says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from checksig._bridge import matching
from checksig._bridge.algorithms import by_name
from checksig._results import STRENGTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checksig._bridge.handles import Run
    from checksig._bridge.wire import Pending
    from checksig._options.values import Rules
    from checksig._places import Served
    from checksig._places.place import Said
    from checksig._results import Strength

#: Pending files of a run, with their names below the root.
Wanted: TypeAlias = "list[tuple[Pending, bytes]]"
#: Takes them, settles some, perhaps, and returns the orders to read the others.
Ordering: TypeAlias = "Callable[[Run, Wanted], bytes]"


def all_of(place: Served) -> Ordering:
    """Have all files of a place read."""

    def orders(run: Run, wanted: Wanted) -> bytes:
        del run
        return b"".join([place.order(each.number, name) for each, name in wanted])

    return orders


def of_rules(
    place: Served, rules: Rules, versions: Mapping[bytes, str] | None, *, several: bool
) -> Ordering:
    """Have those files of a place read that the rules want to be read.

    Args:
        place: The place.
        rules: Those that say whether the server is believed, and how strong a digest has to be.
        versions: That are listed, by the names of files; None: of none.
        several: Whether not all that is listed is out of one list: each of several has to hold, and
            so has all that a caller gives.
    """
    if not rules.server_checksums:
        return all_of(place)
    least = dict(rules.settings).get("min_strength")
    enough = partial(_enough, least=least, several=several)
    known: Mapping[bytes, str] = {} if versions is None or several else versions

    def orders(run: Run, wanted: Wanted) -> bytes:
        left: list[bytes] = []
        files = [(name, each.version) for each, name in wanted]
        said = place.said(files, etags=rules.trust_etag)
        for (each, name), found in zip(wanted, said, strict=True):
            digests = _digests(each, found, known.get(name, "")) if found else []
            fit = len(digests) <= matching.MOST_SERVED
            if found and fit and enough(each.algorithms, digests):
                run.settle(matching.served(each.number, found.size, digests))
            else:
                left.append(place.order(each.number, name))
        return b"".join(left)

    return orders


def _digests(each: Pending, found: Said, version: str) -> list[bytes | None]:
    """Return the digests that a file has, as its server says, by those that are listed.

    If it still is the version that is listed, they are those that are listed: a caller has said
    that nobody can write a version again.
    """
    same = bool(version) and version == found.version and bool(each.listed)
    listed = map(_binary, each.listed) if same else [None] * len(each.algorithms)
    pairs = zip(each.algorithms, listed, strict=True)
    return [found.digests.get(algorithm, digest) for algorithm, digest in pairs]


def _binary(digest: bytes) -> bytes:
    return bytes.fromhex(digest.decode())


def _enough(
    names: Sequence[str], digests: Sequence[bytes | None], least: Strength | None, *, several: bool
) -> bool:
    """Return whether what a server says of a file will do instead of its bytes.

    Args:
        names: Of the algorithms that are listed.
        digests: By each of them; None where the server has none.
        least: The strength that one of them needs.
        several: See :func:`of_rules`.
    """
    known = by_name()
    said = [known[name] for name, each in zip(names, digests, strict=True) if each is not None]
    if several and len(said) < len(names):
        return False
    needed = STRENGTHS.index(least or "accidents")
    return any(STRENGTHS.index(each.strength) >= needed for each in said)
