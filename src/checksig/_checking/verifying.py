"""The checks that people call, and that only this machine makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from checksig._checking import starting
from checksig._checking.auditing import expect_ok, run, start
from checksig._checking.results import Results
from checksig._options import CheckOptions
from checksig._options.values import settle, takes

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from checksig._options import StrPath
    from checksig._options.reading import Cancel
    from checksig._places.place import AnyFileSystem
    from checksig._results import Report, Result


@takes(
    CheckOptions,
    but=(
        *("root", "recursive", "entries", "signatures"),
        *("complete", "find_moved", "mounts", "require", "include", "exclude", "index"),
    ),
)
def verify_file(path: StrPath | AnyFileSystem, **options: Unpack[CheckOptions]) -> Report:
    """Check one file, and return a report in which it is ok.

    It must match ``digest`` or the lists in ``manifest``, or otherwise the lists beside it that
    name it. Signatures over it by a trusted key must hold. The file is checked as it is: the
    members of an archive are not checked, and a list is not followed.

    Args:
        path: The file, its address, or ``-`` for standard input; or a file system of fsspec whose
            root is the file: ``DirFileSystem("set/tool", fs)``.
        **options: See :class:`CheckOptions`.

    Raises:
        VerificationError: it does not match.
        TrustError: neither it nor a list that names it is signed as the options require.
        ManifestError: there is no digest or signature for it, or it cannot be read.
        UnknownAlgorithmError: the algorithm of a digest is not known.
        TypeError, ValueError: the options make no sense, or a digest is not one.
    """
    if "digest" in options and not options["digest"]:
        raise ValueError("digest is empty: leave it out, and checksig looks for lists")
    if option := next(filter(options.get, ("root", "entries", "signatures")), None):
        raise TypeError(f"{option} is about a directory, and this is about one file")
    where, name = starting.of_one(path)
    return expect_ok(run(where, None, names=(name,), keep_ok=False, options=options))


@takes(CheckOptions, but=("find_moved", "tofu"))
def iter_verify(path: StrPath | AnyFileSystem, **options: Unpack[CheckOptions]) -> Results:
    """Check a directory, and yield the results as they come, in no particular order.

    Takes the arguments of :func:`audit`, except ``find_moved`` and ``tofu``, which need the end of
    a run, and raises the same errors. Closing the iterator ends the run: see :class:`Results`.
    """
    return iterated(path, options)


def iterated(
    path: StrPath | AnyFileSystem, options: CheckOptions, look: Callable[[], object] | None = None
) -> Results:
    """Do what :func:`iter_verify` does, and call ``look`` about twenty times a second."""
    settled = settle(CheckOptions, options)
    if settled["find_moved"]:
        raise TypeError("find_moved is for reports, not for iter_verify")
    if settled["tofu"]:
        raise TypeError("tofu is for reports: a key is remembered at the end, if everything is ok")

    def begin(cancel: Cancel) -> Generator[Result]:
        yield from start(path, {**settled, "cancel": cancel}, keep_ok=True, look=look)

    return Results(begin, settled["cancel"])
