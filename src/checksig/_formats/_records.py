"""Documents with an array of many records, most of which are laid out like the first.

JSON and XML are read with care by their parsers, into objects of Python: a million of them take
seconds. Records like the first are found by one regular expression, which is made of the text of
the first, and cut out of the document. What remains has a mark in the place of each run of them,
and is read with care. A mark is what no document has, and has to be found where records are: then
the records were there, and nowhere else. In all other cases the whole document is read with care.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from operator import is_
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._entries import Columns, Malformed
from checksig._json import as_object, load

if TYPE_CHECKING:
    from checksig._entries import Block, Line
    from checksig._formats._blocks import Groups

#: In characters, of a run, and of one beside a record of another layout.
_PIECE: Final = 1 << 15
_LEAST: Final = 1 << 10

_BLANK: Final = r"[ \t\n\r]*+"

#: Texts of JSON without escapes, and numbers. Each has one group at least.
TEXT: Final = r'"([^"\\\x00-\x1f]*+)"'
WORD: Final = '"([A-Za-z0-9_-]++)"'
DIGEST: Final = '"([0-9A-Fa-f]++)"'
SIZE: Final = "(0|[1-9][0-9]{0,17}+)"

#: A member of an object: what stands before its value, its key, and its value.
_MEMBER: Final = (
    rf'{_BLANK}([{{,]){_BLANK}"([A-Za-z0-9_-]++)"{_BLANK}:{_BLANK}("[^"\\\x00-\x1f]*+"|[0-9]++)'
)
#: In the place of a run. It is no JSON: nothing but a constant can be it, which has no escapes.
_MARK: Final = "-Infinity"

#: As many lines as are kept at a time.
_BLOCK: Final = 512


class Layout(NamedTuple):
    """The layout of the first record."""

    pattern: str  # of one like it, and of what parts it from the next
    text: str  # the record itself, and the same
    between: str  # what parts it from the next

    def runs(self, text: str, start: int) -> Iterator[tuple[int, int, Groups]]:
        """Yield where runs of such records begin and end, and what the groups of them match.

        What parts the last one of a run from the next record is in the run.
        """
        pattern = re.compile(self.pattern)
        first = pattern.fullmatch(self.text)
        if not first:
            return
        # All that is in no group is the same in each record, or there is a gap between two.
        fixed = len(self.text) - sum(map(len, first.groups()))
        border, size = self.text[first.end(pattern.groups) :], _PIECE
        while (end := _end_of(border, text, start, size)) > 0:
            groups = list(zip(*pattern.findall(text, start, end), strict=True))
            count = len(groups[0]) if groups else 0
            if sum(len("".join(each)) for each in groups) + fixed * count == end - start:
                yield start, end, groups
                start, size = end, min(2 * size, _PIECE)
            elif size > _LEAST:
                size //= 8
            else:
                start = end


def _end_of(border: str, text: str, start: int, size: int) -> int:
    """Return where a run may end that is about so long; 0 if there is no record any more."""
    end = text.find(border, start + size)
    end = text.rfind(border, start) if end < 0 else end
    return end + len(border) if end >= 0 else 0


def layout(text: str, between: str, values: Iterable[tuple[int, int, str]]) -> Layout:
    """Return the layout of a record, in which these parts are values that match expressions."""
    text, pattern, at = text + between, "", 0
    for start, end, value in values:
        pattern += re.escape(text[at:start]) + value
        at = end
    return Layout(pattern + re.escape(text[at:]), text, between)


class Run(NamedTuple):
    """Plain records that stand together, of which each is an entry."""

    columns: Columns

    def numbered(self, first: int) -> Columns:
        """Return the entries, with the number of the first."""
        return self.columns._replace(lines=range(first, first + len(self.columns.paths)))


class Shape(NamedTuple):
    """Plain records of a JSON document, and where they are in it."""

    array: str  # what matches the beginning of their array
    records: Callable[[Any], Any]  # returns the array
    fields: Mapping[str, str]  # the keys that a record may have, and what matches their values
    #: Makes columns of what the groups matched, by key; None if they are to be read with care.
    plain: Callable[[Mapping[str, Groups], range], Columns | None]


def document(data: bytes, shape: Shape) -> Any:
    """Return a JSON document, perhaps with runs in the place of plain records.

    Raises:
        ValueError: it is none.
    """
    try:
        found = _with_runs(data.decode("utf-8-sig"), shape)
    except (ValueError, LookupError, TypeError):
        found = None
    return load(data) if found is None else found


def _with_runs(text: str, shape: Shape) -> Any:
    """Return a document with runs in it, all of them among its records; None if it has none."""
    begin = re.search(rf"{shape.array}{_BLANK}(?={{)", text)
    found = _like_the_first(text, begin.end(), shape.fields) if begin else None
    if not begin or not found or _MARK in text:
        return None
    keys, own = found
    runs: list[Run] = []
    kept: list[str] = []
    at = 0
    for start, end, groups in own.runs(text, begin.end()):
        columns = shape.plain(_by_key(keys, groups, shape.fields), range(1, len(groups[0]) + 1))
        if columns:
            runs.append(Run(columns))
            kept += (text[at:start], _MARK, own.between)
            at = end
    marks = iter(runs)

    def mark(constant: str) -> Run:
        if constant != _MARK:
            raise ValueError("it is no mark")
        return next(marks)

    made = load("".join((*kept, text[at:])), mark) if runs else None
    there = [each for each in shape.records(made) if isinstance(each, Run)] if runs else []
    same = len(there) == len(runs) and all(map(is_, there, runs))
    return made if runs and same else None


def _like_the_first(
    text: str, start: int, fields: Mapping[str, str]
) -> tuple[list[str], Layout] | None:
    """Return the keys of the first record, and its layout; None if it has others than these."""
    member, at = re.compile(_MEMBER), start
    keys, values = list[str](), list[tuple[int, int, str]]()
    while match := member.match(text, at):
        key, at = match[2], match.end()
        if match[1] != ("," if keys else "{") or key in keys or key not in fields:
            return None
        keys.append(key)
        values.append((match.start(3) - start, match.end(3) - start, fields[key]))
    end = re.compile(rf"{_BLANK}}}({_BLANK},{_BLANK})(?={{)").match(text, at)
    if not end:
        return None
    return keys, layout(text[start : end.start(1)], end[1], values)


def _by_key(keys: Iterable[str], groups: Groups, fields: Mapping[str, str]) -> dict[str, Groups]:
    """Return what the groups of each value matched."""
    rest = iter(groups)
    return {key: list(islice(rest, re.compile(fields[key]).groups)) for key in keys}


def read(
    records: Iterable[Any], record: Callable[[dict[str, Any], int], Iterable[Line]], what: str
) -> Iterator[Block]:
    """Yield what is in the records of a document.

    Args:
        records: Objects, and runs of plain ones.
        record: Yields what is in an object, which has this number.
        what: What a record is called.
    """
    number = 1
    kept: list[Line] = []
    for each in records:
        if isinstance(each, Run):
            yield kept
            kept, found = [], each.numbered(number)
            yield found
            number += len(found.paths)
            continue
        try:
            kept.extend(record(as_object(each, what), number))
        except ValueError as error:
            kept.append(Malformed(number, str(error)))
        number += 1
        if len(kept) >= _BLOCK:
            yield kept
            kept = []
    yield kept
