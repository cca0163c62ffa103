r"""checksig's own list: JSON Lines, for any name, several digests, sizes and times.

The first line is ``{"schema": "checksig.list/1"}``; each other line is a file::

    {"path": "a", "size": 1, "mtime_ns": 1700000000000000000, "digests": {"sha256": "ca97…"}}

With the schema ``checksig.list/2``, a line that has a size may also have the ``"version"`` of an
object in a store that keeps versions: the digests are those of that version.

A symbolic link has ``"link": "where/it/leads"`` instead of a size and digests. A name that is not
UTF-8 is in ``path_base64``, whole; ``path`` is for people then. The same goes for ``link_base64``.
Every key is known, or the line is malformed: what is added some day gets another schema.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Entry, Listed, Malformed, Unverified, without_digest
from checksig._formats._blocks import Reader, blocks, by_line, columns, several, twice
from checksig._formats._format import Format
from checksig._formats._lines import encode, head, lines
from checksig._formats._values import algorithm, hexadecimal, text_name
from checksig._json import as_object, as_size, as_string, load
from checksig._names import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_SCHEMA: Final = "checksig.list/1"
_WITH_VERSIONS: Final = "checksig.list/2"
_KEYS: Final = frozenset(
    {"path", "path_base64", "link", "link_base64", "size", "mtime_ns", "digests"}
)
_MAX_TIME: Final = 1 << 63

# photos.checksig.jsonl, checksig.jsonl, checksums.jsonl, photos-checksums.jsonl
_NAMES: Final = r"(?ais:(?:.*[-_.])?check(?:sig|sums?)\.jsonl)"

# A line as ``_write`` has it, with one digest or two, without an escape. The numbers fit into 63
# bits.
_NUMBER: Final = "(?:0|[1-9][0-9]{0,17}+|[1-8][0-9]{18})"
_VERSION: Final = r"[!#-\[\]-~]{1,1024}"  # in ASCII, without spaces and escapes
_DIGEST: Final = '"([A-Za-z0-9-]++)": ?"([0-9A-Fa-f]++)"'
_PLAIN: Final = (
    rf'\{{"path": ?"([^"\\\x00-\x1f]*+)", ?"size": ?({_NUMBER})(?:, ?"mtime_ns": ?-?{_NUMBER})?'
    rf', ?"digests": ?\{{{_DIGEST}(?:, ?{_DIGEST})?\}}(?:, ?"version": ?"({_VERSION})")?\}}'
)


def records(data: bytes) -> Iterator[tuple[int, Listed | Malformed]]:
    """Yield the number of each line, and the file that is listed there.

    Raises:
        ValueError: the first line is not the header.
    """
    rows = enumerate(lines(data), 1)
    versions = _has_versions(next(rows, (1, ""))[1])
    for number, line in rows:
        if not line.strip():
            continue
        try:
            yield number, _listed(as_object(load(line), "the line"), versions=versions)
        except ValueError as error:
            yield number, Malformed(number, str(error))


def _times(data: bytes) -> Iterator[tuple[str, int | None]]:
    for _, row in records(data):
        if isinstance(row, Listed):
            yield row.path, row.mtime_ns


def _versions(data: bytes) -> Iterator[tuple[str, str]]:
    rows = lines(data)
    if not _has_versions(next(rows, "")):
        return
    for line in rows:
        if row := _plain(line, versions=True):
            yield row[0], row[3]
        elif line.strip():
            with suppress(ValueError):
                found = _listed(as_object(load(line), "the line"), versions=True)
                yield found.path, found.version


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip().startswith(b"{") and b'"checksig.list/' in found[:200]


def _has_versions(line: str) -> bool:
    """Return whether lines may have versions, by the header, which is the first line."""
    schema = as_object(load(line), "the first line").get("schema")
    if schema not in (_SCHEMA, _WITH_VERSIONS):
        raise ValueError(f'the first line is not {{"schema": "{_SCHEMA}"}}, or {_WITH_VERSIONS}')
    return bool(schema == _WITH_VERSIONS)


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    versions = _has_versions(next(lines(data), ""))

    def plain(found: Groups, numbers: range) -> Columns | None:
        paths, sizes, *digests, stated = found
        pairs = several(digests)
        if not pairs or twice(pairs[::2]) or (any(stated) and not versions):
            return None
        return columns(paths, pairs[1::2], pairs[::2], numbers, sizes) if _is_text(paths) else None

    def careful(line: str, number: int) -> Iterator[Line]:
        if number > 1 and line.strip():
            yield from _careful(line, number, versions=versions)

    # All lines have blanks, or none: whoever writes a list writes all of it.
    pattern = _PLAIN.replace(" ?", " " if b'": ' in head(data) else "")
    return blocks(data, Reader(pattern, plain, careful))


def _is_text(names: Sequence[str]) -> bool:
    """Whether all names are UTF-8 in the list."""
    try:
        "".join(names).encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(line: str, *, versions: bool) -> tuple[str, int, dict[str, str], str] | None:
    """Return what is in a line like those of ``_write``; None if it has to be looked at closely.

    That would take four times as long.
    """
    match = _pattern().fullmatch(line) if line.isascii() else None
    if not match:
        return None
    path, size, name, digest, other, another, version = match.groups("")
    if (version and not versions) or name == other:
        return None
    digests = {name: digest} | ({other: another} if other else {})
    for digest in digests.values():
        if len(digest) & 1:
            return None
    return path, int(size), digests, version


@cache
def _pattern() -> re.Pattern[str]:
    # To find it in the cache of re takes a third of the time that a match takes.
    return re.compile(_PLAIN)


def _careful(line: str, number: int, *, versions: bool) -> Iterator[Line]:
    try:
        found = _listed(as_object(load(line), "the line"), versions=versions)
    except ValueError as error:
        yield Malformed(number, str(error))
        return
    if found.link is not None:
        yield Unverified(found.path, number, "a symbolic link", found.link, kind="link")
    elif not found.digests:
        yield without_digest(found.path, number, None if found.size < 0 else found.size)
    for name, digest in found.digests.items():
        yield Entry(found.path, digest, name, number, None if found.size < 0 else found.size)


def _listed(row: dict[str, Any], *, versions: bool) -> Listed:
    """Return the file that a line lists. Its size is negative if the line does not say it."""
    if unknown := row.keys() - (_KEYS | {"version"} if versions else _KEYS):
        raise ValueError(f"the key {min(unknown)!r} is not known"[:100])
    if not row.keys().isdisjoint(("link", "link_base64")):
        if not row.keys().isdisjoint(("size", "mtime_ns", "digests", "version")):
            raise ValueError("a symbolic link has no size, time, digests or version")
        return Listed(_name(row, "path"), -1, {}, link=_name(row, "link"))
    digests = {
        algorithm(text_name(name)): hexadecimal(as_string(digest, "a digest"))
        for name, digest in as_object(row.get("digests"), "digests").items()
    }
    size = as_size(row.get("size"))
    path, time = _name(row, "path"), _time(row.get("mtime_ns"))
    version = _version(row["version"]) if "version" in row else ""
    if version and size is None:
        raise ValueError("there is a version, and no size")
    return Listed(path, -1 if size is None else size, digests, time, version=version)


def _name(row: dict[str, Any], key: str) -> str:
    if f"{key}_base64" not in row:
        return text_name(row.get(key))
    try:
        whole = base64.b64decode(row[f"{key}_base64"], validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise ValueError("the name is not base64") from None
    return whole.decode("utf-8", "surrogateescape")


def _time(value: object) -> int | None:
    if value is None or (type(value) is int and -_MAX_TIME <= value < _MAX_TIME):
        return value
    raise ValueError("the time is not a number of nanoseconds")


def _version(value: object) -> str:
    version = as_string(value, "the version")
    if not re.fullmatch(_VERSION, version):
        raise ValueError("the version is not 1 to 1,024 characters of ASCII without spaces")
    return version


def _write(files: Iterable[Listed]) -> bytes:
    files = list(files)
    schema = _WITH_VERSIONS if any(file.version for file in files) else _SCHEMA
    return "".join([json.dumps({"schema": schema}) + "\n", *map(_row, files)]).encode()


def _row(listed: Listed) -> str:
    row: dict[str, Any] = _named("path", listed.path)
    if listed.link is not None:
        return json.dumps(row | _named("link", listed.link), ensure_ascii=False) + "\n"
    if listed.size >= 0:
        row["size"] = listed.size
    if listed.mtime_ns is not None:
        row["mtime_ns"] = listed.mtime_ns
    row["digests"] = listed.digests
    if listed.version:
        row["version"] = _version(listed.version)
    return json.dumps(row, ensure_ascii=False) + "\n"


def _named(key: str, name: str) -> dict[str, str]:
    try:
        name.encode()
    except UnicodeEncodeError:
        whole = base64.b64encode(encode(name)).decode()
        return {key: escape(name), f"{key}_base64": whole}
    return {key: name}


FORMAT: Final = Format(
    name="jsonl",
    title="checksig's JSON Lines",
    used_by="checksig",
    sniff=_sniff,
    names=_NAMES,
    parse=by_line(_blocks),
    blocks=_blocks,
    times=_times,
    versions=_versions,
    write=_write,
    default_name="checksums.jsonl",
    links=True,
)
