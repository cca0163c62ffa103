"""hashdeep: sizes, several digests, and names.

md5deep and its other siblings write lists of the coreutils.

Source: FILEFORMAT of md5deep and hashdeep 4.4, hashdeep(1). Nothing is quoted: the name is what
remains of a line, commas and all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, new_entry
from checksig._formats._blocks import DIGEST, SIZE, Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import encode, head, lines
from checksig._formats._values import is_hexadecimal, size, unwritable
from checksig._names import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import Block, Columns, Line, Listed
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_TITLE: Final = "a hashdeep list"
_MAGIC: Final = "%%%% HASHDEEP-"
_VERSION: Final = "1.0"
#: Lines of it.
_HEADERS: Final = 2
#: What FILEFORMAT allows and hashdeep computes.
_ALGORITHMS: Final = ("md5", "sha1", "sha256", "tiger", "whirlpool")

# photos.hashdeep, hashdeep.txt, photos-hashdeep.txt
_NAMES: Final = r"(?ais:(?:.*[-_.])?hashdeep(?:\.txt)?)"


def _sniff(data: bytes) -> bool:
    return head(data).startswith(_MAGIC.encode())


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    first = lines(data)
    algorithms = _header(next(first, ""), next(first, ""))

    def plain(found: Groups, numbers: range) -> Columns | None:
        sizes, *digests, paths = found
        return columns(paths, digests, algorithms, numbers, sizes)

    def careful(line: str, number: int) -> Iterator[Line]:
        return _line(line, number, algorithms) if number > _HEADERS else iter(())

    pattern = ",".join([SIZE, *[DIGEST] * len(algorithms), "(.++)"])
    return blocks(data, Reader(pattern, plain, careful))


def _line(line: str, number: int, algorithms: list[str]) -> Iterator[Line]:
    last = len(algorithms) + 1
    if not line or line[0] == "#" or line.isspace():
        return
    fields = line.split(",", last)
    if len(fields) <= last:
        yield Malformed(number, f"it has {counted(len(fields), 'field')}, not {last + 1}")
        return
    try:
        length = size(fields[0])
        path = fields[last]
        for column, algorithm in enumerate(algorithms, 1):
            digest = fields[column]
            if is_hexadecimal(digest):
                yield new_entry((path, digest, algorithm, number, length))
            else:
                yield Malformed(number, f"the digest in field {column + 1} is not hexadecimal")
    except ValueError as error:
        yield Malformed(number, str(error))


def _header(first: str, second: str) -> list[str]:
    """Return the algorithms that the header names.

    Raises:
        ValueError: it names no algorithms, or not once each.
    """
    if not first.startswith(_MAGIC):
        raise ValueError(f'the first line is not "{_MAGIC}{_VERSION}"')
    if first.removeprefix(_MAGIC).rstrip() != _VERSION:
        raise ValueError(f"only version {_VERSION} of hashdeep's format is known")
    columns = second.rstrip().removeprefix("%%%% ").split(",")
    if not second.startswith("%%%% ") or columns[0] != "size" or columns[-1] != "filename":
        raise ValueError('the second line is not "%%%% size,ALGORITHM,filename"')
    algorithms = columns[1:-1]
    if (
        "" in algorithms
        or not algorithms
        or len(set(algorithms)) != len(algorithms)
        or not all(map(str.isascii, algorithms))
    ):
        raise ValueError("the second line does not name each of its algorithms once")
    return algorithms


def _write(files: Iterable[Listed]) -> bytes:
    found = list(files)
    algorithms = list(found[0].digests) if found else []
    if other := [name for name in algorithms if name not in _ALGORITHMS]:
        raise ValueError(f"{_TITLE} cannot hold {', '.join(other)}: {', '.join(_ALGORITHMS)} alone")
    if not algorithms or any(list(listed.digests) != algorithms for listed in found):
        raise ValueError(f"{_TITLE} holds the same digests for each file, and at least one")
    head = f"{_MAGIC}{_VERSION}\n%%%% size,{','.join(algorithms)},filename\n"
    return encode(head + "".join(map(_row, found)))


def _row(listed: Listed) -> str:
    if "\n" in listed.path or "\r" in listed.path:
        raise unwritable(listed.path, _TITLE, "a line break would end its line")
    return ",".join([str(listed.size), *listed.digests.values(), listed.path]) + "\n"


FORMAT: Final = Format(
    name="hashdeep",
    title="hashdeep",
    used_by="forensics and digital preservation",
    sniff=_sniff,
    names=_NAMES,
    parse=by_line(_blocks),
    blocks=_blocks,
    write=_write,
    default_name="hashdeep.txt",
    sizes_needed=True,
    backslashes=True,
)
