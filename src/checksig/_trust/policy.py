"""Whom a caller trusts: keys out of files, and what their signatures have to be."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

from checksig import _files
from checksig import _schemes as trust
from checksig._names import quoted
from checksig.errors import SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._files import StrPath
    from checksig._schemes import Key, Terms

#: Paths of keys, separated as in PATH.
_VARIABLE: Final = "CHECKSIG_TRUST"

#: In bytes, of a file of keys.
_MAX_KEYS: Final = 16 << 20

#: What must not be empty: to a shell whose variable is not set, that is what somebody asked for.
_WORDS: Final = ("identity", "issuer", "namespace")


class TrustOptions(TypedDict, total=False):
    """Who has to have signed the list. One of these, and there has to be a signature."""

    #: Files of public keys of any scheme, or directories of them. Without it, the files that
    #: ``CHECKSIG_TRUST`` names, and those in ``~/.config/checksig/trust.d``: their signatures are
    #: checked if they are there.
    trust: StrPath | Iterable[StrPath] | None
    #: Whether there has to be a signature in any case.
    require_signature: bool
    #: Signatures of the list, if they do not lie beside it.
    signature: StrPath | Iterable[StrPath] | None
    #: Who has to have signed: as the keys, or a certificate, say it.
    identity: str | None
    #: Who has to have vouched for the identity: the URL of an issuer, for Sigstore.
    issuer: str | None
    #: What the signature has to be for; ``checksig`` if the scheme has namespaces, and this is not
    #: given.
    namespace: str | None
    #: How many different keys have to have signed.
    signers: int | None
    #: Files of keys that are revoked.
    revoked: StrPath | Iterable[StrPath] | None
    #: When the signature has to be valid, if not now. Without a time zone, it is local time.
    at: datetime | None


class Policy(NamedTuple):
    """What the signatures over a list have to be."""

    keys: Sequence[Key]
    terms: Terms
    required: bool
    signers: int  # how many different keys
    signatures: tuple[bytes, ...]  # that are named outright
    revoked: frozenset[tuple[str, str]]  # keys, by scheme and id


def policy(options: TrustOptions) -> Policy:
    """Return what a caller asks for.

    Raises:
        SignatureUntrusted: keys cannot be read, or there are none to go by.
        ValueError: the options make no sense.
    """
    signers, required = options.get("signers"), _binds(options)
    if signers is not None and signers < 1:
        raise ValueError(f"signers must be 1 or more, not {signers}")
    for name in _WORDS:
        if options.get(name) == "":
            raise ValueError(f"{name} must not be empty")
    named = options.get("trust")
    places = _habitual() if named is None else _paths(named)
    keys = [key for path in places for key in _keys(path)]
    if required and not keys:
        raise SignatureUntrusted("a signature is asked for, and no key is trusted: name one")
    lists, revoked = _revoked(_paths(options.get("revoked")))
    terms = trust.Terms(
        at=_moment(options.get("at")),
        identity=options.get("identity"),
        issuer=options.get("issuer"),
        namespace=options.get("namespace"),
        revoked=lists,
    )
    signatures = tuple(_paths(options.get("signature")))
    return Policy(keys, terms, required, signers or 1, signatures, revoked)


def _binds(options: TrustOptions) -> bool:
    """Whether a caller wants a signature. Who gives any of the options does, empty ones as well.

    Somebody may have looked for keys, and found none.
    """
    asked = (options.get(name) for name in TrustOptions.__annotations__)
    return any(each is not None and each is not False for each in asked)


def _moment(at: datetime | None) -> datetime:
    try:
        return (at or datetime.now(UTC)).astimezone()
    except (ValueError, OverflowError) as error:
        raise ValueError(f"this is no time to ask about: {at}") from error


def _revoked(paths: Iterable[bytes]) -> tuple[list[bytes], frozenset[tuple[str, str]]]:
    """Return what is revoked: files that SSH reads itself, and the keys in all others.

    Raises:
        SignatureUntrusted: a file cannot be read, or is neither.
    """
    lists: list[bytes] = []
    revoked: set[tuple[str, str]] = set()
    for path in paths:
        data = _files.read(path, SignatureUntrusted, _MAX_KEYS)
        keys = [] if trust.is_revocation_list(data) else _keys_in(path, data)
        if not keys or any(key.scheme == "ssh" for key in keys):
            lists.append(data)
        revoked.update((key.scheme, key.id) for key in keys)
    return lists, frozenset(revoked)


def refuse(options: TrustOptions, what: str) -> None:
    """Make sure that no signature is asked for where none is looked for.

    Raises:
        SignatureUntrusted: one is.
    """
    if _binds(options):
        raise SignatureUntrusted(f"signatures over {what} are not checked")


def _paths(given: StrPath | Iterable[StrPath] | None) -> list[bytes]:
    if given is None:
        return []
    if isinstance(given, (str, bytes, os.PathLike)):
        return [os.fsencode(given)]
    return [os.fsencode(path) for path in given]


def _habitual() -> Iterator[bytes]:
    """Yield where keys are that hold whenever a caller names none."""
    named = os.environ.get(_VARIABLE, "")
    yield from (os.fsencode(path) for path in named.split(os.pathsep) if path)
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    directory = os.fsencode(os.path.join(base, "checksig", "trust.d"))
    if os.path.lexists(directory):  # what cannot be read is named, and not passed over
        yield directory


def _keys(path: bytes) -> Iterator[Key]:
    """Yield the keys in a file, or in the files of a directory.

    Raises:
        SignatureUntrusted: they cannot be read, or are none.
    """
    if not os.path.isdir(path):
        yield from _keys_of(path)
        return
    try:
        names = sorted(name for name in os.listdir(path) if not name.startswith(b"."))
    except OSError as error:
        raise _files.unreadable(path, error, SignatureUntrusted) from error
    if not names:
        raise SignatureUntrusted(f"there are no keys in {quoted(path)}")
    for name in names:
        yield from _keys_of(os.path.join(path, name))


def _keys_of(path: bytes) -> list[Key]:
    return _keys_in(path, _files.read(path, SignatureUntrusted, _MAX_KEYS))


def _keys_in(path: bytes, data: bytes) -> list[Key]:
    try:
        return trust.keys_in(data, os.fsdecode(path))
    except ValueError as error:
        raise SignatureUntrusted(f"{quoted(path)}: {error}") from error
