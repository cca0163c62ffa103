"""Signatures by the identity of the CI job that runs: nothing is kept, and a network is needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checksig import _files, _schemes
from checksig._names import quoted
from checksig.errors import CreateError

if TYPE_CHECKING:
    from checksig._options import StrPath


@dataclass(frozen=True, slots=True)
class KeylessSignature:
    """A new Sigstore signature, and what others need to verify it."""

    path: str  #: where it lies
    identity: str  #: whose it is: what ``identity`` has to be
    issuer: str  #: by whose word: what ``issuer`` has to be


def sign_keyless(
    path: StrPath, *, trust_config: StrPath | None = None, overwrite: bool = False
) -> KeylessSignature:
    """Sign a list with the identity token of a CI job, through Sigstore: ``LIST.sigstore.json``.

    It uses the network: the authority and the log in the configuration, or without one the public
    instance of Sigstore. The identity is published there.

    Args:
        path: The list, or any file.
        trust_config: A client trust configuration of Sigstore, in JSON: the services to ask, and
            the trusted root that the answers are checked against.
        overwrite: Whether an existing signature may be replaced.

    Raises:
        CreateError: there is no token, Sigstore does not sign, or the signature cannot be written.
    """
    source = os.fsencode(path)
    extension, sign = _schemes.keyless()
    target = source + extension
    if os.path.lexists(target) and not overwrite:
        raise _files.exists(target)
    data = _files.read(source, CreateError)
    config = None if trust_config is None else _files.read(os.fsencode(trust_config), CreateError)
    try:
        made = sign(data, config)
    except _schemes.MissingExtraError as error:
        raise CreateError(str(error)) from None
    except _schemes.SchemeError as error:
        raise CreateError(f"cannot sign {quoted(source)}: {error}") from None
    _files.write(target, made.signature, overwrite=overwrite)
    return KeylessSignature(os.fsdecode(target), made.identity, made.issuer)
