"""Lists that packages hold inside, each where packages of its kind have it.

They count beside those at the top: whatever is said of a file has to hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from checksig._places import Item, Place

#: Of Debian, of Java, of conda, and of RPM.
_LISTS: Final = (
    *(b"DEBIAN/md5sums", b"META-INF/MANIFEST.MF", b"info/paths.json"),
    *(b"RPM/rpm-signature", b"RPM/rpm-header"),
)


def lists_in(place: Place) -> list[Item]:
    """Return the files of a package that are lists by their names."""
    found = map(place.find, _LISTS)
    return [item for item in found if item is not None]
