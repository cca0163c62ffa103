"""The face that all stores have, so that one test runs on each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servers.asking import Answer


class Store(Protocol):
    """A bucket, or container, on a server that runs.

    Names are taken as they are: ``a//b`` is not ``a/b`` unless the server makes it so. What is
    refused raises ``AssertionError`` with the answer, except from ``ask``.
    """

    @property
    def name(self) -> str:
        """The name of the server's program."""

    @property
    def url(self) -> str:
        """The address as users type it: ``s3://bucket``, ``gs://bucket``, ``az://container``."""

    def bucket(self, name: str) -> Store:
        """Make another bucket on the same server, and return it."""

    def ask(
        self,
        method: str,
        name: str = "",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send a request about an object, or about the bucket, that is signed as it has to be."""

    def put(self, name: str, data: bytes) -> Answer:
        """Store an object at once."""

    def put_multipart(self, name: str, parts: Sequence[bytes]) -> Answer:
        """Store an object in parts, or blocks. All but the last have 5 MiB at least."""

    def delete(self, name: str) -> Answer:
        """Remove an object."""

    def environment(self) -> dict[str, str]:
        """Variables by which obstore, and the vendor's own library, find the server."""
