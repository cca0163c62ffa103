"""Lists, and directories as models, signed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig import _formats as formats
from checksig import _schemes as schemes
from checksig._claims.bag import DECLARATION
from checksig._formats.model import statement
from checksig._making import unfinished
from checksig._making.hashing import hash_all, listed
from checksig._making.layout import sort
from checksig._making.list_request import ListRequest
from checksig._names import quoted
from checksig._trust.signing import Signer
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from checksig._entries import Listed
    from checksig._options import StrPath
    from checksig._schemes import Sealing

#: What model-signing leaves out, unless it is told otherwise, of what it signs and of what it
#: verifies: were it signed, it would be missing there.
GIT: Final = (".git", ".gitattributes", ".github", ".gitignore")


def sign(
    path: StrPath,
    key: StrPath,
    *,
    namespace: str | None = None,
    certificates: Iterable[StrPath] = (),
    password: Callable[[], str] | None = None,
    overwrite: bool = False,
) -> str:
    """Sign a list, or a directory as a model, and return the path of the signature.

    The signature over a list is beside it. The signature over a directory is ``model.sig`` in it,
    with the digests of all files except those of git (``.git``, ``.gitattributes``, ``.github``,
    ``.gitignore``), as in model-signing.

    Args:
        path: The list, or any file; or a directory.
        key: For a file, a secret minisign or SSH key, or the public key of one that an SSH agent
            holds. For a directory, a private key in PEM, on the curve P-256, P-384 or P-521.
        namespace: The purpose of an SSH signature: ``checksig`` if not given.
        certificates: For a directory: files of certificates in PEM, the one for the key first.
            Without them, those who verify must trust the key itself.
        password: Called for the password of a key that has one. ssh-keygen itself asks for it.
        overwrite: Whether an existing signature may be replaced.

    Raises:
        CreateError: the key cannot be used, a file of the directory cannot be read or signed, or
            the signature cannot be written.
    """
    source = os.fsencode(path)
    chain = [os.fsencode(each) for each in certificates]
    if os.path.isdir(source):
        if namespace is not None:
            raise CreateError("signatures of models have no namespaces")
        return _seal(source, os.fsencode(key), chain, password, overwrite=overwrite)
    if chain:
        raise CreateError(f"certificates are for directories, and {quoted(source)} is not one")
    signer = Signer.of(key, namespace=namespace, password=password)
    return signer.sign_beside(source, overwrite=overwrite)


def _seal(
    root: bytes,
    key: bytes,
    certificates: list[bytes],
    password: Callable[[], str] | None,
    *,
    overwrite: bool,
) -> str:
    sealing = schemes.sealing()
    target = os.path.join(root, sealing.name)
    data = _files.read(key, CreateError)
    if not sealing.is_key(data):
        raise CreateError(
            f"{quoted(key)} is not a private key in PEM, which signing a directory needs; to sign "
            "a list in it, give the list"
        )
    if os.path.lexists(os.path.join(root, DECLARATION)):
        raise CreateError(f"{quoted(root)} is a bag: sign its tag manifest")
    if os.path.lexists(target) and not overwrite:
        raise _files.exists(target)
    chain = [_files.read(path, CreateError) for path in certificates]
    name = os.fsdecode(os.path.basename(os.path.abspath(root)))
    try:
        said = statement(name, _hashed(root, sealing), GIT)
        signature = sealing.sign(data, chain, said, password)
    except schemes.MissingExtraError as error:
        raise CreateError(str(error)) from None
    except schemes.SchemeError as error:
        raise CreateError(f"cannot sign with {quoted(key)}: {error}") from None
    except ValueError as error:
        raise CreateError(f"cannot sign {quoted(root)}: {error}") from None
    _files.write(target, signature, overwrite=overwrite)
    return os.fsdecode(target)


def _hashed(root: bytes, sealing: Sealing) -> list[Listed]:
    """Return the files of a model, sorted; what is no regular file is an error."""
    request = ListRequest.of(root, None, "text", {"format": formats.OWN, "symlinks": "refuse"})
    left_out = tuple(f"/{name}".encode() for name in GIT)
    request = request._replace(patterns={"exclude": left_out})
    results = hash_all(request, [sealing.name]).results
    if bad := [each for each in map(unfinished.told, results) if not each.ok]:
        reasons = "\n".join(f"  {result}" for result in bad[:10])
        raise CreateError(
            f"a model that is signed holds regular files, and there are {len(bad)} others:\n"
            f"{reasons}"
        )
    if not results:
        raise CreateError(f"no files below {quoted(root)} to sign")
    return sort(listed(result, request.algorithms) for result in results)
