"""Key pairs to sign with, made."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checksig import _files, _schemes
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._options import StrPath

#: What minisign calls its keys.
_NAME: Final = "minisign"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key pair that was made, and where it is."""

    key: str  #: the path of the secret key
    public: str  #: the path of the public key
    id: str  #: as people compare it
    text: str  #: the public key in a line, which ``trust`` takes as well as a path


def keygen(name: StrPath = _NAME, *, password: Callable[[], str] | None) -> KeyPair:
    """Make a minisign key pair: ``NAME.key``, which is secret, and ``NAME.pub``.

    No existing file is replaced, and neither key is left without the other.

    Args:
        name: Their path, without an ending.
        password: Called for the password of the secret key; None: it gets no password.

    Raises:
        CreateError: one of them exists already, or they cannot be made or written.
    """
    path = os.fsencode(name)
    secret, public = path + b".key", path + b".pub"
    for each in (secret, public):
        if os.path.lexists(each):
            raise _files.exists(each)
    try:
        pair = _schemes.generate(None if password is None else password())
    except _schemes.SchemeError as error:
        raise CreateError(str(error)) from None
    try:
        _files.write(secret, pair.secret, overwrite=False, mode=0o600)
        _files.write(public, pair.public, overwrite=False)
    except BaseException:
        for each, data in ((secret, pair.secret), (public, pair.public)):
            _remove(each, data)
        raise
    return KeyPair(os.fsdecode(secret), os.fsdecode(public), pair.id, pair.text)


def _remove(path: bytes, data: bytes) -> None:
    """Remove a file if it is the one that was written, and not that of somebody else."""
    with suppress(OSError):
        if _files.read_regular(path) == data:
            os.unlink(path)
