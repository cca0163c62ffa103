"""The table of signature schemes. A scheme opens no file and calls no core.

To add a scheme, write a module with a ``SCHEME``, and add its name to ``SCHEMES``. The modules are
loaded when there is a signature or a key to look at: most runs have neither.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Final

    from checksig._schemes._scheme import (
        Key,
        Keyless,
        MissingExtraError,
        Pair,
        Primitives,
        Proof,
        Scheme,
        SchemeError,
        Sealing,
        Signing,
        Standing,
        Terms,
        UntrustedError,
    )

__all__ = [
    "EXAMPLES",
    "EXTENSIONS",
    "LISTS",
    "SCHEMES",
    "Key",
    "Keyless",
    "MissingExtraError",
    "Pair",
    "Primitives",
    "Proof",
    "Scheme",
    "SchemeError",
    "Sealing",
    "Signing",
    "Standing",
    "Terms",
    "UntrustedError",
    "certificates_of",
    "detect",
    "generate",
    "is_revocation_list",
    "is_signed_archive",
    "is_signed_statement",
    "is_signed_text",
    "keyless",
    "keys_in",
    "of_scheme",
    "reads_revocations",
    "schemes",
    "sealing",
    "standing",
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
#: Those that most publishers have, in words.
EXAMPLES: Final = ".minisig, .asc, .sig, .sigstore.json or the like"

#: What takes the place of the end of a signature in the names of files with its certificate.
_CERTIFICATES: Final = (".pem", ".crt", ".cert")

#: A key of minisign or signify, which may be a secret one by its length; of SSH; or in armour.
_KEY_TEXT: Final = (
    r"RW[A-Za-z0-9+/]{54,}={0,2}|(?:sk-)?(?:ssh|ecdsa)-[\w.@-]+ AAAA[^\n]*|(?s:-----BEGIN .*)"
)

#: Signatures that hold a list, and are not called after one.
LISTS: Final = ("model.sig",)


def __getattr__(name: str) -> object:
    """Load what schemes are made of when it is first used: most runs have none to look at."""
    if name in __all__:
        return vars(import_module("checksig._schemes._scheme"))[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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


def is_key_text(text: str) -> bool:
    """Whether a text is a key as people type it: a line of minisign's or of SSH's, or PEM.

    It may be a secret one, which is refused where it is read, and is shown to nobody.
    """
    return re.fullmatch(_KEY_TEXT, text) is not None


def reads_revocations(key: Key) -> bool:
    """Whether the scheme of a key reads files of revoked keys by itself."""
    return any(scheme.name == key.scheme and scheme.reads_revocations for scheme in schemes())


def standing(key: Key) -> Standing:
    """Return how long a key counts, as far as its own file says so."""
    from checksig._schemes._scheme import Standing  # noqa: PLC0415 (as said)

    found = next((s.standing for s in schemes() if s.name == key.scheme), None)
    return found(key) if found else Standing()


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
        raise ValueError("it holds no public key of a known kind")
    return found


def generate(password: str | None) -> Pair:
    """Return a new key pair, of the scheme that makes some, with a password or without.

    Raises:
        SchemeError: it cannot be made.
    """
    made = (scheme.signing.generate for scheme in schemes() if scheme.signing)
    return next(filter(None, made))(password)


def keyless() -> tuple[bytes, Callable[[bytes, bytes | None], Keyless]]:
    """Return how files are signed by an identity: see ``Scheme.keyless``."""
    return next(scheme.keyless for scheme in schemes() if scheme.keyless)


def sealing() -> Sealing:
    """Return how directories are signed."""
    return next(scheme.sealing for scheme in schemes() if scheme.sealing)


def of_scheme(keys: Iterable[Key], scheme: Scheme) -> list[Key]:
    """Return the keys that a scheme can use."""
    return [key for key in keys if key.scheme == scheme.name]
