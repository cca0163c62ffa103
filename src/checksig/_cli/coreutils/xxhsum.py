"""The stand-in for xxhsum 0.8.3, and for xxh32sum, xxh64sum, xxh128sum and xxh3sum.

Its options end with the first name, and cannot be shortened. Source: xxhsum(1), and its answers.
"""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING, Final

from checksig._cli.coreutils import about, hashing, words, xxhsum_check
from checksig._cli.coreutils.xxhsum_check import Settings
from checksig._formats import sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._cli.coreutils.hashing import Hashed
    from checksig._cli.coreutils.output import Output

#: By what stands behind ``-H``: what the core calls them.
_ALGORITHMS: Final = {
    0: "xxh32", 32: "xxh32", 1: "xxh64", 64: "xxh64", 2: "xxh128", 128: "xxh128", 3: "xxh3",
}  # fmt: skip

#: What a letter does, or a long option; nothing, if there is no name here.
_FLAGS: Final = {
    "-c": "check", "--check": "check", "-w": "warn", "--warn": "warn", "-q": "quiet",
    "--quiet": "quiet", "--status": "status", "--strict": "strict", "--tag": "tag",
    "--little-endian": "turned", "--ignore-missing": "ignore_missing", "--binary": "",
    "-V": "version", "--version": "version", "-h": "help", "--help": "help", "-": "from_stdin",
}  # fmt: skip

_HELP: Final = """\
Usage: {tool} [OPTION]... [FILE]...
Print XXH digests of each FILE, or with --check read digests from the FILEs and check them.
Without FILE, or when the only FILE is -, read standard input.

  -c, --check          check what the FILEs list
  -H0, -H1, -H2, -H3   XXH32, XXH64 (the default of xxhsum), XXH128 or XXH3; also -H32, -H64, -H128
      --little-endian  write digests with their last byte first, or read them so
      --tag            write lines that name the algorithm
      --binary         accepted, and without effect; so are -i and -B with numbers

Only with --check:
      --ignore-missing  pass over files that do not exist
  -q, --quiet          print no OK
      --status         print nothing: the exit code says it
      --strict         exit with an error if there are malformed lines
  -w, --warn           say where malformed lines are

  -h, --help           show this and exit
  -V, --version        show the version and exit

This is checksig, which stands in for {tool}. It has no -b: see checksig bench. XXH digests are no
protection against attackers. What is listed is opened wherever it lies: to check what others have
sent you, use checksig verify.
"""


class _BadUsageError(Exception):
    """The arguments make no sense."""


def run(arguments: Sequence[bytes], out: Output) -> int:
    """Run the command, and return its exit code."""
    settings = Settings()
    if out.tool != "xxhsum":  # the others take no lines of other algorithms
        settings.algorithm = settings.only = out.tool.removesuffix("sum")
    try:
        given = _take(settings, [*arguments])
        if not settings.operands and "from_stdin" not in given and _is_a_terminal():
            raise _BadUsageError
    except _BadUsageError:
        out.raw(f"Wrong parameters\n\nType {out.tool} --help for help\n".encode())
        return 1
    for option in ("help", "version"):
        if option in given:
            out.write(about.answer(option, out.tool, _HELP.format(tool=out.tool)))
            return 0
    return xxhsum_check.run(settings, out) if settings.check else _generate(settings, out)


def _take(settings: Settings, left: list[bytes]) -> set[str]:
    """Take the options and then the names, and return what was given besides the settings."""
    given: set[str] = set()
    while left and left[0].startswith(b"-") and not given & {"help", "version"}:
        option = os.fsdecode(left.pop(0))
        if option == "--":
            break
        for each in [option] if option.startswith("--") else _letters(option):
            if number := re.fullmatch("-([HiB])([0-9]*)", each):
                if number[1] == "H":
                    settings.algorithm = _algorithm(number[2])
            elif each not in _FLAGS:
                raise _BadUsageError
            elif hasattr(settings, name := _FLAGS[each]):
                setattr(settings, name, True)
            else:
                given.add(name)
    settings.operands = left
    return given


def _letters(option: str) -> list[str]:
    """Return letters that stand behind one hyphen, each with the number behind it and a hyphen."""
    return [f"-{each}" for each in re.findall("[HiB][0-9]*|.", option[1:], re.DOTALL)] or ["-"]


def _algorithm(number: str) -> str:
    if (found := _ALGORITHMS.get(int(number[:9] or "0"))) is None or len(number) > len("128"):
        raise _BadUsageError
    return found


def _is_a_terminal() -> bool:
    try:
        return os.isatty(0)
    except OSError:
        return False


def _generate(settings: Settings, out: Output) -> int:
    code = 0
    for chunk in hashing.chunks(settings.operands or [hashing.STDIN]):
        names = hashing.as_files(chunk) if settings.operands else chunk
        found = hashing.in_order(names, [settings.algorithm] * len(names), out.flush)
        for name, each in zip(chunk, found, strict=True):
            if isinstance(each, OSError):
                out.raw(_trouble(name, each))
                code = 1
            else:
                shown = name if settings.operands else xxhsum_check.STDIN
                out.write(_line(settings, shown, each))
    return code


def _trouble(name: bytes, error: OSError) -> bytes:
    if error.errno == errno.EISDIR:
        return b"xxhsum: %b: Is a directory \n" % name
    return b"Error: Could not open '%b': %b. \n" % (name, words.reason(error))


def _line(settings: Settings, name: bytes, hashed: Hashed) -> bytes:
    digits = bytes.fromhex(hashed.digest)[:: -1 if settings.turned else 1].hex()
    tag = settings.algorithm.upper() + ("_LE" if settings.turned else "")
    if settings.tag:
        return sums.line(name, digits.encode(), tag=tag.encode())
    prefix = xxhsum_check.PREFIX if settings.algorithm == "xxh3" else ""
    return sums.line(name, (prefix + digits).encode())
