"""A server of Google Cloud Storage: fake-gcs-server, in memory."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from servers.asking import Answer, ask
from servers.process import HOST, built, running

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Gcs:
    """A bucket."""

    name: str
    endpoint: str
    container: str = "bucket"

    @property
    def url(self) -> str:
        """The address as users type it."""
        return f"gs://{self.container}"

    def bucket(self, name: str) -> Gcs:
        """Make another bucket."""
        body = json.dumps({"name": name}).encode()
        kind = {"Content-Type": "application/json"}
        ask("POST", f"{self.endpoint}/storage/v1/b?project=test", kind, body).right()
        return replace(self, container=name)

    def ask(
        self,
        method: str,
        name: str = "",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send a request of the JSON interface. ``alt=media`` in the query asks for the bytes."""
        words = f"?{urlencode(query)}" if query else ""
        url = f"{self.endpoint}/storage/v1/b/{self.container}/o"
        below = f"/{quote(name, safe='')}" if name else ""
        return ask(method, f"{url}{below}{words}", headers, body)

    def put(self, name: str, data: bytes) -> Answer:
        """Store an object at once."""
        query = urlencode({"uploadType": "media", "name": name})
        url = f"{self.endpoint}/upload/storage/v1/b/{self.container}/o?{query}"
        kind = {"Content-Type": "application/octet-stream"}
        return ask("POST", url, kind, data).right()

    def put_multipart(self, name: str, parts: Sequence[bytes]) -> Answer:
        """Store an object in parts that are composed: such an object has no MD5 on Google's."""
        pieces = [f"{name}.part{number}" for number in range(len(parts))]
        for piece, part in zip(pieces, parts, strict=True):
            self.put(piece, part)
        wanted = {"sourceObjects": [{"name": piece} for piece in pieces], "destination": {}}
        below = f"{quote(name, safe='')}/compose"
        url = f"{self.endpoint}/storage/v1/b/{self.container}/o/{below}"
        kind = {"Content-Type": "application/json"}
        done = ask("POST", url, kind, json.dumps(wanted).encode()).right()
        for piece in pieces:
            self.delete(piece)
        return done

    def delete(self, name: str) -> Answer:
        """Remove an object."""
        return self.ask("DELETE", name).right()

    def environment(self) -> dict[str, str]:
        """Variables for obstore, and for Google's own library.

        The key is a real one, of nobody: without it obstore asks Google to sign.
        """
        account = {
            "gcs_base_url": self.endpoint,
            "disable_oauth": False,
            "client_email": "test@example.org",
            "private_key": _private_key(),
            "private_key_id": "test",
        }
        return {
            "GOOGLE_SERVICE_ACCOUNT_KEY": json.dumps(account),
            "STORAGE_EMULATOR_HOST": self.endpoint,
        }


@cache
def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@contextmanager
def fake_gcs_server(directory: Path) -> Generator[Gcs]:
    """Run fake-gcs-server."""
    program = built("fake-gcs-server")

    def command(port: int) -> list[str]:
        at = ["-scheme", "http", "-host", HOST, "-port", str(port)]
        known = ["-public-host", f"{HOST}:{port}", "-external-url", f"http://{HOST}:{port}"]
        return [str(program), *at, *known, "-backend", "memory", "-log-level", "warn"]

    with running(command, directory) as port:
        yield Gcs("fake-gcs-server", f"http://{HOST}:{port}").bucket("bucket")
