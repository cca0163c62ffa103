"""Policies: whom a caller trusts, and what signatures have to be."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._names import counted, quoted
from checksig._options import TrustOptions, table
from checksig._results import Signature
from checksig._schemes import EXTENSIONS, Terms
from checksig._trust import keys
from checksig.errors import SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checksig._options import StrPath
    from checksig._schemes import Key


_NAMES: Final = tuple(table(TrustOptions))

#: Paths of keys, separated as in PATH.
_VARIABLE: Final = "CHECKSIG_TRUST"


class Policy(NamedTuple):
    """The demands on signatures over a list."""

    keys: tuple[Key, ...]
    terms: Terms | None  # None: there are no keys to check with
    required: bool
    signers: int  # how many different keys
    signatures: tuple[bytes, ...]  # that are named outright
    revoked: frozenset[tuple[str, str]]  # keys, by scheme and id
    doubts: tuple[str, ...] = ()  # why signatures over what the list is in prove nothing

    def beside(self, certificates: Iterable[bytes]) -> Policy:
        """Return the policy for a signature beside which these files may hold its certificate."""
        if self.terms is None:
            return self
        return self._replace(terms=self.terms._replace(certificates=tuple(certificates)))


def policy(options: Mapping[str, Any]) -> Policy:
    """Return the policy that a caller asks for.

    Args:
        options: All of :class:`TrustOptions`, settled.

    Raises:
        KeyFileError: a file of keys cannot be read.
        SignatureUntrusted: there are no keys to go by.
        ValueError: the time is not a valid one.
    """
    # Any of these options asks for a signature, an empty one as well: a caller may have looked for
    # keys, and found none.
    required, named = any(options[n] not in (None, False) for n in _NAMES), options["trust"]
    files = default_files() if named is None else _paths(named)
    if not files:
        if required:
            raise SignatureUntrusted("a signature is asked for, and no key is trusted: name one")
        return NO_KEYS
    trusted = tuple([key for path in files for key in keys.read(path)])
    lists, revoked = keys.revoked(_paths(options["revoked"]))
    terms = Terms(
        at=_time(options["at"]),
        identity=options["identity"],
        issuer=options["issuer"],
        namespace=options["namespace"],
        source=options["source"],
        revoked=lists,
    )
    named_signatures = tuple(_paths(options["signature"]))
    return Policy(trusted, terms, required, options["signers"] or 1, named_signatures, revoked)


NO_KEYS: Final = Policy((), None, False, 1, (), frozenset())


def default_files() -> list[bytes]:
    """Return the files and directories of keys that hold whenever a caller names none."""
    named = os.environ.get(_VARIABLE, "")
    files = [os.fsencode(path) for path in named.split(os.pathsep) if path]
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    directory = os.fsencode(os.path.join(base, "checksig", "trust.d"))
    if os.path.lexists(directory):  # if it cannot be read, that is named, and not passed over
        files.append(directory)
    return files


def refuse_unsigned(policy: Policy, path: bytes) -> None:
    """Make sure that no signature is asked for where none was found.

    Raises:
        SignatureUntrusted: one is.
    """
    if policy.required:
        raise unsigned(path, policy)


def unsigned(path: bytes, policy: Policy, *doubts: str) -> SignatureUntrusted:
    """Return the error about what is not signed, or by nobody who is trusted."""
    ends = ", ".join(EXTENSIONS)
    return SignatureUntrusted(
        "; ".join([*doubts, *policy.doubts])
        or f"{quoted(path)} is not signed: nothing beside it ends in {ends}"
    )


def of_entries(options: Mapping[str, Any]) -> Policy:
    """Return the policy for entries: their signatures were checked by the caller.

    Raises:
        SignatureUntrusted: more is asked for than that.
    """
    asked = [n for n in _NAMES if options[n] not in (None, False)]
    if set(asked) - {"require_signature", "signers"}:
        raise SignatureUntrusted(
            "signatures over entries that a caller makes are not checked: there are no bytes that "
            "they could be over. Check them with check_signature, and give signatures"
        )
    given: tuple[Any, ...] = options["signatures"]
    if not all(isinstance(each, Signature) for each in given):
        raise TypeError("signatures are what check_signature returns")
    found = len({(s.identity, s.issuer) if s.issuer else s.key_id.casefold() for s in given})
    wanted = options["signers"] or 1
    if asked and found < wanted:
        raise SignatureUntrusted(
            f"the entries come with {counted(found, 'signature')}, and {wanted:,} are asked for"
        )
    return NO_KEYS


def _time(at: datetime | None) -> datetime:
    try:
        return (at or datetime.now(UTC)).astimezone()
    except (ValueError, OverflowError) as error:
        raise ValueError(f"this is no time to ask about: {at}") from error


def _paths(given: StrPath | Iterable[StrPath] | None) -> list[bytes]:
    if given is None:
        return []
    if isinstance(given, (str, bytes, os.PathLike)):
        return [os.fsencode(given)]
    return [os.fsencode(path) for path in given]
