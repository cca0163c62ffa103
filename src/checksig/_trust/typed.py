"""Public keys that are typed, and fingerprints of keys that lie in the habitual places.

What may be a key as well as the name of a file that is there is neither: somebody may have put that
file there.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Final

from checksig import _schemes
from checksig._names import quoted
from checksig._trust import keys
from checksig.errors import KeyFileError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._options import StrPath
    from checksig._schemes import Key

#: The source of a key that is typed.
SOURCE: Final = "typed"

#: Digits, as programs print them: of an OpenPGP certificate, or a SHA-256; and SSH's own way.
_DIGITS: Final = r"(sha256:)?((?:[0-9a-f]{4}\s*){10}|(?:[0-9a-f]{4}\s*){16})"
_SSH: Final = r"SHA256:[A-Za-z0-9+/]{43}"


def read(given: StrPath, habitual: Iterable[bytes]) -> Iterator[Key]:
    """Yield the keys that a caller names: by a path, as text, or by a fingerprint.

    Args:
        given: The path, or what is typed.
        habitual: Files and directories in which fingerprints are looked for.

    Raises:
        KeyFileError: a file cannot be read, or it may be either.
        SignatureUntrusted: there are no keys in it, or none has the fingerprint.
    """
    if not isinstance(given, str) or not is_typed(given):
        yield from keys.read(os.fsencode(given))
        return
    if os.path.lexists(given):
        name = quoted(os.fsencode(given))
        raise KeyFileError(f"{name} is a file, and may be a typed key: name the file as ./{name}")
    if _schemes.is_key_text(given):
        yield from _in_text(given)
    else:
        yield from with_fingerprint(given, habitual)


def is_typed(text: str) -> bool:
    """Whether a text is a key or a fingerprint, and not a path, unless that is there."""
    digits = re.fullmatch(_DIGITS, text, re.IGNORECASE)
    return bool(digits or re.fullmatch(_SSH, text) or _schemes.is_key_text(text))


def _in_text(text: str) -> list[Key]:
    from checksig._trust.primitives import PRIMITIVES  # noqa: PLC0415 (keys are seldom typed)

    try:
        return _schemes.keys_in(text.encode("utf-8", "surrogateescape"), SOURCE, PRIMITIVES)
    except ValueError as error:  # it is not said which: it may be a secret one
        raise SignatureUntrusted(f"the typed key: {error}") from None


def with_fingerprint(text: str, habitual: Iterable[bytes]) -> list[Key]:
    """Return the keys with a fingerprint, or in a file that has that SHA-256.

    Raises:
        KeyFileError: a file cannot be read.
        SignatureUntrusted: there are none.
    """
    places = list(habitual)
    found = {
        (key.scheme, key.id): key
        for place in places
        for path, data in keys.files(place)
        for key in keys.keys_in(path, data)
        if _has(key, data, text)
    }
    if not found:
        where = ", ".join(map(quoted, places)) or "any directory of keys, as there is none"
        raise SignatureUntrusted(f"no key with the fingerprint {text} is in {where}")
    return list(found.values())


def _has(key: Key, data: bytes, text: str) -> bool:
    if re.fullmatch(_SSH, text):
        return key.id == text
    match = re.fullmatch(_DIGITS, text, re.IGNORECASE)
    if not match:
        return False
    digits = "".join(match[2].split()).lower()
    return key.id.lower() == digits or bool(match[1] and hashlib.sha256(data).hexdigest() == digits)
