"""The stand-ins for md5, sha1, sha256 and sha512 of the BSDs, and of macOS, which has FreeBSD's.

The BSDs agree on what is printed of files, and not on ``-c``: FreeBSD's compares files with the
digest behind it, and OpenBSD's checks lists. Here the word behind ``-c`` decides. If it has as many
hexadecimal digits as a digest, it is one; otherwise all operands are lists. A list cannot so be
taken for a digest, unless its name looks like one: then nothing is right, and the exit code is 2.

Sources: md5(1) of FreeBSD 14 and macOS 26, and of OpenBSD 7, and what the commands answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge import hashing as _hasher
from checksig._bridge.algorithms import lookup
from checksig._cli.coreutils import about, bsd_check, getopt, hashing, words
from checksig._cli.coreutils.getopt import Option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from io import FileIO

    from checksig._cli.coreutils.output import Output

_HELP: Final = """\
Usage: {tool} [OPTION]... [FILE]...
Print {tag} digests of each FILE, or compare them with a digest, or check lists.
Without FILE, read standard input.

  -c, --check=DIGEST   compare each FILE with DIGEST, as FreeBSD does
  -c [LIST]...         check the files in the LISTs, as OpenBSD does
  -C LIST              check the FILEs by what the LIST has
  -p, --passthrough    copy standard input to the output, and print its digest behind it
  -q, --quiet          print digests only; of lists, print no OK
  -r, --reverse        print digests first, then names
  -s, --string=STRING  print the digest of STRING
  -b                   accepted, and without effect

      --help           show this and exit
      --version        show the version and exit

This is checksig, which stands in for {tool} of the BSDs. It has no -t and -x: see checksig bench
and checksig doctor. What is listed is opened wherever it lies: to check what others have sent you,
use checksig verify.
"""


@dataclass(slots=True)
class _Settings:
    tag: str
    lists: bool = False
    expected: str = ""  # the digest to compare with
    selective: bytes | None = None  # the list that has the operands
    echo: bool = False
    quiet: bool = False
    backwards: bool = False
    string: bytes | None = None
    operands: list[bytes] = field(default_factory=list[bytes])

    @property
    def algorithm(self) -> str:
        """The name that the core has for it."""
        return self.tag.lower()


class _Echo(NamedTuple):
    """Standard input, copied to the output as it is read."""

    file: FileIO
    out: Output

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Read on."""
        size: int | None = self.file.readinto(buffer)
        self.out.write(bytes(buffer[: size or 0]))
        return size


def run(arguments: Sequence[bytes], out: Output) -> int:
    """Run the command, and return its exit code: 2 if only a digest differs from the one given."""
    settings = _Settings(out.tool.upper())
    taken = getopt.Arguments(_options(settings), arguments)
    try:
        for name, value in taken.options():
            if name in ("help", "version"):
                text = _HELP.format(tool=out.tool, tag=settings.tag)
                out.write(about.answer(name, out.tool, text))
                return 0
            _take(settings, name, value)
        settings.operands = taken.operands
        _refuse(settings)
    except getopt.UsageError as error:
        out.say(error.message)
        out.raw(f"usage: {out.tool} [-bpqr] [-c digest | -c [list ...]] [-C list]\n".encode())
        out.raw(b"       [-s string] [file ...]\n")
        return 1
    if settings.selective is not None:
        return bsd_check.selected(settings.selective, settings.operands, settings.quiet, out)
    if settings.lists:
        return bsd_check.run(settings.operands or [hashing.STDIN], settings.quiet, out)
    return _generate(settings, out)


def _options(settings: _Settings) -> Sequence[Option]:
    digest = re.compile(rb"[0-9a-fA-F]{%d}" % (2 * lookup(settings.algorithm).size))

    def is_digest(word: bytes) -> bool:
        return digest.fullmatch(word) is not None

    return (
        Option("check", "c", takes=is_digest),
        Option("selective", "C", valued=True), Option("passthrough", "p"), Option("quiet", "q"),
        Option("reverse", "r"), Option("string", "s", valued=True), Option("binary", "b"),
        Option("time-trial", "t"), Option("self-test", "x"), Option("help"), Option("version"),
    )  # fmt: skip


def _take(settings: _Settings, name: str, value: bytes) -> None:
    match name:
        case "check":
            settings.lists, settings.expected = not value, value.decode().lower()
        case "selective":
            settings.selective = value
        case "passthrough":
            settings.echo = True
        case "quiet":
            settings.quiet = True
        case "reverse":
            settings.backwards = True
        case "string":
            settings.string = value
        case "time-trial":
            raise getopt.UsageError(b"checksig has no '-t': see checksig bench")
        case "self-test":
            raise getopt.UsageError(b"checksig has no '-x': see checksig doctor")
        case _:
            pass


def _refuse(settings: _Settings) -> None:
    """Refuse what makes no sense together, and what the BSDs understand differently."""
    alone = settings.string is not None, settings.echo
    modes = (*alone, settings.lists, settings.selective is not None)
    if sum(modes) > 1 or (settings.expected and any(modes[2:])):
        raise getopt.UsageError(b"options that exclude each other")
    if any(alone) and settings.operands:
        raise getopt.UsageError(b"-p and -s take no files")
    if settings.selective is not None and not settings.operands:
        raise getopt.UsageError(b"-C needs the files that are to be checked")


def _generate(settings: _Settings, out: Output) -> int:
    if settings.string is not None:
        shown = b'"' + settings.string + b'"'
        return _tell(settings, shown, _hashed(BytesIO(settings.string), settings), out)
    if not settings.operands:
        return _of_stdin(settings, out)
    codes = {0}
    for chunk in hashing.chunks(settings.operands):
        found = hashing.in_order(chunk, [settings.algorithm] * len(chunk), out.flush)
        for name, each in zip(chunk, found, strict=True):
            if isinstance(each, OSError):
                out.say(name + b": " + words.reason(each))
                codes.add(1)
            else:
                codes.add(_tell(settings, name, each.digest, out))
    return 1 if 1 in codes else max(codes)  # what cannot be read outweighs what differs


def _of_stdin(settings: _Settings, out: Output) -> int:
    try:
        with hashing.open_named(hashing.STDIN) as file:
            digest = _hashed(_Echo(file, out) if settings.echo else file, settings)
    except OSError as error:
        out.say(b"stdin: " + words.reason(error))
        return 1
    return _tell(settings, b"", digest, out)


def _hashed(file: _hasher.Readable, settings: _Settings) -> str:
    return _hasher.hash_stream(file, [settings.algorithm]).digests[settings.algorithm].hex()


def _tell(settings: _Settings, shown: bytes, digest: str, out: Output) -> int:
    """Print the digest of what has a name, or none, and return the exit code of it."""
    line = digest.encode()
    if shown and not settings.quiet:
        tagged = b"%b (%b) = %b" % (settings.tag.encode(), shown, line)
        line = line + b" " + shown if settings.backwards else tagged
    wrong = settings.expected not in ("", digest)
    out.write(line + (b" [ Failed ]\n" if wrong and not settings.quiet else b"\n"))
    return 2 if wrong else 0
