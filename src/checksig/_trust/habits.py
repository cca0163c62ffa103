"""The habitual places of keys: added to, shown, and searched for what would make runs fail."""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from checksig import _files, _schemes
from checksig._names import escape, quoted
from checksig._trust import keys, rules, typed
from checksig._trust.policy import default_files
from checksig.errors import ChecksigError, CreateError, KeyFileError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from checksig._schemes import Key
    from checksig._trust.rules import Rule


class Places(NamedTuple):
    """All that is trusted by habit."""

    files: list[tuple[str, list[Key]]]  # paths, and the keys that are there
    rules: list[Rule]


def directory() -> bytes:
    """Return the directory of keys of the user, which need not be there."""
    return default_files(wanted=True)[-1]


def add(
    given: str, name: str | None = None, *, globs: Sequence[str] = (), until: date | None = None
) -> str:
    """Put a key into the directory of the user, and return its path.

    Args:
        given: The file of the key, or its text.
        name: What it is called there.
        globs: The only lists that it counts for. Without them, it counts for all.
        until: The last day on which it does, with ``globs``.

    Raises:
        KeyFileError: it cannot be read.
        SignatureUntrusted: it is no public key, or what is there is not understood.
        CreateError: there is such a name already, or it cannot be written.
    """
    data, found = _key(given)
    if name is None:
        text = f"{found[0].scheme}-{found[0].id}.pub"
        is_text = _schemes.is_key_text(given)
        name = re.sub(r"[^\w.-]", "-", text) if is_text else os.path.basename(given)
    place, encoded = directory(), os.fsencode(name)
    if (
        b"/" in encoded
        or encoded.startswith(b".")
        or encoded == keys.POLICY
        or typed.is_typed(name)
    ):
        raise CreateError(f"no key is called {quoted(encoded)} there: give another name (--name)")
    target = os.path.join(place, encoded)
    if os.path.lexists(target):
        raise _files.exists(target)
    _make_directory()
    before = append(rules.text(globs, [name], until)) if globs else None
    # Without its rule, the key would count for every list: the rule is there first.
    try:
        _files.write(target, data, overwrite=False)
    except BaseException:
        if before is not None:
            _files.write(os.path.join(place, keys.POLICY), before, overwrite=True)
        raise
    return os.fsdecode(target)


def _key(given: str) -> tuple[bytes, list[Key]]:
    if not typed.is_typed(given):
        data = keys.data_of(os.fsencode(given))
        return data, keys.keys_in(os.fsencode(given), data)
    if not _schemes.is_key_text(given):
        raise KeyFileError("a fingerprint is for a key that is already there")
    return given.encode("utf-8", "surrogateescape") + b"\n", [*typed.read(given, [])]


def append(text: str) -> bytes:
    """Add a rule to the policy of the user, and return the policy as it was before.

    Raises:
        KeyFileError, SignatureUntrusted: that is not understood.
        CreateError: it cannot be written.
    """
    place = directory()
    _make_directory()
    path = os.path.join(place, keys.POLICY)
    before = keys.data_of(path) if os.path.lexists(path) else b""
    list(rules.read([place]))
    try:
        after = before + (b"\n" if before else b"") + text.encode()
    except UnicodeEncodeError:
        raise CreateError("a policy is UTF-8, and cannot hold this name") from None
    _files.write(path, after, overwrite=True)
    return before


def _make_directory() -> None:
    try:
        os.makedirs(directory(), exist_ok=True)
    except OSError as error:
        raise CreateError(f"cannot make {quoted(directory())}: {_files.reason(error)}") from error


def listed() -> Places:
    """Return all that is trusted by habit.

    Raises:
        KeyFileError, SignatureUntrusted: something is not understood.
    """
    places = default_files()
    found = [pair for place in places for pair in keys.files(place)]
    files = [(os.fsdecode(path), keys.keys_in(path, data)) for path, data in found]
    return Places(files, list(rules.read(places)))


def faults(at: datetime | None = None) -> Iterator[str]:
    """Yield what would make runs fail, or what does not count any more, in the habitual places."""
    at = at or datetime.now(UTC)
    for place in default_files():
        yield from _writable_by_others(place)
        try:
            pairs = list(keys.files(place))
        except ChecksigError as error:
            yield str(error)
            continue
        for path, data in pairs:
            if path != place:
                yield from _writable_by_others(path)
            yield from _in_file(path, data, at)
        try:
            found = list(rules.read([place]))
        except ChecksigError as error:
            yield str(error)
            continue
        yield from _in_rules(found, at)


def _in_file(path: bytes, data: bytes, at: datetime) -> Iterator[str]:
    try:
        found = keys.keys_in(path, data)
    except SignatureUntrusted as error:
        yield str(error)
        return
    for key in found:
        until, revoked = _schemes.standing(key)
        name = f"{quoted(path)}: {key.scheme} key {escape(key.id)}"
        if revoked:
            yield f"{name} is revoked"
        elif until is not None and until <= at:
            yield f"{name} expired on {until.isoformat(timespec='seconds')}"


def _in_rules(found: Iterable[Rule], at: datetime) -> Iterator[str]:
    for rule in found:
        if rule.is_over(at):
            yield f"{rule} was valid until {rule.until}"
        several = len({key.id for key in rule.keys})
        if rule.signers > several:
            yield f"{rule} asks for {rule.signers} signers, and names {several}"


def _writable_by_others(path: bytes) -> Iterator[str]:
    try:
        status = os.stat(path)
    except OSError as error:
        yield f"cannot read {quoted(path)}: {_files.reason(error)}"
        return
    # In many systems each user has a group of their own, which may write to all of their files.
    group = status.st_mode & stat.S_IWGRP and status.st_gid not in (0, os.getegid())
    if group or status.st_mode & stat.S_IWOTH or status.st_uid not in (0, os.geteuid()):
        yield f"others can write to {quoted(path)}"
