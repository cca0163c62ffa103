"""Public keys and revocations, out of files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from checksig import _files, _schemes
from checksig._names import quoted
from checksig.errors import KeyFileError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._schemes import Key

#: In bytes, of a file of keys.
_MAX_SIZE: Final = 256 << 20

#: The file in a directory of keys that says what they are for.
POLICY: Final = b"policy.toml"


def read(path: bytes) -> Iterator[Key]:
    """Yield the keys in a file, or in the files of a directory.

    Raises:
        KeyFileError: a file cannot be read.
        SignatureUntrusted: there are no keys in it.
    """
    for each, data in files(path):
        yield from keys_in(each, data)


def files(path: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the path and the bytes of a file, or of the files of a directory, but its policy.

    Raises:
        KeyFileError: a file cannot be read.
        SignatureUntrusted: it is an empty directory.
    """
    if not os.path.isdir(path):
        yield path, data_of(path)
        return
    try:
        names = sorted(name for name in os.listdir(path) if not name.startswith(b"."))
    except OSError as error:
        raise _files.unreadable(path, error, KeyFileError) from error
    if not names:
        raise SignatureUntrusted(f"there are no keys in {quoted(path)}")
    for name in names:
        if name != POLICY:
            each = os.path.join(path, name)
            yield each, data_of(each)


def revoked(paths: Iterable[bytes]) -> tuple[list[bytes], frozenset[tuple[str, str]]]:
    """Return the revocations in files: those that a scheme reads by itself, and keys by their ids.

    Raises:
        KeyFileError: a file cannot be read.
        SignatureUntrusted: it holds neither.
    """
    lists: list[bytes] = []
    revoked: set[tuple[str, str]] = set()
    for path in paths:
        data = data_of(path)
        keys = [] if _schemes.is_revocation_list(data) else keys_in(path, data)
        if not keys or any(_schemes.reads_revocations(key) for key in keys):
            lists.append(data)
        revoked.update((key.scheme, key.id) for key in keys)
    return lists, frozenset(revoked)


def keys_in(path: bytes, data: bytes) -> list[Key]:
    """Return the keys in the bytes of a file.

    Raises:
        SignatureUntrusted: there are none, or one is secret or damaged.
    """
    from checksig._trust.extras import sentence  # noqa: PLC0415 (most runs have no keys)
    from checksig._trust.primitives import PRIMITIVES  # noqa: PLC0415 (as above)

    try:
        return _schemes.keys_in(data, os.fsdecode(path), PRIMITIVES)
    except _schemes.MissingExtraError as error:
        raise SignatureUntrusted(f"{quoted(path)}: {sentence(error)}") from error
    except ValueError as error:
        raise SignatureUntrusted(f"{quoted(path)}: {error}") from error


def data_of(path: bytes) -> bytes:
    """Return the bytes of a file of keys.

    Raises:
        KeyFileError: it cannot be read.
    """
    return _files.read(path, KeyFileError, _MAX_SIZE)
