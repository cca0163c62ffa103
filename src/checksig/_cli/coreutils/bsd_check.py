"""Lists as md5 of OpenBSD checks them.

- ``TAG (NAME) = DIGEST``: of any algorithm, in any letter case; the name ends at the last ``) = ``.
- ``DIGEST NAME``: of the algorithm of the command. Blanks in front of the name are none of it.
  Any two words are such a line, and most are a file that is missing.

A digest behind a tag is hexadecimal or base64. What is no such line is passed over; here it is
counted on stderr besides. Source: md5(1) of OpenBSD 7, and its answers.
"""

from __future__ import annotations

import errno
import re
from base64 import b64encode
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge.algorithms import lookup
from checksig._cli.coreutils import hashing, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checksig._cli.coreutils.hashing import Hashed
    from checksig._cli.coreutils.output import Output

#: By the tags that OpenBSD has: what the core calls them.
_ALGORITHMS: Final = {
    b"MD5": "md5", b"SHA1": "sha1", b"SHA224": "sha224", b"SHA256": "sha256", b"SHA384": "sha384",
    b"SHA512": "sha512", b"SHA512/256": "sha512-256", b"RMD160": "ripemd160", b"CKSUM": "",
}  # fmt: skip

_BLANKS: Final = b" \t\n\v\f\r"
_TAGGED: Final = re.compile(rb"([^ ]+) \((.*)\) = ([^ \t\r)]+)[^)]*", re.DOTALL)
_PLAIN: Final = re.compile(rb"([^ ]+) [ \t\v\f\r]*([^ \t\v\f\r][^\t\r]*)", re.DOTALL)


class _Line(NamedTuple):
    """A line that is understood."""

    tag: bytes  # as it stands there
    algorithm: str  # as the core calls it; nothing if it does not have it
    name: bytes
    digest: bytes  # as it stands there


def run(names: Sequence[bytes], quiet: bool, out: Output) -> int:
    """Check all lists, and return the exit code."""
    # No list is left out because another one failed.
    held = [_List(name, quiet, out, lambda _: True).check() for name in names]
    return 0 if all(held) else 1


def selected(name: bytes, wanted: Sequence[bytes], quiet: bool, out: Output) -> int:
    """Check the files that are wanted by a list, which has to have all of them."""
    listed: set[bytes] = set()

    def is_wanted(file: bytes) -> bool:
        listed.add(file)
        return file in wanted

    held = _List(name, quiet, out, is_wanted).check()
    missing = [file for file in wanted if file not in listed]
    for file in missing:
        out.say(file + b" does not exist in " + name)
    return 0 if held and not missing else 1


class _List:
    """A list, and what came of its lines."""

    def __init__(
        self, name: bytes, quiet: bool, out: Output, wanted: Callable[[bytes], bool]
    ) -> None:
        self.name, self.quiet, self.out, self.wanted = name, quiet, out, wanted
        self.found = self.failed = False
        self.malformed = 0

    def check(self) -> bool:
        """Check all files, say what is wrong, and return whether the list holds."""
        try:
            with hashing.open_list(self.name) as file:
                for texts in hashing.chunks(file):
                    self._chunk(texts)
        except OSError as error:
            self.out.say(b"cannot open " + self.name + b": " + words.reason(error))
            return False
        if not self.found:
            self.out.say(self.name + b": no properly formatted checksum lines found")
        elif self.malformed:
            lines = "line is" if self.malformed == 1 else "lines are"
            self.out.say(f"WARNING: {self.malformed} {lines} improperly formatted".encode())
        return self.found and not self.failed

    def _chunk(self, texts: list[bytes]) -> None:
        lines: list[_Line] = []
        for text in texts:
            line = _parse(text, self.out.tool.upper().encode())
            if line is None:
                self.malformed += bool(text.strip(_BLANKS))
                continue
            self.found = True
            if self.wanted(line.name):
                lines.append(line)
        ours = [line for line in lines if line.algorithm]
        names = hashing.as_files(line.name for line in ours)
        found = hashing.in_order(names, [line.algorithm for line in ours], self.out.flush)
        for line in lines:
            self._judge(line, next(found) if line.algorithm else None)

    def _judge(self, line: _Line, found: Hashed | OSError | None) -> None:
        verdict = b"FAILED"
        if found is None:
            self.out.say(b"checksig does not compute " + line.tag)
        elif isinstance(found, OSError):
            self.out.say(b"cannot open " + line.name + b": " + words.reason(found))
            verdict = b"MISSING" if found.errno == errno.ENOENT else b"FAILED"
        elif _matches(line.digest, found.digest):
            verdict = b"OK"
        self.failed |= verdict != b"OK"
        if verdict != b"OK" or not self.quiet:
            self.out.write(b"(%b) %b: %b\n" % (line.tag, line.name, verdict))


def _parse(text: bytes, command: bytes) -> _Line | None:
    """Return what a line lists, or None if it is not understood; a command is named as its tag."""
    text = text.removesuffix(b"\n").partition(b"\0")[0].lstrip(_BLANKS)
    if not text.partition(b" ")[2].startswith(b"("):
        match = _PLAIN.match(text)
        return _Line(command, _ALGORITHMS[command], match[2], match[1]) if match else None
    if not (match := _TAGGED.fullmatch(text)):
        return None
    tag, name, digest = match.groups()
    algorithm = _ALGORITHMS.get(tag.upper())
    if algorithm is None or (algorithm and not _has_length(digest, lookup(algorithm).size)):
        return None
    return _Line(tag, algorithm, name, digest)


def _has_length(digest: bytes, size: int) -> bool:
    """Whether a digest is as long as one of these bytes, as hexadecimal or base64."""
    padded = len(b64encode(bytes(size)))
    unpadded = (8 * size + 5) // 6
    return len(digest) in (2 * size, padded if digest.endswith(b"=") else unpadded)


def _matches(listed: bytes, digest: str) -> bool:
    if len(listed) == len(digest):
        return listed.lower() == digest.encode()
    return listed.rstrip(b"=") == b64encode(bytes.fromhex(digest)).rstrip(b"=")
