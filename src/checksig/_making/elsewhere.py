"""The files of places that are not directories, hashed for lists."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from checksig._bridge import wire
from checksig._checking import fetched, ordering, streamed
from checksig._names import escape
from checksig._places import served
from checksig.errors import ArchiveError, CreateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checksig._bridge.handles import Run
    from checksig._bridge.wire import Batch
    from checksig._options.values import Reading
    from checksig._places import Place, Served


def batches(
    place: Place,
    only: bytes | None,
    names: Mapping[str, Sequence[bytes]],
    settings: Mapping[str, Any],
    reading: Reading,
    *,
    versions: dict[str, str] | None = None,
) -> Iterator[Batch]:
    """Hash all that there is in a place, yield what that brings, and close the place.

    Args:
        place: The place.
        only: The one file in it that is to be hashed; None: all.
        names: And patterns, by the core's names.
        settings: For the core.
        reading: How files are read.
        versions: Takes the versions that are read, by the names of objects; None: of no concern.

    Raises:
        ArchiveError: the place is not what it was when it was opened.
        CreateError: versions are wanted, and the store has none of an object.
        ManifestError: the place does not say what there is.
        ChecksigError: the run failed.
    """
    with ExitStack() as stack:
        stack.callback(place.close)
        found = place.find(only) if only is not None else None
        items = streamed.pack_items(place.walk() if only is None else [found] if found else [])
        server = served(place)
        if server:
            settings = {**settings, "fetch": fetched.reading_of(server)}
        request = wire.request("collect", items=items, names=names, settings=settings)
        if server:
            how = ordering.all_of(server)
            if versions is not None:
                how = _of_versions(server, versions)
            yield from fetched.batches(request, server, (), how, reading)
        else:
            yield from streamed.batches(request, place, (), reading=reading)
        stack.pop_all()
        if fault := place.close():
            raise ArchiveError(fault.reason)


def _of_versions(place: Served, versions: dict[str, str]) -> ordering.Ordering:
    """Have all files of a place read, each as the version that it has now, and note that.

    The version comes first: one that is asked for later may be that of other bytes.

    Args:
        place: The place.
        versions: Takes the versions, by the names of files.

    When a version is not known, that is a CreateError at once: to read takes long.
    """

    def orders(run: Run, wanted: ordering.Wanted) -> bytes:
        del run
        found: list[bytes] = []
        files = [(name, each.version) for each, name in wanted]
        for (each, name), said in zip(wanted, place.said(files, etags=False), strict=True):
            if not said:  # it may be gone, or another by now
                raise CreateError(f"the store does not say the version of {escape(each.name)}")
            if not said.version:
                raise CreateError(
                    f"the store keeps no versions of {escape(each.name)}: turn them on, for what "
                    "is written from then on, or leave out versions"
                )
            versions[each.name] = said.version
            found.append(place.order(each.number, name, said.version))
        return b"".join(found)

    return orders
