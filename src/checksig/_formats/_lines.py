"""The lines of a list."""

from __future__ import annotations

from itertools import chain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

_BOM: Final = b"\xef\xbb\xbf"

#: In bytes. A list is decoded in pieces: ten million lines, each a string, take a gigabyte.
_PIECE: Final = 1 << 20

#: In bytes: what is looked at to tell formats apart.
_SAMPLE: Final = 4096


def lines(data: bytes) -> Iterator[str]:
    """Return the lines of a list, without the LF or CR LF at their ends."""
    return chain.from_iterable(text.split("\n") for text in texts(data))


def decode(data: bytes) -> str:
    """Return the text of a list without a byte order mark, names as os.fsdecode has them."""
    return data.removeprefix(_BOM).decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """Return the bytes of a list, names as os.fsencode has them."""
    return text.encode("utf-8", "surrogateescape")


def head(data: bytes) -> bytes:
    """Return the first few KiB, without a byte order mark."""
    return data[:_SAMPLE].removeprefix(_BOM)


def sample(data: bytes) -> list[bytes]:
    """Return the first lines that are not empty, but none that may be cut off."""
    found = head(data).splitlines()
    if len(data) > _SAMPLE and len(found) > 1:
        found.pop()
    return [line for line in found if line.strip()]


def texts(data: bytes, size: int = _PIECE) -> Iterator[str]:
    """Yield a list in pieces of about this size: whole lines, which end as ``lines`` has them."""
    for piece in _pieces(data, size):
        text = piece.decode("utf-8", "surrogateescape")
        yield text.replace("\r\n", "\n").removesuffix("\r") if b"\r" in piece else text


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Yield the list in pieces that end before a line feed."""
    start = len(_BOM) if data.startswith(_BOM) else 0
    while start < len(data):
        end = data.find(b"\n", start + size)
        if end < 0:
            end = len(data) - data.endswith(b"\n")
        yield data[start:end]
        start = end + 1
