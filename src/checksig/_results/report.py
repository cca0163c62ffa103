"""Totals of results, and the report that a check ends in."""

from __future__ import annotations

from checksig._classes import NamedTuple, dataclass, field
from checksig._names import counted, escape, ranges
from checksig._results.verdicts import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from checksig._results.signature import Signature
    from checksig._results.verdicts import Algorithm, Proof, Result


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a run: what is done, and how much there is to do.

    ``files`` and ``bytes`` never decrease, and never exceed their totals; at the end, each equals
    its total. Totals grow until they are known: then ``settled`` is true. After that, they decrease
    if a file turns out not to be readable, and grow only if a file grows.

    - A directory and its lists: ``total_files`` is known at the start. So are sizes in a list; the
      others are looked up during the run, from two tenths of a second on.
    - :func:`hash_files` and environments: the same, without listed sizes.
    - :func:`create` and :func:`make_bag`: files are counted as they are found, then as above.
    - An archive: files are counted while its names are read; until then, ``bytes`` are those hashed
      so far, and their total is an upper limit. Then both totals are known.
    - Several places, such as the bags below a directory: totals are those of the places begun so
      far, and settled in the last.
    """

    files: int
    total_files: int
    bytes: int
    total_bytes: int
    seconds: float
    settled: bool = True  #: whether both totals are found out


class Source(NamedTuple):
    """A list that files were checked against."""

    path: str
    format: str  #: the name of the format


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)  # what nothing asks for takes time
class Totals:
    """Counts of a run, a shard of one, or several: they add up."""

    counts: Mapping[Status, int]  #: verdicts
    files: int  #: entries and malformed lines of the list
    bytes: int = 0  #: read
    repeated: int = 0  #: entries that said again what another had said
    excluded: int = 0  #: entries that patterns left out
    ignored: int = 0  #: missing files that are not held against the rest
    unverified: int = 0  #: files that are listed without a digest
    served: int = 0  #: files that are ok by what their server says of them, and were not read

    def __add__(self, other: Totals) -> Totals:
        """Return the counts of both together."""
        return Totals(
            counts={status: self.counts[status] + other.counts[status] for status in Status},
            **{name: getattr(self, name) + getattr(other, name) for name in _SUMS},
        )

    @property
    def lost(self) -> int:
        """The number of entries without a verdict: 0 at the end of a run, a shard or a merge."""
        return max(0, self.files - sum(self.counts.values()) + self.counts[Status.UNLISTED])


_SUMS: Final = ("files", "bytes", "repeated", "excluded", "ignored", "unverified", "served")
#: The fields of :class:`Totals`.
COUNTS: Final = ("counts", *_SUMS)


class PathError(NamedTuple):
    """One of several paths that could not be checked."""

    path: str
    message: str
    exit_code: int  #: as the command line has it: 2 or 3


@dataclass(frozen=True, kw_only=True, repr=False)
class Report(Totals):
    """The outcome of a check: counts of everything, and every result that is not ok."""

    root: str
    manifests: tuple[Source, ...]  #: the lists; none if entries were given
    algorithms: tuple[Algorithm, ...]
    failures: tuple[Result, ...]  #: worst first
    seconds: float
    complete: bool = False  #: whether files that are not listed count as failures
    size_only: bool = False  #: whether only sizes were compared, and so nothing is verified
    looked: bool = True  #: whether files that are not listed were looked for
    stopped: bool = False  #: whether the run ended early, after too many failures
    signatures: tuple[Signature, ...] = ()  #: over the lists, by trusted keys
    unchecked: tuple[str, ...] = ()  #: paths of signatures that no trusted key is for
    remarks: tuple[str, ...] = ()  #: how lists were read, where that is more than they say
    own: int = 0  #: verdicts on an archive itself, which is none of what the lists in it name
    hints: tuple[str, ...] = ()  #: names of options that may be what the caller needs
    compared: str | None = None  #: the place that this one was compared with, without a list
    members: int | None = None  #: of an archive that is signed as a whole: how many it has
    #: The first names of files that are ok, where others may be missing: ``ignore_missing``.
    checked: tuple[str, ...] = ()
    results: tuple[Result, ...] | None = field(default=None, compare=False)  #: all, on request
    parts: tuple[Report, ...] = ()  #: of each place that was checked, if there are several
    errors: tuple[PathError, ...] = ()  #: on others that could not be checked
    #: Numbers of the shards of a plan that nobody has checked, or of which nothing was heard.
    missing_shards: tuple[int, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything listed was checked and is ok, and something was listed.

        This comes from the core's counts, not from the list of failures, so that a lost failure
        cannot turn into a success.
        """
        tolerated = {Status.OK} if self.complete else {Status.OK, Status.UNLISTED}
        wrong = sum(n for status, n in self.counts.items() if status not in tolerated)
        return (
            self.counts[Status.OK] == self.files - self.ignored > self.own
            and wrong == self.ignored
            and not (self.failures or self.stopped or self.size_only or self.errors)
            and not self.missing_shards
            and all(part.ok for part in self.parts)
        )

    @property
    def proof(self) -> Proof:
        """The way all files were proved: the weakest of them counts."""
        return "size" if self.size_only else "server" if self.served else "content"

    @property
    def signature(self) -> Signature | None:
        """The first of the signatures; None if there is none by a trusted key."""
        return self.signatures[0] if self.signatures else None

    @property
    def trust(self) -> str:
        """The signers of the list, in words; or that there is no list."""
        if self.compared is not None:
            return f"compared with {escape(self.compared)}, which nobody has signed"
        names = [escape(path.rpartition("/")[2]) for path in self.unchecked]
        if self.signatures:
            by = "; ".join(dict.fromkeys(map(str, self.signatures)))
            others = [f"{name} is not by a key you trust" for name in names]
            return "; ".join([f"signed by {by}", *others])
        return f"signed, but not by a key you trust: {names[0]}" if names else "not signed"

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
        """The counts in words; after a failure, also mismatch, missing and unlisted if zero."""
        always = [Status.MISMATCH, Status.MISSING, *([Status.UNLISTED] if self.looked else [])]
        always = [] if self.ok else always
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
            "proved by their server, and not read": self.served,
        }
        said += [f"{count:,} {what}" for what, count in also.items() if count]
        if self.missing_shards:
            shards = counted(len(self.missing_shards), "shard")
            said.append(f"{shards} not checked: {ranges(self.missing_shards)}")
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
        """``VERIFIED`` or ``FAILED``.

        ``NOT VERIFIED`` if only sizes were compared, or shards are missing, and nothing failed.
        """
        if (self.size_only or self.missing_shards) and not self.failures:
            return "NOT VERIFIED"
        return "VERIFIED" if self.ok else "FAILED"

    def __repr__(self) -> str:
        """Return the verdict and the counts."""
        against = "".join(f" against {source.path!r}" for source in self.manifests[:1])
        return f"<Report {self.verdict}: {self.tally}{against}>"
