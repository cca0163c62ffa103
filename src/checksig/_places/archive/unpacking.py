"""Compressed archives, unpacked into memory: all of them, to their last byte."""

from __future__ import annotations

import bz2
import lzma
from typing import TYPE_CHECKING

from checksig._places.archive.compression import decompressed
from checksig._places.archive.file import MAX_PIECE

if TYPE_CHECKING:
    from checksig._places.archive.file import PiecewiseBytes


def unpack(file: PiecewiseBytes, most: int) -> bytes | None:
    """Return the bytes that were compressed; None if they are more than so many."""
    magic, found = file.read(6), bytearray()
    file.seek(0)
    if not magic.startswith((b"BZh", b"\xfd7zXZ\0")):
        stream = decompressed(file)
        while piece := stream.read(MAX_PIECE):
            found += piece
            if len(found) > most:
                return None
        return bytes(found)
    # The readers of Python end where no stream begins. All that is there has to be one.
    data = file.getvalue()
    while data:
        one = bz2.BZ2Decompressor() if magic.startswith(b"BZh") else lzma.LZMADecompressor()
        piece = one.decompress(data, most - len(found) + 1)
        while piece or not one.eof:
            found += piece
            if len(found) > most:
                return None
            if not piece and one.needs_input:
                raise EOFError("it is cut short")
            piece = b"" if one.eof else one.decompress(b"", most - len(found) + 1)
        data = one.unused_data
        if magic[:1] == b"\xfd":  # a stream of xz is padded with zeros, four at a time
            end = len(data) - len(data.lstrip(b"\0"))
            data = data[end - end % 4 :]
    return bytes(found)
