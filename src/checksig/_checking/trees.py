"""Options about all files of a directory: refused for files by themselves; and an index of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from checksig import _files, _places
from checksig._names import quoted
from checksig._places.standard_input import STDIN, StandardInput
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checksig._claims import Ask
    from checksig._places import Place

#: Options about the files of a directory, that nothing would come of for one file.
OF_TREES: Final = ("complete", "find_moved", "mounts", "require", "include", "exclude", "index")


def expect_no_tree(options: Mapping[str, Any]) -> None:
    """Refuse options about the files of a directory where files are checked by themselves.

    Raises:
        ValueError: there is one.
    """
    for name in ("recursive", *OF_TREES):
        if options[name]:
            raise ValueError(f"{name} is about a directory, and this is about single files")


def take_index(place: Place, ask: Ask, options: Mapping[str, Any]) -> None:
    """Have a place on a web server take the index that a caller gives.

    Raises:
        ManifestError: the place is another, or the index cannot be read.
    """
    web, path = _places.indexed(place), os.fsencode(options["index"])
    if web is None or ask.root is not None or _places.may_be_archive(web.name):
        said = "index is for directories on web servers, which do not say what is there"
        raise ManifestError(said)
    home: Place = StandardInput()
    home, name = (home, STDIN) if path == STDIN else _places.home_of(path, place, ask.network)
    shown = os.fsencode(home.show(name))  # of an address, without its secrets
    try:
        web.take_index(home.read(_places.Item(name), _files.MAX_SIZE))
    except OSError as error:
        raise _files.unreadable(shown, error, ManifestError) from error
    except ValueError as error:
        raise ManifestError(f"{quoted(shown)} is no index: {error}") from error
