"""File systems of fsspec as places: those that it knows by the schemes of addresses, and objects.

``address`` shows addresses without their secrets, and imports nothing of fsspec; ``place`` has what
all file systems have alike, and ``stream`` the bytes of a file; ``hub`` is that of Hugging Face.
"""

from __future__ import annotations

from checksig._places.filesystem.address import is_address, plain, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from checksig._places.filesystem.place import FileSystem

__all__ = ["is_address", "of_object", "opened", "plain", "shown"]


def opened(address: str) -> FileSystem:
    """Return the place at an address; of a file in it, that has its name.

    Raises:
        ManifestError: there is none, or it cannot be asked.
    """
    from checksig._places.filesystem import opening  # noqa: PLC0415 (most places are directories)

    return opening.opened(address)


def of_object(system: Any) -> FileSystem:
    """Return the place that a file system is, from its root on.

    Raises:
        TypeError: it is no file system.
    """
    from checksig._places.filesystem import opening  # noqa: PLC0415 (as above)

    return opening.of_object(system)
