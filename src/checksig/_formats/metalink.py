"""Metalink 4: sizes, digests, and where to download files from.

Source: RFC 5854. XML in UTF-8 without a document type: entities, and whatever they could expand to,
are refused. Digests are in hexadecimal, under the names of IANA's registry "Hash Function Textual
Names". Digests of pieces of a file are not looked at: those of the whole file say as much.
"""

from __future__ import annotations

# No element tree: what could be dangerous in XML needs a document type, which is refused. expat
# knows the numbers of lines, which a tree has forgotten.
from typing import TYPE_CHECKING, Final, NoReturn
from xml.parsers import expat

from checksig._entries import Malformed, new_entry, without_digest
from checksig._formats._format import Format
from checksig._formats._lines import head
from checksig._formats._values import algorithm, hexadecimal, size, text_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_NAMESPACE: Final = "urn:ietf:params:xml:ns:metalink"
_OLD_NAMESPACE: Final = "http://www.metalinker.org/"
_ROOT: Final = f"{_NAMESPACE} metalink"
_FILE: Final = f"{_NAMESPACE} file"
_SIZE: Final = f"{_NAMESPACE} size"
_HASH: Final = f"{_NAMESPACE} hash"
_PIECES: Final = f"{_NAMESPACE} pieces"


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip().startswith(b"<") and _NAMESPACE.encode() in found


class _Reader:
    """The state in the middle of a document."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        # Whatever the document declares: it could name any of Python's codecs.
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.CharacterDataHandler = self._between
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._depth = 0
        self._in_file = self._in_pieces = False
        self._kept: list[str] | None = None  # the text of an element that counts
        self._new_file("", 0)

    def _new_file(self, name: str, line: int) -> None:
        self._name, self._line = name, line
        self._length: str | None = None
        self._digests: list[tuple[str, str, int]] = []  # algorithm, digest, line
        self._algorithm = ""

    def _refuse(self, *_: object) -> NoReturn:
        raise ValueError("it has a document type, which no list needs and some use for attacks")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        # Names with another namespace, and elements in other places, have no say here.
        self._depth += 1
        if self._kept is not None:
            self._keep(None)
        if self._depth == 3:
            if self._in_file and tag in (_HASH, _SIZE):
                self._algorithm = attributes.get("type", "")
                self._keep([])
            elif tag == _HASH:
                self._misplaced()
            self._in_pieces = self._in_file and tag == _PIECES
        elif tag == _HASH and not (self._depth == 4 and self._in_pieces):
            self._misplaced()
        elif self._depth == 2:
            self._in_file = tag == _FILE
            if self._in_file:
                self._new_file(attributes.get("name", ""), self.parser.CurrentLineNumber)
        elif self._depth == 1 and tag != _ROOT:
            old = tag.startswith(_OLD_NAMESPACE)
            raise ValueError("only Metalink 4 is read" if old else "this is XML, but not Metalink")

    def _misplaced(self) -> None:
        why = "a hash that is neither of a file nor of a piece of one"
        self.lines.append(Malformed(self.parser.CurrentLineNumber, why))

    def _keep(self, kept: list[str] | None) -> None:
        self._kept = kept
        self.parser.CharacterDataHandler = self._between if kept is None else kept.append

    def _between(self, text: str) -> None:
        if not text.isspace() and (self._depth == 1 or (self._depth == 2 and self._in_file)):
            self.lines.append(Malformed(self.parser.CurrentLineNumber, "text between elements"))

    def _end(self, tag: str) -> None:
        if self._kept is not None:
            text = "".join(self._kept).strip()
            if tag == _SIZE:
                self._length = text
            else:
                self._digests.append((self._algorithm, text, self.parser.CurrentLineNumber))
            self._keep(None)
        elif self._depth == 2 and self._in_file:
            self.lines += self._file()
        self._depth -= 1

    def _file(self) -> Iterator[Line]:
        try:
            name = text_name(self._name)
            length = None if self._length is None else size(self._length)
        except ValueError as error:
            yield Malformed(self._line, str(error))
            return
        if not self._digests:
            yield without_digest(name, self._line, length)
        for kind, digest, line in self._digests:
            try:
                yield new_entry((name, hexadecimal(digest), algorithm(kind), line, length))
            except ValueError as error:
                yield Malformed(line, str(error))


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"it is not XML: {error}") from None
    yield from reader.lines


FORMAT: Final = Format(
    name="metalink",
    title="Metalink 4",
    sniff=_sniff,
    names=r"(?ais:.*\.(?:meta4|metalink))",
    of_one=r"\.(?:meta4|metalink)",
    parse=_parse,
)
