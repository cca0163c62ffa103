"""A file with a digest and nothing else, called after the file that it is for: ``a.iso.sha256``.

What stands above the digest, without digits of another, is a header.
What read the file from its standard input names that, and no file: ``-``, ``*stdin``, ``(stdin)=``.
There is no specification. Many web sites publish these beside what they are for.
"""

from __future__ import annotations

import re
from itertools import dropwhile

from checksig._entries import Entry, Malformed
from checksig._formats import coreutils
from checksig._formats._format import Format, NameMatch
from checksig._formats._lines import encode, lines, sample
from checksig._formats._values import hexadecimal, is_hexadecimal, only_digest
from checksig._formats.sums import is_above, is_empty

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from typing import Final

    from checksig._entries import Line, Listed
    from checksig._formats._format import Hint
    from checksig._results import Algorithm

_TITLE: Final = "a bare digest"

#: In hexadecimal digits: CRC-32 is the shortest that is published so, 512 bits are the longest.
_SHORTEST, _LONGEST = 8, 128


#: a.iso.sha; commit.sha has the name of a commit of git.
_OF_A_FAMILY: Final = r"(?is).+\.[^.]+\.sha(?:\.txt)?"

#: A digest, or one of standard input as the coreutils, ``openssl -r`` and ``openssl`` write it.
_LINE: Final = (
    r"(?P<digest>[0-9A-Fa-f]+)(?:[ \t](?:[ *]?-|\*?stdin))?"
    r"|(?P<tag>[A-Za-z0-9/_-]*) ?\((?:-|stdin)\) ?= (?P<tagged>[0-9A-Fa-f]+)"
)


def _match_name(name: str, algorithms: Container[str]) -> NameMatch | None:
    if re.fullmatch(_OF_A_FAMILY, name):
        return NameMatch(FORMAT, weak=True)
    named = coreutils.extension(name, algorithms)
    if not named or coreutils.named_by_purpose(name, algorithms):
        return None  # checksums.sha256 is not for a file called checksums
    return NameMatch(FORMAT, named[1], weak=coreutils.is_weak(*named))


def _sniff(data: bytes) -> bool:
    rows = [row for row in dropwhile(is_above, sample(data)) if not is_empty(row)]
    found = [line.strip().decode("latin-1") for line in rows]
    match = re.fullmatch(_LINE, found[0]) if len(found) == 1 else None
    digest = (match["digest"] or match["tagged"]) if match else ""
    return _SHORTEST <= len(digest) <= _LONGEST and is_hexadecimal(digest)


def stem(name: str) -> str:
    """Return the name of the file that a list is called after."""
    return coreutils.without_txt(name).rpartition(".")[0]


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    name = stem(hint.name)
    if not name or not (hint.algorithm or hint.family):
        raise ValueError("the name of a bare digest says what it is for: NAME.sha256")
    seen = False
    for number, line in enumerate(lines(data), 1):
        text = line.strip(" \t")
        row = encode(line)
        if not text or is_empty(row) or (not seen and is_above(row)):
            continue
        if seen:
            yield Malformed(number, "there is more than one digest, and no names")
            continue
        seen = True
        match = re.fullmatch(_LINE, text)
        digest = (match["digest"] or match["tagged"]) if match else text
        try:
            kind = (match and match["tag"]) or hint.algorithm or ""  # its length tells
            yield Entry(name, hexadecimal(digest), kind, number)
        except ValueError as error:
            yield Malformed(number, str(error))


def _write(files: Iterable[Listed]) -> bytes:
    found = list(files)
    if len(found) != 1:
        raise ValueError(f"{_TITLE} is for one file, not for {len(found)}")
    return encode(only_digest(found[0], _TITLE)[1] + "\n")


def _default_name(algorithms: Sequence[Algorithm], path: str) -> str:
    return f"{path}.{algorithms[0].name}"


FORMAT: Final = Format(
    name="bare",
    title="bare digest",
    used_by="web sites, beside a download",
    sniff=_sniff,
    name_rule=_match_name,
    by_name_only=True,
    parse=_parse,
    write=_write,
    default_name=_default_name,
    for_one_file=True,
    names=_OF_A_FAMILY,
)
