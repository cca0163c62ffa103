"""The options of checks: each one's type, default, sentence, and what it needs of a place."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from checksig._options.fetching import FetchOptions
from checksig._options.reading import ChoiceOptions, RunOptions, StrPath, Symlinks
from checksig._options.row import Option
from checksig._options.trusting import TrustOptions

if TYPE_CHECKING:
    from typing import Annotated, TypedDict

    from checksig._entries import Entry
    from checksig._results import Signature, Strength
else:
    from checksig._options.row import Annotated, TypedDict


class NameOptions(TypedDict, total=False):
    """The names in a list, where they are off. Two that would become one are refused."""

    strip: Annotated[
        int | None,
        Option(
            "leave out the first N directories of each name in the list",
            more="A name that has fewer fails.",
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
            "go by the last part of a name, if only one file is called so",
            False,
            "A file that is there under its whole name is taken first.",
        ),
    ]
    strip_root: Annotated[
        bool,
        Option(
            "take absolute names that lie below the directory for names in it",
            False,
            "Others are refused all the same.",
        ),
    ]


class FindOptions(NameOptions, total=False):
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
    digest: Annotated[
        str | Iterable[str],
        Option(
            "what the file PATH has to have, as sha256:4355…, or the digits alone",
            (),
            "No list is looked for then. Several digests all have to be right. Digits alone are of "
            "the algorithm that their number stands for.",
            metavar="DIGEST",
            several=True,
            filled=True,
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
            "use the lists in the directories below as well, each for its own, and check the bags "
            "there, each by its own rules",
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
            "look for files that are not listed",
            True,
            "They are counted, and a directory that cannot be read fails.",
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


class CheckOptions(
    FindOptions, TrustOptions, RuleOptions, RunOptions, FetchOptions, total=False
):
    """The options of :func:`verify`, :func:`audit` and :func:`iter_verify`."""
