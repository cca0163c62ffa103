"""Signatures over lists and other files, made.

A secret is asked for where it is used, and goes nowhere else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checksig import _files, _schemes
from checksig._names import quoted
from checksig._trust.extras import sentence
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._options import StrPath
    from checksig._schemes import Signing

_NAMESPACE: Final = "checksig"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key to sign with."""

    key: bytes  # its path
    scheme: str  # its name
    namespace: str = _NAMESPACE  # what a signature is for, if the scheme has namespaces
    #: Called for the password of a key that has one, unless a program asks for it by itself.
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
        titles: list[str] = []
        for scheme in _schemes.schemes():
            if scheme.signing is None:
                continue
            titles.append(scheme.title)
            if not scheme.signing.is_key(data):
                continue
            if namespace is not None and not scheme.signing.namespaces:
                raise CreateError(f"{scheme.title} knows no namespaces")
            return cls(path, scheme.name, namespace or _NAMESPACE, password)
        raise CreateError(f"{quoted(path)} is not a key of {' or '.join(titles)}")

    @property
    def _signing(self) -> Signing:
        found = next(s.signing for s in _schemes.schemes() if s.name == self.scheme)
        if found is None:
            raise CreateError(f"{self.scheme} does not sign here")
        return found

    @property
    def program(self) -> str | None:
        """The program that signs, and itself asks for passwords; None if there is none."""
        command = self._signing.command
        return os.fsdecode(command(self.key, self.namespace)[0]) if command else None

    def target(self, path: bytes) -> bytes:
        """Return where the signature over a file goes."""
        return path + self._signing.extension

    def sign(self, path: bytes, data: bytes) -> bytes:
        """Return the signature over a file of that path and these bytes.

        Raises:
            CreateError: the key cannot be used.
        """
        signing = self._signing
        if signing.command:
            return self._run([*signing.command(self.key, self.namespace)], data)
        if signing.sign is None:
            raise CreateError(f"{self.scheme} does not sign here")
        key = _files.read(self.key, CreateError)
        try:
            return signing.sign(key, os.path.basename(path), data, self.password)
        except _schemes.MissingExtraError as error:
            raise CreateError(sentence(error)) from None
        except _schemes.SchemeError as error:
            raise CreateError(f"cannot sign with {quoted(self.key)}: {error}") from None

    def sign_beside(self, path: StrPath, *, overwrite: bool = False) -> str:
        """Sign a file, and return the path of the signature, which is beside it.

        Raises:
            CreateError: the key cannot be used, or the signature cannot be written.
        """
        source = os.fsencode(path)
        target = self.target(source)
        if os.path.lexists(target) and not overwrite:
            raise _files.exists(target)
        signature = self.sign(source, _files.read(source, CreateError))
        _files.write(target, signature, overwrite=overwrite)
        return os.fsdecode(target)

    def _run(self, command: list[str | bytes], data: bytes) -> bytes:
        import subprocess  # noqa: PLC0415 (only who signs needs it)

        program = os.fsdecode(command[0])
        try:
            done = subprocess.run(command, input=data, stdout=subprocess.PIPE, check=False)
        except OSError as error:
            raise CreateError(f"cannot run {program}: {error.strerror}") from error
        made = _schemes.detect(done.stdout)
        if done.returncode != 0 or made is None or made.name != self.scheme:
            raise CreateError(f"{program} did not sign with {quoted(self.key)}")
        return done.stdout
