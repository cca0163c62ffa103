"""Lines for files: what the commands print without ``--check``."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING

from checksig._cli.coreutils import families, hashing
from checksig._formats import sums

if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._cli.coreutils.hashing import Hashed
    from checksig._cli.coreutils.options import Settings
    from checksig._cli.coreutils.output import Output


def run(settings: Settings, out: Output) -> int:
    """Print a line for each file, and return the exit code."""
    names = settings.operands or [hashing.STDIN]
    write = _writer(settings)
    algorithm = settings.family.name(settings.length)
    code = 0
    for chunk in hashing.chunks(names):
        hashed = hashing.in_order(chunk, [algorithm] * len(chunk), out.flush)
        for name, found in zip(chunk, hashed, strict=True):
            if isinstance(found, OSError):
                out.trouble(name, found)
                code = 1
            else:
                out.write(write(name, found))
    return code


def _writer(settings: Settings) -> Callable[[bytes, Hashed], bytes]:
    """Return what makes a line of a name and a digest."""
    if settings.raw:
        return lambda _, hashed: bytes.fromhex(hashed.digest)
    if settings.family in families.LEGACY:
        return partial(_numbers, settings)
    cksum = settings.tool == "cksum"
    tagged = cksum if settings.tagged is None else settings.tagged
    return partial(_tagged if tagged else _plain, settings)


def _numbers(settings: Settings, name: bytes, hashed: Hashed) -> bytes:
    """Return the line of a checksum: numbers, and the name if one was given, as it is."""
    value = int(hashed.digest, 16)
    if settings.family is families.BSD:
        numbers = b"%05d %5d" % (value, -(-hashed.size // 1024))
    elif settings.family is families.SYSV:
        numbers = b"%d %d" % (value, -(-hashed.size // 512))
    else:
        numbers = b"%d %d" % (value, hashed.size)
    return numbers + (b" " + name if settings.operands else b"") + settings.end


def _tagged(settings: Settings, name: bytes, hashed: Hashed) -> bytes:
    tag = settings.family.full_tag(settings.length)
    return sums.line(name, _digits(settings, hashed), tag=tag, end=settings.end)


def _plain(settings: Settings, name: bytes, hashed: Hashed) -> bytes:
    binary = bool(settings.binary)
    return sums.line(name, _digits(settings, hashed), binary=binary, end=settings.end)


def _digits(settings: Settings, hashed: Hashed) -> bytes:
    if settings.base64:
        return b64encode(bytes.fromhex(hashed.digest))
    return hashed.digest.encode()
