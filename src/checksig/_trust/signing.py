"""Sign lists: with keys of minisign, and with whatever ssh-keygen can sign with.

A secret is asked for where it is used, and goes nowhere else. ssh-keygen asks for its own, and
talks to agents and hardware keys.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig._names import quoted
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._files import StrPath

_MINISIGN: Final = b"untrusted comment: "
_SSH: Final = (b"-----BEGIN ", b"ssh-", b"ecdsa-", b"sk-")
_NAMESPACE: Final = "checksig"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key to sign with."""

    key: bytes  # its path
    scheme: str  # minisign or ssh
    namespace: str = _NAMESPACE  # what an SSH signature is for
    #: Called for the password of a minisign key that has one.
    password: Callable[[], str] | None = None

    @classmethod
    def of(
        cls,
        key: StrPath,
        *,
        namespace: str | None = None,
        password: Callable[[], str] | None = None,
    ) -> Signer:
        """Return what a key file is.

        Raises:
            CreateError: it cannot be read, or is no key that signs here.
        """
        path = os.fsencode(key)
        data = _files.read(path, CreateError)
        if data.startswith(_MINISIGN):
            if namespace is not None:
                raise CreateError("minisign knows no namespaces")
            return cls(path, "minisign", password=password)
        if data.startswith(_SSH):
            return cls(path, "ssh", namespace or _NAMESPACE)
        raise CreateError(f"{quoted(path)} is no key of minisign or SSH")

    def target(self, path: bytes) -> bytes:
        """Return where the signature over a file goes."""
        return path + (b".minisig" if self.scheme == "minisign" else b".sig")

    def sign(self, path: bytes, data: bytes) -> bytes:
        """Return the signature over a file of that path and these bytes.

        Raises:
            CreateError: the key is not to be used, for one reason or another.
        """
        if self.scheme == "ssh":
            return self._ssh(data)
        return self._minisign(path, data)

    def _minisign(self, path: bytes, data: bytes) -> bytes:
        try:
            import minisign  # type: ignore[import-untyped]  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        except ImportError:
            raise CreateError(
                "to sign with minisign needs a package: pip install 'checksig[trust]'"
            ) from None
        name = os.fsdecode(os.path.basename(path))
        comment = f"timestamp:{int(time.time())}\tfile:{name}\thashed"
        try:
            with minisign.SecretKey.from_bytes(_files.read(self.key, CreateError)) as secret:
                if secret.is_encrypted():
                    if self.password is None:
                        raise CreateError(f"{quoted(self.key)} has a password")
                    secret.decrypt(_spelled(self.password()))
                signature = secret.sign(data, trusted_comment=comment)
        except minisign.Error as error:
            raise CreateError(f"cannot sign with {quoted(self.key)}: {error}") from None
        return bytes(signature) + b"\n"

    def _ssh(self, data: bytes) -> bytes:
        import subprocess  # noqa: PLC0415 (only who signs needs it)

        command: list[str | bytes] = [
            "ssh-keygen",
            "-q",
            "-Y",
            "sign",
            "-f",
            self.key,
            "-n",
            self.namespace,
        ]
        try:
            done = subprocess.run(command, input=data, stdout=subprocess.PIPE, check=False)
        except OSError as error:
            raise CreateError(f"cannot run ssh-keygen: {error.strerror}") from error
        if done.returncode != 0 or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
            raise CreateError(f"ssh-keygen did not sign with {quoted(self.key)}")
        return done.stdout


def _spelled(password: str) -> str:
    """Return a password that is UTF-8. The error about one that is not would have it with it."""
    if any("\ud800" <= c <= "\udfff" for c in password):
        raise CreateError("the password is not UTF-8")
    return password


def sign(
    path: StrPath,
    key: StrPath,
    *,
    namespace: str | None = None,
    password: Callable[[], str] | None = None,
    overwrite: bool = False,
) -> str:
    """Sign a list, and return the path of the signature, which lies beside it.

    Args:
        path: The list, or any file.
        key: A secret key of minisign, or a key of SSH: secret, or public if an agent has it.
        namespace: What an SSH signature is for: ``checksig`` if not given.
        password: Called for the password of a minisign key that has one. ssh-keygen asks itself.
        overwrite: Whether an existing signature may be replaced.

    Raises:
        CreateError: the key cannot be used, or the signature not be written.
    """
    signer = Signer.of(key, namespace=namespace, password=password)
    place = os.fsencode(path)
    target = signer.target(place)
    if os.path.lexists(target) and not overwrite:
        raise _files.exists(target)
    _files.write(target, signer.sign(place, _files.read(place, CreateError)), overwrite=overwrite)
    return os.fsdecode(target)
