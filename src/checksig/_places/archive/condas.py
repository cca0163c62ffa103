"""Packages of conda: a zip of two tars, which are unpacked into one directory.

Source: the conda documentation, "Package formats", ".conda file format". Members of the zip are
stored as they are.
"""

from __future__ import annotations

import re
import zipfile
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig._places.archive.layers import Layer, Layers
from checksig._places.archive.tars import Tar
from checksig._places.archive.zips import Zip

if TYPE_CHECKING:
    from checksig._places.archive.file import Piecewise, PiecewiseBytes
    from checksig._places.archive.reading import Reader
    from checksig._places.archive.windows import Window
    from checksig._places.place import Item

_METADATA: Final = b"metadata.json"
#: What is about the package, with its list, and the package itself.
_PARTS: Final = (rb"info-[^/]+\.tar\.zst", rb"pkg-[^/]+\.tar\.zst")
_PIECE: Final = 1 << 20


def reader(file: Piecewise | PiecewiseBytes, budget: int) -> Reader:
    """Return the way through a zip; if it is a package of conda, through the tars in it.

    Args:
        file: The zip.
        budget: How many bytes each tar may grow to.

    Raises:
        OSError: a tar is compressed in the zip as well, or its checksum is another.
    """
    archive = Zip(file)
    infos = {info.orig_filename.encode("utf-8", "surrogateescape") for info in archive.infos}
    parts = [[name for name in infos if re.fullmatch(part, name)] for part in _PARTS]
    if infos != {_METADATA, *[name for part in parts for name in part]} or not all(parts):
        return archive
    if any(len(part) > 1 for part in parts) or len(infos) != len(archive.infos):
        raise OSError("it has more than one archive of a kind")
    items = {item.name: item for _, item in archive.members()}
    tars = [_stored(archive, items[name]) for [name] in parts]
    return Layers([Layer("", partial(Tar, each, budget)) for each in tars])


def _stored(archive: Zip, item: Item) -> Window:
    """Return where a member of a zip lies, of which the checksum is right."""
    info = item.pin
    if item.fault or not isinstance(info, zipfile.ZipInfo) or info.compress_type:
        raise OSError("a tar in it is compressed by the zip as well")
    with archive.open(item) as stream:
        while stream.read(_PIECE):
            pass  # it ends with an error if the checksum is another
    return archive.window(item)
