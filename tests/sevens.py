"""Archives of 7-Zip for tests, with headers that say what a test wants.

Source: "7zFormat.txt" of the LZMA SDK.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LZMA1: Final = {"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}
_LZMA2: Final = {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}
_X86: Final = {"id": lzma.FILTER_X86}

COPY: Final = (b"\0", b"")
LZMA: Final = (b"\x03\x01\x01", struct.pack("<BI", 93, 1 << 16))
LZMA2: Final = (b"\x21", b"\x08")  # a dictionary of 64 KiB
BCJ: Final = (b"\x03\x03\x01\x03", b"")
DELTA: Final = (b"\x03", b"\x03")
BZIP2: Final = (b"\x04\x02\x02", b"")
DEFLATE: Final = (b"\x04\x01\x08", b"")


def raw(*filters: dict[str, Any]) -> Callable[[bytes], bytes]:
    """Return what compresses by filters of liblzma."""
    return lambda data: lzma.compress(data, lzma.FORMAT_RAW, filters=list(filters))


def deflated(data: bytes) -> bytes:
    """Return bytes without the frame of zlib."""
    return zlib.compress(data, wbits=-zlib.MAX_WBITS)


#: The coders of a folder, from that whose bytes are the members', and what encodes for them.
METHODS: Final[dict[str, tuple[list[tuple[bytes, bytes]], Callable[[bytes], bytes]]]] = {
    "copy": ([COPY], bytes),
    "lzma": ([LZMA], raw(_LZMA1)),
    "lzma2": ([LZMA2], raw(_LZMA2)),
    "bzip2": ([BZIP2], bz2.compress),
    "deflate": ([DEFLATE], deflated),
    "bcj": ([BCJ, LZMA2], raw(_X86, _LZMA2)),
    "delta": ([DELTA, LZMA2], raw({"id": lzma.FILTER_DELTA, "dist": 4}, _LZMA2)),
    "twice": ([LZMA, DEFLATE], lambda data: deflated(raw(_LZMA1)(data))),
}


class _RangeEncoder:
    """Bits in a range coder, as those of LZMA are."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._low, self._range = 0, 0xFFFFFFFF
        self._chances: dict[int, int] = {}

    def add(self, context: int, *, bit: bool) -> None:
        chance = self._chances.get(context, 1024)
        bound = (self._range >> 11) * chance
        if bit:
            self._low, self._range = self._low + bound, self._range - bound
        else:
            self._range = bound
        self._chances[context] = chance + (-(chance >> 5) if bit else 2048 - chance >> 5)
        if self._range < 1 << 24:
            self._range <<= 8
            self._shift()

    def _shift(self) -> None:
        if self._low >> 32:  # carried over
            whole = int.from_bytes(self.data, "big") + 1
            self.data[:] = whole.to_bytes(len(self.data), "big")
            self._low &= 0xFFFFFFFF
        self.data.append(self._low >> 24)
        self._low = self._low << 8 & 0xFFFFFFFF

    def end(self) -> bytes:
        for _ in range(5):
            self._shift()
        return b"\0" + bytes(self.data)


def branches(data: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Return code without its branches, calls, jumps, and the bits that say where they were."""
    main, calls, jumps, bits = bytearray(), bytearray(), bytearray(), _RangeEncoder()
    at = before = 0
    while at < len(data):
        byte = data[at]
        main.append(byte)
        at += 1
        if byte in {0xE8, 0xE9} or (before == 0x0F and byte & 0xF0 == 0x80):
            distance = data[at : at + 4]
            taken = len(distance) == 4 and distance[3] in {0, 0xFF}
            bits.add(before if byte == 0xE8 else -1 if byte == 0xE9 else -2, bit=taken)
            if taken:
                target = (int.from_bytes(distance, "little") + at + 4) & 0xFFFFFFFF
                (calls if byte == 0xE8 else jumps).extend(target.to_bytes(4, "big"))
                at += 4
                byte = distance[3]
        before = byte
    return bytes(main), bytes(calls), bytes(jumps), bits.end()


def number(value: int) -> bytes:
    """Return a number as headers have it."""
    more = next(n for n in range(9) if n == 8 or value < 1 << 7 * (n + 1))
    first = 0xFF if more == 8 else (0xFF << 8 - more) & 0xFF | value >> 8 * more
    return bytes([first]) + value.to_bytes(8, "little")[:more]


def part(kind: int, data: bytes) -> bytes:
    """Return what a header says of members, with its length."""
    return bytes([kind]) + number(len(data)) + data


def bits(flags: Sequence[bool]) -> bytes:
    """Return a bit for each flag, the first one the highest."""
    text = "".join("01"[flag] for flag in flags)
    return bytes(int(text[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(text), 8))


def folder(coders: Sequence[tuple[bytes, bytes]], bonds: bytes | None = None) -> bytes:
    """Return a folder whose coders follow each other, if ``bonds`` do not say something else."""
    found = number(len(coders))
    for method, properties in coders:
        found += bytes([len(method) | (0x20 if properties else 0)]) + method
        found += number(len(properties)) + properties if properties else b""
    line = b"".join(number(at) + number(at + 1) for at in range(len(coders) - 1))
    return found + (line if bonds is None else bonds)


def archive(header: bytes, packed: bytes = b"", behind: bytes = b"") -> bytes:
    """Return an archive with a header as it is."""
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    magic = b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start))
    return magic + start + packed + header + behind


def streams(
    coders: Sequence[tuple[bytes, bytes]],
    packed: int,
    sizes: Sequence[int],
    crc: int | None = None,
    *,
    bonds: bytes | None = None,
    start: int = 0,
) -> bytes:
    """Return what a header says of one folder; ``sizes`` are what comes out of each coder."""
    found = b"\x06" + number(start) + b"\x01\x09" + number(packed) + b"\0"
    found += b"\x07\x0b\x01\0" + folder(coders, bonds)
    found += b"\x0c" + b"".join(number(size) for size in sizes)
    return found + (b"\x0a\1" + struct.pack("<I", crc) if crc is not None else b"") + b"\0"


def members(files: Mapping[str, bytes | None], attributes: Sequence[int] = ()) -> bytes:
    """Return what a header says of files; None is a directory."""
    empty = [not content for content in files.values()]
    found = b"\x05" + number(len(files)) + part(0x0E, bits(empty))
    found += part(0x0F, bits([content == b"" for content in files.values() if not content]))
    names = "".join(f"{name}\0" for name in files).encode("utf-16-le", "surrogatepass")
    found += part(0x11, b"\0" + names)
    if attributes:
        found += part(0x15, b"\1\0" + struct.pack(f"<{len(attributes)}I", *attributes))
    return found + b"\0"


def seven(
    files: Mapping[str, bytes | None],
    method: str = "lzma2",
    *,
    attributes: Sequence[int] = (),
    encoded: bool = False,
    times: int = 1,
) -> bytes:
    """Return an archive of files in one folder; ``encoded`` compresses its header."""
    coders, encode = METHODS[method]
    contents = [content for content in files.values() if content]
    data = b"".join(contents)
    packed = encode(data) if data else b""
    header = b"\1"
    if contents:
        inner = len(raw(_LZMA1)(data)) if method == "twice" else len(data)
        sizes = [len(data), inner][: len(coders)]
        found = streams(coders, len(packed), sizes)
        sub = b"\x08\x0d" + number(len(contents))
        sub += b"\x09" + b"".join(number(len(each)) for each in contents[:-1])
        sub += b"\x0a\1" + b"".join(struct.pack("<I", zlib.crc32(each)) for each in contents)
        header += b"\x04" + found + sub + b"\0\0"
    header += members(files, attributes) + b"\0"
    for _ in range(times if encoded else 0):
        small = raw(_LZMA1)(header)
        place = len(packed)
        packed += small
        said = streams([LZMA], len(small), [len(header)], zlib.crc32(header), start=place)
        header = b"\x17" + said + b"\0"
    return archive(header, packed)
