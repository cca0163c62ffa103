"""``checksums.yaml`` of a RubyGem, which has it compressed.

Source: the source of RubyGems, ``Gem::Package``. A document of YAML: algorithms, and below each
the members of the gem with their digests. Older versions of Ruby write texts as binary data.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._format import Format
from checksig._formats._lines import head, lines
from checksig._formats._values import hexadecimal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_START: Final = "---"
_BINARY: Final = "!binary |-"
_ALGORITHM: Final = r"(?:([A-Za-z0-9]+)|!binary \"([^\"]+)\"):"
_MEMBER: Final = r"  ([\w./-]+): (?:\"([0-9A-Fa-f]+)\"|'([0-9A-Fa-f]+)'|([0-9A-Fa-f]+|!binary \|-))"
_SNIFFED: Final = (
    rb"---(?: |\r?\n)(?:SHA[0-9]+|!binary \"[A-Za-z0-9+/=]+\"):\r?\n  [\w./-]+: [0-9A-Fa-f!\"']"
)


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    kind = waiting = ""
    for number, line in enumerate(lines(data), 1):
        text = line.rstrip()
        if number == 1:
            if not text.startswith(_START):
                raise ValueError("it is no document of YAML")
            text = text.removeprefix(_START).lstrip()
        if not text:
            continue
        try:
            if waiting:
                yield Entry(waiting, hexadecimal(_from_binary(text.strip())), kind, number)
                waiting = ""
            elif match := re.fullmatch(_ALGORITHM, text):
                kind = match[1] or _from_binary(match[2])
            elif kind and (match := re.fullmatch(_MEMBER, text)):
                digest = match[2] or match[3] or match[4]
                if digest == _BINARY:
                    waiting = match[1]
                else:
                    yield Entry(match[1], hexadecimal(digest), kind, number)
            else:
                raise ValueError("it is neither an algorithm nor a member and its digest")
        except ValueError as error:
            waiting = ""
            yield Malformed(number, str(error))
    if waiting:
        raise ValueError("it is cut off")


def _from_binary(text: str) -> str:
    """Return the text that is written in base64.

    Raises:
        ValueError: it is none.
    """
    try:
        found = binascii.a2b_base64(text, strict_mode=True).decode("ascii")
    except ValueError:
        found = ""
    if not found.isalnum():
        raise ValueError("its binary data is no text")
    return found


def _sniff(data: bytes) -> bool:
    return re.match(_SNIFFED, head(data)) is not None


FORMAT: Final = Format(
    name="gem",
    title="checksums.yaml of a RubyGem",
    used_by="RubyGems",
    sniff=_sniff,
    names=r"checksums\.yaml",
    weak=True,
    parse=_parse,
)
