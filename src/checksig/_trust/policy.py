"""Policies: whom a caller trusts, and what signatures have to be."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from checksig._classes import NamedTuple
from checksig._names import counted, quoted
from checksig._options import TrustOptions, table
from checksig._results import Signature
from checksig._schemes import EXAMPLES, stem
from checksig.errors import SignatureUntrusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Any, Final, Self

    from checksig._options import StrPath
    from checksig._schemes import Key, Terms
    from checksig._trust.rules import Rule

_NAMES: Final = tuple(table(TrustOptions))

#: Paths of keys, separated as in PATH.
_VARIABLE: Final = "CHECKSIG_TRUST"

#: Where the settings of users are, if not in ~/.config: as platformdirs has it.
_SETTINGS: Final = {"darwin": "~/Library/Application Support", "win32": "~/AppData/Local"}


class Policy(NamedTuple):
    """The demands on signatures over a list."""

    keys: tuple[Key, ...]
    terms: Terms | None  # None: there are no keys to check with
    required: bool
    signers: int  # how many different keys
    signatures: tuple[bytes, ...]  # that are named outright
    revoked: frozenset[tuple[str, str]]  # keys, by scheme and id
    doubts: tuple[str, ...] = ()  # why signatures over what the list is in prove nothing
    rules: tuple[Rule, ...] = ()  # for some lists, as files say
    tofu: bool = False  # whether a key that a signature carries counts, where no rule is for a list

    def for_list(self, *names: str) -> Self:
        """Return the policy for a list, or whatever else is signed, by its path or its signature's.

        The first rule that is for it, and is not over, says which keys count; it has to be signed
        then. Keys that rules name count for nothing else. Where no rules are left, nothing changes.
        """
        if not self.rules or self.terms is None:
            return self
        names += tuple(filter(None, map(stem, names)))
        found = [rule for rule in self.rules if any(map(rule.is_for, names))]
        if not found:
            bound = {key[:2] for rule in self.rules for key in rule.keys}
            free = tuple([key for key in self.keys if key[:2] not in bound])
            return self._replace(keys=free, rules=())
        held = self._replace(keys=(), rules=(), required=True, tofu=False)
        rule = next((rule for rule in found if not rule.is_over(self.terms.at)), None)
        if rule is None:
            ended = max(str(rule.until) for rule in found)
            return held._replace(doubts=(*self.doubts, f"{found[0]} was valid until {ended}"))
        said = {n: getattr(rule, n) for n in ("identity", "issuer", "namespace")}
        for name, value in said.items():
            asked = getattr(self.terms, name)
            if asked and value and asked != value:
                doubt = f"{rule} says {name} {value}, and you asked for {asked}"
                return held._replace(doubts=(*self.doubts, doubt))
        terms = self.terms._replace(**{n: value for n, value in said.items() if value})
        return held._replace(keys=rule.keys, terms=terms, signers=max(self.signers, rule.signers))

    def beside(self, certificates: Iterable[bytes], name: str | None = None) -> Policy:
        """Return the policy for a signature over a file of that name.

        Beside it are files that may hold its certificate.
        """
        if self.terms is None:
            return self
        found = tuple(certificates)
        return self._replace(terms=self.terms._replace(certificates=found, name=name))


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
    files = default_files() if named is None else _several(named)
    if options["tofu"] and (named or options["signature"] or options["signers"]):
        raise ValueError("tofu is for when no key is given: leave out trust, signature, signers")
    if not files and not options["tofu"]:
        if required:
            raise SignatureUntrusted(
                "a signature is required, and no key is trusted: give one (--trust)"
            )
        return NO_KEYS
    from checksig._schemes import Terms  # noqa: PLC0415 (most runs have no keys)
    from checksig._trust import keys, rules, typed  # noqa: PLC0415 (as above)

    trusted = [key for each in files for key in typed.read(each, default_files())]
    ruled = tuple(rules.read(os.fsencode(each) for each in files))
    trusted += [key for rule in ruled for key in rule.keys if key not in trusted]
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
    signers = options["signers"] or 1
    return Policy(
        tuple(trusted),
        terms,
        required,
        signers,
        named_signatures,
        revoked,
        rules=ruled,
        tofu=options["tofu"],
    )


NO_KEYS: Final = Policy((), None, False, 1, (), frozenset())


def default_files(*, wanted: bool = False) -> list[bytes]:
    """Return the files and directories of keys that hold whenever a caller names none.

    The last is that of the user, if it is there, or ``wanted``.
    """
    named = os.environ.get(_VARIABLE, "")
    files = [os.fsencode(path) for path in named.split(os.pathsep) if path]
    base = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CONFIG_HOME", "")
    if not os.path.isabs(base):  # nothing that is trusted depends on where a run begins
        base = os.path.expanduser(_SETTINGS.get(sys.platform, "~/.config"))
    directory = os.fsencode(os.path.join(base, "checksig", "trust.d"))
    # If it cannot be read, that is named, and not passed over. Nothing in it is as none.
    if wanted or (os.path.lexists(directory) and not _is_empty(directory)):
        files.append(directory)
    return files


def _is_empty(directory: bytes) -> bool:
    with suppress(OSError):
        return all(name.startswith(b".") for name in os.listdir(directory))
    return False


def refuse_unsigned(policy: Policy, path: bytes) -> None:
    """Make sure that no signature is asked for where none was found.

    Raises:
        SignatureUntrusted: one is.
    """
    if policy.required:
        raise unsigned(path, policy)


def unsigned(path: bytes, policy: Policy, *doubts: str) -> SignatureUntrusted:
    """Return the error about what is not signed, or not by a key that is trusted."""
    return SignatureUntrusted(
        "; ".join([*doubts, *policy.doubts])
        or f"{quoted(path)} is not signed: no file beside it ends in {EXAMPLES}"
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
            f"the entries come with {counted(found, 'signature')}, and {wanted:,} are required"
        )
    return NO_KEYS


def _time(at: datetime | None) -> datetime:
    from datetime import UTC, datetime  # noqa: PLC0415 (most runs have no keys)

    try:
        return (at or datetime.now(UTC)).astimezone()
    except (ValueError, OverflowError) as error:
        raise ValueError(f"this is not a time: {at}") from error


def _paths(given: StrPath | Iterable[StrPath] | None) -> list[bytes]:
    return [os.fsencode(path) for path in _several(given)]


def _several(given: StrPath | Iterable[StrPath] | None) -> list[StrPath]:
    if given is None:
        return []
    return [given] if isinstance(given, (str, bytes, os.PathLike)) else [*given]
