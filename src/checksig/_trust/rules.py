"""Policies in files: for which lists which keys count, how many, until when, and for whom.

A directory of keys may hold ``policy.toml``. What it says cannot be passed over: a file that is not
understood, to the last key, ends the run.
"""

from __future__ import annotations

import json
import os
import tomllib
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._json import as_array
from checksig._names import escape, may_be_secret, quoted
from checksig._trust import keys, typed
from checksig.errors import KeyFileError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._schemes import Key

#: What a rule may say of those who sign.
OF_SIGNERS: Final = ("identity", "issuer", "namespace")

_NAMES: Final = {"for", "keys", "signers", "until", *OF_SIGNERS}


class Rule(NamedTuple):
    """The demands on signatures over some lists."""

    globs: tuple[str, ...]  # of their names; of their paths if there is a slash in it
    keys: tuple[Key, ...]
    signers: int = 1
    until: date | None = None  # the last day on which its keys count, in UTC
    identity: str | None = None
    issuer: str | None = None
    namespace: str | None = None

    def is_for(self, name: str) -> bool:
        """Whether it is for a list of that path."""
        paths = _paths(name)
        names = {os.path.basename(path) for path in paths}
        return any(
            fnmatchcase(each, _lower(glob))
            for glob in self.globs
            for each in (paths if "/" in glob else names)
        )

    def is_over(self, at: datetime) -> bool:
        """Whether its keys do not count any more."""
        return self.until is not None and at.astimezone(UTC).date() > self.until

    def __str__(self) -> str:
        """Return how messages name it."""
        return f"the rule for {', '.join(map(escape, self.globs))}"


def own_path(name: str) -> str:
    """Return what a rule for one list calls it: its path from the root on, or its address."""
    return _lower(name) if "://" in name else os.path.abspath(name)


def _paths(name: str) -> set[str]:
    """Return all that a path, or an address as reports show it, may be called in rules."""
    found = {os.path.abspath(name), os.path.realpath(name)}  # by a link or without
    if "://" in name:
        found.add(_lower(name))
        # In a chain of addresses, the last is where the bytes are; and that may be here.
        scheme, _, rest = name.rpartition("::")[2].partition("://")
        if scheme.lower() in ("file", "local"):
            found |= {os.path.abspath(rest), os.path.realpath(rest)}
    return found


def _lower(address: str) -> str:
    """Return an address with the case of scheme and host that matters to nobody."""
    scheme, separator, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}" if separator else address


def read(paths: Iterable[bytes]) -> Iterator[Rule]:
    """Yield the rules in directories, as far as these hold any.

    Raises:
        KeyFileError: a policy, or a file that it names, cannot be read.
        SignatureUntrusted: it is not understood.
    """
    for directory in paths:
        path = os.path.join(directory, keys.POLICY)
        if os.path.isdir(directory) and os.path.lexists(path):
            yield from _read(directory, path)


def text(
    globs: Iterable[str],
    names: Iterable[str],
    until: date | None = None,
    *,
    namespace: str | None = None,
) -> str:
    """Return a rule as a policy has it."""
    rows = ["[[rule]]", f"for = {_array(globs)}", f"keys = {_array(names)}"]
    if until is not None:
        rows.append(f"until = {until}")
    if namespace is not None:
        rows.append(f"namespace = {_string(namespace)}")
    return "".join(f"{row}\n" for row in rows)


def _array(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_string, values))}]"


def _string(value: str) -> str:
    # A string of JSON is one of TOML, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read(directory: bytes, path: bytes) -> Iterator[Rule]:
    try:
        found = tomllib.loads(keys.data_of(path).decode())
        _expect(found.keys() <= {"rule"}, "something in it is not a [[rule]]")
        tables = found.get("rule", [])
        _expect(isinstance(tables, list), "a rule begins with [[rule]]")
        rules = [_rule(each, directory) for each in tables]
    except KeyFileError:
        raise
    except RecursionError:
        raise SignatureUntrusted(f"{quoted(path)}: it is nested too deeply") from None
    except ValueError as error:  # of TOML and of UTF-8 as well
        raise SignatureUntrusted(f"{quoted(path)}: {escape(str(error))}") from None
    yield from rules


def _rule(given: Any, directory: bytes) -> Rule:
    """Return the rule in a table.

    Raises:
        KeyFileError, SignatureUntrusted: a key cannot be read.
        ValueError: it is none.
    """
    _expect(isinstance(given, dict), "a rule begins with [[rule]]")
    unknown = ", ".join(sorted(given.keys() - _NAMES))
    _expect(not unknown, f"no rule says {unknown}")
    signers, until = given.get("signers", 1), given.get("until")
    _expect(type(signers) is int and signers > 0, "signers is not a number from 1")
    _expect(until is None or type(until) is date, "until is not a date, such as 2026-12-31")
    for name in OF_SIGNERS:
        _expect(_is_text(given.get(name, "x")), f"{name} is not text")
    globs, names = _texts(given, "for"), _texts(given, "keys")
    found = tuple([key for name in names for key in _keys(name, directory)])
    said = {name: given.get(name) for name in OF_SIGNERS}
    return Rule(globs, found, signers, until, **said)


def _keys(name: str, directory: bytes) -> list[Key]:
    """Return the keys that a rule names: files beside it, as text, or by fingerprint."""
    path = os.path.join(directory, os.fsencode(name))
    if not typed.is_typed(name):
        _expect(not may_be_secret(os.fsencode(name)), "what it names may be the text of a key")
        _expect("/" not in name and not name.startswith("."), f"{name} is not a file beside it")
        return keys.keys_in(path, keys.data_of(path))
    _expect(not os.path.lexists(path), f"{name} may be a file as well as a key")
    return list(typed.read(name, [directory]))


def _texts(given: dict[str, Any], name: str) -> tuple[str, ...]:
    value: Any = given.get(name)
    found: list[Any] = [value] if isinstance(value, str) else as_array(value or [], name)
    _expect(found and all(map(_is_text, found)), f"{name} is missing")
    return tuple(map(str, found))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _expect(holds: object, why: str) -> None:
    if not holds:
        raise ValueError(why)
