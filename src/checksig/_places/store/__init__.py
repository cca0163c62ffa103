"""Places on servers: web servers and stores of objects. The core reads their files by URLs.

``_KINDS`` has the kinds by the schemes of their addresses. A kind is a module with one class, which
is made of an address and of how servers are asked.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from checksig._options.values import Network
    from checksig._places.place import Served

_KINDS: Final = {
    "http": "web.Web",
    "https": "web.Web",
    "s3": "s3.Bucket",
    "gs": "gcs.Bucket",
    "az": "azure.Container",
}


def is_address(path: bytes) -> bool:
    """Whether a path is an address on a server."""
    scheme, mark, _ = path.partition(b"://")
    return bool(mark) and scheme.lower().decode("latin-1") in _KINDS


def opened(address: str, network: Network) -> Served:
    """Return the place at an address; of a file in it, that has its name.

    Raises:
        ManifestError: there can be no such place.
    """
    from importlib import import_module  # noqa: PLC0415 (most places are directories)

    module, _, kind = _KINDS[address.partition("://")[0].lower()].partition(".")
    place: Served = getattr(import_module(f"{__name__}.{module}"), kind)(address, network)
    return place
