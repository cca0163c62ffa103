"""Signatures that hold, as reports have them."""

from __future__ import annotations

from checksig._classes import dataclass, field, replace
from checksig._names import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature over a list that a trusted key made."""

    path: str  #: where it lies
    scheme: str  #: the name of the scheme
    key_id: str  #: a key id, or a fingerprint
    identity: str | None = None  #: who signed, if the scheme or the keys say it
    comment: str | None = None  #: what else was signed: minisign's trusted comment
    signed_at: datetime | None = None  #: only if that was signed
    namespace: str | None = None  #: what it was made for, if the scheme has such
    issuer: str | None = None  #: who vouched for the identity, if the scheme has such
    builder: str | None = None  #: what built the file, if that was signed
    source: str | None = None  #: the repository that it was built from
    #: Who signed as well, in the same file, and does not count: keys that are not trusted, or why.
    others: tuple[str, ...] = ()
    #: whether its key came with it, and nobody had named or remembered one: see ``tofu``
    first_use: bool = False

    #: The rule that trusts its key from now on, in a policy; kept if all files are right.
    rule: str = field(default="", repr=False, compare=False)

    def on_first_use(self, rule: str) -> Signature:
        """Return the same signature, marked as made by a key that was unknown before."""
        return replace(self, first_use=True, rule=rule)

    def __str__(self) -> str:
        """Return who signed, and how."""
        said = [f"{self.scheme} key {self.key_id}"]
        if self.identity:
            issuer = f" ({self.issuer})" if self.issuer else ""
            said.insert(0, f"{self.identity}{issuer},")
        if self.signed_at:
            said.append(f"at {self.signed_at.isoformat(timespec='seconds')}")
        if self.comment:
            said.append(f"({self.comment})")
        if self.source:
            said.append(f"(from {self.source}{f' by {self.builder}' if self.builder else ''})")
        if self.others:
            more = f" and {len(self.others) - 3:,} more" if self.others[3:] else ""
            said.append(f"(not counted: {', '.join(self.others[:3])}{more})")
        if self.first_use:
            said.append("(trusted on first use: nobody named this key)")
        return escape(" ".join(said))
