"""The check of a directory against its ``sha1sum.txt``, and against nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig._bridge import wire
from checksig._bridge.wire import List
from checksig._checking import starting
from checksig._names import quoted
from checksig._places import is_address
from checksig._results import Status
from checksig.errors import ManifestError, SignatureError

if TYPE_CHECKING:
    from checksig._options import StrPath
    from checksig._places.place import AnyFileSystem, Place
    from checksig._results import Result

_LIST: Final = b"sha1sum.txt"


def check_signatures(root_dir: StrPath | AnyFileSystem) -> None:
    """Check every file listed in ``root_dir/sha1sum.txt``.

    This is about digests. :func:`check_signature`, the singular, is about one file and a key.

    Args:
        root_dir: A directory, the address of one, or a file system of fsspec.

    Raises:
        SignatureError: files are wrong. The message has one line for each of them,
            ``"<root_dir>/<name>" - <status>``.
        ManifestError: ``sha1sum.txt`` is missing or lists nothing.
    """
    root, place = starting.given(root_dir)
    if place is None and not is_address(root):
        for _ in wire.batches(wire.request("check", root=root)):
            pass
        return
    from checksig._options.values import Network  # noqa: PLC0415 (most roots are directories)
    from checksig._places import open_place  # noqa: PLC0415 (as above)

    if place is None:  # a chain of addresses has the directory in its middle
        place = open_place(root if b"::" in root or root.endswith(b"/") else root + b"/", Network())
    if failures := _failures(place):
        raise SignatureError("\n".join([_line(place, each) for each in failures]))


def _failures(place: Place) -> list[Result]:
    """Return what is wrong in a place elsewhere, in the order of the list.

    Raises:
        ManifestError: there is no list, or it lists nothing.
    """
    from checksig._checking.check import Check  # noqa: PLC0415 (most roots are directories)
    from checksig._claims import Claim, Part  # noqa: PLC0415 (as above)
    from checksig._formats import DEFAULT  # noqa: PLC0415 (as above)
    from checksig._options import CheckOptions, values  # noqa: PLC0415 (as above)
    from checksig._places import Item, remote  # noqa: PLC0415 (as above)
    from checksig._results import Source  # noqa: PLC0415 (as above)

    if (there := remote(place)) and there.name:
        raise ManifestError(f"{quoted(os.fsencode(place.show(there.name)))} is no directory")
    options = values.settle(CheckOptions, {})
    path = place.show(_LIST)
    try:
        text = place.read(Item(_LIST), _files.MAX_SIZE)
    except OSError as error:
        raise _files.unreadable(os.fsencode(path), error, ManifestError) from error
    # As the core takes the list of a directory: whatever it looks like, it is one of the coreutils.
    claim = Claim((List(text=text),), (Source(path, DEFAULT),), own=(_LIST,), looks=False)
    check = Check([Part(place, claim)], values.rules(options, "sha1"), values.reading(options))
    failures = sorted(check, key=lambda each: each.line or 0)
    if not check.report().ok and not failures:
        raise ManifestError(f"{quoted(os.fsencode(place.show(_LIST)))} lists no file")
    return failures


def _line(place: Place, failure: Result) -> str:
    """Return what is said of a failure, in the words of the core."""
    if failure.status is Status.MALFORMED:
        where = f"{quoted(os.fsencode(place.show(_LIST)))} line {failure.line}"
    else:
        where = quoted(os.fsencode(place.show(os.fsencode(failure.path))))
    return f"{where} - {failure.status}"
