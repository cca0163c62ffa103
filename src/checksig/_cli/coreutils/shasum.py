"""The stand-in for ``shasum`` of Perl, which macOS has instead of sha256sum.

Source: the manual of shasum 6.02 (Digest::SHA), and what the command answers. Its ``--check`` tells
algorithms by lengths and tags. Two things are not like it: bits (``-0``) have to be whole bytes,
and the answers to ``--help`` and ``--version`` are ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._cli.coreutils import about, getopt, hashing, shasum_check
from checksig._cli.coreutils import shasum_modes as modes
from checksig._cli.coreutils.getopt import Option
from checksig._cli.coreutils.shasum_check import ALGORITHMS, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._cli.coreutils.output import Output

_OPTIONS: Final = (
    Option("algorithm", "a", valued=True), Option("binary", "b"), Option("check", "c"),
    Option("tag"), Option("text", "t"), Option("UNIVERSAL", "U"), Option("01", "0"),
    Option("ignore-missing"), Option("quiet", "q"), Option("status", "s"), Option("strict"),
    Option("warn", "w"), Option("help", "h"), Option("version", "v"),
)  # fmt: skip


_MODES: Final = {
    "text": modes.TEXT, "binary": modes.BINARY, "UNIVERSAL": modes.UNIVERSAL, "01": modes.BITS,
}  # fmt: skip
_ONLY_CHECKING: Final = ("warn", "status", "quiet", "ignore-missing", "strict")


_HELP: Final = """\
Usage: shasum [OPTION]... [FILE]...
Print SHA digests of each FILE, or with --check read digests from the FILEs and check them.
Without FILE, or when FILE is -, read standard input.

  -a, --algorithm=N  1 (the default), 224, 256, 384, 512, 512224 or 512256
  -b, --binary       mark lines as of binary files; what is read is the same
  -c, --check        check what the FILEs list
      --tag          write lines that name the algorithm
  -t, --text         mark lines as of text files (the default)
  -U, --UNIVERSAL    take CR LF and CR for LF
  -0, --01           take the digits 0 and 1 for bits, of whole bytes; pass over all else

Only with --check:
      --ignore-missing  pass over files that do not exist
  -q, --quiet        print no OK
  -s, --status       print nothing: the exit code says it
      --strict       exit with an error if there are malformed lines
  -w, --warn         say where malformed lines are

  -h, --help         show this and exit
  -v, --version      show the version and exit

This is checksig, which stands in for shasum. What is listed is opened wherever it lies: to check
what others have sent you, use checksig verify.
"""


def run(arguments: Sequence[bytes], out: Output) -> int:
    """Run the command, and return its exit code."""
    settings = Settings()
    taken = getopt.Arguments(_OPTIONS, arguments)
    try:
        for name, value in taken.options():
            if name in ("help", "version"):
                out.write(about.answer(name, out.tool, _HELP))
                return 0
            _take(settings, name, value)
        _refuse(settings)
    except getopt.UsageError as error:
        out.say(error.message)
        out.raw(b"Type shasum -h for help\n")
        return 1
    settings.operands = taken.operands or [hashing.STDIN]
    return shasum_check.run(settings, out) if settings.check else _generate(settings, out)


def _take(settings: Settings, name: str, value: bytes) -> None:
    if name == "algorithm":
        number = int(value) if re.fullmatch(rb"[0-9]{1,9}", value) else 0
        if number not in ALGORITHMS:
            raise getopt.UsageError(b"Unrecognized algorithm")
        settings.algorithm = number
    elif name in _MODES:
        if settings.mode not in (b"", _MODES[name]):
            raise getopt.UsageError(b"Ambiguous file mode")
        settings.mode = _MODES[name]
    elif name in _ONLY_CHECKING:
        settings.given.add(name)
    else:
        setattr(settings, name, True)


def _refuse(settings: Settings) -> None:
    """Refuse options that have no meaning together."""
    if not settings.check:
        for name in _ONLY_CHECKING:
            if name in settings.given:
                why = f"--{name} option used only when verifying checksums"
                raise getopt.UsageError(why.encode())
    names = {modes.TEXT: "--text", modes.UNIVERSAL: "Universal Newlines", modes.BITS: "BITS"}
    if settings.tag and settings.mode in names:
        raise getopt.UsageError(f"--tag does not support {names[settings.mode]} mode".encode())


def _generate(settings: Settings, out: Output) -> int:
    code, kind = 0, ALGORITHMS[settings.algorithm]
    mode = settings.mode or modes.TEXT
    for chunk in hashing.chunks(settings.operands):
        count = len(chunk)
        found = modes.hashed(chunk, [kind] * count, [mode] * count, out)
        for name, each in zip(chunk, found, strict=True):
            if isinstance(each, OSError):
                out.say(name + b": " + modes.reason(each))
                code = 1
            else:
                out.write(_line(name, each.digest.encode(), mode, settings))
    return code


def _line(name: bytes, digest: bytes, mode: bytes, settings: Settings) -> bytes:
    mark = b""
    if b"\n" in name or b"\\" in name:
        mark, name = b"\\", name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n")
    if settings.tag:
        tag = str(settings.algorithm).replace("512224", "512/224").replace("512256", "512/256")
        return mark + b"SHA%b (%b) = %b\n" % (tag.encode(), name, digest)
    return mark + digest + b" " + mode + name + b"\n"
