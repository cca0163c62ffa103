"""Records of installed conda packages, ``conda-meta/NAME-VERSION-BUILD.json``.

Source: the documentation of conda, "conda.models.records" (PrefixRecord, PathsData), and records of
conda, mamba and rattler. Names are relative to the prefix, which is the directory above.

A file in which the prefix was replaced has ``sha256_in_prefix``, the digest of what came out, and
the size of what went in or came out, as the program would have it: such a size says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from checksig._entries import A_LINK, Malformed, Unverified, new_entry, without_digest
from checksig._formats._format import Format
from checksig._formats._lines import head
from checksig._formats._values import hexadecimal, other_digests, text_name
from checksig._json import as_array, as_object, as_size, as_string, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Kind, Line
    from checksig._formats._format import Hint

_VERSION: Final = 1
_KEYS: Final = ("_path", "original_path", "sha256", "sha256_in_prefix", "prefix_placeholder")
_NO_FILES: Final = {
    "softlink": A_LINK,
    "directory": "a directory, not a file",
    "linked_package_record": "the record itself",
}
#: What an installer makes: mostly there is no digest of it.
_FILES: Final = (
    "hardlink",
    "pyc_file",
    "unix_python_entry_point",
    "windows_python_entry_point_script",
    "windows_python_entry_point_exe",
)
#: The keys of a record come sorted, or as those of the package: these are among the first.
_FIRST: Final = (b'"build"', b'"build_number"', b'"depends"')


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip().startswith(b"{") and all(key in found for key in _FIRST)


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    document = as_object(load(data), "the record")
    files = as_array(document.get("files"), "the files")
    paths_data = as_object(document.get("paths_data", {}), "the data of paths")
    paths = as_array(paths_data.get("paths", []), "the paths")
    if paths_data.get("paths_version", _VERSION) != _VERSION:
        raise ValueError(f"only version {_VERSION} of the data of paths is known")
    told: set[object] = set()
    for number, path in enumerate(paths, 1):
        try:
            record = as_object(path, "the path")
            final = files[number - 1] if len(files) == len(paths) else None
            name = _name(record, final)
            told.add(name)
            yield from _path(record, name, number)
        except ValueError as error:
            yield Malformed(number, str(error))
    for number, name in enumerate(files, len(paths) + 1):
        try:
            if (path := text_name(name)) in told:
                continue
            # What Python makes of a source may be gone.
            why, is_file = "listed without a digest", not path.endswith(".pyc")
            yield Unverified(path, number, why, is_file=is_file)
        except ValueError as error:
            yield Malformed(number, str(error))


def _name(record: dict[str, Any], final: object) -> str:
    """Return the name that a path has in the prefix.

    Of packages for all systems, micromamba 1 notes ``site-packages/x`` as the path, and only in the
    list of files, in the same order, where that is.
    """
    name = text_name(record.get("_path"))
    if isinstance(final, str) and final.endswith(f"/{name}"):
        return text_name(final)
    return name


def _path(record: dict[str, Any], name: str, number: int) -> Iterator[Line]:
    kind = record.get("path_type")
    if kind in _NO_FILES:
        what: Kind = "link" if kind == "softlink" else "directory" if kind == "directory" else ""
        yield Unverified(name, number, _NO_FILES[kind], kind=what)
        return
    if kind not in _FILES:
        raise ValueError("the type of the path is not known")
    digests = other_digests(record, _KEYS)
    packed, installed = _digest(record, "sha256"), _digest(record, "sha256_in_prefix")
    length = as_size(record.get("size_in_bytes"))
    if installed is None and record.get("prefix_placeholder") is not None:
        why = "the digest is of the file before its prefix was replaced"
        yield Unverified(name, number, why, is_file=True)
        return
    if digest := installed or packed:
        digests.append(("sha256", digest))
    if installed and packed and installed.lower() != packed.lower():
        length = None
    if not digests:
        yield without_digest(name, number, length)
    for algorithm, listed in digests:
        yield new_entry((name, listed, algorithm, number, length))


def _digest(record: dict[str, Any], key: str) -> str | None:
    value = record.get(key)
    return None if value is None else hexadecimal(as_string(value, "the digest"))


FORMAT: Final = Format(
    name="conda-meta",
    title="record of a conda package",
    used_by="environments of conda, mamba and pixi",
    sniff=_sniff,
    parse=_parse,
    base="..",
)
