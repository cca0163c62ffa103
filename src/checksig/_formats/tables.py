"""Tables with a header: a column of names, and one or more of digests.

There is no specification. Genome archives, sequencing centres and repositories send such tables:
GDC, whose files lie in directories called after their ids, and ENA, which has several files in one
row, with semicolons between in parallel columns. What a column holds, its name in the header says.
Without a header there is no table.
"""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._entries import Columns, Malformed, Unverified, new_entry, without_digest
from checksig._formats import _blocks as reading
from checksig._formats._blocks import by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import decode, encode, head
from checksig._formats._values import (
    algorithm,
    by_length,
    expect_one_of_each,
    hexadecimal,
    size,
    unwritable,
)
from checksig._names import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._entries import Block, Line, Listed
    from checksig._formats._format import Hint

_TITLE: Final = "a table"
#: What parts columns: the first of them that the header has.
_SEPARATORS: Final = ("\t", ",", ";")

#: Columns of names, the likeliest first. A name of one of the last is that of the file in a URL.
_NAMES: Final = ("filename", "file_name", "filepath", "file_path", "path", "file", "name")
_SIZES: Final = (
    *("size", "bytes", "file_size", "filesize", "size_bytes", "file_size_bytes", "size_in_bytes"),
    "length",
)
_KIND: Final = (
    r"(?P<kind>md5|sha_?(?:1|224|256|384|512)|sha3_?(?:224|256|384|512)|blake2b|blake3|b2|b3"
    r"|crc32c?|adler32|xxh(?:32|64|3|128)|ripemd_?160|rmd160|whirlpool|tiger)"
)
_DIGEST: Final = (
    rf"(?:file_?|checksum_?|hash_?|digest_?)?{_KIND}(?:_?(?:sum|hash|hex|checksum|digest))?"
)
#: A column of digests whose algorithm another column says, or the digests themselves.
_CHECKSUM: Final = ("checksum", "hash", "digest")
_TYPES: Final = ("checksum_type", "checksum_algorithm", "checksum_method", "hash_type", "algorithm")

#: Of GDC, whose client puts each file in a directory called after its id.
_GDC: Final = {"id", "filename", "md5", "size", "state"}
#: Of ENA: the files that are had by FTP, with what belongs to them.
_ENA: Final = r"(?P<what>fastq|submitted|sra|bam)_ftp"


#: Of rows that are read at a time.
_BLOCK: Final = 512
_HEX, _NUMBER = "[0-9A-Fa-f]+", "[0-9]+"
#: In digits: of a size that fits into 63 bits.
_LONGEST: Final = 18


class _Header(NamedTuple):
    """The columns of names, of sizes and of digests."""

    width: int
    name: int
    size: int | None
    digests: tuple[tuple[int, str], ...]  # with their algorithms
    checksum: int | None = None
    kind: int | None = None  # the algorithm of the checksum
    directory: int | None = None
    many: bool = False  # whether a row has several files, in parallel, by URLs


def _word(cell: str) -> str:
    return re.sub(r"[ -]+", "_", cell.strip().lstrip("#").strip()).lower()


def _header(cells: Sequence[str]) -> _Header | None:
    """Return what a first row says; None if it is no header."""
    names = [_word(cell) for cell in cells]
    if len(names) < 2 or len(set(names)) != len(names):
        return None
    if found := next((m for n in names if (m := re.fullmatch(_ENA, n))), None):
        return _header_of_many(names, found[0], found["what"])
    place = next((names.index(name) for name in _NAMES if name in names), None)
    if place is None:
        return None
    digests = tuple(
        (at, match["kind"].replace("_", "-" if match["kind"].startswith("sha3") else ""))
        for at, name in enumerate(names)
        if (match := re.fullmatch(_DIGEST, name))
    )
    checksum = next((names.index(name) for name in _CHECKSUM if name in names), None)
    if not digests and checksum is None:
        return None
    return _Header(
        len(names),
        place,
        next((names.index(name) for name in _SIZES if name in names), None),
        digests,
        checksum,
        next((names.index(name) for name in _TYPES if name in names), None),
        names.index("id") if set(names) >= _GDC else None,
    )


def _header_of_many(names: Sequence[str], place: str, what: str) -> _Header | None:
    if f"{what}_md5" not in names:
        return None
    length = names.index(f"{what}_bytes") if f"{what}_bytes" in names else None
    digests = ((names.index(f"{what}_md5"), "md5"),)
    return _Header(len(names), names.index(place), length, digests, many=True)


def _separator(line: str) -> str:
    return next((each for each in _SEPARATORS if each in line), _SEPARATORS[1])


def _rows(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield rows, with the numbers of the lines that they begin in; and at last what is no row."""
    first = text.partition("\n")[0]
    separator = _separator(first)
    # A tab stands in no name, so that few who write tabs write quotes.
    plain = separator == "\t" and '"' not in first
    reader = csv.reader(
        (f"{line}\n" for line in text.removesuffix("\n").split("\n")),
        delimiter=separator,
        quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL,
        strict=True,
    )
    number = 1
    try:
        for row in reader:
            yield number, row, ""
            number = reader.line_num + 1
    except csv.Error as error:
        yield number, [], f"it is not CSV: {error}"


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    rows = _rows(decode(data))
    header = next((_header(row) for _, row, _ in rows if any(map(str.strip, row))), None)
    if header is None:
        raise ValueError("its first line is no header with names and digests")
    while some := list(islice(rows, _BLOCK)):
        yield _plain(some, header) or list(_careful(some, header, hint))


def _plain(rows: list[tuple[int, list[str], str]], header: _Header) -> Columns | None:
    """Return what is in rows with whole digests and sizes; None if there is more to them."""
    numbers, cells, faults = zip(*rows, strict=True)
    kinds = [kind for _, kind in header.digests]
    odd = header.many or header.checksum is not None or header.directory is not None
    even = {*map(len, cells)} == {header.width} and not any(faults)
    if odd or not even or len(rows) < reading.FEW or len(set(kinds)) < len(kinds):
        return None
    table = list(zip(*cells, strict=True))
    digests = [table[at] for at, _ in header.digests]
    sizes = None if header.size is None else table[header.size]
    if not all(_are(_HEX, column) for column in digests):
        return None
    if sizes is not None and not (_are(_NUMBER, sizes) and max(map(len, sizes)) <= _LONGEST):
        return None
    return columns(table[header.name], digests, kinds, numbers, sizes)


def _are(pattern: str, column: Sequence[str]) -> bool:
    """Whether there is something in all cells of a column, and no other characters."""
    return "" not in column and re.fullmatch(pattern, "".join(column)) is not None


def _careful(rows: list[tuple[int, list[str], str]], header: _Header, hint: Hint) -> Iterator[Line]:
    for number, row, fault in rows:
        if fault:
            yield Malformed(number, fault)
        elif any(map(str.strip, row)):
            try:
                yield from _row(row, header, number, hint)
            except ValueError as error:
                yield Malformed(number, str(error))


def _row(row: list[str], header: _Header, number: int, hint: Hint) -> Iterable[Line]:
    if len(row) != header.width:
        raise ValueError(f"it has {counted(len(row), 'field')}, and the header {header.width}")
    if header.many:
        return _many(row, header, number)
    name = row[header.name]
    if header.directory is not None:
        name = f"{row[header.directory]}/{name}"
    length = row[header.size].strip() if header.size is not None else ""
    count = size(length) if length else None
    found = [(kind, row[at].strip()) for at, kind in header.digests if row[at].strip()]
    if header.checksum is not None and (text := row[header.checksum].strip()):
        found.append(_checksum(text, row, header, hint))
    if not found:
        return [without_digest(name, number, count)]
    expect_one_of_each(found)
    return [new_entry((name, hexadecimal(digest), kind, number, count)) for kind, digest in found]


def _checksum(text: str, row: list[str], header: _Header, hint: Hint) -> tuple[str, str]:
    kind, colon, digest = text.rpartition(":")
    if colon:
        return algorithm(kind), digest
    # Without an algorithm, it is that of the list's name, or the length tells.
    said = row[header.kind].strip() if header.kind is not None else ""
    return algorithm(said or hint.algorithm or by_length(text)), text


def _many(row: list[str], header: _Header, number: int) -> Iterable[Line]:
    """Return the files of a row of ENA."""
    names, digests = row[header.name].split(";"), row[header.digests[0][0]].split(";")
    lengths = row[header.size].split(";") if header.size is not None else []
    if names == [""]:
        return [Unverified("", number, "the row has no file")]
    if len(names) != len(digests) or (lengths and len(lengths) != len(names)):
        raise ValueError("the columns have different numbers of files")
    counts = [size(each) for each in lengths] if lengths else [None] * len(names)
    return [
        new_entry((name.rpartition("/")[2], hexadecimal(digest), "md5", number, count))
        for name, digest, count in zip(names, digests, counts, strict=True)
    ]


def _sniff(data: bytes) -> bool:
    _, row, _ = next(_rows(decode(head(data)).partition("\n")[0]), (0, list[str](), ""))
    return _header(row) is not None


class _Written(list[str]):
    """The lines that are written."""

    def write(self, text: str) -> None:
        """Add one."""
        self.append(text)


def _write(files: Iterable[Listed]) -> bytes:
    rows = list(files)
    kinds = list(dict.fromkeys(kind for file in rows for kind in file.digests))
    found = _Written()
    writer = csv.writer(found, lineterminator="\n")
    writer.writerow(["filename", "size", *kinds])
    for file in rows:
        if "\n" in file.path or "\r" in file.path:
            raise unwritable(file.path, _TITLE, "few programs read a line break in a field")
        length = "" if file.size < 0 else file.size
        writer.writerow([file.path, length, *[file.digests.get(kind, "") for kind in kinds]])
    return encode("".join(found))


FORMAT: Final = Format(
    name="table",
    title="table with a header",
    used_by="genome archives, sequencing centres and repositories",
    sniff=_sniff,
    parse=by_line(_blocks),
    blocks=_blocks,
    write=_write,
    default_name="checksums.csv",
)
