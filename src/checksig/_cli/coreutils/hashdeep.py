"""The stand-in for hashdeep 4.4: lists of digests, and audits, which hold files against lists.

An audit says what is new, gone, moved or changed. Its modes of matching (``-m``, ``-x``) are not
here, nor are pieces (``-p``) and DFXML (``-d``). Tiger and Whirlpool are not computed.

Sources: hashdeep(1), FILEFORMAT of hashdeep 4.4, and what it answers. Where it takes for success
what is none, this does not: a file that cannot be read, a line of a list that makes no sense, and
digests that match only partly.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checksig._cli.coreutils import about, getopt, hashing, words
from checksig._cli.coreutils.getopt import Option
from checksig._cli.coreutils.hashdeep_audit import ALGORITHMS, MOST, Audit, Known, algorithm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._cli.coreutils.output import Output

_OPTIONS: Final = (
    Option("algorithms", "c", valued=True), Option("known", "k", valued=True), Option("audit", "a"),
    Option("recursive", "r"), Option("relative", "l"), Option("bare", "b"), Option("silent", "s"),
    Option("verbose", "v"), Option("any-case", "E"), Option("zero", "0"),
    Option("threads", "j", valued=True), Option("reading", "F", valued=True),
    Option("help", "h"), Option("version", "V"),
)  # fmt: skip

_HELP: Final = """\
Usage: hashdeep [OPTION]... [FILE]...
Print a list of the FILEs with their sizes and digests, or hold the FILEs against such lists.
Without FILE, read standard input.

  -c ALG,...   digests: md5 and sha256 (the default), sha1, tiger, whirlpool, or all
  -r           walk into directories
  -l           print names as they are given, not as absolute ones
  -b           print names without their directories
  -0           end lines with NUL
  -s           print no messages about files

  -a           audit: compare the FILEs with the lists; passed only if they are exactly those
  -k LIST      a list of what is known; may be given several times
  -v           print how many files matched; -vv: and what is not as listed; -vvv: and what is
  -E           names in lists are the same in upper and lower case

  -j, -F       accepted with their values, and without effect
  -h, --help   show this and exit
  -V, --version  show the version and exit

This is checksig, which stands in for hashdeep. It has no -m, -x, -M, -X, -p and -d.
"""

#: What hashdeep exits with if the arguments make no sense together.
_USER_ERROR: Final = 64
#: In bytes: how long hashdeep lets a line of the header grow.
_LONGEST_LINE: Final = 2048


@dataclass(slots=True)
class _Settings:
    algorithms: set[str] = field(default_factory=lambda: {"md5", "sha256"})
    known: Known = field(default_factory=Known)
    audit: bool = False
    recursive: bool = False
    relative: bool = False
    bare: bool = False
    silent: bool = False
    verbose: int = 0
    any_case: bool = False
    zero: bool = False

    def in_use(self) -> list[str]:
        """Return the algorithms to compute, in the order of the columns."""
        return [name for name in ALGORITHMS if name in self.algorithms]


def run(arguments: Sequence[bytes], out: Output) -> int:
    """Run the command, and return its exit code."""
    settings = _Settings()
    taken = getopt.Arguments(_OPTIONS, arguments)
    try:
        for name, value in taken.options():
            if name in ("help", "version"):
                out.write(about.answer(name, out.tool, _HELP))
                return 0
            _take(settings, name, value, out)
    except getopt.UsageError as error:
        return _refused(error.message, 1, out)
    if settings.audit and not settings.known.entries:
        return _refused(b"Unable to load any matching files.", _USER_ERROR, out)
    if settings.relative and settings.bare:
        why = b"Relative paths and bare filenames are mutally exclusive."
        return _refused(why, _USER_ERROR, out)
    if settings.audit:
        return _audit(settings, taken.operands, out)
    return _list(settings, arguments, taken.operands, out)


def _refused(message: bytes, code: int, out: Output) -> int:
    out.say(message)
    out.raw(b"Try `hashdeep -h` for more information.\n")
    return code


def _take(settings: _Settings, name: str, value: bytes, out: Output) -> None:
    match name:
        case "algorithms":
            every = value.lower() == b"all"
            settings.algorithms = {*ALGORITHMS} if every else {*map(algorithm, value.split(b","))}
        case "known":
            settings.algorithms |= settings.known.load(value, out)
        case "verbose":
            settings.verbose += 1
            if settings.verbose > MOST and not settings.silent:
                out.say(b"User request for insane verbosity denied")
        case "threads" | "reading":
            pass
        case _:
            setattr(settings, name.replace("-", "_"), True)


def _audit(settings: _Settings, names: Sequence[bytes], out: Output) -> int:
    end = b"\0" if settings.zero else b"\n"
    audit = Audit(settings.known, settings.verbose, settings.any_case, end, out)
    walk = _Walk(settings, out)
    for shown, size, digests in walk.hashed(names):
        audit.hold(shown, size, digests)
    return 0 if audit.passed(unread=walk.failed) else 1


def _list(
    settings: _Settings, arguments: Sequence[bytes], names: Sequence[bytes], out: Output
) -> int:
    walk, end = _Walk(settings, out), b"\0" if settings.zero else b"\n"
    banner = _banner(settings, arguments)
    for shown, size, digests in walk.hashed(names):
        if b"\n" in shown and not settings.zero:
            walk.tell(shown, b"a line break in a name would end its line")
            continue
        fields = [b"%d" % size, *(digits.encode() for digits in digests.values()), shown]
        out.write(banner + b",".join(fields) + end)
        banner = b""
    return 1 if walk.failed else 0


def _banner(settings: _Settings, arguments: Sequence[bytes]) -> bytes:
    """Return what stands above a list, with the command line, which may take several lines."""
    columns = ",".join(["size", *settings.in_use(), "filename"]).encode()
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    typed, length = b"#" if root else b"$", 8
    for argument in [b"hashdeep", *arguments]:
        typed += b" "
        length += 1
        if len(argument) + length + 32 > _LONGEST_LINE:  # as hashdeep counts
            typed, length = typed + b"\n## ", 3
        typed += argument.replace(b"\n", b"\\n")  # or it would be a line of the list
        length += len(argument)
    return b"%%%%%%%% HASHDEEP-1.0\n%%%%%%%% %b\n## Invoked from: %b\n## %b\n## \n" % (
        columns, os.getcwdb().replace(b"\n", b"\\n"), typed,
    )  # fmt: skip


class _Walk:
    """The files that are named, and those below directories that are."""

    def __init__(self, settings: _Settings, out: Output) -> None:
        self._settings, self._out = settings, out
        self.failed = False  # something could not be read

    def hashed(self, names: Sequence[bytes]) -> Iterator[tuple[bytes, int, dict[str, str]]]:
        """Yield the name of each file as it is printed, its size, and its digests."""
        kinds = self._settings.in_use()
        for chunk in hashing.chunks(self._files(names)):
            paths = [path for path, _ in chunk]
            found = hashing.in_order(paths, [",".join(kinds)] * len(paths), self._out.flush)
            for (path, shown), each in zip(chunk, found, strict=True):
                if isinstance(each, OSError):
                    self.tell(path, words.reason(each))
                    continue
                digests, at = dict[str, str](), 0
                for kind in kinds:
                    end = at + ALGORITHMS[kind]
                    digests[kind], at = each.digest[at:end], end
                yield shown, each.size, digests

    def tell(self, name: bytes, why: bytes) -> None:
        """Say what is wrong with a file; then nothing is a success."""
        self.failed = True
        if not self._settings.silent:
            self._out.raw(name + b": " + why + b"\n")

    def _files(self, names: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Yield the path of each file, and the name that is printed of it."""
        if not names:
            yield hashing.STDIN, b"stdin"
        for name in names:
            for path in self._below(self._named(name), frozenset()):
                shown = os.path.basename(path) if self._settings.bare else path
                yield hashing.as_files([path])[0], shown

    def _named(self, name: bytes) -> bytes:
        """Return what a file is called that is named so."""
        if self._settings.relative:
            return name
        path = os.path.abspath(name)
        return path[1:] if path.startswith(b"//") else path

    def _below(self, path: bytes, above: frozenset[tuple[int, int]]) -> Iterator[bytes]:
        """Yield what can be hashed below a path, or the path; ``above`` are its directories."""
        try:
            status = os.stat(path)
            if not stat.S_ISDIR(status.st_mode):
                yield path
                return
            if not self._settings.recursive:
                return self.tell(path, b"Is a directory")
            if (own := (status.st_dev, status.st_ino)) in above:
                return self.tell(path, b"symlink creates cycle")
            names = sorted(os.listdir(path))
        except OSError as error:
            return self.tell(path, words.reason(error))
        for name in names:
            yield from self._below(path.rstrip(b"/") + b"/" + name, above | {own})
