"""Files by themselves, and all that is said of them.

What speaks of a file: a digest that the caller gives; or lists that the caller names; or else lists
beside it. And signatures over the file itself. All of it has to hold. Where a signature is asked
for, one over the file will do, or one over each of the lists.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from checksig._bridge import packed
from checksig._bridge.wire import List
from checksig._claims import beside, candidates, digest, lists, outright, sealed, signed
from checksig._claims.ask import AS_LISTED, Part
from checksig._claims.beside import About
from checksig._claims.candidates import NoListError
from checksig._claims.claim import Claim
from checksig._claims.wanted import Wanted
from checksig._entries import Entry, Unverified
from checksig._names import quoted
from checksig._places import Directory, remote
from checksig._places.directory import is_directory, name_below
from checksig._places.standard_input import STDIN
from checksig._trust import policy as policies
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from checksig._claims.ask import Ask
    from checksig._claims.parsing import Manifest
    from checksig._claims.signed_whole import Found as Seals
    from checksig._places import Place
    from checksig._places.one import Whole
    from checksig._trust.policy import Policy


#: How lists are read, of which most lines may be about other files.
_ALONE: Final = "nothing else in the directory is checked"


def is_asked(ask: Ask, policy: Policy) -> bool:
    """Whether a caller who names a file asks about that file: it is no list, or lists are named."""
    if ask.root is not None or ask.entries is not None:
        return False
    if ask.manifest is not None or ask.known:
        return True
    if ask.format is not None or beside.is_called_like_a_list(ask.path):
        return False
    if not beside.looks_like_a_list(ask.path):
        return True
    # Whoever swaps a file decides what is in it. What lies beside it and speaks of it counts.
    alone = ask.of_file()
    about = beside.about(Directory(alone.path), alone.names, policy)
    return bool(about.manifests or about.settled)


def find(ask: Ask, policy: Policy, about: About | None = None, file: Whole | None = None) -> Part:
    """Return files with what is said of them, and of nothing else.

    Args:
        ask: Their directory, and their names in it; or standard input.
        policy: Whom the caller trusts.
        about: The lists that speak of them, if that is known already.
        file: The only one of them, if it lies elsewhere.

    Raises:
        ArchiveError: a file whose signature is checked cannot be read.
        ManifestError: nothing speaks of one of the files, or what does cannot be read.
        TrustError: it is not signed as the policy asks.
        ValueError: a digest that is given is none.
    """
    home: Place | None = file.there if file else None
    if home is None:
        _expect_files(ask)
        home = _home(ask)
    about = about or _about(ask, policy, home)
    if len(ask.names) > 1 and any(sealed.may_be(ask, n, policy, about, home) for n in ask.names):
        raise NoListError("signatures over several files are checked one by one")
    seals, place = sealed.sealed(ask, policy, about, file)
    if seals is not None:
        policy = policy._replace(
            required=policy.required and not seals.signatures,
            signatures=(),
            doubts=(*policy.doubts, *seals.doubts),
        )
    if ask.digests:
        claim = _of_digests(ask, policy, home)
    else:
        claim = _of_lists(ask, about, policy, home, seals)
    if seals is not None:
        claim = sealed.with_seals(claim, seals)
    return Part(place, claim._replace(looks=False))


def _expect_files(ask: Ask) -> None:
    """Make sure that there are files.

    Raises:
        ManifestError: one is not there, or a directory.
    """
    for name in () if ask.path == STDIN else ask.names:
        path = ask.path_of(name)
        if is_directory(path):
            raise ManifestError(f"{quoted(path)} is a directory, and this is about one file")
        if not os.path.isfile(path):
            raise ManifestError(f"cannot read {quoted(path)}: not a regular file")


def if_listed(ask: Ask, policy: Policy) -> Part | None:
    """Return an archive as one file, if the lists that the caller names are about that.

    None: they are about its members.
    """
    if ask.manifest is None or ask.known:
        return None
    alone = ask.of_file()
    about = _about(alone, policy, _home(alone))
    return None if about.nameless else find(alone, policy, about)


def is_listed(ask: Ask, policy: Policy, home: Place) -> bool:
    """Whether a list speaks of a file by itself: one that the caller names, or else one beside it.

    Raises:
        ManifestError: a list cannot be read.
        TrustError: one is in a signature that does not hold.
    """
    about = _about(ask, policy, home)
    if ask.manifest is not None:
        return not about.nameless
    return bool(about.manifests or about.settled)


def _home(ask: Ask) -> Directory:
    """Return the directory of files here; for standard input, the working directory."""
    return Directory(b"." if ask.path == STDIN else ask.path)


def _about(ask: Ask, policy: Policy, home: Place) -> About:
    """Return the lists that speak of files, with only what they say of these."""
    if ask.digests:
        return About([])
    if ask.known:
        return _among_known(ask, policy, home)
    if ask.manifest is None:
        if ask.path == STDIN:
            if policy.signatures:
                return About([], nameless=ask.names)
            raise NoListError(
                "standard input needs a digest or a list: --digest DIGEST or --manifest LIST"
            )
        by_last_part = ask.renaming.by_name
        return beside.about(home, ask.names, policy, by_last_part=by_last_part)
    if ask.path == STDIN and STDIN in outright.paths(ask.manifest):
        raise ValueError("standard input is the file or the list, and not both")
    given = outright.given(ask.manifest, home, ask, policy)
    found: list[Manifest] = []
    nameless = dict.fromkeys(ask.names)
    elsewhere: dict[str, None] = {}
    for manifest in _renamed(given.manifests, ask, home):
        wanted = _wanted(ask, manifest, home)
        each = wanted.of(manifest)
        found += [each] if each.lines else []
        for name in wanted.proved:
            nameless.pop(os.fsencode(name), None)
        elsewhere |= wanted.elsewhere
    return About(found, given.faults, nameless=tuple(nameless), elsewhere=tuple(elsewhere))


def _among_known(ask: Ask, policy: Policy, home: Place) -> About:
    """Return the lists that have digests of the files, under whatever names."""
    from checksig._claims import known  # noqa: PLC0415 (most files have names)

    found = known.found(home, ask, policy)
    rows = [row for each in found.manifests for row in each.lines or ()]
    listed = {os.fsencode(row.path) for row in rows if isinstance(row, Entry)}
    manifests = [each for each in found.manifests if each.lines]
    nameless = tuple(name for name in ask.names if name not in listed)
    return About(manifests, nameless=nameless, remarks=found.remarks)


def _renamed(manifests: list[Manifest], ask: Ask, home: Place) -> list[Manifest]:
    """Return lists with other names, but for the last parts: those are looked at one by one."""
    whole = ask.renaming._replace(by_name=False)
    if whole == AS_LISTED:
        return manifests
    from checksig._claims import renaming  # noqa: PLC0415 (most names are as they are listed)

    return renaming.renamed(manifests, whole, home, lines=True).manifests


def _wanted(ask: Ask, manifest: Manifest, place: Place) -> Wanted:
    """Return files with what each may be called in a list that the caller names.

    A list that lies above a file has its name from there; one that lies elsewhere that from the
    working directory; and any its own name in its directory, but where that is another file.
    """
    by_last_part = ask.renaming.by_name
    if ask.path == STDIN:
        name = STDIN.decode()
        return Wanted({name: ((name,),)}, by_last_part=by_last_part, only=True)
    if place.root is None:
        texts = map(os.fsdecode, ask.names)
        return Wanted({text: ((text,),) for text in texts}, by_last_part=by_last_part)
    names: dict[str, list[list[str]]] = {}
    for each in ask.names:
        path, name, home = ask.path_of(each), os.fsdecode(each), manifest.home.root
        if below := None if home is None else name_below(home or b".", path):
            another = below != each and os.path.lexists(os.path.join(home or b"", each))
            names[name] = [[os.fsdecode(below)], [] if another else [name]]
        else:
            names[name] = [[os.fsdecode(name_below(b".", path) or each), name]]
    return Wanted(names, by_last_part=by_last_part)


def _path_of(ask: Ask, home: Place, name: bytes) -> bytes:
    """Return the path of one of the files, or its address without secrets."""
    return os.fsencode(home.show(name)) if remote(home) else ask.path_of(name)


def _of_digests(ask: Ask, policy: Policy, home: Place) -> Claim:
    """Return what the caller says that a file has to be."""
    [name] = ask.names
    policies.refuse_unsigned(policy, _path_of(ask, home, name))
    entries = [digest.entry(text, os.fsdecode(name)) for text in ask.digests]
    return Claim((List(lines=packed.pack_entries(entries)),))


def _of_lists(
    ask: Ask, about: About, policy: Policy, home: Place, seals: Seals | None = None
) -> Claim:
    """Return what lists say of files.

    Raises:
        NoListError: none of them speaks of one, and it is not signed either.
    """
    is_sealed = seals is not None and bool(seals.signatures)
    if about.nameless and not (is_sealed or about.settled):
        if policy.required and (policy.doubts or not about.manifests):
            raise policies.unsigned(_path_of(ask, home, about.nameless[0]), policy)
        raise _nothing_said(ask, about, policy, home, seals)
    if not about.manifests:
        return Claim((), settled=about.settled, remarks=about.remarks)
    manifests, unchecked, more = signed.prove(home, about.manifests, policy)
    if any(each.lines is None for each in manifests):  # another list was in the signature
        manifests = [m if m.lines is not None else _wanted(ask, m, home).of(m) for m in manifests]
    manifests, settled, said = lists.proved(manifests, home, whole=False)
    if not ask.only:
        lists.expect_algorithms(manifests, home)
    remarks, settled = (_ALONE, *about.remarks, *more, *said), (*about.settled, *settled)
    if not manifests:
        return Claim((), settled=settled, remarks=remarks)
    return lists.claim(manifests, unchecked, remarks, looks=False, settled=settled)


def _unproved(about: About) -> list[str]:
    """Return why the first file is not verified that is listed all the same."""
    name = os.fsdecode(about.nameless[0])
    lines = [row for each in about.manifests for row in each.lines or ()]
    return [row.reason for row in lines if isinstance(row, Unverified) and row.path == name][:1]


def _nothing_said(
    ask: Ask, about: About, policy: Policy, home: Place, seals: Seals | None
) -> NoListError:
    holders: list[bytes] = []
    path = _path_of(ask, home, about.nameless[0])
    if given := ask.known or ask.manifest:
        names = [quoted(each) for each in outright.paths(given)]
        said = (
            f"{' and '.join(names)} {'does' if len(names) == 1 else 'do'} not list {quoted(path)}"
        )
        for reason in _unproved(about):
            said = f"nothing in {' and '.join(names)} verifies {quoted(path)}: {reason}"
    else:
        holders = [] if policy.keys else beside.sealed(home, about.nameless[0])
        said = candidates.none_beside(path, holders)
    if about.elsewhere:
        others = quoted(os.fsencode(about.elsewhere[0]))
        more = f" and {len(about.elsewhere) - 1} more" if len(about.elsewhere) > 1 else ""
        hint = "" if more else ", which --by-name takes for it"
        said += f", but {others}{more}{hint}"
    unchecked = seals.unchecked if seals is not None and not policy.keys else ()
    message = "; ".join([said, *policy.doubts, *candidates.which_key_checks(unchecked)])
    helps = holders or unchecked or about.elsewhere or policy.doubts
    return NoListError(message, helps=bool(helps))
