"""The statement in a ``model.sig``, as OpenSSF Model Signing 1.0 makes it.

Source: the in-toto statement v1, with the predicate ``https://model_signing/signature/v1.0``. Its
``resources`` have a name, an algorithm and a digest each; the subject's digest is the SHA-256 over
all of these. They are files, or shards of files: ``NAME:START:END``, in ``ALGORITHM-sharded-SIZE``.
A file that is a single shard is verified as a whole; several shards of one are not supported. A
model that is a single file is the resource ``.``: its name is that which the signature is called
after, or of a ``model.sig`` that of the subject.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from checksig._entries import Entry, Malformed, in_blocks, new_entry
from checksig._formats._blocks import by_line, columns
from checksig._formats._format import Format, Hint
from checksig._formats._lines import head
from checksig._formats._records import DIGEST, TEXT, WORD, Run, Shape, document, read
from checksig._formats._values import algorithm, hexadecimal, size, text_name
from checksig._json import as_array, as_object, as_string, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checksig._entries import Block, Columns, Line, Listed
    from checksig._formats._blocks import Groups

_STATEMENT: Final = "https://in-toto.io/Statement/v1"
_PREDICATE: Final = "https://model_signing/signature/v1.0"
_METHODS: Final = ("files", "shards")
#: The resource that a model is which is a single file.
_ITSELF: Final = "."
#: What a signature is called after that is called after no file.
_NAMELESS: Final = "model"
_SHARDED: Final = r"(.+)-sharded-[0-9]+"

_Found: TypeAlias = "tuple[dict[str, Any], str]"  # a resource, and its digest


def _sniff(data: bytes) -> bool:
    # The type comes after the name of the model, which has no limit.
    return head(data).lstrip().startswith(b"{") and f'"{_PREDICATE}"'.encode() in data


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    statement, method, resources = _resources(document(data, _SHAPE))
    if method != "files":
        statement, method, resources = _resources(load(data))
    digests = list(_digests(resources))
    _check_subject(statement, digests)
    if method == "files" and len(digests) > 1:
        return read(resources, _file, "the resource")
    found = list(zip(resources, digests, strict=True))
    return in_blocks(_few(found, statement, method, hint))


def _resources(found: object) -> tuple[dict[str, Any], str, list[Any]]:
    """Return the statement, its method, and its resources."""
    statement = as_object(found, "the statement")
    if statement.get("_type") != _STATEMENT or statement.get("predicateType") != _PREDICATE:
        raise ValueError("it is not a statement about a model, or of a version that is not known")
    predicate = as_object(statement.get("predicate"), "the predicate")
    method = as_object(predicate.get("serialization"), "the serialization").get("method")
    if method not in _METHODS:
        raise ValueError("its method is neither files nor shards")
    return statement, method, as_array(predicate.get("resources"), "the resources")


def _plain(found: Mapping[str, Groups], numbers: range) -> Columns | None:
    [paths], [kinds], [digests] = found["name"], found["algorithm"], found["digest"]
    return columns(paths, [digests], [kinds], numbers)


def _listed(statement: Any) -> Any:
    return statement["predicate"]["resources"]


_SHAPE: Final = Shape(
    array=r'"resources"\s*+:\s*+\[',
    records=_listed,
    fields={"name": TEXT, "algorithm": WORD, "digest": DIGEST},
    plain=_plain,
)


def _digests(resources: Iterable[Any]) -> Iterator[str]:
    for resource in resources:
        if isinstance(resource, Run):
            yield from resource.columns.digests
        else:
            yield _digest(as_object(resource, "the resource"))


def _few(found: list[_Found], statement: dict[str, Any], method: str, hint: Hint) -> Iterator[Line]:
    """Yield what is in resources that are shards, or of which there is one at most."""
    for line in _files(found) if method == "files" else _shards(found):
        if len(found) == 1 and isinstance(line, Entry) and line.path == _ITSELF:
            yield line._replace(path=_own_name(statement, hint))
        else:
            yield line


_parse = by_line(_blocks)


def _own_name(statement: dict[str, Any], hint: Hint) -> str:
    """Return the name of a model that is a single file."""
    if hint.name != _NAMELESS:
        return hint.name
    return text_name(statement["subject"][0].get("name"))


def statement(name: str, files: Iterable[Listed], ignored: Sequence[str]) -> bytes:
    """Return the statement about a model.

    Args:
        name: That of the model.
        files: Its files, with their SHA-256.
        ignored: Names beneath the model that are left out.

    Raises:
        ValueError: it cannot hold the name of a file.
    """
    files = list(files)
    digests = [file.digests["sha256"] for file in files]
    made = {
        "_type": _STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": _root(digests)}}],
        "predicateType": _PREDICATE,
        "predicate": {
            "serialization": {
                "method": "files",
                "hash_type": "sha256",
                "allow_symlinks": False,
                "ignore_paths": list(ignored),
            },
            "resources": [
                {"name": file.path, "algorithm": "sha256", "digest": digest}
                for file, digest in zip(files, digests, strict=True)
            ],
        },
    }
    data = json.dumps(made, ensure_ascii=False).encode("utf-8", "surrogateescape")
    entries = [line for line in _parse(data, Hint("")) if isinstance(line, Entry)]
    if [entry.path for entry in entries] != [file.path for file in files]:
        raise ValueError("it has files of names that a signature of a model cannot hold")
    return data


def _root(digests: list[str]) -> str:
    import hashlib  # noqa: PLC0415 (4 ms of each start)

    return hashlib.sha256(bytes.fromhex("".join(digests))).hexdigest()


def _check_subject(statement: dict[str, Any], digests: list[str]) -> None:
    """Make sure that digests are those that the statement is about.

    Raises:
        ValueError: they are not.
    """
    [*subjects] = as_array(statement.get("subject"), "the subjects")
    if len(subjects) != 1:
        raise ValueError(f"it is about {len(subjects)} models, not one")
    own = as_object(as_object(subjects[0], "the subject").get("digest"), "its digest")
    if own.get("sha256") != _root(digests):
        raise ValueError("the digest of the model is not that of the resources in the list")


def _files(found: Iterable[_Found]) -> Iterator[Line]:
    for number, (resource, _) in enumerate(found, 1):
        try:
            yield from _file(resource, number)
        except ValueError as error:
            yield Malformed(number, str(error))


def _file(resource: dict[str, Any], number: int) -> list[Line]:
    name, kind = _named(resource)
    return [new_entry((name, _digest(resource), kind, number, None))]


def _shards(found: list[_Found]) -> Iterator[Line]:
    counts = Counter(str(resource.get("name")).rsplit(":", 2)[0] for resource, _ in found)
    for number, (resource, digest) in enumerate(found, 1):
        try:
            yield _shard(resource, digest, number, counts)
        except ValueError as error:
            yield Malformed(number, str(error))


def _shard(resource: dict[str, Any], digest: str, number: int, counts: Counter[str]) -> Line:
    whole, kind = _named(resource)
    name, *limits = whole.rsplit(":", 2)
    if len(limits) != 2:
        raise ValueError("the name is not that of a shard")
    start, end = map(size, limits)
    sharded = re.fullmatch(_SHARDED, kind)
    if sharded and counts[name] == 1 and start == 0:
        return Entry(name, digest, sharded[1], number, end)
    # No algorithm is called so, and the verdict on the file says that.
    return Entry(name, digest, kind, number)


def _named(resource: dict[str, Any]) -> tuple[str, str]:
    kind = as_string(resource.get("algorithm"), "the algorithm")
    return text_name(resource.get("name")), algorithm(kind)


def _digest(resource: dict[str, Any]) -> str:
    return hexadecimal(as_string(resource.get("digest"), "the digest"))


# It has no name of its own: it is in a signature.
FORMAT: Final = Format(
    name="model",
    title="model signing",
    used_by="publishers of machine-learning models",
    sniff=_sniff,
    parse=_parse,
    blocks=_blocks,
)
