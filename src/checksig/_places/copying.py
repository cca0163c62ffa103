"""A file that lies elsewhere, as a temporary file here: for who needs all of it, or parts again.

The temporary file has no name. It is gone when nobody has it open any more, however a run ends.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import weakref
from typing import TYPE_CHECKING, Final

from checksig._files import reason
from checksig._names import quoted
from checksig._places.archive.file import Piecewise
from checksig.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._places.place import Remote

#: In bytes: what is left to others where temporary files are.
_LEFT: Final = 64 << 20


class Copy:
    """A copy of the file that an address is of, as one version of it."""

    def __init__(
        self, place: Remote, tell: Callable[[int], None], limit: int = sys.maxsize
    ) -> None:
        """Read the file.

        Args:
            place: The place, with the name of the file.
            tell: Called now and then with the number of bytes that were read.
            limit: In bytes: what is of use at most.

        Raises:
            ArchiveError: it cannot be had, or there is no room for it.
        """
        self.there = place
        self.path = os.fsencode(place.show(place.name))
        where = "a temporary file"
        try:
            directory = tempfile.gettempdir()
            where = quoted(os.fsencode(directory))
            room = max(0, shutil.disk_usage(directory).free - _LEFT)
            with tempfile.TemporaryFile() as file:
                place.copy(place.name, file, min(room, limit), tell)
                file.flush()
                self._descriptor = os.dup(file.fileno())
        except OSError as error:
            why = f"cannot copy {quoted(self.path)} into {where}: {reason(error)}"
            raise ArchiveError(why) from error
        weakref.finalize(self, os.close, self._descriptor)

    def opened(self) -> Piecewise:
        """Return the copy, open, from its start. Only one at a time may be in use."""
        file = Piecewise(os.dup(self._descriptor), "rb")
        file.seek(0)
        return file
