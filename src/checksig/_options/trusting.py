"""The options about keys and signatures."""

from collections.abc import Iterable

from checksig._options.reading import StrPath
from checksig._options.row import Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Annotated, TypedDict
else:
    from checksig._options.row import Annotated, TypedDict


class TrustOptions(TypedDict, total=False):
    """The demands on signatures over the list. With any of these, there must be a signature."""

    trust: Annotated[
        StrPath | Iterable[StrPath] | None,
        Option(
            "a public key, or a directory of them: one of them must have signed the list (default: "
            "$CHECKSIG_TRUST and ~/.config/checksig/trust.d, if there is a signature)",
            more="Keys of any scheme: a file, a directory of files, the text of a key, or the "
            "fingerprint of a key in the directories that are trusted by habit.",
            metavar="KEY",
            several=True,
        ),
    ]
    require_signature: Annotated[bool, Option("fail if the list is not signed", False)]
    signature: Annotated[
        StrPath | Iterable[StrPath] | None,
        Option("a signature that is not beside the list", metavar="SIG", several=True),
    ]
    identity: Annotated[
        str | None,
        Option(
            "the person or job that must have signed",
            more="As the keys, or a certificate, give it.",
            metavar="WHO",
            filled=True,
        ),
    ]
    issuer: Annotated[
        str | None,
        Option(
            "the issuer that must have vouched for the identity, for Sigstore",
            metavar="URL",
            filled=True,
        ),
    ]
    source: Annotated[
        str | None,
        Option(
            "the repository that a file must be built from, for Sigstore",
            more="``owner/name`` is one of GitHub.",
            metavar="REPO",
            filled=True,
        ),
    ]
    namespace: Annotated[
        str | None,
        Option(
            "the purpose that the signature must have been made for",
            more="The default is ``checksig``, if the scheme has namespaces.",
            metavar="NAME",
            filled=True,
        ),
    ]
    signers: Annotated[
        int | None,
        Option("how many different keys must have signed", metavar="N", number=True),
    ]
    revoked: Annotated[
        StrPath | Iterable[StrPath] | None,
        Option("a list of keys that are revoked", metavar="FILE", several=True),
    ]
    at: Annotated[
        "datetime | None",
        Option(
            "the time at which the signature must be valid, as 2026-01-31T12:00 (default: now)",
            more="Without a time zone, it is local time.",
            metavar="TIME",
        ),
    ]
    tofu: Annotated[
        bool,
        Option(
            "trust on first use: if no key is known for the list, trust the one that comes with "
            "the signature, and remember it for this path",
            False,
            "Only SSH signatures carry their key. It is remembered in ``policy.toml`` in "
            "``trust.d``, and is trusted from then on without this option.",
        ),
    ]
