"""The options about whom a caller trusts."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from checksig._options.reading import StrPath
from checksig._options.row import Option

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Annotated, TypedDict
else:
    from checksig._options.row import Annotated, TypedDict


class TrustOptions(TypedDict, total=False):
    """The demands on signatures over the list. One of these, and there has to be a signature."""

    trust: Annotated[
        StrPath | Iterable[StrPath] | None,
        Option(
            "a public key, or a directory of them: the list has to be signed with one (default: "
            "$CHECKSIG_TRUST and ~/.config/checksig/trust.d, for signatures that are there)",
            more="Keys of any scheme: files or directories of them, the text of a key, or the "
            "fingerprint of one that lies in the directories that count by habit.",
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
            "who has to have signed",
            more="As the keys, or a certificate, say it.",
            metavar="WHO",
            filled=True,
        ),
    ]
    issuer: Annotated[
        str | None,
        Option(
            "who has to have vouched for the identity, for Sigstore", metavar="URL", filled=True
        ),
    ]
    source: Annotated[
        str | None,
        Option(
            "the repository that a file has to be built from, for Sigstore",
            more="``owner/name`` is one of GitHub.",
            metavar="REPO",
            filled=True,
        ),
    ]
    namespace: Annotated[
        str | None,
        Option(
            "what the signature has to be for",
            more="``checksig`` if the scheme has namespaces, and this is not given.",
            metavar="NAME",
            filled=True,
        ),
    ]
    signers: Annotated[
        int | None,
        Option("how many different keys have to have signed", metavar="N", number=True),
    ]
    revoked: Annotated[
        StrPath | Iterable[StrPath] | None,
        Option("a list of keys that are revoked", metavar="FILE", several=True),
    ]
    at: Annotated[
        "datetime | None",
        Option(
            "when it has to be valid, as 2026-01-31T12:00",
            more="Now, if it is not given. Without a time zone, it is local time.",
            metavar="TIME",
        ),
    ]
    tofu: Annotated[
        bool,
        Option(
            "trust on first use: if no key is known for the list, trust the one that comes with "
            "the signature, and remember it for this path",
            False,
            "SSH signatures carry their key, others do not. It is remembered in ``policy.toml`` in "
            "the directory of habitual keys, and holds from then on without this option.",
        ),
    ]
