"""Rules for what an inventory of OCFL says by itself, by the codes of the specification.

Source: OCFL 1.0 and 1.1, "Inventory" and "Validation Codes". What needs the files of an object is
for who has them.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_REQUIRED: Final = ("id", "type", "digestAlgorithm", "head")
_KEYS: Final = {*_REQUIRED, "contentDirectory", "manifest", "versions", "fixity"}
_VERSION_KEYS: Final = {"created", "state", "message", "user"}
_VERSION: Final = r"v(0*)([1-9][0-9]*)"
#: RFC 3339.
_TIME: Final = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)"
CONTENT: Final = "content"  #: the directory of content, if an inventory does not say it


def is_dict(value: object) -> bool:
    """Whether a value is an object of JSON."""
    return isinstance(value, dict)


def as_dict(value: object) -> dict[str, Any]:
    """Return an object of JSON; an empty one in the place of anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """Return an array of JSON; an empty one in the place of anything else."""
    if isinstance(value, list):
        return [*value]  # pyright: ignore[reportUnknownVariableType] (mypy knows)
    return []


def content_directory(inventory: dict[str, Any]) -> str:
    """Return the name of the directory of content in each version."""
    found = inventory.get("contentDirectory", CONTENT)
    return found if isinstance(found, str) else CONTENT


def number_of(version: str) -> int:
    """Return the number of a version; 0 if it is called like none."""
    match = re.fullmatch(_VERSION, version)
    return int(match[2]) if match else 0


def faults(inventory: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with an inventory, each with its code."""
    for key in _REQUIRED:
        if not isinstance(inventory.get(key), str) or not inventory[key]:
            yield f'E036: there is no "{key}"'
    if unknown := inventory.keys() - _KEYS:
        yield f'E102: the key "{min(unknown)[:40]}" is not specified'
    directory = inventory.get("contentDirectory", CONTENT)
    if not isinstance(directory, str) or "/" in directory or not directory:
        yield "E017: the directory of content is no name of one"
    elif directory in (".", ".."):
        yield "E018: the directory of content is . or .."
    manifest, versions = inventory.get("manifest"), inventory.get("versions")
    if not is_dict(manifest):
        yield "E041: there is no manifest, or it is no object"
    if not is_dict(versions):
        yield "E043: there are no versions, or they are no object"
    yield from _of_digests(as_dict(manifest), "E096", "E092")
    yield from _of_paths(as_dict(manifest))
    yield from _of_fixity(inventory.get("fixity", {}), as_dict(manifest))
    yield from _of_versions(inventory, as_dict(versions))


def _of_digests(block: dict[str, Any], twice: str, paths: str) -> Iterator[str]:
    """Yield what is wrong with digests that stand before arrays of paths."""
    for digest, count in Counter(map(str.lower, block)).items():
        if count > 1:
            yield f"{twice}: the digest {digest[:12]}… is there in two cases of its letters"
    for digest, found in block.items():
        paths_ = as_list(found)
        if not paths_ or not all(isinstance(path, str) for path in paths_):
            yield f"{paths}: the digest {digest[:12]}… has no array of paths"


def paths_of(block: dict[str, Any]) -> list[str]:
    """Return all paths that stand behind digests."""
    found = [path for each in block.values() for path in as_list(each)]
    return [path for path in found if isinstance(path, str)]


def _of_paths(manifest: dict[str, Any]) -> Iterator[str]:
    paths = paths_of(manifest)
    yield from _of_elements(paths, "E100", "E099")
    yield from _of_conflicts(paths, "E101")


def _of_elements(paths: Iterable[str], slash: str, element: str) -> Iterator[str]:
    for path in paths:
        if path.startswith("/") or path.endswith("/"):
            yield f"{slash}: the path {path[:80]} begins or ends with a slash"
        elif {"", ".", ".."} & set(path.split("/")):
            yield f"{element}: the path {path[:80]} has an element that is empty, . or .."


def _of_conflicts(paths: list[str], code: str) -> Iterator[str]:
    """Yield paths that are there twice, or that are those of directories as well."""
    there = set(paths)
    for path, count in Counter(paths).items():
        if count > 1:
            yield f"{code}: the path {path[:80]} is there twice"
        parts = path.split("/")
        if any("/".join(parts[:end]) in there for end in range(1, len(parts))):
            yield f"{code}: the path {path[:80]} is below another that is a file"


def _of_fixity(fixity: object, manifest: dict[str, Any]) -> Iterator[str]:
    if not is_dict(fixity):
        yield "E111: the fixity block is no object"
        return
    known = set(paths_of(manifest))
    for name, block in as_dict(fixity).items():
        if not is_dict(block):
            yield f"E057: the fixity block of {name[:20]} is no object"
            continue
        yield from _of_digests(as_dict(block), "E097", "E057")
        paths = paths_of(as_dict(block))
        yield from _of_elements(paths, "E100", "E099")
        for path in paths:
            if path not in known:
                yield f"E057: the fixity block has {path[:80]}, which the manifest lacks"


def _of_versions(inventory: dict[str, Any], versions: dict[str, Any]) -> Iterator[str]:
    if not versions:
        yield "E008: there is no version"
        return
    names = sorted(versions, key=number_of)
    for name in names:
        if not number_of(name):
            yield f"E046: {name[:40]} is no name of a version"
    numbers = [number_of(name) for name in names]
    if numbers[0] > 1:
        yield "E009: the versions do not begin with 1"
    elif numbers != list(range(1, len(names) + 1)):
        yield "E010: a version is missing"
    if any(name.startswith("v0") for name in names) and len(set(map(len, names))) > 1:
        yield "E012: the names of versions are not of one length, as zeros in front of numbers ask"
    if isinstance(inventory.get("head"), str) and inventory["head"] != names[-1]:
        yield f"E040: the head is not {names[-1][:40]}, the highest version"
    used: set[str] = set()
    for name in names:
        version = versions[name]
        if not is_dict(version):
            yield f"E047: {name[:40]} is no object"
            continue
        found = as_dict(version)
        used |= as_dict(found.get("state")).keys()
        for each in _of_version(found, as_dict(inventory.get("manifest"))):
            yield f"{each}, in {name[:40]}"
    unused = as_dict(inventory.get("manifest")).keys() - used
    if unused and "/1.0/" not in str(inventory.get("type")):  # which does not ask for it
        yield f"E107: no version has the digest {min(unused)[:12]}… of the manifest"


def _of_version(version: dict[str, Any], manifest: dict[str, Any]) -> Iterator[str]:
    created, state, user = version.get("created"), version.get("state"), version.get("user")
    for key in ("created", "state"):
        if key not in version:
            yield f'E048: there is no "{key}"'
    if unknown := version.keys() - _VERSION_KEYS:
        yield f'E102: the key "{min(unknown)[:40]}" is not specified'
    if "created" in version and not (isinstance(created, str) and re.fullmatch(_TIME, created)):
        yield "E049: the time is not as RFC 3339 has it, with seconds and a zone"
    if not isinstance(version.get("message", ""), str):
        yield "E094: the message is not text"
    name = as_dict(user).get("name")
    if "user" in version and not (isinstance(name, str) and name):
        yield "E054: the user has no name"
    if "state" not in version:
        return
    if not is_dict(state):
        yield "E050: the state is no object"
        return
    for digest in as_dict(state).keys() - manifest.keys():
        yield f"E050: it lists the digest {digest[:12]}…, which the manifest lacks"
    yield from _of_digests(as_dict(state), "E050", "E051")
    paths = paths_of(as_dict(state))
    yield from _of_elements(paths, "E053", "E052")
    yield from _of_conflicts(paths, "E095")
