"""Whose SSH keys are trusted, for what and when: lines of public keys, and ``allowed_signers``.

Source: ssh-keygen(1) of OpenSSH 10.2, "ALLOWED SIGNERS", and its sshsig.c. Principals, namespaces
and times are matched as it does; a line that it would pass over with a message makes the file
unusable here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fnmatch import translate
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes import _ssh_certificate
from checksig._schemes._scheme import SchemeError
from checksig._schemes._ssh_wire import KINDS, decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._schemes._scheme import Primitives
    from checksig._schemes._ssh_certificate import Certificate
    from checksig._schemes._ssh_wire import Public

_OPTION: Final = r'(?P<name>[A-Za-z-]+)(?:="(?P<value>[^"]*)")?(?:,|\Z)'
#: What the lines of keys, and of certificates, begin with.
_KINDS: Final = (*KINDS, *map(_ssh_certificate.kind_of, KINDS))
#: Options with a value, by their names.
_VALUED: Final = ("namespaces", "valid-after", "valid-before")
_TIME: Final = r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})?)?(Z?)"
#: Words of a line, in which quotes hold blanks together.
_WORD: Final = r'(?:[^\s"]|"[^"]*")+'

_SECRET: Final = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")


class Rule(NamedTuple):
    """A key that may sign, or an authority whose certificates may."""

    key: Public
    certificate: Certificate | None = None  # if the line has one, and not a key alone
    principals: str | None = None  # patterns; None if the line says nothing about who it is
    authority: bool = False
    namespaces: str | None = None  # patterns
    after: datetime | None = None
    before: datetime | None = None


def rules(data: bytes, primitives: Primitives) -> list[Rule]:
    """Return the rules in a file; none if it is not about keys of SSH.

    Raises:
        ValueError: it holds a secret key, or a line that cannot be understood.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return []
    if _SECRET.search(text):
        raise ValueError("this is a secret key: give the public one, and keep this to yourself")
    rows = [(n, row.strip()) for n, row in enumerate(text.split("\n"), 1)]
    rows = [(number, row) for number, row in rows if row and not row.startswith("#")]
    if not rows or not any(kind in rows[0][1] for kind in _KINDS):
        return []
    return list(_rules(rows, primitives))


def _rules(rows: list[tuple[int, str]], primitives: Primitives) -> Iterator[Rule]:
    for number, row in rows:
        try:
            yield _rule(row, primitives)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None


def _rule(row: str, primitives: Primitives) -> Rule:
    if row.count('"') % 2:
        raise ValueError("a quote in it has no end")
    words = re.findall(_WORD, row)
    if words[:1] and words[0] in _KINDS:
        return Rule(*_key(words, primitives))
    principals, *words = words
    options: dict[str, str] = {}
    if words and words[0] not in _KINDS:
        options = _options(words.pop(0))
    key, certificate = _key(words, primitives)
    authority = "cert-authority" in options
    after, before = _time(options.get("valid-after")), _time(options.get("valid-before"))
    if after is not None and before is not None and before <= after:
        raise ValueError("valid-before is not after valid-after")
    return Rule(
        key=key,
        # Of an authority the key counts, and not who vouches for that.
        certificate=None if authority else certificate,
        principals=principals.strip('"'),
        authority=authority,
        namespaces=options.get("namespaces"),
        after=after,
        before=before,
    )


def _key(words: list[str], primitives: Primitives) -> tuple[Public, Certificate | None]:
    if len(words) < 2 or words[0] not in _KINDS:
        raise ValueError("it is neither a public key nor a line of allowed_signers")
    key, certificate = _ssh_certificate.read(decoded(words[1]), primitives)
    if words[0] != (_ssh_certificate.kind_of(key.kind) if certificate else key.kind):
        raise ValueError("the key is of another kind than the line says")
    return key, certificate


def _options(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = re.compile(_OPTION).match(text, at)
        name = match["name"].lower() if match else ""
        if not match or name in found or (match["value"] is not None) != (name in _VALUED):
            raise ValueError(f"the options cannot be understood: {text[:60]}")
        if name not in (*_VALUED, "cert-authority"):
            raise ValueError(f"the option {name[:60]} is not known")
        found[name] = match["value"] or ""
        at = match.end()
    return found


def _time(text: str | None) -> datetime | None:
    """Return a time, which is local unless it ends in Z."""
    if text is None:
        return None
    match = re.fullmatch(_TIME, text)
    if not match:
        raise ValueError(f"this is not a time: {text[:60]}")
    *digits, zone = match.groups(default="0")
    found = datetime(*map(int, digits), tzinfo=UTC if zone == "Z" else None)  # type: ignore[misc,arg-type]
    return found.astimezone(UTC)


def matches(name: str, patterns: str) -> bool:
    """Whether a name matches patterns with commas between. One with ``!`` that matches excludes it.

    ``*`` and ``?`` stand for what they do in a shell, and brackets for themselves.
    """
    found = False
    for pattern in patterns.split(","):
        if re.fullmatch(translate(pattern.removeprefix("!").replace("[", "[[]")), name):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def holds(rule: Rule, namespace: str, at: datetime) -> None:
    """Make sure that a rule is about a namespace, at a time.

    Raises:
        SchemeError: it is not.
    """
    name, when = f"the key {rule.key.fingerprint}", at.astimezone(UTC).isoformat(timespec="seconds")
    if rule.namespaces is not None and not matches(namespace, rule.namespaces):
        raise SchemeError(f"{name} is not for the namespace {namespace}")
    if rule.after is not None and at < rule.after:
        raise SchemeError(f"{name} is valid from {rule.after.isoformat()} on, and not at {when}")
    if rule.before is not None and at > rule.before:
        raise SchemeError(f"{name} is valid until {rule.before.isoformat()}, and not at {when}")
