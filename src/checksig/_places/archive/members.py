"""The members of an archive by their names, which are compared, and never made into a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._names import leads_out_anywhere
from checksig._places.archive.reading import DIRECTORY, DOUBLED
from checksig._places.place import Fault, Item
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNSAFE: Final = Fault(Status.UNSAFE_PATH, "leads out of the root", "reported")
#: As Compress-Archive of PowerShell 5 packs directories.
_BACKSLASH: Final = Fault(
    Status.UNSAFE_PATH, "it has a backslash, and leads out of the root on Windows", "reported"
)


class Members:
    """The names in an archive, and the items under them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.prefix = b""  # the one directory that names are relative to, with a slash
        self.unsafe: list[str] = []  # the names that lead elsewhere, as they are
        self._members: dict[bytes, Item] = {}
        self._directories: set[bytes] = set()

    def add(self, name: str, member: Item) -> bool:
        """Add what the archive has under a name; return whether that is a file to be read."""
        if leads_out_anywhere(name):
            self.unsafe.append(name)
            return False
        if member.fault is DIRECTORY:
            self._directories.add(member.name)
            return False
        if member.linked:
            first = self._members.get(member.linked)
            if first and first.fault is None:  # unpacked, both are the same file
                member = first._replace(name=member.name, linked=first.linked or first.name)
        if member.name in self._members:
            member = member._replace(fault=DOUBLED)
        self._members[member.name] = member
        directory = member.name.rpartition(b"/")[0]
        while directory and directory not in self._directories:
            self._directories.add(directory)
            directory = directory.rpartition(b"/")[0]
        return member.fault is None and not member.linked

    def count(self) -> int:
        """Return how many there are, directories among them."""
        return len(self._members) + len(self._directories) + len(self.unsafe)

    def mark_doubled(self) -> None:
        """Note the names that are those of a file and of a directory."""
        for name in self._directories & self._members.keys():
            self._members[name] = self._members[name]._replace(fault=DOUBLED)

    def enter(self, directory: bytes) -> None:
        """Take a directory that everything is in as the root of all names."""
        start = len(directory) + 1
        self.prefix = directory + b"/"
        self._members = {
            name[start:]: member._replace(name=name[start:], linked=member.linked[start:])
            for name, member in self._members.items()
        }
        self._directories = {name[start:] for name in self._directories}

    def walk(self, below: bytes) -> Iterator[Item]:
        """Yield all that there is below a directory, and at the top what is not safe."""
        start = below + b"/" if below else b""
        for name, member in self._members.items():
            if name.startswith(start):
                yield member
        for name in self._directories - self._members.keys():
            if name.startswith(start):
                yield Item(name, 0, DIRECTORY)
        for each in () if below else self.unsafe:
            fault = _BACKSLASH if "\\" in each else _UNSAFE
            yield Item(each.encode("utf-8", "surrogateescape"), fault=fault)

    def find(self, name: bytes) -> Item | None:
        """Return the member of a clean name, if there is one."""
        return self._members.get(name)

    def files(self) -> int:
        """Return how many members are no directories."""
        return len(self._members)

    def top(self) -> Iterator[Item]:
        """Yield the files at the top."""
        return (member for name, member in self._members.items() if b"/" not in name)

    def only_directory(self) -> bytes | None:
        """Return the one directory that everything is in, if there is one."""
        tops = {name.partition(b"/")[0] for name in self._members}
        alone = len(tops) == 1 and not any(self.top()) and not self.unsafe
        return tops.pop() if alone else None
