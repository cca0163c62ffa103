"""XML documents, as small trees: one for each element that is about a file.

No element tree: what could be dangerous in XML needs a document type, which is refused. expat knows
the numbers of lines, which a tree has forgotten.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn
from xml.parsers import expat

from checksig._entries import Malformed
from checksig._formats._lines import head

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from checksig._entries import Line

#: In bytes: what is parsed at a time, so that no more trees are held than there are in that.
_PIECE: Final = 1 << 16
#: Elements in one that counts: as many as any file needs, and no more than memory has.
_MOST: Final = 10_000
#: Elements in each other: as many as any list has, and few enough for any reader.
_DEEPEST: Final = 64


class Node:
    """An element, with those in it."""

    __slots__ = (
        *("attributes", "children", "has_text", "holds", "is_odd", "line", "parts", "tag"),
    )

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """Begin without children."""
        self.tag = tag  # without its namespace
        self.attributes = attributes
        self.line = line
        self.children: list[Node] = []
        self.parts: list[str] = []  # of its text
        self.holds = False  # whether elements that count are in it
        self.has_text = False  # of one that does not count
        self.is_odd = False  # whether there is text beside elements

    @property
    def text(self) -> str:
        """Its own text, without blanks around it."""
        return "".join(self.parts).strip()

    def all(self, *path: str) -> list[Node]:
        """Return the elements that this path leads to."""
        found: list[Node] = [self]
        for tag in path:
            found = [child for each in found for child in each.children if child.tag == tag]
        return found

    def value(self, *path: str) -> str | None:
        """Return the text of the element that this path leads to; None if there is none.

        Raises:
            ValueError: there are several, which say different things.
        """
        texts = {each.text for each in self.all(*path)}
        if len(texts) > 1:
            raise ValueError(f"there are several elements {path[-1]}, which are not the same")
        return next(iter(texts), None)


def sniffer(root: str, within: bytes = b"") -> Callable[[bytes], bool]:
    """Return what recognises documents by their first element, and by bytes near the beginning."""
    # Blanks are given back to nobody: many of them would take the square of their number.
    pattern = (
        rb"(?s)\s*+(?:<\?xml.*?\?>\s*+)?(?:(?:<!--.*?-->|<!DOCTYPE[^>]*+>)\s*+)*+"
        rb"<(?:[\w.-]+:)?%b[\s>/]"
    )

    def sniff(data: bytes) -> bool:
        found = head(data)
        return re.match(pattern % re.escape(root.encode()), found) is not None and within in found

    return sniff


def read(
    data: bytes, root: str, tags: Container[str], each: Callable[[Node], Iterable[Line]]
) -> Iterator[Line]:
    """Yield what is said by the elements of these tags that are in no other of them.

    Args:
        data: The document.
        root: The tag of its first element.
        tags: Those of the elements, as all tags without namespaces.
        each: Returns what an element says; a ValueError says why it says nothing.

    Raises:
        ValueError: it is no XML in UTF-8, has a document type, is too deep, or another document.
    """
    for node in nodes(data, root, tags):
        try:
            if node.is_odd:
                raise ValueError("text between elements")
            yield from each(node)
        except ValueError as error:
            yield Malformed(node.line, str(error))


def nodes(data: bytes, root: str, tags: Container[str]) -> Iterator[Node]:
    """Yield the elements, and those around them that have text besides.

    The arguments are those of :func:`read`, and so is what it raises.
    """
    reader = _Reader(root, tags)
    for start in range(0, max(len(data), 1), _PIECE):
        reader.feed(data[start : start + _PIECE], last=start + _PIECE >= len(data))
        yield from reader.found
        reader.found.clear()


class _Reader:
    """The state in the middle of a document."""

    def __init__(self, root: str, tags: Container[str]) -> None:
        self.found: list[Node] = []
        self._root, self._tags = root, tags
        self._around: list[Node] = []  # elements, of which none counts
        self._open: list[Node] = []  # the element that counts, and those in it
        self._count = 0  # of those in it
        # Whatever the document declares: it could name any of Python's codecs.
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, data: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise ValueError(f"it is not XML: {error}") from None

    def _refuse(self, *_: object) -> NoReturn:
        raise ValueError("it has a document type, which no list needs and some use for attacks")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        depth = len(self._around) + len(self._open)
        if not depth and tag != self._root:
            raise ValueError(f"its first element is {tag[:40]}, and not {self._root}")
        if depth >= _DEEPEST:
            raise ValueError("its elements are too deep in each other")
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(tag, local, self._parser.CurrentLineNumber)
        if self._open:
            self._count += 1
            if self._count > _MOST:
                raise ValueError("an element has too many others in it")
            self._open[-1].children.append(node)
            self._open.append(node)
        elif depth and tag in self._tags:
            self._count = 0
            for each in self._around:
                each.holds = True
            self._open.append(node)
        else:
            self._around.append(node)

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].parts.append(text)
        elif self._around and not text.isspace():
            self._around[-1].has_text = True

    def _end(self, _: str) -> None:
        if self._open:
            node = self._open.pop()
            node.is_odd = any(child.is_odd for child in node.children) or bool(
                node.children and node.text
            )
            if not self._open:
                self.found.append(node)
        else:
            node = self._around.pop()
            if node.holds and node.has_text:  # whoever reads a list would pass it over
                node.is_odd = True
                self.found.append(node)
