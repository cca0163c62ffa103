r"""Output of ``certutil -hashfile NAME SHA256`` of Windows: a digest, and lines around it.

There is no specification. The first line has the algorithm and the name, the second the digest, and
the third says that it is done. What else is in the first and the third follows the language:

    SHA256 hash of app.exe:
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    CertUtil: -hashfile command completed successfully.

Up to Windows 7, there is a blank between every two digits, and the first line differs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._entries import Entry, Malformed
from checksig._formats._format import Format
from checksig._formats._lines import decode, lines, sample
from checksig._formats._values import is_hexadecimal
from checksig._formats._windows import below_the_list, called_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

#: How many digits the digests of each algorithm have.
_DIGITS: Final = {"MD5": 32, "SHA1": 40, "SHA256": 64, "SHA384": 96, "SHA512": 128}

_NAMES: Final = "|".join(_DIGITS)
#: In the name of a file, such as app-sha1.zip, it is no word.
_ALGORITHM: Final = rf"(?i)(?<![A-Za-z0-9_.\\/-])(?:{_NAMES})(?![A-Za-z0-9_.\\/])"
_ENDS: Final = (":", "\uff1a")
#: First lines in some languages. Names may have blanks in them; of two that fit, the first counts.
_PHRASES: Final = tuple(
    phrase.replace("ALGORITHM", f"(?:{_NAMES})").replace("NAME", "(.+)")
    for phrase in (
        "(?i)ALGORITHM hash of file NAME",
        "(?i)ALGORITHM hash of NAME",
        "(?i)ALGORITHM-Hash der Datei NAME",
        "(?i)ALGORITHM-Hash von NAME",
        "(?i)(?:Hachage ALGORITHM|ALGORITHM hachage) d[eu] fichier NAME",
        "(?i)(?:Hachage ALGORITHM|ALGORITHM hachage) de NAME",
        "(?i)(?:Hash ALGORITHM|ALGORITHM hash) de NAME",
        r"(?i)ALGORITHM ハッシュ \((?:対象|ファイル) NAME\)",
        r"(?i)ALGORITHM 哈希\(文件 NAME\)",
        "(?i)ALGORITHM 的 NAME 哈希",
    )
)
#: What may stand around a name, besides blanks.
_MARKS: Final = "()[]\"'\u00ab\u00bb\u201c\u201d\u201e"
_ROOTED: Final = r"[A-Za-z]:\\|\\\\"
_PATH_LIKE: Final = r"(?s).*[^.]\.[A-Za-z0-9]+|.*\\.*"

_DONE: Final = "CertUtil: -hashfile"
#: A failure has its number: ``command FAILED: 0x80070002``.
_FAILED: Final = "0x[0-9A-Fa-f]{8}"


class _Block(NamedTuple):
    """The lines about one file."""

    number: int  # of the first line
    algorithm: str
    text: str  # of the first line, without the colon
    digest: str
    done: bool  # whether the last line is there


def _algorithm(line: str) -> str | None:
    """Return the algorithm in a first line, if it is one."""
    if not line.endswith(_ENDS):
        return None
    for phrase in _PHRASES:
        if match := re.fullmatch(phrase, line[:-1]):
            line = line[: match.start(1)] + line[match.end(1) :]
            break
    found = {name.upper() for name in re.findall(_ALGORITHM, line)}
    return found.pop() if len(found) == 1 else None


def _digest(line: str) -> str | None:
    if set(line[2::3]) == {" "}:  # between every two digits
        line = line.replace(" ", "")
    return line if is_hexadecimal(line) else None


def _blocks(rows: Iterable[str]) -> Iterator[_Block | Malformed]:
    first: tuple[int, str, str] | None = None  # a line that a digest has to follow
    block: _Block | None = None  # to which the last line may be missing
    for number, row in enumerate(rows, 1):
        line = row.strip()
        if not line:
            continue
        if first and (digest := _digest(line)):
            block, first = _Block(*first, digest, done=False), None
            continue
        if first:
            yield Malformed(first[0], "there is no digest below it")
            first = None
        if block:
            done = line.startswith(_DONE) and not re.search(_FAILED, line)
            yield block._replace(done=done)
            block = None
            if done:
                continue
        if found := _algorithm(line):
            first = number, found, line[:-1].rstrip()
        else:
            yield Malformed(number, "it is not a line of certutil -hashfile")
    if first:
        yield Malformed(first[0], "there is no digest below it")
    if block:
        yield block


def _name(text: str, after: str) -> str | None:
    """Return the name in a first line."""
    matches = [match[1].strip() for p in _PHRASES if (match := re.fullmatch(p, text))]
    names = [below_the_list(name, after) for name in matches]
    if after and (after in names or (not names and _is_named(text, after))):
        return after
    if names:
        return names[0]
    words = [word.strip(_MARKS) for word in re.sub(_ALGORITHM, " ", text).split()]
    found = [word for word in words if re.fullmatch(_PATH_LIKE, word)]
    return below_the_list(found[0], after) if len(found) == 1 else None


def _is_named(text: str, after: str) -> bool:
    """Whether a name stands in a line as a whole word, or as the end of an absolute path."""
    rooted = re.search(_ROOTED, text)
    around = {"", " ", *_MARKS}
    at = text.find(after)
    while at >= 0:
        end = at + len(after)
        before, behind = text[at - 1 : at], text[end : end + 1]
        path = rooted is not None and rooted.end() <= at and before == "\\"
        if (before in around or path) and behind in around:
            return True
        at = text.find(after, end)
    return False


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    after = called_after(hint)
    for block in _blocks(lines(data)):
        if isinstance(block, Malformed):
            yield block
        elif name := _name(block.text, after):
            yield Entry(name, block.digest, block.algorithm, block.number)
        else:
            yield Malformed(block.number, "it is not clear which of its words is the name")


def _sniff(data: bytes) -> bool:
    found = list(_blocks(map(decode, sample(data))))
    good = [
        2 + block.done  # lines of it
        for block in found
        if isinstance(block, _Block)
        and len(block.digest) == _DIGITS[block.algorithm]
        and (block.done or _name(block.text, ""))
    ]
    # In prose, and in a guide that shows how it is done, more is something else.
    return bool(good) and len(found) - len(good) <= sum(good)


FORMAT: Final = Format(
    name="certutil",
    title="certutil -hashfile of Windows",
    used_by="Windows",
    sniff=_sniff,
    parse=_parse,
    backslashes=True,
)
