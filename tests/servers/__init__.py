"""Servers on this machine that tests of stores run against, each for as long as it is needed.

``process`` starts and stops a program, ``asking`` sends one request. ``s3``, ``gcs`` and ``azure``
are stores of the three kinds. ``web`` is a web server: ``files`` and ``indexes`` are right,
``faults`` and ``sending`` are not. What is not on the machine raises ``MissingServerError``;
``make .venv/made/all-stores`` brings it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from servers.azure import azurite
from servers.gcs import fake_gcs_server
from servers.process import MissingServerError
from servers.s3 import moto, versitygw
from servers.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

#: All stores, by the names of their programs: each runs while its context lasts.
SERVERS: dict[str, Callable[[Path], AbstractContextManager[Store]]] = {
    "azurite": azurite,
    "fake-gcs-server": fake_gcs_server,
    "moto": moto,
    "versitygw": versitygw,
}

__all__ = ["SERVERS", "MissingServerError", "Store"]
