"""A server of Azure's blobs: azurite, in memory."""

from __future__ import annotations

import base64
import hmac
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from servers.asking import Answer, ask
from servers.process import HOST, MissingServerError, built, running

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

#: The account that every emulator has. Its key is published, and no secret.
#: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
VERSION = "2022-11-02"


def _signature() -> dict[str, str]:
    """The words in a URL that let everything be done until 2100.

    Source: https://learn.microsoft.com/rest/api/storageservices/create-account-sas
    """
    words = {"sp": "rwdlacx", "ss": "b", "srt": "sco", "st": "", "se": "2100-01-01T00:00:00Z"}
    words |= {"sip": "", "spr": "https,http", "sv": VERSION, "ses": ""}
    text = "\n".join([ACCOUNT, *words.values(), ""])
    mac = hmac.digest(base64.b64decode(KEY), text.encode(), "sha256")
    said = {name: value for name, value in words.items() if value}
    return said | {"sig": base64.b64encode(mac).decode()}


@dataclass(frozen=True)
class Azure:
    """A container."""

    name: str
    endpoint: str
    container: str = "bucket"

    @property
    def url(self) -> str:
        """The address as users type it."""
        return f"az://{self.container}"

    def bucket(self, name: str) -> Azure:
        """Make another container. Its name has three letters at least."""
        made = replace(self, container=name)
        made.ask("PUT", query={"restype": "container"}).right()
        return made

    def ask(
        self,
        method: str,
        name: str = "",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send a request with a shared access signature."""
        words = urlencode({**(query or {}), **_signature()}, quote_via=quote)
        below = f"/{quote(name, safe='/')}" if name else ""
        url = f"{self.endpoint}/{self.container}{below}?{words}"
        length = {"Content-Length": str(len(body))} if method == "PUT" else {}
        return ask(method, url, {"x-ms-version": VERSION, **length, **(headers or {})}, body)

    def put(self, name: str, data: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Store a blob at once."""
        kind = {"x-ms-blob-type": "BlockBlob"}
        return self.ask("PUT", name, headers=kind | dict(headers or {}), body=data).right()

    def put_multipart(self, name: str, parts: Sequence[bytes]) -> Answer:
        """Store a blob in blocks: nobody knows an MD5 of such a blob."""
        blocks = ""
        for number, part in enumerate(parts):
            block = base64.b64encode(b"%08d" % number).decode()
            self.ask("PUT", name, {"comp": "block", "blockid": block}, body=part).right()
            blocks += f"<Latest>{block}</Latest>"
        body = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{blocks}</BlockList>'.encode()
        return self.ask("PUT", name, {"comp": "blocklist"}, body=body).right()

    def delete(self, name: str) -> Answer:
        """Remove a blob."""
        return self.ask("DELETE", name).right()

    def environment(self) -> dict[str, str]:
        """Variables for obstore, and for Azure's own library."""
        words = {
            "DefaultEndpointsProtocol": "http",
            "AccountName": ACCOUNT,
            "AccountKey": KEY,
            "BlobEndpoint": self.endpoint,
        }
        return {
            "AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT,
            "AZURE_STORAGE_ACCOUNT_KEY": KEY,
            "AZURE_STORAGE_ENDPOINT": self.endpoint,
            "AZURE_ALLOW_HTTP": "true",
            "AZURE_STORAGE_CONNECTION_STRING": ";".join(f"{k}={v}" for k, v in words.items()),
        }


@contextmanager
def azurite(directory: Path) -> Generator[Azure]:
    """Run azurite's server of blobs. It tells nobody that it runs."""
    node = shutil.which("node")
    if not node:
        raise MissingServerError("node")
    script = built("azurite", "node/node_modules/azurite/dist/src/blob/main.js")

    def command(port: int) -> list[str]:
        at = ["--blobHost", HOST, "--blobPort", str(port)]
        how = ["--disableTelemetry", "--skipApiVersionCheck", "--silent", "--inMemoryPersistence"]
        return [node, str(script), *at, *how]

    with running(command, directory) as port:
        yield Azure("azurite", f"http://{HOST}:{port}/{ACCOUNT}").bucket("bucket")
