"""Partials: what the check of one shard came to, bound to the plan that it is of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from checksig import __version__, _json
from checksig._results import Status
from checksig._shards import documents
from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checksig._checking.outcome import Outcome

SCHEMA: Final = "checksig.partial/1"


@dataclass(frozen=True)
class Partial:
    """The outcome of one shard of a plan. Made by :func:`checksig.run_shard`."""

    plan: str  #: the digest of the plan
    shard: int  #: its number
    sha256: str  #: of its lines, as the plan has it
    host: str  #: that ran it
    started: float  #: in seconds since the epoch
    outcome: Outcome = field(repr=False)
    version: str = __version__  #: of the checksig that ran it

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong in the shard, as far as it can tell by itself."""
        totals = self.outcome.totals
        right = totals.counts[Status.OK] == totals.files - totals.ignored
        return right and not self.outcome.failures

    def to_bytes(self) -> bytes:
        """Return the partial as canonical JSON, with the digest of it."""
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "version": self.version,
            "plan": self.plan,
            "shard": self.shard,
            "sha256": self.sha256,
            "host": self.host,
            "started": self.started,
            "outcome": documents.of_outcome(self.outcome._replace(shown="")),
        }
        document["digest"] = documents.digest(document, "digest")
        return documents.canonical(document) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "a partial") -> Partial:
        """Return the partial that JSON says.

        Args:
            data: The JSON.
            name: What it is called in errors.

        Raises:
            PlanError: it says none, or was changed.
        """
        try:
            document = _json.as_object(_json.load(data), "a partial")
            _expect_partial(document, name)
            texts = {n: document[n] for n in ("plan", "sha256", "host", "version")}
            return cls(
                **documents.typed(texts, dict.fromkeys(texts, str)),
                shard=documents.count(document["shard"]),
                started=documents.seconds(document["started"]),
                outcome=documents.to_outcome(_json.as_object(document["outcome"], "an outcome")),
            )
        except documents.WRONG as error:
            if isinstance(error, PlanError):
                raise
            raise PlanError(f"{name} is no partial: {error}") from error


def _expect_partial(document: Mapping[str, Any], name: str) -> None:
    schema = str(document.get("schema", ""))
    if schema != SCHEMA:
        raise PlanError(f"{name} is no partial of this version: {schema or 'it has no schema'}")
    if documents.digest(document, "digest") != document.get("digest"):
        raise PlanError(f"{name} is not as it was written: its digest is that of another partial")
