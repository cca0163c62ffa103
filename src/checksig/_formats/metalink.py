"""Metalink 4: sizes, digests, and where to download files from.

Source: RFC 5854. XML in UTF-8 without a document type: entities, and whatever they could expand to,
are refused. Digests are in hexadecimal, under the names of IANA's registry "Hash Function Textual
Names". Digests of pieces of a file are not looked at: those of the whole file say as much.
"""

from __future__ import annotations

# No element tree: what could be dangerous in XML needs a document type, which is refused. expat
# knows the numbers of lines, which a tree has forgotten.
import re
from typing import TYPE_CHECKING, Final, NoReturn
from xml.parsers import expat

from checksig._entries import Columns, Malformed, new_entry, without_digest
from checksig._formats._blocks import DIGEST, SIZE, by_line, columns, woven
from checksig._formats._format import Format
from checksig._formats._lines import head
from checksig._formats._records import layout
from checksig._formats._values import algorithm, hexadecimal, size, text_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import Block, Line
    from checksig._formats._format import Hint

_NAMESPACE: Final = "urn:ietf:params:xml:ns:metalink"
_ROOT: Final = f"{_NAMESPACE} metalink"
_FILE: Final = f"{_NAMESPACE} file"
_SIZE: Final = f"{_NAMESPACE} size"
_HASH: Final = f"{_NAMESPACE} hash"
_PIECES: Final = f"{_NAMESPACE} pieces"

#: In the place of plain files. No document has an element of this name.
_MARK: Final = "checksig-files"
_RUN: Final = f"{_NAMESPACE} {_MARK}"


#: A file with a size and some digests, in a text that has no CR.
_BLANK: Final = r"[ \t\n]*+"
_NAME: Final = r'([^"<&\x00-\x1f\x7f]*+)'
_KIND: Final = "([A-Za-z0-9-]++)"
_PLAIN_HASH: Final = rf'<hash type="{_KIND}">{DIGEST}</hash>{_BLANK}'
_PLAIN: Final = (
    rf'<file name="{_NAME}">{_BLANK}<size>{SIZE}</size>{_BLANK}(?:{_PLAIN_HASH})++</file>({_BLANK})'
)
#: What XML does not allow or takes for something else, and what is a mark.
_ODD: Final = ("\r", "\ufffe", "\uffff", _MARK)


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip().startswith(b"<") and _NAMESPACE.encode() in found


class _Reader:
    """The state in the middle of a document."""

    def __init__(self, runs: Iterable[Columns] = ()) -> None:
        self.blocks: list[Block] = []
        # Whether there is text, or a hash, between files: what is said of it depends on those.
        self.is_odd = False
        self.is_whole = False  # at its end, if all marks were met
        self._runs = iter(runs)  # in the places of marks
        self._lines: list[Line] = []  # behind the last of them
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
            if tag == _RUN and (run := next(self._runs, None)):
                self._cut(run)
            elif self._in_file:
                self._new_file(attributes.get("name", ""), self.parser.CurrentLineNumber)
        elif self._depth == 1 and tag != _ROOT:
            raise ValueError("this is XML, but not Metalink")

    def _cut(self, block: Block) -> None:
        self.blocks += (self._lines, block)
        self._lines = []

    def end(self) -> None:
        """Take note of the end of the document."""
        self._cut([])
        self.is_whole = next(self._runs, None) is None

    def _misplaced(self) -> None:
        self.is_odd = True
        why = "a hash that is neither of a file nor of a piece of one"
        self._lines.append(Malformed(self.parser.CurrentLineNumber, why))

    def _keep(self, kept: list[str] | None) -> None:
        self._kept = kept
        self.parser.CharacterDataHandler = self._between if kept is None else kept.append

    def _between(self, text: str) -> None:
        if not text.isspace() and (self._depth == 1 or (self._depth == 2 and self._in_file)):
            self.is_odd = True
            self._lines.append(Malformed(self.parser.CurrentLineNumber, "text between elements"))

    def _end(self, tag: str) -> None:
        if self._kept is not None:
            text = "".join(self._kept).strip()
            if tag == _SIZE:
                self._length = text
            else:
                self._digests.append((self._algorithm, text, self.parser.CurrentLineNumber))
            self._keep(None)
        elif self._depth == 2 and self._in_file:
            self._lines += self._file()
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


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    return iter(_with_runs(data) or _read(data).blocks)


def _read(data: bytes, runs: Iterable[Columns] = ()) -> _Reader:
    reader = _Reader(runs)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"it is not XML: {error}") from None
    reader.end()
    return reader


def _with_runs(data: bytes) -> list[Block]:
    """Return what is in a document of which plain files are cut out; nothing if that may differ."""
    try:
        text = data.decode()
        if any(map(text.__contains__, _ODD)):
            return []
        kept, runs = _cut_out(text)
        reader = _read(kept.encode(), runs) if runs else None
    except ValueError:
        return []
    return reader.blocks if reader and reader.is_whole and not reader.is_odd else []


def _cut_out(text: str) -> tuple[str, list[Columns]]:
    """Return a document with marks in the place of plain files, and these."""
    kept, runs = list[str](), list[Columns]()
    first = re.search(_PLAIN, text)
    if not first:
        return text, runs
    values = [(*first.span(1), _NAME), (*first.span(2), SIZE)]
    ends: list[int] = []  # of digests
    for match in re.compile(_PLAIN_HASH).finditer(text, first.end(2), first.end()):
        values += ((*match.span(1), _KIND), (*match.span(2), DIGEST))
        ends.append(match.end(2))
    start = first.start()
    own = layout(
        text[start : first.start(5)], first[5], [(a - start, b - start, v) for a, b, v in values]
    )
    height = own.text.count("\n")
    above = [text.count("\n", start, end) for end in ends]
    number, at = 1, 0
    for begin, end, (paths, sizes, *pairs) in own.runs(text, start):
        found = columns(paths, pairs[1::2], pairs[::2], range(len(paths)), sizes)
        number += text.count("\n", at, begin)
        if found:
            numbers = [[number + each + height * i for i in range(len(paths))] for each in above]
            runs.append(found._replace(lines=woven(numbers)))
            # The mark takes as many lines as the files.
            kept += (text[at:begin], "<", _MARK, "\n" * height * len(paths), "/>")
        else:
            kept.append(text[at:end])
        number, at = number + height * len(paths), end
    return "".join((*kept, text[at:])), runs


FORMAT: Final = Format(
    name="metalink",
    title="Metalink 4",
    used_by="download mirrors and aria2",
    sniff=_sniff,
    names=r"(?ais:.*\.(?:meta4|metalink))",
    of_one=r"\.(?:meta4|metalink)",
    parse=by_line(_blocks),
    blocks=_blocks,
)
