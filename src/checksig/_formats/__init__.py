"""The table of list formats. A format opens no file and calls no core.

The patterns of formats are strings: ``re`` compiles one when it is first used, and keeps it. To
compile all of them would take longer than to check a small list.

To add a format, write a module with a ``FORMAT`` and add its name to ``_modules.py``.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module

from checksig._formats import coreutils
from checksig._formats._format import Format, Hint, NameMatch, Packages, Pieces, Tree, as_pattern
from checksig._formats._likely import likely
from checksig._formats._lines import sample
from checksig._formats._misfit import UNREAD, binary, foreign, unread
from checksig._formats._modules import MODULES
from checksig._formats._plain import (
    ENDINGS,
    PACKED,
    NotInstalledError,
    plain,
    uncompressed,
    zstd,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Final

    from checksig._formats._format import Style

    FORMATS: tuple[Format, ...]

__all__ = [
    "DEFAULT",
    "FORMATS",
    "LOOKED_THROUGH",
    "MODULES",
    "OF_BAGS",
    "OF_CONDA",
    "OF_OBJECTS",
    "OF_PACKAGES",
    "OF_TABLES",
    "OWN",
    "PACKED",
    "Format",
    "Hint",
    "NameMatch",
    "NotInstalledError",
    "Packages",
    "Pieces",
    "Style",
    "Tree",
    "as_pattern",
    "base_of",
    "detect",
    "for_people",
    "having",
    "is_list",
    "known",
    "likely",
    "match_name",
    "may_name_a_list",
    "misfit",
    "named",
    "namesake",
    "plain",
    "table",
    "uncompressed",
    "unread",
    "written",
    "zstd",
]


@cache
def table() -> tuple[Format, ...]:
    """Return all formats, in the order in which they are asked. Most checks need only one."""
    return tuple(map(_loaded, MODULES))


@cache
def _loaded(module: str) -> Format:
    return import_module(f"checksig._formats.{module}").FORMAT  # type: ignore[no-any-return] # it is


def __getattr__(name: str) -> object:
    """Load the table when it is first used as ``FORMATS``."""
    if name == "FORMATS":
        return table()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


#: The texts that names of lists are told by, with the modules of their formats.
_TELLING: Final = [(text, module) for module, texts in MODULES.items() for text in texts]

#: The modules of formats whose lists may be called after a file: NAME.ALGORITHM.
_OF_FILES: Final = ("bare", "coreutils")

#: Endings of names that are called after algorithms, as far as no format is told by them.
_ENDS: Final = (".b2", ".b3", ".blake", ".bsd", ".cksum", ".sm3", ".sysv")

#: The name of a file with an ending. Others are words, and names of lists begin with words as well.
_WITH_ENDING: Final = r"(?is)(?P<stem>.*\w\.\w+)"
_SEPARATOR: Final = r"[\s\0\"'(),;<>=*\\]"  # what may stand beside a name
_AROUND: Final = 256  # in characters: no name of a list is longer
LOOKED_THROUGH: Final = 1 << 18  #: in bytes: of a list that is looked through for other lists

#: Roles of formats, by name: the table has what else there is to know of them.
DEFAULT: Final = "coreutils"  # what lists are written in, and taken for if nothing tells
OWN: Final = "jsonl"  # checksig's own, which holds whatever a list can hold
OF_BAGS: Final = "bagit"
OF_PACKAGES: Final = "record"  # of wheels, and of what is installed
OF_TABLES: Final = "table"
OF_OBJECTS: Final = "ocfl"
OF_CONDA: Final = "conda-meta"  # of what conda installs


def named(name: str) -> Format | None:
    """Return the format of that name."""
    return next((format_ for format_ in table() if format_.name == name), None)


def known(name: str) -> Format:
    """Return the format of a name that a caller gives.

    Raises:
        ValueError: there is none of that name.
    """
    if found := named(name):
        return found
    raise ValueError(
        f"no format is called {name}: choose from {', '.join(each.name for each in table())}"
    )


def having(role: str) -> Format:
    """Return the format that has a role."""
    return next(format_ for format_ in table() if format_.name == role)


def written() -> list[Format]:
    """Return the formats that lists are written in."""
    return [format_ for format_ in table() if format_.write]


def for_people() -> str:
    """Return the names of the formats that lists are written in, as a sentence has them."""
    found = sorted(written(), key=lambda f: (f.for_one_file, f.name != DEFAULT))
    several = [format_.name for format_ in found if not format_.for_one_file]
    return ", ".join([*several, *[f"or {f.name} for one file" for f in found if f.for_one_file]])


def match_name(name: str, algorithms: Container[str]) -> NameMatch | None:
    """Return what a file's name says about the list in it; None if it is no list's name.

    ``algorithms`` holds the names, in lower case, that an algorithm may have.
    """
    # A directory may have a million names. Nearly all of them are told here to be no list's: those
    # without a telling text, and that do not end in an algorithm (see coreutils.extension).
    lower = name.lower()
    if lower.endswith(ENDINGS):
        # Many things are compressed: md5sum.1.gz is a page of a manual.
        found = match_name(uncompressed(name), algorithms)
        return found._replace(weak=True) if found else None
    _, dot, last = lower.removesuffix(".txt").rpartition(".")
    like_a_file = last in algorithms or last.removesuffix("sum") in algorithms
    like_a_file = like_a_file or (dot != "" and last.removesuffix("sums") in algorithms)
    told = [module for text, module in _TELLING if text in lower]
    if like_a_file:
        told = [module for module in MODULES if module in (*told, *_OF_FILES)]
    for format_ in map(_loaded, told):
        if format_.name_rule:
            if found := format_.name_rule(name, algorithms):
                return found
        elif re.fullmatch(format_.names, name):
            return NameMatch(format_, format_.algorithm, format_.weak)
    return None


def may_name_a_list(data: bytes, algorithms: Container[str]) -> bool:
    """Whether a list may list other lists. Few that do not are taken for such; none is missed.

    A large list is for files, unless its first lines are about lists.
    """
    text = (data if len(data) <= LOOKED_THROUGH else data[:4096]).decode("latin-1")
    lower = text.replace("\0", "\n").lower() + "\n"
    if "&#" in lower or "\\u00" in lower:  # whatever is meant
        return True
    for each in (*UNREAD, *_ENDS, *[text for text, _ in _TELLING]):
        at = lower.find(each)
        while at >= 0:
            end = lower.find("\n", at)
            slash = lower.find("/", at, end)
            to = min(end if slash < 0 else slash, at + _AROUND)
            start = max(lower.rfind("\n", 0, at), lower.rfind("/", 0, at), at - _AROUND) + 1
            is_directory = slash >= 0 and not re.search(_SEPARATOR, lower[at:to])
            if not is_directory and _may_name(text[start:to], algorithms):
                return True
            at = lower.find(each, to)
    return False


def _may_name(line: str, algorithms: Container[str]) -> bool:
    """Whether there is the name of a list in a part of a line, in whatever layout."""
    words = re.split(rf"{_SEPARATOR}+", line)
    tails = [line[match.end() :] for match in re.finditer(r"[\s*(\\]+", line)]
    return any(unread(name) or match_name(name, algorithms) for name in (line, *words, *tails))


def namesake(name: str, algorithms: Container[str]) -> str | None:
    """Return the name of the file that ``NAME.sha256`` is called after, if it is such a name."""
    name = uncompressed(name)
    for format_ in [_loaded(module) for text, module in _TELLING if text in name.lower()]:
        if format_.of_one and (match := re.fullmatch(_WITH_ENDING + f"(?:{format_.of_one})", name)):
            return match["stem"]
    return coreutils.called_after(name, algorithms)


def base_of(format_: Format, path: str) -> str:
    """Return the directory that names in a list are relative to, as seen from that of the list."""
    if format_.base_rule:
        return format_.base_rule(path)
    above, _, name = path.rpartition("/")
    pattern, base = format_.bases.get(above.rpartition("/")[2], ("", ""))
    return base if pattern and re.fullmatch(pattern, name) else format_.base


def detect(name: str, data: bytes, algorithms: Container[str]) -> NameMatch:
    """Return the format of a list, and the algorithm that its name stands for.

    A format that both the name and the content speak for comes first, then what the content looks
    like, then what the name says.
    """
    first = match_name(name, algorithms)
    if first and first.algorithm and first.format.sniff(data):
        return first
    found = _detected(name, data, algorithms, first)
    return found if found.algorithm else found._replace(family=coreutils.family(name))


def _detected(
    name: str, data: bytes, algorithms: Container[str], first: NameMatch | None
) -> NameMatch:
    inner = uncompressed(name)
    matches = [found for f in table() if (found := f.match_name(inner, algorithms))]
    algorithm = next((found.algorithm for found in matches if found.algorithm), None)
    algorithm = algorithm or coreutils.spoken(name, algorithms)
    for found in [first, *matches] if first else matches:
        if found.format.sniff(data):
            return found._replace(algorithm=found.algorithm or algorithm)
    for format_ in table():
        if not format_.by_name_only and format_.sniff(data):
            return NameMatch(format_, algorithm)
    found = matches[0] if matches else NameMatch(table()[-1])
    return found._replace(algorithm=found.algorithm or algorithm)


def is_list(match: NameMatch, data: bytes) -> bool:
    """Whether these bytes look like a list, which they are not by a weak name alone.

    One line of it is enough: a list that is damaged is a list.
    """
    if not match.weak or match.format.sniff(data):
        return True
    if misfit(data):
        return False
    lined = (match.format, named(DEFAULT))
    return any(f.sniff(data) for f in table() if not f.by_name_only) or any(
        f.sniff(line) for line in sample(data) for f in lined if f
    )


def misfit(data: bytes) -> str | None:
    """Return what these bytes are if they cannot be a list, in words; else None."""
    found = foreign(data) or (binary(data) if b"\0" in data[:1024] else None)
    # A list may hold zero bytes, as one with -z does, and an .MTREE is compressed.
    if found and any(f.sniff(data) for f in table() if not f.by_name_only):
        return None
    return found
