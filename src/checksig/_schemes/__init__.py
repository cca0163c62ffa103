"""The table of signature schemes. A scheme opens no file and calls no core.

To add a scheme, write a module with a ``SCHEME``, and add its name to ``SCHEMES``. The modules are
loaded when there is a signature or a key to look at: most runs have neither.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from checksig._schemes._scheme import (
    Key,
    MissingExtraError,
    Primitives,
    Proof,
    Scheme,
    SchemeError,
    Signing,
    Terms,
    UntrustedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "EXTENSIONS",
    "LISTS",
    "SCHEMES",
    "Key",
    "MissingExtraError",
    "Primitives",
    "Proof",
    "Scheme",
    "SchemeError",
    "Signing",
    "Terms",
    "UntrustedError",
    "certificates_of",
    "detect",
    "is_revocation_list",
    "is_signed_archive",
    "is_signed_statement",
    "is_signed_text",
    "keys_in",
    "of_scheme",
    "reads_revocations",
    "schemes",
    "stem",
]

#: All schemes by their modules, in the order in which they are asked (minisign's signatures begin
#: like signify's, and bundles are of several), and what the name of a signature adds to that of the
#: list.
SCHEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "minisign": (".minisig",),
    "signify": (".sig",),
    "ssh": (".sig", ".sshsig"),
    "openpgp": (".asc", ".gpg", ".sig", ".sign"),
    "sigstore": (
        *(".sigstore", ".sigstore.json", ".bundle", ".intoto.jsonl", ".sig"),
        *(".publish.attestation", ".slsa.attestation", ".attestation", ".provenance"),
    ),
    "cosign": (".sig", ".bundle"),
    "model": (".sig",),
}
EXTENSIONS: Final = tuple(dict.fromkeys(end for ends in SCHEMES.values() for end in ends))

#: What takes the place of the end of a signature in the names of files with its certificate.
_CERTIFICATES: Final = (".pem", ".crt", ".cert")

#: Signatures that hold a list, and are not called after one.
LISTS: Final = ("model.sig",)


def stem(name: str) -> str | None:
    """Return the name of what a signature of that name signs; None if it is the name of none."""
    return next((name.removesuffix(end) for end in EXTENSIONS if name.endswith(end)), None)


def certificates_of(name: str) -> list[str]:
    """Return the names that files with the certificate of a signature of that name may have."""
    if not name.endswith(".sig"):
        return []
    return [base + end for base in (name.removesuffix(".sig"), name) for end in _CERTIFICATES]


def is_signed_text(data: bytes) -> bool:
    """Whether these bytes are text with a signature around it, whatever their file is called."""
    return data[:100].lstrip().startswith(b"-----BEGIN PGP SIGNED MESSAGE-----")


def is_signed_archive(data: bytes) -> bool:
    """Whether a file that begins with these bytes should be an archive with its own signature."""
    from checksig._schemes import _signify_zip  # noqa: PLC0415 (few archives are looked at)

    return _signify_zip.is_signed(data)


def is_signed_statement(data: bytes) -> bool:
    """Whether these bytes should be a signature around a statement that lists files."""
    if data.lstrip()[:1] != b"{" or b'"dsseEnvelope"' not in data:
        return False
    scheme = detect(data)
    return scheme is not None and scheme.embeds(data)


def reads_revocations(key: Key) -> bool:
    """Whether the scheme of a key reads files of revoked keys by itself."""
    return any(scheme.name == key.scheme and scheme.reads_revocations for scheme in schemes())


def is_revocation_list(data: bytes) -> bool:
    """Whether these bytes are a key revocation list of SSH."""
    return data.startswith(b"SSHKRL\n\0")


@cache
def schemes() -> tuple[Scheme, ...]:
    """Return all schemes."""
    found: list[Scheme] = [import_module(f"checksig._schemes.{name}").SCHEME for name in SCHEMES]
    return tuple(found)


def detect(data: bytes) -> Scheme | None:
    """Return the scheme of a signature; None if it is of none of them."""
    return next((scheme for scheme in schemes() if scheme.sniff(data)), None)


def keys_in(data: bytes, source: str, primitives: Primitives) -> list[Key]:
    """Return the keys in a file, for all schemes that can use them.

    Raises:
        ValueError: there are none, or one is secret or damaged.
    """
    found = [key for scheme in schemes() for key in scheme.keys(data, source, primitives)]
    if not found:
        raise ValueError("there is no public key in it that is known")
    return found


def of_scheme(keys: Iterable[Key], scheme: Scheme) -> list[Key]:
    """Return the keys that a scheme can use."""
    return [key for key in keys if key.scheme == scheme.name]
