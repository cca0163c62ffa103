"""The table of options: each one's type, default, sentence, and what it needs of a place."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from checksig._options.row import Option

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Annotated, TypedDict

    from checksig._entries import Entry
    from checksig._results import Progress, Signature, Strength
else:
    from checksig._options.row import Annotated, TypedDict

StrPath = str | os.PathLike[str] | bytes

Symlinks = Literal["inside", "refuse", "record"]


class ReadOptions(TypedDict, total=False):
    """The way files are read. All functions that read files take these options."""

    workers: Annotated[
        int | None,
        Option(
            "how many threads hash, 256 at most (default: one per core)",
            metavar="N",
            number=True,
            setting="workers",
        ),
    ]
    readers: Annotated[
        int | None,
        Option(
            "how many files are read ahead of the workers, 256 at most (default: what suits the "
            "device; none if they are in the page cache)",
            metavar="N",
            number=True,
            needs="cache",
            setting="readers",
        ),
    ]
    drop_cache: Annotated[
        bool,
        Option(
            "read what the device has, not what the page cache has of it",
            False,
            "Files are dropped from the page cache before they are read, and afterwards.",
            needs="cache",
            setting="drop_cache",
        ),
    ]


class ChoiceOptions(TypedDict, total=False):
    """The files below the root that a command is about."""

    include: Annotated[
        Iterable[str],
        Option(
            "only the files that match, as in .gitignore",
            (),
            metavar="PATTERN",
            several=True,
            names="include",
        ),
    ]
    exclude: Annotated[
        Iterable[str],
        Option(
            "not the files that match, as in .gitignore",
            (),
            "The others are not checked, not listed, and not unlisted either.",
            metavar="PATTERN",
            several=True,
            names="exclude",
        ),
    ]


class TrustOptions(TypedDict, total=False):
    """The demands on signatures over the list. One of these, and there has to be a signature."""

    trust: Annotated[
        StrPath | Iterable[StrPath] | None,
        Option(
            "a public key, or a directory of them: the list has to be signed with one (default: "
            "$CHECKSIG_TRUST and ~/.config/checksig/trust.d, for signatures that are there)",
            more="Keys of any scheme, or directories of them.",
            metavar="FILE",
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


class FindOptions(TypedDict, total=False):
    """The list that files are checked against."""

    manifest: Annotated[
        StrPath | Sequence[StrPath] | None,
        Option(
            "a list for the directory PATH, wherever it lies",
            more="A file of several lists is read once, and has to be what all of them say.",
            metavar="FILE",
            several=True,
        ),
    ]
    root: Annotated[
        StrPath | None,
        Option(
            "the directory that names in the list PATH, or the lists in it, are relative to",
            more="``checksig verify /var/lib/dpkg/info --root /`` checks a Debian system.",
            metavar="DIR",
            filled=True,
        ),
    ]
    format: Annotated[
        str | None,
        Option(
            "the format of the list, if neither its name nor what is in it tells",
            metavar="FORMAT",
            short="-f",
            filled=True,
        ),
    ]
    recursive: Annotated[
        bool,
        Option(
            "use the lists in the directories below as well, each for its own", False, needs="tree"
        ),
    ]
    entries: Annotated[
        "Iterable[Entry] | None",
        Option("entries to check the directory against, instead of a list", shown=False),
    ]
    signatures: Annotated[
        "Iterable[Signature]",
        Option(
            "signatures over what the entries were taken from, which the caller has checked",
            (),
            shown=False,
        ),
    ]
    algorithm: Annotated[
        str | None,
        Option(
            "the only algorithm that the list may use; checksig doctor lists them all",
            more="Without it: the one that the tag of a line, the name of the list, or the length "
            "of a digest stands for.",
            metavar="ALG",
            short="-a",
        ),
    ]


class RuleOptions(ChoiceOptions, total=False):
    """The conditions of success."""

    min_strength: Annotated[
        "Strength | None",
        Option(
            "the strength that one of a file's algorithms needs",
            choices=("accidents", "broken", "strong"),
            setting="min_strength",
        ),
    ]
    complete: Annotated[
        bool, Option("fail if there are files that are not listed", False, setting="complete")
    ]
    unlisted: Annotated[
        bool,
        Option(
            "do not look for files that are not listed",
            True,
            "Else they are counted, and a directory that cannot be read fails.",
            setting="unlisted",
        ),
    ]
    mounts: Annotated[
        bool,
        Option(
            "look for them on other file systems below PATH as well",
            False,
            "Without it, only where files are listed.",
            needs="tree",
            setting="mounts",
        ),
    ]
    ignore_missing: Annotated[
        bool,
        Option(
            "count files that are listed and not there, and go on",
            False,
            "If none of the others is ok, nothing is.",
            setting="ignore_missing",
        ),
    ]
    require: Annotated[
        Iterable[StrPath],
        Option(
            "fail if this file is not listed, or not there",
            (),
            metavar="NAME",
            several=True,
            names="require",
        ),
    ]
    symlinks: Annotated[
        Symlinks,
        Option(
            "follow symbolic links that stay inside PATH, or none, or compare those that the list "
            "records with where they lead (default: inside)",
            "inside",
            choices=("inside", "refuse", "record"),
            needs="links",
            needs_value="record",
            setting="symlinks",
        ),
    ]
    size_only: Annotated[
        bool,
        Option(
            "compare sizes, and nothing else: verifies nothing",
            False,
            needs="sizes",
            setting="size_only",
        ),
    ]
    find_moved: Annotated[
        bool,
        Option(
            "look for missing files among those that are not listed",
            False,
            "They fail all the same; their diagnosis says where they are.",
            needs="tree",
        ),
    ]
    max_failures: Annotated[int | None, Option("stop after N failures", metavar="N", number=True)]


class WatchOptions(TypedDict, total=False):
    """The way a caller follows what happens."""

    progress: Annotated[
        "Callable[[Progress], None] | None",
        Option(
            "called with the progress, about twenty times a second and once at the end",
            shown=False,
        ),
    ]


class CheckOptions(FindOptions, TrustOptions, RuleOptions, ReadOptions, WatchOptions, total=False):
    """The options of :func:`verify`, :func:`audit` and :func:`iter_verify`."""


class EnvironmentOptions(ReadOptions, WatchOptions, total=False):
    """The options of :func:`verify_environment` and :func:`audit_environment`."""

    python: Annotated[
        StrPath | None, Option("check the environment of this interpreter", metavar="EXE")
    ]
    complete: Annotated[
        bool,
        Option(
            "fail if there are files in a package's folders that no package lists",
            False,
        ),
    ]
