"""Signatures over lists, checked over the bytes that are read afterwards."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from checksig import _files, _schemes
from checksig._bridge.algorithms import by_name
from checksig._claims import lists, parsing
from checksig._entries import Entry
from checksig._names import below, counted, quoted, shortest
from checksig._places import Directory
from checksig._places.directory import own_names
from checksig._results import Signature
from checksig._trust import checking
from checksig._trust import policy as policies
from checksig.errors import KeyFileError, SignatureInvalid, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checksig._claims.parsing import Manifest
    from checksig._places import Place
    from checksig._trust.policy import Policy


class Proved(NamedTuple):
    """Lists with who signed them."""

    manifests: list[Manifest]
    unchecked: tuple[str, ...] = ()  # paths of signatures that no trusted key is for
    remarks: tuple[str, ...] = ()  # on lists that were passed over


def prove(place: Place, manifests: list[Manifest], policy: Policy) -> Proved:
    """Check the signatures over lists, before any file is read.

    Every list needs as many as the policy wants: what only another list names would else be ok, and
    not signed. One that has none, and that adds nothing to those that have, is passed over.

    Raises:
        KeyFileError: a signature that is named cannot be read.
        SignatureInvalid: a signature is not one over its list.
        SignatureUntrusted: a list has none by a trusted key, or too few.
    """
    if policy.signatures and len(manifests) > 1:
        raise SignatureUntrusted(
            "there are several lists, and a signature is given: give its list as the path"
        )
    unchecked: list[str] = []
    # A list alone has nothing beside it that could vouch for it.
    one_by_one = policy._replace(required=policy.required and len(manifests) == 1)
    doubts: dict[str, list[str]] = {each.path: [] for each in manifests}
    proved = [prove_one(place, m, one_by_one, unchecked, doubts[m.path]) for m in manifests]
    # A list that differs from that in a signature beside it is one that nobody has signed. Its
    # bytes are not those that were checked: under its own name it is a file like others.
    proved += [
        old._replace(own=())
        for old, new in zip(manifests, proved, strict=True)
        if new.signatures and not _alike(old.data, new.data)
    ]
    if not policy.required or all(each.signatures for each in proved):
        return Proved(proved, tuple(unchecked))
    from checksig._claims import chain  # noqa: PLC0415 (most lists that are asked for are signed)

    proved = chain.vouched(proved, place)
    unsigned = [each for each in proved if not (each.signatures or each.vouched)]
    signed = [each for each in proved if each.signatures or each.vouched]
    if not unsigned:
        return Proved(signed, tuple(unchecked))
    vouched = _Vouched(signed)
    for each in unsigned:
        if not signed or not vouched.has_all_of(each):
            raise policies.unsigned(os.fsencode(each.path), policy, *doubts[each.path])
    own = tuple([name for each in unsigned for name in each.own])
    signed[0] = signed[0]._replace(own=(*signed[0].own, *own))
    names = [each.path.rpartition("/")[2] for each in unsigned]
    remarks = tuple([f"{name}: not signed, and adds nothing to what is" for name in names])
    return Proved(signed, tuple(unchecked), remarks)


class _Vouched:
    """The digests of files in lists that are signed."""

    def __init__(self, signed: list[Manifest]) -> None:
        self._digests = {digest for each in signed for digest in _digests(each)}

    def has_all_of(self, manifest: Manifest) -> bool:
        """Whether a list says nothing that a signed one does not say as well."""
        return self._digests.issuperset(_digests(manifest))


def _digests(manifest: Manifest) -> Iterator[tuple[str, ...]]:
    """Yield what a list says of files: paths from the root, algorithms, digests."""
    known = by_name()
    for line in parsing.lines(manifest) if manifest.lines is None else manifest.lines:
        if not isinstance(line, Entry):
            yield (str(line),)
            continue
        path = os.fsdecode(below(manifest.base, os.fsencode(line.path)))
        algorithm = known.get((line.algorithm or "").lower())
        name = algorithm.name if algorithm else line.algorithm
        yield shortest(path), name, line.digest.lower(), str(line.size)


def prove_one(
    place: Place, manifest: Manifest, policy: Policy, unchecked: list[str], doubts: list[str]
) -> Manifest:
    """Return a list with its signatures; note the paths, and why, of those that prove nothing.

    Raises:
        KeyFileError, SignatureInvalid, SignatureUntrusted: as for :func:`prove`.
    """
    policy = policy.for_list(manifest.path)
    listed = manifest.data  # as it lies there: what detached signatures are over
    for path, own, data, certificates in _signatures(place, manifest, policy, unchecked):
        read = data()
        named = os.path.basename(manifest.path)
        asked = _asked(policy, read).beside(certificates.values(), named)
        found = checked(path, read, listed, asked, doubts)
        if found is None:
            unchecked.append(os.fsdecode(path))
            continue
        signatures, content = found
        used: Iterable[bytes] = ()
        if certificates and not checked(path, read, listed, policy, []):
            used = _own(certificates, manifest.home, place)
        if policy.tofu:
            from checksig._trust import first_use  # noqa: PLC0415 (few ask for it)

            signatures = first_use.marked(manifest.path, signatures, policy, asked)
        if not _alike(content, manifest.data):
            if manifest.signatures:
                raise SignatureInvalid(
                    f"{quoted(path)} signs another list than the signature before"
                )
            manifest = _held(manifest, path, content)
        manifest = manifest._replace(
            data=content,
            own=(*manifest.own, *own, *used),
            signatures=(*manifest.signatures, *signatures),
        )
    expect_enough(os.fsencode(manifest.path), manifest.signatures, doubts, policy)
    return manifest


def _asked(policy: Policy, signature: bytes) -> Policy:
    """Return a policy, widened by the key that a signature carries, if that is asked for."""
    if not policy.tofu:
        return policy
    from checksig._trust import first_use  # noqa: PLC0415 (few ask for it)

    return first_use.widened(policy, signature)


def _signatures(
    place: Place, manifest: Manifest, policy: Policy, unchecked: list[str]
) -> Iterator[tuple[bytes, tuple[bytes, ...], Callable[[], bytes], dict[bytes, bytes]]]:
    """Yield the signatures over a list: their paths, own names, what reads them, certificates."""
    for path in policy.signatures:
        own = () if place.root is None else own_names(place.root, path, linked=False)
        home = Directory(os.path.dirname(path) or b".")
        beside = certificates_beside(home, os.path.basename(path))
        yield path, own, partial(_files.read, path, KeyFileError), beside
    if policy.signatures:
        return
    for name in manifest.beside:
        path = os.fsencode(manifest.home.show(name))
        if not policy.keys and not policy.tofu:
            unchecked.append(os.fsdecode(path))
            continue
        own = lists.own_of(manifest.home, name, place, linked=False)
        beside = certificates_beside(manifest.home, name)
        yield path, own, partial(_beside, manifest.home, name, path), beside


def certificates_beside(home: Place, name: bytes) -> dict[bytes, bytes]:
    """Return the files that may hold the certificate of a signature of that name, by their names.

    One that cannot be read is as if it were not there: then the signature has to be by a key.
    """
    found: dict[bytes, bytes] = {}
    for each in map(os.fsencode, _schemes.certificates_of(os.fsdecode(name))):
        item = home.find(each)
        if item is not None:
            with suppress(OSError):
                found[each] = home.read(item, _files.MAX_SIZE)
    return found


def _own(names: Iterable[bytes], home: Place, place: Place) -> Iterator[bytes]:
    for name in names:
        yield from lists.own_of(home, name, place, linked=False)


def _beside(home: Place, name: bytes, path: bytes) -> bytes:
    item = home.find(name)
    try:
        if item is None:
            raise FileNotFoundError(2, os.strerror(2))
        return home.read(item, _files.MAX_SIZE)
    except OSError as error:
        raise _files.unreadable(path, error, SignatureUntrusted) from error


def checked(
    path: bytes, data: bytes, message: bytes, policy: Policy, doubts: list[str]
) -> tuple[tuple[Signature, ...], bytes] | None:
    """Check a signature; None if no trusted key is for it, which is noted."""
    try:
        return checking.check(path, data, message, policy)
    except SignatureUntrusted as error:
        if isinstance(error.__cause__, _schemes.MissingExtraError):
            raise  # it may be by a trusted key, and it may be a bad one
        doubts.append(str(error))
        return None


def expect_enough(
    path: bytes, signatures: tuple[Signature, ...], doubts: list[str], policy: Policy
) -> None:
    """Make sure that as many have signed as a policy wants.

    Raises:
        SignatureUntrusted: they are too few.
    """
    found = checking.signers(signatures)
    if found >= policy.signers or not (policy.required or found):
        return
    if found:
        keys = counted(found, "key")
        why = f"{quoted(path)} is signed by {keys}, and {policy.signers:,} are required"
        raise SignatureUntrusted("; ".join([why, *doubts]))
    raise policies.unsigned(path, policy, *doubts)


def _alike(one: bytes, other: bytes) -> bool:
    """Whether two signed lists are the same, but for the last line end, which clear text lacks."""
    # Lines that end with a zero byte could hold it in a name.
    return one == other or (
        b"\0" not in one and one.removesuffix(b"\n") == other.removesuffix(b"\n")
    )


def _held(manifest: Manifest, path: bytes, content: bytes) -> Manifest:
    """Return the list that a signature holds, instead of another one that lies beside it.

    Nobody has signed that one: it does not say how the bytes are read, and is a file like others.

    Raises:
        SignatureInvalid: the list in the signature is one of another format.
    """
    listed = os.fsencode(manifest.path)
    found = lists.recognised(listed, content, (), manifest.home, manifest.name)
    if found.format is not manifest.format:
        raise SignatureInvalid(
            f"{quoted(path)} holds a list of another format than the one beside it"
        )
    return found._replace(path=os.fsdecode(path), base=manifest.base)
