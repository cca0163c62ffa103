"""The statement in a ``model.sig``, as OpenSSF Model Signing 1.0 makes it.

Source: the in-toto statement v1, with the predicate ``https://model_signing/signature/v1.0``. Its
``resources`` have a name, an algorithm and a digest each; the subject's digest is the SHA-256 over
all of these. They are files, or shards of files: ``NAME:START:END``, in ``ALGORITHM-sharded-SIZE``.
A file that is a single shard is verified as a whole; several shards of one are not supported.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from checksig._json import as_array, as_object, as_string, load
from checksig._types import Entry
from checksig.formats._format import Claim, Format, Malformed, new_entry
from checksig.formats._lines import head
from checksig.formats._values import algorithm, hexadecimal, size, text_name

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from checksig.formats._format import Hint, Line

_STATEMENT: Final = "https://in-toto.io/Statement/v1"
_PREDICATE: Final = "https://model_signing/signature/v1.0"
_METHODS: Final = ("files", "shards")
_SHARDED: Final = r"(.+)-sharded-[0-9]+"


def _claim(name: str, algorithms: Container[str]) -> Claim | None:
    del name, algorithms
    return None  # it has no name of its own: it is in a signature


def _sniff(data: bytes) -> bool:
    # The type comes after the name of the model, which has no limit.
    return head(data).lstrip().startswith(b"{") and f'"{_PREDICATE}"'.encode() in data


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    statement = as_object(load(data), "the statement")
    if statement.get("_type") != _STATEMENT or statement.get("predicateType") != _PREDICATE:
        raise ValueError("it is not a statement about a model, or of a version that is not known")
    predicate = as_object(statement.get("predicate"), "the predicate")
    method = as_object(predicate.get("serialization"), "the serialization").get("method")
    if method not in _METHODS:
        raise ValueError("its method is neither files nor shards")
    resources = as_array(predicate.get("resources"), "the resources")
    _check_subject(statement, resources)
    yield from _files(resources) if method == "files" else _shards(resources)


def _check_subject(statement: dict[str, Any], resources: list[Any]) -> None:
    """Make sure that the resources are those that the statement is about.

    Raises:
        ValueError: they are not.
    """
    [*subjects] = as_array(statement.get("subject"), "the subjects")
    if len(subjects) != 1:
        raise ValueError(f"it is about {len(subjects)} models, not one")
    whole = hashlib.sha256()
    for resource in resources:
        whole.update(bytes.fromhex(_digest(as_object(resource, "the resource"))))
    digests = as_object(as_object(subjects[0], "the subject").get("digest"), "its digest")
    if digests.get("sha256") != whole.hexdigest():
        raise ValueError("the digest of the model is not that of the resources in the list")


def _files(resources: list[dict[str, Any]]) -> Iterator[Line]:
    for number, resource in enumerate(resources, 1):
        try:
            name, kind = _named(resource)
            yield new_entry((name, _digest(resource), kind, number, None))
        except ValueError as error:
            yield Malformed(number, str(error))


def _shards(resources: list[dict[str, Any]]) -> Iterator[Line]:
    names = Counter(
        str(resource.get("name")).rpartition(":")[0].rpartition(":")[0] for resource in resources
    )
    for number, resource in enumerate(resources, 1):
        try:
            yield _shard(resource, number, names)
        except ValueError as error:
            yield Malformed(number, str(error))


def _shard(resource: dict[str, Any], number: int, names: Counter[str]) -> Line:
    whole, kind = _named(resource)
    name, *limits = whole.rsplit(":", 2)
    if len(limits) != 2:
        raise ValueError("the name is not that of a shard")
    start, end = map(size, limits)
    sharded = re.fullmatch(_SHARDED, kind)
    if sharded and names[name] == 1 and start == 0:
        return Entry(name, _digest(resource), sharded[1], number, end)
    # No algorithm is called so, and the verdict on the file says that.
    return Entry(name, _digest(resource), kind, number)


def _named(resource: dict[str, Any]) -> tuple[str, str]:
    kind = as_string(resource.get("algorithm"), "the algorithm")
    return text_name(resource.get("name")), algorithm(text_name(kind))


def _digest(resource: dict[str, Any]) -> str:
    return hexadecimal(as_string(resource.get("digest"), "the digest"))


FORMAT: Final = Format(
    name="model",
    title="model signing",
    claim=_claim,
    sniff=_sniff,
    parse=_parse,
)
