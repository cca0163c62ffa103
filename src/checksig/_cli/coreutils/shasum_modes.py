"""Files as shasum reads them: as they are, with other ends of lines, or as bits."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from checksig._cli.coreutils import hashing, words
from checksig._cli.coreutils.hashing import Hashed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._cli.coreutils.output import Output

#: What stands before a name: how the file was read. ``U`` and ``^`` are not read as they are.
TEXT, BINARY, UNIVERSAL, BITS = b" ", b"*", b"U", b"^"

_HASHLIB: Final = {"sha512-224": "sha512_224", "sha512-256": "sha512_256"}
_PIECE: Final = 1 << 20
#: In bytes: what Perl looks at to tell text (perlfunc, "-T"); and the ends of ASCII's letters.
_LOOKED_AT: Final = 512
_ASCII, _BLANK = 0x7F, 0x20


def hashed(
    names: Sequence[bytes], algorithms: Sequence[str], modes: Sequence[bytes], out: Output
) -> Iterator[Hashed | OSError]:
    """Yield the digest of each file, or why there is none."""
    # What is not read as it is, the core has nothing to do with: it has no name there.
    plain = [mode in (TEXT, BINARY) for mode in modes]
    own = [
        each
        for each, is_plain in zip(zip(names, algorithms, strict=True), plain, strict=True)
        if is_plain
    ]
    found = hashing.in_order([name for name, _ in own], [kind for _, kind in own], out.flush)
    for name, kind, mode, is_plain in zip(names, algorithms, modes, plain, strict=True):
        yield next(found) if is_plain else _changed(name, kind, mode)


def _changed(name: bytes, algorithm: str, mode: bytes) -> Hashed | OSError:
    """Hash a file as it is with other ends of lines, or as bits."""
    hasher = hashlib.new(_HASHLIB.get(algorithm, algorithm), usedforsecurity=False)
    bits, total, last, is_text = b"", 0, b"", True
    try:
        with hashing.open_named(name) as file:
            while piece := file.read(_PIECE):
                is_text = is_text if total else _is_text(piece)
                total += len(piece)
                if mode == UNIVERSAL and not is_text:
                    hasher.update(piece)
                elif mode == UNIVERSAL:
                    piece, last = last + piece, b""
                    if piece.endswith(b"\r"):  # LF may follow
                        piece, last = piece[:-1], b"\r"
                    hasher.update(piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
                else:
                    bits += bytes(each for each in piece if each in b"01")
                    whole = len(bits) // 8 * 8
                    hasher.update(_packed(bits[:whole]))
                    bits = bits[whole:]
    except OSError as error:
        return error
    if bits:
        return OSError("bits of a part of a byte cannot be hashed here")
    hasher.update(last.replace(b"\r", b"\n"))
    return Hashed(hasher.hexdigest(), total)


def _is_text(piece: bytes) -> bool:
    """Whether Perl takes a file for text by its beginning; the ends of lines of others stay."""
    beginning = piece[:_LOOKED_AT]
    if b"\0" in beginning:
        return False
    try:
        beginning.decode()
    except UnicodeDecodeError:
        odd = sum(
            byte > _ASCII or (byte < _BLANK and byte not in b"\n\r\b\t\f\x1b") for byte in beginning
        )
        return 3 * odd <= len(beginning)
    return True


def _packed(bits: bytes) -> bytes:
    return int(bits, 2).to_bytes(len(bits) // 8, "big") if bits else b""


def reason(error: OSError) -> bytes:
    return words.reason(error) if error.errno else str(error).encode()
