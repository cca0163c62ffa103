"""What a run is about and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

from checksig._text import escape

if TYPE_CHECKING:
    from datetime import datetime

Strength = Literal["none", "accidents", "broken", "strong"]


class Status(StrEnum):
    """The verdict on one file. Only ``ok`` is success."""

    OK = "ok"
    MISMATCH = "mismatch"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    UNSAFE_PATH = "unsafe-path"
    NOT_REGULAR = "not-regular"
    CHANGED = "changed"
    MALFORMED = "malformed"
    UNLISTED = "unlisted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A hash algorithm: ``size`` in bytes."""

    name: str
    title: str
    tag: str
    aliases: tuple[str, ...]
    size: int
    strength: Strength

    @property
    def proves(self) -> str:
        """What a matching digest proves, in words."""
        if self.strength == "strong":
            return "detects any change, if the list is genuine"
        return "detects accidents, not attackers"


class Entry(NamedTuple):
    """One digest of a file in a list. A file with several digests has several entries.

    A tuple, and no dataclass, because lists have millions of them.
    """

    path: str  #: below the root, with slashes; bytes that are not UTF-8 as os.fsdecode has them
    digest: str  #: hexadecimal
    algorithm: str  #: by any of its names
    line: int = 0  #: of the list, from 1; 0 if there is none
    size: int | None = None  #: in bytes, if the list says so


@dataclass(frozen=True, slots=True)
class Digest:
    """One of several digests that are listed for a file."""

    algorithm: str
    listed: str  #: hexadecimal
    found: str  #: hexadecimal
    manifest: str | None  #: the path of the list
    line: int | None  #: of the list, from 1

    @property
    def ok(self) -> bool:
        """Whether the file has this digest."""
        return self.listed == self.found


@dataclass(frozen=True)
class Result:
    """The verdict on one file, or on one malformed line (whose path is empty)."""

    path: str  #: as listed; bytes that are not UTF-8 are surrogates, see os.fsencode
    status: Status
    algorithm: str | None = None
    listed: str | None = None  #: the digest in the list, hexadecimal
    found: str | None = None  #: the digest computed, hexadecimal
    size: int | None = None  #: bytes read; None if the file was not opened
    listed_size: int | None = None  #: the size in the list, in bytes
    line: int | None = None  #: of the list, from 1
    detail: str = ""  #: why it is not ok
    manifest: str | None = None  #: the path of the list
    #: All digests that are listed for the file, if they are more than one.
    digests: tuple[Digest, ...] = ()
    diagnosis: str = ""  #: what is wrong with a file that does not match, as far as can be told

    @property
    def ok(self) -> bool:
        """Whether this file is exactly what the list says."""
        return self.status is Status.OK

    @property
    def subject(self) -> str:
        """What this is about: a file, or a line of the list."""
        return escape(self.path) if self.path else f"line {self.line}"

    def __str__(self) -> str:
        """Return the status, what it is about, and why."""
        why = f" ({escape(self.detail)})" if self.detail else ""
        return f"{self.status}  {self.subject}{why}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come. Totals grow while they are being found out."""

    files: int
    total_files: int
    bytes: int
    total_bytes: int
    seconds: float


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
        return escape(" ".join(said))
