"""A row of the table of signature schemes, and the proofs that it gives."""

from __future__ import annotations

from checksig._classes import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from typing import Any, Protocol
else:
    Protocol = object


class CheckSignature(Protocol):
    """The check of one signature: see ``checksig._bridge.signatures.check``."""

    def __call__(
        self,
        scheme: str,
        public: bytes,
        signature: bytes,
        message: bytes,
        *,
        hash: str = "",  # noqa: A002 (what the field calls it)
        digest: bool = False,
        salt: int = -1,
    ) -> bool:
        """Whether a key made a signature over a message."""
        ...


class Primitives(NamedTuple):
    """The checks that schemes are made of. They are given these, and call no core themselves."""

    #: Whether a key made a signature over a message.
    signature: CheckSignature
    #: Return what a SubjectPublicKeyInfo is. Raises ValueError if it cannot be used.
    key: Callable[[bytes], dict[str, Any]]
    #: Return what a certificate says. Raises ValueError if it is damaged.
    certificate: Callable[[bytes], dict[str, Any]]
    #: Return the keys from the first of some certificates to one that is trusted, at a time (in
    #: seconds since 1970) and for a purpose. Raises ValueError if there is no such path.
    path: Callable[[Sequence[bytes], Sequence[bytes], int, str], Sequence[bytes]]


class Key(NamedTuple):
    """A public key that somebody trusts, or a rule about whose keys to trust."""

    scheme: str  # the name of its scheme
    id: str  # as people compare it: a key id, or a fingerprint
    source: str  # the path of the file it is from
    public: object  # what the scheme needs of it


class Standing(NamedTuple):
    """The time for which a key counts, as far as its own file says so."""

    until: datetime | None = None  # with a time zone
    revoked: bool = False


class Terms(NamedTuple):
    """The demands on a signature, besides that it is right."""

    at: datetime  # when it has to be valid: now, or a moment in the past; with a time zone
    identity: str | None = None  # who has to have signed
    issuer: str | None = None  # who has to have vouched for that identity
    namespace: str | None = None  # what it has to be for
    source: str | None = None  # the repository that what is signed has to be from
    revoked: Sequence[bytes] = ()  # lists of revoked keys
    name: str | None = None  # of the file that it is over, if that has one
    certificates: Sequence[bytes] = ()  # files beside the signature that may hold its certificate


class Proof(NamedTuple):
    """The proof of a signature that has been checked."""

    key_id: str
    content: bytes  # what was signed: all that there is, of a list that is in its signature
    identity: str | None = None  # who signed, if the scheme or the keys say it
    issuer: str | None = None  # who vouched for that identity
    comment: str | None = None  # that was signed as well
    signed_at: datetime | None = None  # only if that was signed
    namespace: str | None = None
    builder: str | None = None  # what built it, as was signed
    source: str | None = None  # the repository that it was built from
    chain: tuple[str, ...] = ()  # the ids of the keys of authorities that vouch for the key
    also: tuple[Proof, ...] = ()  # by others, of the same content, if several have signed
    others: tuple[str, ...] = ()  # whose signatures are there too and do not count, or why not


class SchemeError(ValueError):
    """The reason why a signature proves nothing. ``untrusted`` if it may be somebody else's."""

    untrusted = False


class WrongError(SchemeError):
    """A signature that is not one over what it should be over."""

    def __init__(self, by: str = "") -> None:
        """Say by whom it should be: a key, and when."""
        said = f" ({by})" if by else ""
        super().__init__(f"it is not a signature over this list, or the list was changed{said}")


class UntrustedError(SchemeError):
    """A signature that no trusted key vouches for, now and for this."""

    untrusted = True


class MissingExtraError(UntrustedError):
    """A package that a scheme needs is not installed. How to install it, who catches this says."""

    def __init__(self, title: str, extra: str) -> None:
        """Keep what brings it."""
        super().__init__(f"{title} needs a package, of the extra {extra}")
        self.title = title
        self.extra = extra


class Pair(NamedTuple):
    """A key pair that was made."""

    secret: bytes  # the file of the secret key
    public: bytes  # the file of the public key
    text: str  # the public key as people type it
    id: str  # as people compare it


class Signing(NamedTuple):
    """The way a scheme signs: by itself, or by a program that is run."""

    #: The addition to the name of a file that makes that of its signature.
    extension: bytes
    #: Whether these bytes are a key that signs.
    is_key: Callable[[bytes], bool]
    #: Whether a signature is for something: it has a namespace.
    namespaces: bool = False
    #: Return the signature with a key over data; the name is that of the file. Asks for a password
    #: if the key has one. Raises SchemeError if the key cannot be used.
    sign: Callable[[bytes, bytes, bytes, Callable[[], str] | None], bytes] | None = None
    #: Return the command that signs its input with the key at a path, for a namespace.
    command: Callable[[bytes, str], Sequence[str | bytes]] | None = None
    #: Return a new key pair, with a password or without. Raises SchemeError if it cannot be made.
    generate: Callable[[str | None], Pair] | None = None


class Keyless(NamedTuple):
    """A signature by an identity, which no key stands for, and whose it is."""

    signature: bytes
    identity: str
    issuer: str


class Sealing(NamedTuple):
    """The way a scheme signs a directory, by a signature in it that holds what it signs."""

    #: The name of the signature in the directory.
    name: bytes
    #: Whether these bytes are a key that signs.
    is_key: Callable[[bytes], bool]
    #: Return the signature with a key over a statement, with files of certificates, that of the key
    #: first. Asks for a password if the key has one. Raises SchemeError if it cannot be made.
    sign: Callable[[bytes, Sequence[bytes], bytes, Callable[[], str] | None], bytes]


class Scheme(NamedTuple):
    """A row of the table of signature schemes."""

    #: What reports print.
    name: str
    #: What people call it.
    title: str
    #: Whether these bytes look like a signature of this scheme.
    sniff: Callable[[bytes], bool]
    #: Return the keys in a file of that path; none if it is for other schemes. Raises ValueError if
    #: it is a secret key, or a key that is damaged.
    keys: Callable[[bytes, str, Primitives], Sequence[Key]]
    #: Check a signature over a message, or if that is None, over what the signature holds. Raises
    #: SchemeError if it proves nothing.
    verify: Callable[[bytes, bytes | None, Sequence[Key], Terms, Primitives], Proof]
    #: Whether a signature holds what it signs.
    embeds: Callable[[bytes], bool]
    #: What has to be trusted, and where people get it, if that is not a key.
    anchor: str = ""
    #: Whether issuers vouch for its identities.
    issuers: bool = False
    #: Whether it may say which repository something is from.
    sources: bool = False
    #: Whether it has keys that can be revoked.
    revocable: bool = True
    #: Return how long a key of it counts, if its file says so.
    standing: Callable[[Key], Standing] | None = None
    #: Whether it reads files of revoked keys by itself, for what ids do not tell.
    reads_revocations: bool = False
    #: Return the keys that a signature carries, with their text for a source; None if the scheme's
    #: signatures carry none.
    carried: Callable[[bytes, Primitives], Sequence[Key]] | None = None
    #: How it signs, if it does here.
    signing: Signing | None = None
    #: The addition to the name of a file that makes that of a signature by an identity; and what
    #: returns such a signature over data, by a configuration or None. It may raise SchemeError.
    keyless: tuple[bytes, Callable[[bytes, bytes | None], Keyless]] | None = None
    #: How it signs directories, if it does.
    sealing: Sealing | None = None
