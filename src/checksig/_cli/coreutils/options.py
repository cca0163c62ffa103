"""The options of the coreutils' commands, and what they mean together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checksig._cli.coreutils import families, getopt, words
from checksig._cli.coreutils.getopt import Option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._cli.coreutils.families import Family
    from checksig._cli.coreutils.output import Output, Stop

_LENGTH: Final = Option("length", "l", valued=True)
_LISTS: Final = (
    Option("check", "c"), Option("ignore-missing"), Option("quiet"), Option("status"),
    Option("warn", "w"), Option("strict"), Option("tag"), Option("zero", "z"),
)  # fmt: skip
_CKSUM: Final = (
    Option("algorithm", "a", valued=True), Option("base64"), Option("debug"), Option("raw"),
    Option("untagged"),
)  # fmt: skip
_MODES: Final = (Option("binary", "b"), Option("text", "t"))
_SUM: Final = (Option("r", "r"), Option("sysv", "s"))
_ABOUT: Final = (Option("help"), Option("version"))

#: The order is that in which an ambiguity is told.
_OPTIONS: Final = {
    "sum": (*_SUM, *_ABOUT),
    "cksum": (_LENGTH, *_LISTS, *_CKSUM, *_MODES, *_ABOUT),
    "b2sum": (_LENGTH, *_LISTS, *_MODES, *_ABOUT),
}
_OTHERS: Final = (*_LISTS, *_MODES, *_ABOUT)

#: What strtoumax takes for a number.
_NUMBER: Final = re.compile(rb"[ \t\n\v\f\r]*\+?([0-9]+)")

#: A longer digest than any is asked for all the same.
_ENDLESS: Final = 1 << 64

_SHA_LENGTHS: Final = b"224, 256, 384, or 512"

_ONLY_CHECKING: Final = ("ignore-missing", "status", "warn", "quiet", "strict")


@dataclass(slots=True)
class Settings:
    """The options of a command, settled."""

    tool: str
    family: Family
    named: bool = False  #: the family was asked for
    length: int = 0  #: of digests, in bits
    length_text: bytes = b""  #: as it was typed
    check: bool = False
    binary: bool | None = None  #: None if it was not said
    tagged: bool | None = None
    status: bool = False
    warn: bool = False
    quiet: bool = False
    ignore_missing: bool = False
    strict: bool = False
    end: bytes = b"\n"  #: of a line
    base64: bool = False
    raw: bool = False
    operands: list[bytes] = field(default_factory=list[bytes])


def read(tool: str, arguments: Sequence[bytes], out: Output) -> Settings | int:
    """Return what the arguments ask for, or the exit code if that is done.

    Raises:
        Stop: the arguments make no sense; why was said.
    """
    taken = getopt.Arguments(_OPTIONS.get(tool, _OTHERS), arguments)
    settings = Settings(tool, families.OF_TOOL[tool])
    try:
        for name, value in taken.options():
            if name in ("help", "version"):
                from checksig._cli.coreutils import about

                out.write(about.text(name, tool))
                return 0
            _take(settings, name, value, out)
    except getopt.UsageError as error:
        raise out.usage(error.message) from None
    settings.operands = taken.operands
    _settle_length(settings, out)
    _refuse(settings, out)
    return settings


def _take(settings: Settings, name: str, value: bytes, out: Output) -> None:
    """Take one option; a later one overrides what it contradicts."""
    match name:
        case "algorithm":
            settings.family = _family(value, out)
            settings.named = True
        case "length":
            settings.length, settings.length_text = _number(value, out), value
        case "status" | "warn" | "quiet":
            for other in ("status", "warn", "quiet"):
                setattr(settings, other, other == name)
        case "binary" | "text":
            settings.binary = name == "binary"
        case "tag" | "untagged":
            settings.tagged = name == "tag"
        case "zero":
            settings.end = b"\0"
        case "r":
            settings.family = families.BSD
        case "sysv":
            settings.family = families.SYSV
        case "debug":
            pass
        case _:
            setattr(settings, name.replace("-", "_"), True)


def _family(argument: bytes, out: Output) -> Family:
    for family in (*families.ALL, families.BLAKE3):
        if family.argument.encode() == argument:
            return family
    raise _no_family(argument, out)


def _no_family(argument: bytes, out: Output) -> Stop:
    option = words.quoted(b"--algorithm")
    out.say(b"invalid argument " + words.quoted(argument) + b" for " + option)
    lines = (b"  - " + words.quoted(family.argument.encode()) + b"\n" for family in families.ALL)
    out.raw(b"Valid arguments are:\n" + b"".join(lines))
    return out.usage()


def _number(text: bytes, out: Output) -> int:
    if not (match := _NUMBER.fullmatch(text)):
        raise out.fail(b"invalid length: " + words.quoted(text))
    digits = match[1].lstrip(b"0")
    return int(digits or b"0") if len(digits) < 20 else _ENDLESS


def _settle_length(settings: Settings, out: Output) -> None:
    """Find out the length of digests; of those to check, each line has its own."""
    family, length = settings.family, settings.length
    if family in (families.SHA2, families.SHA3):
        _settle_sha(settings, out)
    elif length and family is not families.BLAKE2B:
        raise out.fail(b"--length is only supported with --algorithm blake2b, sha2, or sha3")
    elif length > family.lengths[-1]:
        limit = b"maximum digest length for " + words.quoted(family.tag) + b" is 512 bits"
        raise _bad_length(settings, limit, out)
    elif length % 8:
        raise _bad_length(settings, b"length is not a multiple of 8", out)
    settings.length = settings.length or family.default


def _settle_sha(settings: Settings, out: Output) -> None:
    family = settings.family
    if settings.length_text:
        if settings.length not in family.lengths:
            known = b"digest length for " + words.quoted(family.tag) + b" must be " + _SHA_LENGTHS
            raise _bad_length(settings, known, out)
    elif not settings.check:
        needed = b"--algorithm=%s requires specifying --length " % family.argument.encode()
        raise out.fail(needed + _SHA_LENGTHS)


def _bad_length(settings: Settings, why: bytes, out: Output) -> Stop:
    out.say(b"invalid length: " + words.quoted(settings.length_text))
    return out.fail(why)


def _refuse(settings: Settings, out: Output) -> None:
    """Refuse options that contradict each other, or have no meaning here."""
    if settings.family is families.BLAKE3 and not settings.check:
        raise _no_family(b"blake3", out)
    if settings.check and settings.named and settings.family in families.LEGACY:
        raise out.fail(b"--check is not supported with --algorithm={bsd,sysv,crc,crc32b}")
    if contradiction := _contradiction(settings):
        raise out.usage(contradiction)
    if settings.raw and len(settings.operands) > 1:
        raise out.fail(b"the --raw option is not supported with multiple files")


def _contradiction(settings: Settings) -> bytes:
    """Return what is wrong with a combination of options, or nothing."""
    cksum, check = settings.tool == "cksum", settings.check
    tagged = cksum if settings.tagged is None else settings.tagged
    text = settings.binary is False
    wrong = {
        b"--base64 and --raw are mutually exclusive": settings.base64 and settings.raw,
        b"--text mode is only supported with --untagged": cksum and tagged and text,
        b"--tag does not support --text mode": tagged and text,
        b"the --zero option is not supported when verifying checksums": check
        and settings.end != b"\n",
        b"the --tag option is meaningless when verifying checksums": check and settings.tagged,
        b"the --binary and --text options are meaningless when verifying checksums": check
        and settings.binary is not None,
        **{
            b"the --%s option is meaningful only when verifying checksums"
            % name.encode(): not check and getattr(settings, name.replace("-", "_"))
            for name in _ONLY_CHECKING
        },
    }
    return next((message for message, holds in wrong.items() if holds), b"")
