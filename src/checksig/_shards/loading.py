"""Plans, read: what comes of a document is a plan that can be run, or it is an error."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from checksig import __version__, _files, _json
from checksig._names import quoted
from checksig._options import RuleOptions, table
from checksig._shards import documents
from checksig._shards.plan import SCHEMA, Plan, PlanPart, Shard
from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checksig._options import StrPath

#: In bytes: of a plan, which has a line for each shard and all that lists say besides.
_LARGEST: Final = 1 << 30


def load(path: StrPath) -> Plan:
    """Read a plan.

    Raises:
        PlanError: there is none, it is of a newer version, or it was changed.
    """
    where = quoted(os.fsencode(path))
    data = _files.read(os.fsencode(path), PlanError, _LARGEST)
    try:
        document = _json.as_object(_json.load(data), "a plan")
        schema = str(document.get("schema", ""))
        if schema != SCHEMA:
            raise PlanError(f"{where} is {_other(schema)}")
        if documents.digest(document, "digest") != document.get("digest"):
            raise PlanError(f"{where} is not as it was written: its digest is that of another plan")
        if (version := document["version"]) != __version__:
            raise PlanError(f"{where} is by checksig {version}, and this is {__version__}")
        return replace(_to_plan(document), path=os.fsdecode(path))
    except documents.WRONG as error:
        if isinstance(error, PlanError):
            raise
        raise PlanError(f"{where} is no plan: {error}") from error


def _other(schema: str) -> str:
    name, _, version = SCHEMA.partition("/")
    if schema.startswith(f"{name}/"):
        return (
            f"a plan of version {schema.partition('/')[2]}, and this is version {version}: "
            "use the checksig that made it"
        )
    return "no plan"


def _to_plan(document: Mapping[str, Any]) -> Plan:
    longest = document["longest"]
    shards = [_to_shard(each) for each in document["shards"]]
    parts = [_to_part(each) for each in document["parts"]]
    _expect_within(shards, len(parts))
    options = _json.as_object(document["options"], "options")
    rows = table(RuleOptions)
    for name, value in options.items():
        if name != "algorithm":
            rows[name].checked(name, value)
    return Plan(
        files=documents.count(document["files"]),
        entries=documents.count(document["entries"]),
        size=documents.count(document["size"]),
        root=_json.as_string(document["root"], "the root"),
        options=options,
        longest=longest and (longest[0], longest[1]),
        shards=shards,
        parts=parts,
        digest=document["digest"],
    )


def _expect_within(shards: Sequence[Shard], parts: int) -> None:
    """Go on only if shards are of places that there are, and read lines of shards that there are.

    Raises:
        ValueError: they are not.
    """
    for number, shard in enumerate(shards):
        read = [each for span in shard.reads for each in span]
        if shard.part >= parts or shard.at > shard.end or not shard.line:
            raise ValueError(f"shard {number} is nowhere")
        if read != sorted(read) or (read and read[-1] >= len(shards)):
            raise ValueError(f"shard {number} reads what no shard has")
    if not shards:
        raise ValueError("there are no shards")


#: The types of the fields of a shard.
_TYPES: Final[Mapping[str, type]] = {
    **dict.fromkeys(("part", "at", "end", "line", "entries", "files", "size", "undigested"), int),
    **dict.fromkeys(("sha256", "start", "stop"), str),
    "others": bool,
    "reads": list,
}


def _to_shard(fields: Mapping[str, Any]) -> Shard:
    shard = Shard(**documents.typed({"part": 0, **fields}, _TYPES))
    spans = [(documents.count(first), documents.count(last)) for first, last in shard.reads]
    return shard._replace(reads=tuple(spans))


#: The types of the fields of a place that are no documents themselves, and of those of a list.
_PART: Final[Mapping[str, type]] = {
    **dict.fromkeys(("below", "place", "source", "base"), str),
    "size": int,
    "names": bool,
}
_LIST: Final[Mapping[str, type]] = {"family": str, "zero": bool, "backslashes": bool}


def _to_list(fields: Sequence[Any]) -> tuple[str | None, str, bool, bool]:
    untagged, *rest = fields
    known = documents.typed(dict(zip(_LIST, rest, strict=True)), _LIST)
    if untagged is not None:
        untagged = _json.as_string(untagged, "an algorithm")
    return (untagged, known["family"], known["zero"], known["backslashes"])


def _to_part(fields: Mapping[str, Any]) -> PlanPart:
    outcome = fields["outcome"]
    rest = documents.typed({name: fields[name] for name in _PART}, _PART)
    lists = [_to_list(each) for each in fields["lists"]]
    if rest["source"] and len(lists) != 1:
        raise ValueError("a list in which shards are is one")
    return PlanPart(
        **rest,
        lists=tuple(lists),
        claim=documents.to_claim(fields["claim"]),
        outcome=None if outcome is None else documents.to_outcome(outcome),
    )
