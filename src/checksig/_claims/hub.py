"""The digests that the hub of Hugging Face says of a repository, as a claim.

Nobody has signed them: they are as good as the hub and the way to it.
"""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig._bridge import packed
from checksig._bridge.algorithms import GIT_SHA1
from checksig._bridge.wire import List
from checksig._claims import git
from checksig._claims.ask import Part
from checksig._claims.candidates import NoListError
from checksig._claims.claim import Claim
from checksig._entries import Entry
from checksig._forking import loading
from checksig._results import Result, Source, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._options.reading import Cancel
    from checksig._places import Vouching
    from checksig._trust.policy import Policy

#: The source of the digests, as reports name it, and the name of its format.
SOURCE: Final = "digests of the hub"
KIND: Final = "hub"

_DIGEST: Final = {
    "sha256": re.compile("[0-9a-fA-F]{64}"),
    "git-sha1": re.compile("[0-9a-fA-F]{40}"),
}
#: How many small files are read at the same time.
_READERS: Final = 16


def will_do(policy: Policy, *paths: str) -> bool:
    """Whether digests that nobody has signed will do for a place, by its paths.

    Keys that are trusted whenever none is named ask for nothing; but a rule does that is for it.
    """
    held = policy.for_list(*paths)
    return not (held.required or held.tofu)


def part(place: Vouching, cancel: Cancel | None) -> Part:
    """Return a repository with what the hub says of its files.

    Small files, of which it says no digest that the core can take, are read at once.

    Args:
        place: The repository.
        cancel: Whether it is wanted no more.

    Raises:
        ManifestError: it cannot be listed, or has no files.
    """
    entries: list[Entry] = []
    wanted: list[Callable[[], Result]] = []
    faults: list[Result] = []
    for item, algorithm, digest in place.digests():
        name = os.fsdecode(item.name)
        if item.fault:
            faults.append(Result(name, item.fault.status, detail=item.fault.reason))
        elif algorithm not in _DIGEST or not _DIGEST[algorithm].fullmatch(digest):
            why = "the hub says no digest of it"
            faults.append(Result(name, Status.MALFORMED, detail=why, manifest=SOURCE))
        elif algorithm == GIT_SHA1.name:
            named = git.Named(item, name, digest, SOURCE)
            wanted.append(partial(git.verdict, place, named, cancel))
        else:
            entries.append(
                Entry(name, digest, algorithm, size=item.size if item.size >= 0 else None)
            )
    if not (entries or wanted or faults):
        raise NoListError(f'no files in "{place.show()}"')
    settled = read(wanted)
    lists = (List(lines=packed.pack_entries(entries)),) if entries else ()
    if lists:  # the core says what is wrong with names
        faults = [each for each in faults if each.manifest]
    own = tuple([os.fsencode(each.path) for each in (*settled, *faults) if each.manifest])
    sources = (Source(SOURCE, KIND),)
    return Part(place, Claim(lists, sources, own=own, whole="", settled=(*settled, *faults)))


def read(wanted: list[Callable[[], Result]]) -> list[Result]:
    """Return verdicts, several at a time."""
    if len(wanted) < 2:
        return [each() for each in wanted]
    with loading:  # no fork comes between: it has something to do at forks, once it is there
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (as said)
    with ThreadPoolExecutor(_READERS) as pool:
        try:
            return list(pool.map(_called, wanted))
        finally:
            pool.shutdown(cancel_futures=True)


def _called(verdict: Callable[[], Result]) -> Result:
    return verdict()
