"""What came of a whole run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from checksig._results import Status
from checksig._text import counted, escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checksig._results import Algorithm, Result, Signature


class Source(NamedTuple):
    """A list that files were checked against."""

    path: str
    format: str  #: the name of the format


@dataclass(frozen=True, repr=False)
class Report:
    """What a run found: counts of everything, and every result that is not ok."""

    root: str
    manifests: tuple[Source, ...]  #: the lists; none if entries were given
    algorithms: tuple[Algorithm, ...]
    counts: Mapping[Status, int]
    failures: tuple[Result, ...]  #: worst first
    files: int  #: entries and malformed lines of the list
    bytes: int  #: read
    seconds: float
    complete: bool = False  #: whether files that are not listed count as failures
    repeated: int = 0  #: entries that said again what another had said
    excluded: int = 0  #: entries that patterns left out
    ignored: int = 0  #: missing files that are not held against the rest
    unverified: int = 0  #: files that are listed without a digest
    size_only: bool = False  #: whether only sizes were compared, and so nothing is verified
    stopped: bool = False  #: whether the run ended early, after too many failures
    signatures: tuple[Signature, ...] = ()  #: over the lists, by trusted keys
    unchecked: tuple[str, ...] = ()  #: paths of signatures that no trusted key is for
    results: tuple[Result, ...] | None = field(default=None, compare=False)  #: all, on request

    @property
    def ok(self) -> bool:
        """Whether everything listed was checked and is right, and there was something listed.

        This is worked out from the core's counts, not from the list of failures, so that a
        failure which got lost on the way cannot turn into success.
        """
        tolerated = {Status.OK} if self.complete else {Status.OK, Status.UNLISTED}
        wrong = sum(n for status, n in self.counts.items() if status not in tolerated)
        return (
            self.counts[Status.OK] == self.files - self.ignored > 0
            and wrong == self.ignored
            and not (self.failures or self.stopped or self.size_only)
        )

    @property
    def signature(self) -> Signature | None:
        """The first of the signatures; None if nobody signed whom the caller trusts."""
        return self.signatures[0] if self.signatures else None

    @property
    def trust(self) -> str:
        """Who signed the list, in words."""
        names = [escape(path.rpartition("/")[2]) for path in self.unchecked]
        said = [f"{name} is by nobody you named" for name in names]
        if self.signatures:
            by = "; ".join(dict.fromkeys(map(str, self.signatures)))
            return "; ".join([f"signed by {by}", *said])
        return said[0] if said else "signed by nobody you named"

    @property
    def throughput(self) -> float:
        """Bytes read per second."""
        return self.bytes / self.seconds if self.seconds > 0 else 0.0

    @property
    def algorithm(self) -> str | None:
        """The names of the algorithms in use, joined by commas; None if there is none."""
        return ", ".join(a.name for a in self.algorithms) or None

    @property
    def tally(self) -> str:
        """The counts in words; mismatch, missing and unlisted even when there are none."""
        always = (Status.MISMATCH, Status.MISSING, Status.UNLISTED)
        said = [f"{self.counts[status]:,} {status}" for status in always]
        said += [
            f"{count:,} {status}"
            for status, count in self.counts.items()
            if count and status not in (Status.OK, *always)
        ]
        also = {
            "listed twice": self.repeated,
            "left out by patterns": self.excluded,
            "listed without a digest": self.unverified,
        }
        said += [f"{count:,} {what}" for what, count in also.items() if count]
        right = "with the size listed" if self.size_only else "ok"
        ok = f"{self.counts[Status.OK]:,} of {counted(self.files, 'file')} {right}"
        return ", ".join([ok, *said])

    def summary(self) -> str:
        """Return the verdict, the counts, and the first failures, on one line each."""
        shown = [str(result) for result in self.failures[:10]]
        if more := len(self.failures) - len(shown):
            shown.append(f"and {more:,} more")
        return "\n".join([f"{self.verdict} {self.tally}", *shown])

    @property
    def verdict(self) -> str:
        """``VERIFIED`` or ``FAILED``; ``NOT VERIFIED`` if only sizes were compared."""
        if self.size_only and not self.failures:
            return "NOT VERIFIED"
        return "VERIFIED" if self.ok else "FAILED"

    def __repr__(self) -> str:
        """Return the verdict and the counts."""
        against = "".join(f" against {source.path!r}" for source in self.manifests[:1])
        return f"<Report {self.verdict}: {self.tally}{against}>"

    def _repr_html_(self) -> str:
        """Return a table for notebooks."""
        import html  # noqa: PLC0415 (only notebooks need it)

        colour = "#1a7f37" if self.ok else "#cf222e"
        trust = "" if not self.ok or self.signatures else f"(integrity only: {self.trust}) "
        rows = "".join(
            f"<tr><td>{result.status}</td><td><code>{html.escape(result.subject)}</code></td>"
            f"<td>{html.escape(escape(result.detail))}</td></tr>"
            for result in self.failures[:100]
        )
        if more := len(self.failures) - 100:
            rows += f"<tr><td>and {more:,} more</td></tr>" if more > 0 else ""
        return (
            f'<div><b style="color:{colour}">{self.verdict}</b> {html.escape(trust + self.tally)}'
            f"<table>{rows}</table></div>"
        )
