"""Results, totals and claims as JSON, whole: what comes back is equal to what went.

Names are text, as os.fsdecode makes it. Fields that have their defaults are left out.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from checksig import _json
from checksig._bridge.algorithms import GIT_SHA1, algorithms
from checksig._checking.outcome import Outcome
from checksig._claims import Claim
from checksig._results import COUNTS, Digest, Result, Signature, Source, Status, Totals

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Raised by what reads a document that says something else.
WRONG: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
#: Fields of a result that are values of JSON themselves, and their types.
_TEXTS: Final = ("path", "algorithm", "listed", "found", "detail", "manifest", "diagnosis")
_PLAIN: Final[Mapping[str, type]] = {
    **dict.fromkeys(_TEXTS, str),
    **dict.fromkeys(("size", "listed_size", "line"), int),
    "served": bool,
}
_SIGNATURE: Final = (
    *("path", "scheme", "key_id", "identity", "comment", "namespace", "issuer", "builder"),
    *("source", "first_use", "rule"),
)
_DIGEST: Final = ("algorithm", "listed", "found", "manifest", "line")
_NO_RESULT: Final = Result("", Status.OK)
_NO_SIGNATURE: Final = Signature("", "", "")


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return a document in the one way it is written: what is equal has equal bytes."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def digest(document: Mapping[str, Any], but: str) -> str:
    """Return the SHA-256 of a document without one of its fields, in hexadecimal."""
    rest = {name: value for name, value in document.items() if name != but}
    return hashlib.sha256(canonical(rest)).hexdigest()


def typed(fields: Mapping[str, Any], types: Mapping[str, type]) -> dict[str, Any]:
    """Return fields that have the types that they are to have, and are all known.

    Integers are counts.

    Raises:
        ValueError: they have not.
    """
    for name, value in fields.items():
        if name not in types or type(value) is not types[name]:
            raise ValueError(f"{name} is {value!r}"[:200])
        if isinstance(value, str):
            os.fsencode(value)
        elif type(value) is int:
            count(value)
    return dict(fields)


def count(value: object) -> int:
    """Return a number that is one of things.

    Raises:
        ValueError: it is none.
    """
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError(f"{value!r} is no count"[:200])
    return value


def seconds(value: object) -> float:
    """Return a number of seconds.

    Raises:
        ValueError: it is none.
    """
    if type(value) not in (int, float) or not 0 <= value < 1e12:  # type: ignore[operator]
        raise ValueError(f"{value!r} are no seconds"[:200])
    return float(value)  # type: ignore[arg-type]


def of_result(result: Result) -> dict[str, Any]:
    """Return a result as JSON."""
    fields = {name: getattr(result, name) for name in _PLAIN}
    found = {n: value for n, value in fields.items() if value != getattr(_NO_RESULT, n)}
    found["status"] = result.status.value
    if result.digests:
        found["digests"] = [
            [each.algorithm, each.listed, each.found, each.manifest, each.line]
            for each in result.digests
        ]
    return found


def to_result(fields: Mapping[str, Any]) -> Result:
    """Return the result that JSON says."""
    rest = {n: v for n, v in fields.items() if n not in ("status", "digests")}
    rest = typed({"path": "", **rest}, _PLAIN)
    status = Status(fields["status"])
    digests = [
        Digest(*each)
        for each in _json.as_array(fields.get("digests", []), "digests")
        if typed(dict(zip(_DIGEST, each, strict=True)), _of_digest(each))
    ]
    return Result(**rest, status=status, digests=tuple(digests))


def _of_digest(each: Sequence[object]) -> dict[str, type]:
    """Return the types of the fields of a digest, of which the last two may be nothing."""
    types: dict[str, type] = dict.fromkeys(_DIGEST, str)
    none = type(None)
    return types | {
        "manifest": none if each[3] is None else str,
        "line": none if each[4] is None else int,
    }


def of_totals(totals: Totals) -> dict[str, Any]:
    """Return totals as JSON."""
    counts = {status.value: count for status, count in totals.counts.items() if count}
    sums = {name: getattr(totals, name) for name in COUNTS if name != "counts"}
    return {"counts": counts, **{name: value for name, value in sums.items() if value}}


def to_totals(fields: Mapping[str, Any]) -> Totals:
    """Return the totals that JSON says.

    Raises:
        ValueError: a count is none.
    """
    counts = {status: fields["counts"].get(status.value, 0) for status in Status}
    sums = {name: fields.get(name, 0) for name in COUNTS if name != "counts"}
    for value in (*counts.values(), *sums.values()):
        count(value)
    if unknown := fields.keys() - set(COUNTS) | fields["counts"].keys() - set(Status):
        raise ValueError(f"there are counts of {', '.join(sorted(unknown))}")
    return Totals(counts=counts, **sums)


def of_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON."""
    found = {
        "totals": of_totals(outcome.totals),
        "algorithms": [each.name for each in outcome.algorithms],
        "failures": [of_result(each) for each in outcome.failures],
        "unlisted": [of_result(each) for each in outcome.unlisted],
        "remarks": list(outcome.remarks),
        "checked": list(outcome.checked),
        "own": outcome.own,
        "shown": outcome.shown,
        "looked": outcome.looked,
    }
    return {"seconds": outcome.seconds, **{name: value for name, value in found.items() if value}}


def to_outcome(fields: Mapping[str, Any]) -> Outcome:
    """Return the outcome that JSON says.

    Raises:
        KeyError, TypeError, ValueError: it says none.
    """
    known = {each.name: each for each in (*algorithms(), GIT_SHA1)}
    return Outcome(
        to_totals(_json.as_object(fields["totals"], "totals")),
        tuple([known[name] for name in fields.get("algorithms", ())]),
        failures=_results(fields, "failures"),
        unlisted=_results(fields, "unlisted"),
        remarks=_texts(fields.get("remarks", [])),
        checked=_texts(fields.get("checked", [])),
        seconds=seconds(fields["seconds"]),
        own=count(fields.get("own", 0)),
        shown=_json.as_string(fields.get("shown", ""), "shown"),
        looked=fields.get("looked", False) is True,
    )


def _results(fields: Mapping[str, Any], name: str) -> list[Result]:
    found = [to_result(each) for each in _json.as_array(fields.get(name, []), name)]
    if any(each.ok for each in found):
        raise ValueError(f"{name} has what is ok")
    return found


def _texts(values: object) -> list[str]:
    return [_json.as_string(value, "a text") for value in _json.as_array(values, "texts")]


def of_signature(signature: Signature) -> dict[str, Any]:
    """Return a signature as JSON."""
    fields = {name: getattr(signature, name) for name in _SIGNATURE}
    found = {n: value for n, value in fields.items() if value != getattr(_NO_SIGNATURE, n)}
    if signature.signed_at:
        found["signed_at"] = signature.signed_at.isoformat()
    if signature.others:
        found["others"] = list(signature.others)
    return found


def to_signature(fields: Mapping[str, Any]) -> Signature:
    """Return the signature that JSON says."""
    rest: dict[str, Any] = dict.fromkeys(("path", "scheme", "key_id"), "")
    rest.update({name: value for name, value in fields.items() if name in _SIGNATURE})
    at = fields.get("signed_at")
    return Signature(
        **rest,
        signed_at=at and datetime.fromisoformat(at),
        others=tuple(fields.get("others", ())),
    )


def of_claim(claim: Claim) -> dict[str, Any]:
    """Return all that a claim says as JSON, but for its lists and what they settle."""
    found: dict[str, Any] = {
        "sources": [list(each) for each in claim.sources],
        "signatures": [of_signature(each) for each in claim.signatures],
        "unchecked": list(claim.unchecked),
        "unverified": [[os.fsdecode(name), kind] for name, kind in claim.unverified],
        "notes": [list(each) for each in claim.notes],
        "versions": {os.fsdecode(n): v for n, v in (claim.versions or {}).items()},
        "own": [*map(os.fsdecode, claim.own)],
        "unbound": [*map(os.fsdecode, claim.unbound)],
    }
    found = {name: value for name, value in found.items() if value}
    if claim.settled:
        found["settled"] = [of_result(each) for each in claim.settled]
    if claim.whole is not None:
        found["whole"] = claim.whole
    if claim.members is not None:
        found["members"] = claim.members
    return {"looks": claim.looks, **found}


def to_claim(fields: Mapping[str, Any]) -> Claim:
    """Return the claim that JSON says, without lists."""
    versions = {os.fsencode(n): v for n, v in fields.get("versions", {}).items()}
    return Claim(
        lists=(),
        sources=tuple([Source(*each) for each in fields.get("sources", ())]),
        signatures=tuple([to_signature(each) for each in fields.get("signatures", ())]),
        unchecked=tuple(fields.get("unchecked", ())),
        unverified=tuple([(os.fsencode(n), k) for n, k in fields.get("unverified", ())]),
        notes=tuple([(path, note) for path, note in fields.get("notes", ())]),
        settled=tuple([to_result(each) for each in fields.get("settled", ())]),
        whole=fields.get("whole"),
        members=fields.get("members"),
        looks=fields["looks"],
        versions=versions or None,
        own=tuple(map(os.fsencode, fields.get("own", ()))),
        unbound=tuple(map(os.fsencode, fields.get("unbound", ()))),
    )
