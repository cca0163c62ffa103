r"""``.dvc`` files of DVC, and the ``.dir`` lists in its cache.

Source: the documentation of DVC 3, ".dvc files" and "Structure of the cache directory". A ``.dir``
file is JSON. A ``.dvc`` file is YAML, of which this reads what DVC writes: keys, lists of keys, and
values on one line. Anything else is malformed, as a guess would be worse.

DVC before 3 (``hash`` is missing then) took digests of text files with LF in place of CR LF. Those
of files that have CR LF are a mismatch here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Malformed, Unverified, in_blocks, new_entry, without_digest
from checksig._formats._blocks import by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import head, lines, sample
from checksig._formats._records import DIGEST, TEXT, Shape, document, read
from checksig._formats._values import algorithm, hexadecimal, is_url, other_digests, size, text_name
from checksig._json import as_array, as_string

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_KEY: Final = r"(?s)([A-Za-z_][A-Za-z0-9_-]*):(?: +(.*))?"
_FIRST: Final = rb"(?:outs|deps|wdir|frozen|md5|meta|desc|always_changed|type):"

#: What begins a value that is more than a plain word: anchors, tags, blocks, lists, maps.
_INDICATORS: Final = "&*!|>%@`{}[],?#\"'"

#: Of an output or a dependency: those that may look like a digest, and are none of its bytes here.
_KEYS: Final = ("path", "etag", "checksum", "version_id", "desc", "type", "remote")

_ESCAPE: Final = r"(?s)\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.?))"
_ESCAPED: Final = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0",
    "L": "\u2028", "P": "\u2029",
}  # fmt: skip


def _sniff(data: bytes) -> bool:
    found = [line for line in sample(data) if not line.startswith(b"#")]
    if not found:
        return False
    if found[0].startswith(b"["):
        return b'"relpath"' in head(data) and b'"md5"' in head(data)
    return re.match(_FIRST, found[0]) is not None and any(
        line.rstrip() in (b"outs:", b"deps:") for line in found
    )


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    if head(data).lstrip().startswith(b"["):
        return read(as_array(document(data, _SHAPE), "the files"), _file, "the file")
    return in_blocks(_outputs(data))


def _plain(found: Mapping[str, Groups], numbers: range) -> Columns | None:
    [paths], [digests] = found["relpath"], found["md5"]
    return columns(paths, [digests], ["md5"], numbers)


#: A file of a ``.dir`` list.
_SHAPE: Final = Shape(
    array=r"\A\s*+\[", records=list[Any], fields={"md5": DIGEST, "relpath": TEXT}, plain=_plain
)


def _file(record: dict[str, Any], number: int) -> list[Line]:
    digest = hexadecimal(as_string(record.get("md5"), "the digest"))
    return [new_entry((text_name(record.get("relpath")), digest, "md5", number, None))]


def _outputs(data: bytes) -> Iterator[Line]:
    reader = _Reader()
    for number, line in enumerate(lines(data), 1):
        try:
            reader.read(number, line)
        except ValueError as error:
            yield Malformed(number, str(error))
    if not reader.is_dvc:
        raise ValueError("it has no outs or deps")
    for number, item in reader.items:
        try:
            yield from _item(item, reader.directory, number)
        except ValueError as error:
            yield Malformed(number, str(error))


def _item(item: dict[str, str], directory: str, number: int) -> list[Line]:
    if "path" not in item:
        raise ValueError("there is no path")
    path = text_name(item["path"])
    if is_url(path) or "repo" in item:
        return [Unverified(path, number, "it lies elsewhere")]
    if directory not in ("", ".") and not path.startswith("/"):
        path = f"{directory}/{path}"
    kind = item.get("hash") or "md5"
    digest = item.get(kind, "")
    if digest.endswith(".dir"):
        why = "a directory, not a file: its list is in the cache of DVC"
        return [Unverified(path, number, why, kind="directory")]
    digests = other_digests(item, (*_KEYS, kind))
    if digest:
        digests.append((algorithm(kind), hexadecimal(digest)))
    length = size(item["size"]) if "size" in item else None
    found: list[Line] = [
        new_entry((path, hexadecimal(digest), name, number, length)) for name, digest in digests
    ]
    return found or [without_digest(path, number, length)]


class _Reader:
    """The YAML that DVC writes, line by line."""

    def __init__(self) -> None:
        self.items: list[tuple[int, dict[str, str]]] = []  # of outs and deps, with their lines
        self.directory = ""
        self.is_dvc = False
        self._section = ""  # the key at the left margin whose value is in the lines below it
        self._dash = self._column = 0  # of the items of a list, and of the keys in one of them
        self._nested = False  # whether the lines below may be the value of the last key

    def read(self, number: int, line: str) -> None:
        """Take a line.

        Raises:
            ValueError: it is not understood.
        """
        content = line.lstrip(" ")
        if not content or content[0] == "#":
            return
        indent = len(line) - len(content)
        if indent == 0 and not content.startswith("- "):
            self._top(content)
        elif self._section not in ("outs", "deps"):
            if not self._section:
                raise ValueError("it belongs to no key")
        elif content.startswith("- ") and (self._dash < 0 or indent == self._dash):
            self._dash = indent
            rest = content[2:].lstrip(" ")
            self._column = len(line) - len(rest)
            self.items.append((number, {}))
            self._add(rest)
        elif self._dash >= 0 and indent == self._column and not content.startswith("- "):
            self._add(content)
        elif not self._nested or indent < self._column or self._dash < 0:
            raise ValueError("it is not indented as a key or as the value of one")

    def _top(self, content: str) -> None:
        key, value = _pair(content)
        self._section = "" if value else key
        self._dash, self._nested = -1, False
        if key == "wdir":
            self.directory = value
        self.is_dvc = self.is_dvc or key in ("outs", "deps")

    def _add(self, content: str) -> None:
        key, value = _pair(content)
        item = self.items[-1][1]
        if key in item:
            raise ValueError(f'the key "{key[:20]}" is there twice')
        item[key] = value
        self._nested = not value


def _pair(content: str) -> tuple[str, str]:
    match = re.fullmatch(_KEY, content.rstrip(" "))
    if not match:
        raise ValueError("it is not a key and a value")
    return match[1], _scalar(match[2] or "")


def _scalar(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return _single(text[1:-1])
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return _double(text[1:-1])
    if text[:1] and text[0] in _INDICATORS:
        raise ValueError("the value is not one that DVC writes")
    if ": " in text or " #" in text or text.endswith(":") or text.startswith(("- ", "? ")):
        raise ValueError("the value is not one that DVC writes")
    return text


def _single(text: str) -> str:
    if "'" in text.replace("''", ""):
        raise ValueError("the quotes of the value do not match")
    return text.replace("''", "'")


def _double(text: str) -> str:
    if '"' in re.sub(_ESCAPE, "", text):
        raise ValueError("the quotes of the value do not match")
    return re.sub(_ESCAPE, _character, text)


def _character(match: re.Match[str]) -> str:
    *codes, letter = match.groups()
    digits = next((code for code in codes if code), None)
    if digits:
        if int(digits, 16) > 0x10FFFF:
            raise ValueError("the value has an escape that is not known")
        return chr(int(digits, 16))
    if letter not in _ESCAPED:
        raise ValueError("the value has an escape that is not known")
    return _ESCAPED[letter]


FORMAT: Final = Format(
    name="dvc",
    title="DVC",
    used_by="machine-learning projects",
    sniff=_sniff,
    names=r"(?s:[^.].*\.(?:dvc|dir))",
    of_one=r"\.dvc",
    weak=True,
    parse=by_line(_blocks),
    blocks=_blocks,
)
