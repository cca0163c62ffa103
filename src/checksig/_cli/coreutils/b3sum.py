"""The stand-in for b3sum 1.8.

What has a key, or more or other bytes than the first 32, is read here, one file after the other.
Its ``--check`` is stricter than that of the coreutils: a line that is not exactly one of its own is
a failure, and so are an empty line, a comment and a name that is not UTF-8. Its rules are numbered
in ``b3sum/what_does_check_do.md`` of BLAKE3-team/BLAKE3.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge.hashing import LONGEST, Blake3
from checksig._cli.coreutils import about, getopt, hashing
from checksig._cli.coreutils.getopt import Option
from checksig._formats import sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._cli.coreutils.hashing import Hashed
    from checksig._cli.coreutils.output import Output

_OPTIONS: Final = (
    Option("length", "l", valued=True), Option("seek", valued=True),
    Option("num-threads", valued=True), Option("keyed"), Option("derive-key", valued=True),
    Option("no-mmap"), Option("no-names"), Option("raw"), Option("tag"), Option("check", "c"),
    Option("quiet"), Option("help", "h"), Option("version", "V"),
)  # fmt: skip

_SIZE: Final = 32  # of a digest and of a key, in bytes
_END: Final = 1 << 64  # of the output

_PLAIN: Final = re.compile(r"([0-9a-f]{64})  (.+)", re.DOTALL)
_TAGGED: Final = re.compile(r"BLAKE3 \((.+)\) = ([0-9a-f]{64})", re.DOTALL)

_HELP: Final = """\
Usage: b3sum [OPTION]... [FILE]...
Print BLAKE3 digests of each FILE, or with --check read digests from the FILEs and check them.
Without FILE, or when FILE is -, read standard input.

  -c, --check        check what the FILEs list
      --derive-key=CONTEXT   derive keys for CONTEXT from the FILEs
      --keyed        use a key, the 32 bytes of standard input
  -l, --length=LEN   the length of digests in bytes (the default is 32)
      --no-names     write digests only
      --num-threads=NUM, --no-mmap   accepted, and without effect
      --quiet        with --check: print no OK
      --raw          write the bytes of one digest
      --seek=SEEK    begin digests at this byte of the output (the default is 0)
      --tag          write lines that name the algorithm
  -h, --help         show this and exit
  -V, --version      show the version and exit

This is checksig, which stands in for b3sum. What is listed is opened wherever it lies: to check
what others have sent you, use checksig verify.
"""


@dataclass(slots=True)
class _Settings:
    length: int = _SIZE
    length_said: bool = False
    seek: int = 0
    keyed: bool = False
    key: bytes | None = None
    context: str | None = None
    names: bool = True
    raw: bool = False
    tag: bool = False
    check: bool = False
    quiet: bool = False
    operands: list[bytes] = field(default_factory=list[bytes])


class _Line(NamedTuple):
    """A well-formed line."""

    shown: str  # the name as it stands there, with the backslash in front of the line
    name: bytes
    digest: str


def run(arguments: Sequence[bytes], out: Output) -> int:
    """Run the command, and return its exit code: 2 if the arguments make no sense."""
    settings = _Settings()
    taken = getopt.Arguments(_OPTIONS, arguments)
    try:
        for name, value in taken.options():
            if name in ("help", "version"):
                out.write(about.answer(name, out.tool, _HELP))
                return 0
            _take(settings, name, value)
        settings.operands = taken.operands
        _refuse(settings)
    except getopt.UsageError as error:
        out.raw(b"error: " + error.message + b"\n\nFor more information, try '--help'.\n")
        return 2
    settings.operands = settings.operands or [hashing.STDIN]
    if settings.raw and len(settings.operands) > 1:
        out.raw(b"Error: Only one filename can be provided when using --raw\n")
        return 1
    if settings.keyed and not _read_key(settings, out):
        return 1
    return _check(settings, out) if settings.check else _generate(settings, out)


def _read_key(settings: _Settings, out: Output) -> bool:
    """Read the key from standard input; return False if there is none, and say why."""
    try:
        with hashing.open_list(hashing.STDIN) as file:
            key = file.read(_SIZE + 1)
    except OSError as error:
        out.raw(f"Error: {_reason(error)}\n".encode())
        return False
    if len(key) < _SIZE:
        out.raw(f"Error: expected {_SIZE} key bytes from stdin, found {len(key)}\n".encode())
    elif len(key) > _SIZE:
        out.raw(f"Error: read more than {_SIZE} key bytes from stdin\n".encode())
    settings.key = key
    return len(key) == _SIZE


def _take(settings: _Settings, name: str, value: bytes) -> None:
    match name:
        case "length":
            settings.length, settings.length_said = _number(name, value), True
        case "no-names":
            settings.names = False
        case "num-threads":
            _number(name, value)
        case "no-mmap":
            pass
        case "seek":
            settings.seek = _number(name, value)
        case "derive-key":
            try:
                settings.context = value.decode()
            except UnicodeDecodeError:
                why = b"invalid UTF-8 was detected in one or more arguments"
                raise getopt.UsageError(why) from None
        case _:
            setattr(settings, name, True)


def _number(name: str, value: bytes) -> int:
    if not re.fullmatch(rb"\+?[0-9]{1,20}", value) or int(value) >= _END:
        raise getopt.UsageError(b"invalid value '%s' for '--%s'" % (value, name.encode()))
    return int(value)


def _refuse(settings: _Settings) -> None:
    """Refuse options that contradict each other, or ask for more than there is."""
    others = {
        "--length": settings.length_said, "--raw": settings.raw, "--tag": settings.tag,
        "--no-names": not settings.names, "--keyed": settings.keyed, "--seek": settings.seek > 0,
        "--derive-key": settings.context is not None,
    }  # fmt: skip
    for option in (name for name, given in others.items() if given and settings.check):
        raise getopt.UsageError(f"the argument '--check' cannot be used with '{option}'".encode())
    if settings.quiet and not settings.check:
        raise getopt.UsageError(b"the argument '--quiet' needs '--check'")
    if settings.keyed and settings.context is not None:
        raise getopt.UsageError(b"the argument '--keyed' cannot be used with '--derive-key'")
    if settings.keyed and not settings.operands:
        raise getopt.UsageError(b"the argument '--keyed' needs files")
    if settings.length > LONGEST or settings.seek + settings.length > _END:
        raise getopt.UsageError(f"checksig has digests of {LONGEST} bytes at most".encode())


def _generate(settings: _Settings, out: Output) -> int:
    code = 0
    for chunk in hashing.chunks(settings.operands):
        for name, found in zip(chunk, _digests(chunk, settings, out), strict=True):
            if isinstance(found, OSError):
                out.say(b"%s: %s" % (_lossy(name).encode(), _reason(found).encode()))
                code = 1
            else:
                out.write(_line(settings, name, found))
    return code


def _digests(names: list[bytes], settings: _Settings, out: Output) -> Iterator[str | OSError]:
    """Yield the digest of each file, or why there is none."""
    mode = Blake3(settings.key, settings.context, settings.seek, settings.length)
    if mode._replace(size=_SIZE) == Blake3() and mode.size <= _SIZE:
        for found in hashing.in_order(names, ["blake3"] * len(names), out.flush):
            yield found if isinstance(found, OSError) else found.digest[: 2 * mode.size]
        return
    for name in names:
        try:
            if settings.keyed and name == hashing.STDIN:
                raise OSError("Cannot open `-` in keyed mode")
            with hashing.open_named(name) as file:
                digest = mode.of(file).hex()
        except OSError as error:
            yield error
        else:
            yield digest


def _line(settings: _Settings, name: bytes, digest: str) -> bytes:
    if settings.raw:
        return bytes.fromhex(digest)
    if not settings.names:
        return digest.encode() + b"\n"
    tag = b"BLAKE3" if settings.tag else b""
    return sums.line(_lossy(name).encode(), digest.encode(), tag=tag)


def _lossy(name: bytes) -> str:
    """Return a name as UTF-8; what is not becomes U+FFFD, and never passes ``--check``."""
    return name.decode("utf-8", "replace")


def _reason(error: OSError) -> str:
    return f"{os.strerror(error.errno)} (os error {error.errno})" if error.errno else str(error)


def _check(settings: _Settings, out: Output) -> int:
    failed = 0
    for name in settings.operands:
        try:
            for chunk in hashing.chunks(_texts(name)):
                failed += _check_chunk(chunk, settings, out)
        except (OSError, UnicodeDecodeError) as error:
            why = (
                _reason(error)
                if isinstance(error, OSError)
                else "stream did not contain valid UTF-8"
            )
            out.raw(f"Error: {why}\n".encode())
            return 1
    if failed:
        plural = "" if failed == 1 else "s"
        out.say(f"WARNING: {failed} computed checksum{plural} did NOT match".encode())
    return 1 if failed else 0


def _texts(name: bytes) -> Iterator[str]:
    with hashing.open_list(name) as file:
        for text in file:
            yield text.decode().rstrip("\r\n")


def _check_chunk(chunk: list[str], settings: _Settings, out: Output) -> int:
    """Check the lines of a chunk, and return how many failed."""
    parsed = [_parse(text) for text in chunk]
    names = [line.name for line in parsed if isinstance(line, _Line)]
    hashed = hashing.in_order(names, ["blake3"] * len(names), out.flush)
    failed = 0
    for line in parsed:
        if isinstance(line, str):
            out.say(line.encode())
            failed += 1
        elif not _judge(line, next(hashed), settings, out):
            failed += 1
    return failed


def _judge(line: _Line, found: Hashed | OSError, settings: _Settings, out: Output) -> bool:
    if isinstance(found, OSError):
        verdict = f"FAILED ({_reason(found)})"
    elif found.digest != line.digest:
        verdict = "FAILED"
    elif settings.quiet:
        return True
    else:
        verdict = "OK"
    out.write(f"{line.shown}: {verdict}\n".encode())
    return verdict == "OK"


def _parse(text: str) -> _Line | str:
    """Return what a line lists, or what is wrong with it."""
    if not text:
        return "Empty line"
    rest = text.removeprefix("\\")
    if match := _PLAIN.fullmatch(rest):
        digest, name = match.groups()
    elif match := _TAGGED.fullmatch(rest):
        name, digest = match.groups()
    else:
        return "Malformed line"
    shown = text[: len(text) - len(rest)] + name
    path = name.encode()
    if rest != text:
        unescaped = sums.unescape(path)
        if unescaped is None:
            return "Invalid backslash escape"
        path = unescaped
    if b"\0" in path:
        return "Null character in path"
    if "\ufffd".encode() in path:
        return "Unicode replacement character in path"
    return _Line(shown, path, digest)
