"""Digests that a caller gives: ``sha256:4355…``, ``4355…``, ``sha256-Q1U…=``.

Source: the last is that of Subresource Integrity (W3C), which npm and pip use as well.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final

from checksig._bridge.algorithms import by_name, by_size, lookup
from checksig._entries import Entry
from checksig._names import escape

if TYPE_CHECKING:
    from checksig._results import Algorithm

_DIGITS: Final = re.compile(r"[0-9A-Fa-f]+")
_MOST: Final = 40  # characters that are shown


def entry(text: str, path: str) -> Entry:
    """Return what somebody typed as the digest of a file.

    Raises:
        TypeError: it is no text.
        UnknownAlgorithmError: its algorithm is not known.
        ValueError: it is no digest, or one of another length.
    """
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a digest is text, not {text!r}")
    said = text.strip()
    if not _DIGITS.fullmatch(said):
        algorithm, digest = _parted(said)
        return Entry(path, _of(algorithm, digest.strip()), algorithm.name)
    name = by_size(len(said) // 2) if len(said) % 2 == 0 else None
    if name is None:
        raise ValueError(
            f"no algorithm has digests of {len(said)} digits (one of SHA-256 has 64): "
            f'perhaps "{_shown(said)}" is cut short'
        )
    if lookup(name).strength == "accidents":  # it may be the beginning of another, and too little
        raise ValueError(
            f'"{said}" may be a digest of {lookup(name).title}, or the beginning of a longer one: '
            f"write it as {name}:{said}"
        )
    return Entry(path, said.lower(), name)


def _parted(said: str) -> tuple[Algorithm, str]:
    """Return an algorithm, and the digest behind it. Both may have hyphens in them."""
    places = [match.start() for match in re.finditer("[:=-]", said)]
    for at in reversed(places):
        if said[:at].lower() in by_name():
            return lookup(said[:at]), said[at + 1 :]
    if ":" not in said:
        raise ValueError(f'"{_shown(said)}" is not a digest: write it as sha256:4355…, or 4355…')
    return lookup(said.partition(":")[0]), ""


def _of(algorithm: Algorithm, said: str) -> str:
    """Return a digest of an algorithm in hexadecimal, of which it may be spelled in base64."""
    wanted = 2 * algorithm.size
    if _DIGITS.fullmatch(said) and len(said) != _base64_length(algorithm.size):
        if len(said) != wanted:
            raise ValueError(
                f"a digest of {algorithm.title} has {wanted} digits, and this one has "
                f'{len(said)}: "{_shown(said)}"'
            )
        return said.lower()
    try:
        found = binascii.a2b_base64(said, strict_mode=True).hex()
    except ValueError:
        raise ValueError(f'"{_shown(said)}" is neither hexadecimal nor base64') from None
    if len(found) != wanted:
        size = f"{len(found) // 2} bytes, not {algorithm.size}"
        raise ValueError(f'"{_shown(said)}" is not a digest of {algorithm.title}: it has {size}')
    return found


def _base64_length(size: int) -> int:
    return (size + 2) // 3 * 4


def _shown(text: str) -> str:
    return escape(text if len(text) <= _MOST else f"{text[:_MOST]}…")
