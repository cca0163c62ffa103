"""Verdicts on files."""

from __future__ import annotations

from enum import StrEnum

from checksig._classes import NamedTuple, dataclass
from checksig._names import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal

    Strength = Literal["none", "accidents", "broken", "strong"]
    #: The way a file was proved: its bytes were read and hashed here; or the server that has it has
    #: said its checksum; or its size is the one listed, which verifies nothing.
    Proof = Literal["content", "server", "size"]
else:  # for who asks for the types of fields
    Strength = Proof = str

#: All of them, the weakest first.
STRENGTHS: Final[tuple[Strength, ...]] = ("none", "accidents", "broken", "strong")


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
        """The strength in words: what a matching digest proves."""
        if self.strength == "strong":
            return "detects any change, if the list is genuine"
        return "detects accidents, not attackers"


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


class Stat(NamedTuple):
    """The status of the open file that was hashed, taken after its last byte was read."""

    size: int  # in bytes
    mtime_ns: int  # since the epoch
    ctime_ns: int
    inode: int
    device: int


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on one file, or on one malformed line (whose path is empty)."""

    path: str  #: as listed; bytes that are not UTF-8 are surrogates, see os.fsencode
    status: Status
    algorithm: str | None = None
    listed: str | None = None  #: the digest in the list, hexadecimal
    found: str | None = None  #: the digest computed, hexadecimal
    #: Bytes read, or of a file that is served, its size; None if the file was not opened.
    size: int | None = None
    listed_size: int | None = None  #: the size in the list, in bytes
    line: int | None = None  #: of the list, from 1
    detail: str = ""  #: why it is not ok
    manifest: str | None = None  #: the path of the list
    #: All digests that are listed for the file, if they are more than one.
    digests: tuple[Digest, ...] = ()
    diagnosis: str = ""  #: what is wrong with a file that does not match, as far as can be told
    stat: Stat | None = None  #: of the file that was hashed, on request
    served: bool = False  #: whether nobody has read it, and what is found its server has said

    @property
    def ok(self) -> bool:
        """Whether this file exactly matches the list."""
        return self.status is Status.OK

    @property
    def proof(self) -> Proof | None:
        """The way it was found out what the file is; None if nothing of it was proved."""
        if self.served:
            return "server"
        if self.found is None and not self.digests:
            return "size" if self.ok and self.size is not None else None
        return "content"

    @property
    def subject(self) -> str:
        """The name of the file, or the line of the list, or the list."""
        if self.path:
            return escape(self.path)
        return (
            f"line {self.line}" if self.line else escape((self.manifest or "").rpartition("/")[2])
        )

    def __str__(self) -> str:
        """Return the status, what it is about, and why."""
        why = f" ({escape(self.detail)})" if self.detail else ""
        return f"{self.status}  {self.subject}{why}"
