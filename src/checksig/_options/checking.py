"""The options of checks: each one's type, default, sentence, and what it needs of a place."""

from collections.abc import Iterable, Sequence

from checksig._options.fetching import ServerOptions
from checksig._options.reading import ChoiceOptions, RunOptions, StrPath
from checksig._options.row import Option
from checksig._options.trusting import TrustOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, TypedDict

    from checksig._entries import Entry
    from checksig._options.reading import Symlinks
    from checksig._results import Signature, Strength
else:
    from checksig._options.row import Annotated, TypedDict


class NameOptions(TypedDict, total=False):
    """Changes to the names in a list. Two names that would become one are refused."""

    strip: Annotated[
        int | None,
        Option(
            "remove the first N directories from each name in the list",
            more="A name with fewer directories fails.",
            metavar="N",
            number=True,
        ),
    ]
    prefix: Annotated[
        str | None,
        Option(
            "put a directory before each name in the list, after --strip",
            metavar="DIR",
            filled=True,
        ),
    ]
    by_name: Annotated[
        bool,
        Option(
            "find a file by the last part of its name, if only one file has that name",
            False,
            "A file that exists under its whole name comes first.",
        ),
    ]
    strip_root: Annotated[
        bool,
        Option(
            "accept absolute names that lie below the directory",
            False,
            "All other absolute names are still refused.",
        ),
    ]


class FindOptions(NameOptions, total=False):
    """The list that files are checked against."""

    manifest: Annotated[
        StrPath | Sequence[StrPath] | None,
        Option(
            "a list for the directory PATH, from any place",
            more="A file in several lists is read once, and must match all of them.",
            metavar="FILE",
            several=True,
        ),
    ]
    known: Annotated[
        StrPath | Sequence[StrPath],
        Option(
            "a list that each file below PATH must have its digest in, whatever it is called there",
            (),
            "As NSRL's: NSRLFile.txt, or its database; or a list of any format. Names in it, and "
            "lines that no file has, count for nothing.",
            metavar="FILE",
            several=True,
            filled=True,
        ),
    ]
    digest: Annotated[
        str | Iterable[str],
        Option(
            "the digest that the file PATH must have, as sha256:4355…, or the digits alone",
            (),
            "checksig then looks for no list. If there are several digests, all must match. For "
            "digits alone, their number gives the algorithm.",
            metavar="DIGEST",
            several=True,
            filled=True,
        ),
    ]
    root: Annotated[
        StrPath | None,
        Option(
            "the directory that names in the list PATH, or in the lists in PATH, are relative to",
            more="``checksig verify /var/lib/dpkg/info --root /`` checks a Debian system.",
            metavar="DIR",
            filled=True,
        ),
    ]
    format: Annotated[
        str | None,
        Option(
            "the format of the list, if neither its name nor its content shows it",
            metavar="FORMAT",
            short="-f",
            filled=True,
        ),
    ]
    recursive: Annotated[
        bool,
        Option(
            "also use the lists in the directories below, each for its own directory, and check "
            "the bags there, each by its own rules",
            False,
            needs="tree",
        ),
    ]
    entries: Annotated[
        "Iterable[Entry] | None",
        Option("entries to check the directory against, instead of a list", shown=False),
    ]
    signatures: Annotated[
        "Iterable[Signature]",
        Option(
            "signatures, checked by the caller, over the source of the entries",
            (),
            shown=False,
        ),
    ]
    algorithm: Annotated[
        str | None,
        Option(
            "the only algorithm that the list may use; checksig doctor lists them all",
            more="Without it, the tag of a line, the name of the list, or the length of a digest "
            "gives the algorithm.",
            metavar="ALG",
            short="-a",
        ),
    ]


class ProofOptions(TypedDict, total=False):
    """The proofs that are accepted besides the bytes of a file."""

    server_checksums: Annotated[
        bool,
        Option(
            "accept what a store itself says of an object, and do not read it, if that is a "
            "checksum of all of it, by the algorithm listed",
            False,
            "Each such file is said to be proved by its server. All others are read.",
            needs="checksums",
        ),
    ]
    trust_etag: Annotated[
        bool,
        Option(
            "take an entity tag of S3 that may be an MD5 for one, with --server-checksums",
            False,
            "That of an object in several parts, or of one encrypted by another key, never is.",
            needs="checksums",
        ),
    ]


class RuleOptions(ChoiceOptions, ProofOptions, total=False):
    """The conditions of success."""

    trust_versions: Annotated[
        bool,
        Option(
            "take an object that still is the version listed for what was hashed then, with "
            "--server-checksums",
            False,
            "For stores that promise that nobody can write a version again: those of Amazon and of "
            "Google.",
            needs="versions",
        ),
    ]
    min_strength: Annotated[
        "Strength | None",
        Option(
            "the strength that at least one digest of each file must have",
            choices=("accidents", "broken", "strong"),
            setting="min_strength",
        ),
    ]
    complete: Annotated[
        bool,
        Option("fail if a file is not listed", False, needs="all", setting="complete"),
    ]
    unlisted: Annotated[
        bool,
        Option(
            "look for files that are not listed",
            True,
            "They are counted, and a directory that cannot be read is a failure.",
            setting="unlisted",
        ),
    ]
    mounts: Annotated[
        bool,
        Option(
            "look for unlisted files on other file systems below PATH, too",
            False,
            "Without it, only on those with listed files.",
            needs="tree",
            setting="mounts",
        ),
    ]
    ignore_missing: Annotated[
        bool,
        Option(
            "count listed files that do not exist, and go on",
            False,
            "The check still fails if no file is ok.",
            setting="ignore_missing",
        ),
    ]
    require: Annotated[
        Iterable[StrPath],
        Option(
            "fail if this file is not listed, or does not exist",
            (),
            metavar="NAME",
            several=True,
            names="require",
        ),
    ]
    symlinks: Annotated[
        "Symlinks",
        Option(
            "follow symbolic links that stay inside PATH; or follow none; or compare where links "
            "lead with what the list records (default: inside)",
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
            "compare sizes only: this verifies nothing",
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
            "They still fail; their diagnosis says where they are.",
            needs="tree",
        ),
    ]
    max_failures: Annotated[int | None, Option("stop after N failures", metavar="N", number=True)]


class CheckOptions(FindOptions, TrustOptions, RuleOptions, RunOptions, ServerOptions, total=False):
    """The options of :func:`verify`, :func:`audit` and :func:`iter_verify`."""
