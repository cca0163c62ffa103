"""``latest.yml`` of electron-builder, and its siblings for other systems and channels.

Source: the documentation of electron-builder, "Auto Update", and files as they are published. It is
YAML, of which this reads what electron-builder writes: keys, and lists of keys, with values on one
line. Digests are SHA-512 in base64. Anything else is malformed, as a guess would be worse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed, Unverified
from checksig._formats._format import Format
from checksig._formats._lines import decode, lines, sample
from checksig._formats._values import from_base64, is_url, size, text_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_KEY: Final = r"(?P<indent> *)(?P<dash>- )?(?P<key>[A-Za-z0-9_-]+):(?: +(?P<value>.*))?"
_QUOTED: Final = r"'((?:[^']|'')*)'|\"([^\"\\]*)\""
_DIGEST: Final = r"[A-Za-z0-9+/]{86}=="


def _value(text: str) -> str:
    match = re.fullmatch(_QUOTED, text)
    if match:
        return match[2] if match[1] is None else match[1].replace("''", "'")
    if text[:1] in ("'", '"', "&", "*", "!", "|", ">", "{", "["):
        raise ValueError("the value is not one that electron-builder writes")
    return text


class _Item:
    """Keys that stand together, and are about one file if they have a digest."""

    def __init__(self, number: int, indent: int) -> None:
        self.number, self.indent = number, indent
        self.values: dict[str, str] = {}

    def lines(self) -> Iterator[Line]:
        """Yield what is said of the file."""
        digest, name = self.values.get("sha512"), self.values.get("url") or self.values.get("path")
        if digest is None:
            return
        if not name:
            raise ValueError("there is a digest without a file")
        name = text_name(name)
        if is_url(name):
            yield Unverified(name, self.number, "it lies elsewhere")
            return
        length = self.values.get("size")
        count = None if length is None else size(length)
        yield Entry(name, from_base64(digest), "sha512", self.number, count)


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    items: list[_Item] = [_Item(1, 0)]
    done: list[_Item] = []
    for number, line in enumerate(lines(data), 1):
        if not line.strip() or line.lstrip(" ").startswith("#") or line == "---":
            continue
        match = re.fullmatch(_KEY, line.rstrip(" "))
        if not match:
            yield Malformed(number, "it is not a key and a value")
            continue
        indent = len(match["indent"]) + len(match["dash"] or "")
        while items and (
            indent < items[-1].indent or (match["dash"] and indent == items[-1].indent)
        ):
            done.append(items.pop())
        if not items or indent > items[-1].indent:
            items.append(_Item(number, indent))
        try:
            _add(items[-1], match)
        except ValueError as error:
            yield Malformed(number, str(error))
    for item in sorted([*done, *items], key=lambda item: item.number):
        try:
            yield from item.lines()
        except ValueError as error:
            yield Malformed(item.number, str(error))


def _add(item: _Item, match: re.Match[str]) -> None:
    if match["key"] in item.values:
        raise ValueError(f'the key "{match["key"][:20]}" is there twice')
    item.values[match["key"]] = _value(match["value"] or "")


def _sniff(data: bytes) -> bool:
    found = [decode(line).strip(" ") for line in sample(data)]
    return any(re.fullmatch(rf"(?:- )?sha512: '?{_DIGEST}'?", line) for line in found) and any(
        line.startswith(("files:", "path:")) for line in found
    )


FORMAT: Final = Format(
    name="electron",
    title="latest.yml of electron-builder",
    used_by="updates of electron applications",
    sniff=_sniff,
    names=r"(?ai:.*(?:latest|beta|alpha).*\.ya?ml)",
    weak=True,
    parse=_parse,
)
