"""The members of an archive by their names, of which no path is made: they are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._places.archive_read import DIRECTORY, DOUBLED, Member

if TYPE_CHECKING:
    from collections.abc import Iterator

_DRIVE: Final = r"[A-Za-z]:"


class Members:
    """What is in an archive."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.prefix = b""  # the one directory that names are relative to, with a slash
        self.unsafe: list[str] = []  # the names that lead elsewhere, as they are
        self._members: dict[bytes, Member] = {}
        self._directories: set[bytes] = set()

    def add(self, name: str, member: Member) -> bool:
        """Add what the archive has under a name; return whether that is a file to be read."""
        if _is_unsafe(name):
            self.unsafe.append(name)
            return False
        if member.fault is DIRECTORY:
            self._directories.add(member.name)
            return False
        if member.name in self._members:
            member = member._replace(fault=DOUBLED)
        self._members[member.name] = member
        directory = member.name.rpartition(b"/")[0]
        while directory and directory not in self._directories:
            self._directories.add(directory)
            directory = directory.rpartition(b"/")[0]
        return member.fault is None

    def count(self) -> int:
        """Return how many there are, directories among them."""
        return len(self._members) + len(self._directories) + len(self.unsafe)

    def mark_doubled(self) -> None:
        """Note the names that are those of a file and of a directory."""
        for name in self._directories & self._members.keys():
            self._members[name] = self._members[name]._replace(fault=DOUBLED)

    def below(self, directory: bytes) -> None:
        """Take a directory that everything is in as the root of all names."""
        start = len(directory) + 1
        self.prefix = directory + b"/"
        self._members = {
            name[start:]: member._replace(name=name[start:])
            for name, member in self._members.items()
        }
        self._directories = {name[start:] for name in self._directories}

    def names(self) -> list[bytes]:
        """Return the names of all members but directories."""
        return list(self._members)

    def directories(self) -> list[bytes]:
        """Return the names of all directories that are no files as well."""
        return list(self._directories - self._members.keys())

    def member(self, name: bytes) -> Member:
        """Return the member of a clean name, which may be that of a directory."""
        return self._members.get(name) or Member(name, 0, None, DIRECTORY)

    def doubled(self) -> Iterator[Member]:
        """Yield the members of whose name there is more than one."""
        for member in self._members.values():
            if member.fault is DOUBLED:
                yield member

    def top(self) -> list[bytes]:
        """Return the names of what is at the top, but for directories."""
        return [name for name in self._members if b"/" not in name]

    def has(self, name: bytes) -> bool:
        """Whether there is a member of that name."""
        return name in self._members

    def sizes_below(self, directory: bytes) -> Iterator[int]:
        """Yield the sizes of the members below a directory, in bytes."""
        start = directory + b"/"
        return (each.size for name, each in self._members.items() if name.startswith(start))

    def size(self) -> int:
        """Return the bytes of all members that can be read."""
        return sum(member.size for member in self._members.values() if not member.fault)


def _is_unsafe(name: str) -> bool:
    """Whether a name could lead out of a directory, on any system."""
    return (
        name.startswith("/")
        or "\\" in name
        or "\0" in name
        or re.match(_DRIVE, name) is not None
        or ".." in name.split("/")
    )
