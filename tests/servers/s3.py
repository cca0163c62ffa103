"""Two servers of S3: versitygw, which behaves as AWS does, and moto, which starts at once."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from servers.asking import Answer, ask
from servers.process import HOST, MissingServerError, built, running
from servers.sigv4 import signed

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from servers.certificates import Certificate

KEY, SECRET, REGION = "test", "testtest1", "us-east-1"
_VERSIONED = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"


@dataclass(frozen=True)
class S3:
    """A bucket, by path: ``http://127.0.0.1:7070/bucket``."""

    name: str
    endpoint: str
    container: str = "bucket"
    trusted: Path | None = None

    @property
    def url(self) -> str:
        """The address as users type it."""
        return f"s3://{self.container}"

    def bucket(self, name: str, *, versioned: bool = False) -> S3:
        """Make another bucket, that keeps each version if so wished."""
        made = replace(self, container=name)
        made.ask("PUT").right()
        if versioned:
            made.ask("PUT", query={"versioning": ""}, body=_VERSIONED).right()
        return made

    def address(self, name: str = "", query: Mapping[str, str] | None = None) -> str:
        """Return the URL of an object, or of the bucket."""
        below = f"/{quote(name, safe='/-_.~')}" if name else ""
        words = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return f"{self.endpoint}/{self.container}{below}{words}"

    def ask(
        self,
        method: str,
        name: str = "",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send a signed request."""
        url = self.address(name, query)
        who = {"key": KEY, "secret": SECRET, "region": REGION}
        sent = signed(method, url, headers or {}, body, **who)
        return ask(method, url, sent, body, trusted=self.trusted)

    def put(self, name: str, data: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Store an object at once, perhaps with a checksum or a condition."""
        return self.ask("PUT", name, headers=headers, body=data).right()

    def put_multipart(
        self,
        name: str,
        parts: Sequence[bytes],
        headers: Mapping[str, str] | None = None,
        checksums: Sequence[tuple[str, str]] = (),
    ) -> Answer:
        """Store an object in parts.

        Args:
            name: Its name.
            parts: Its bytes. All but the last part have 5 MiB at least.
            headers: Those of the request that begins, such as ``x-amz-checksum-algorithm``.
            checksums: The algorithm and the checksum of each part: ``("SHA256", "…=")``.
        """
        begun = self.ask("POST", name, {"uploads": ""}, headers).right().body
        upload = _element("UploadId", begun)
        listed = ""
        for number, part in enumerate(parts, 1):
            query = {"partNumber": str(number), "uploadId": upload}
            algorithm, value = checksums[number - 1] if checksums else ("", "")
            with_sum = {f"x-amz-checksum-{algorithm.lower()}": value} if algorithm else {}
            etag = self.ask("PUT", name, query, with_sum, part).right().headers["etag"]
            summed = f"<Checksum{algorithm}>{value}</Checksum{algorithm}>" if algorithm else ""
            about = f"<PartNumber>{number}</PartNumber><ETag>{etag}</ETag>{summed}"
            listed += f"<Part>{about}</Part>"
        body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
        done = self.ask("POST", name, {"uploadId": upload}, body=body).right()
        assert b"<ETag>" in done.body, done.body  # an error comes with the status 200 as well
        return done

    def delete(self, name: str) -> Answer:
        """Remove an object, or hide it by a marker in a bucket that keeps versions."""
        return self.ask("DELETE", name).right()

    def names(self) -> list[str]:
        """Return the names as the server lists them."""
        body = self.ask("GET", query={"list-type": "2"}).right().body.decode()
        return re.findall("<Key>(.*?)</Key>", body)

    def environment(self) -> dict[str, str]:
        """Variables for obstore and for boto. Nobody is asked who this machine is."""
        known = {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if self.trusted:
            at = str(self.trusted)
            return known | {"AWS_CA_BUNDLE": at, "SSL_CERT_FILE": at}
        return known | {"AWS_ALLOW_HTTP": "true"}


def _element(name: str, body: bytes) -> str:
    found = re.search(f"<{name}>(.*?)</{name}>", body.decode())
    assert found, body
    return found[1]


@contextmanager
def versitygw(directory: Path, certificate: Certificate | None = None) -> Generator[S3]:
    """Run versitygw over directories, with TLS if there is a certificate."""
    program = built("versitygw")
    data, versions = directory.resolve() / "data", directory.resolve() / "versions"
    for each in (data, versions):
        each.mkdir(parents=True)
    tls = ["--cert", str(certificate.chain), "--key", str(certificate.key)] if certificate else []

    def command(port: int) -> list[str]:
        keys = ["--access", KEY, "--secret", SECRET, "--region", REGION]
        at = ["--port", f"{HOST}:{port}", "--keep-alive", "--quiet"]
        kept = ["posix", "--versioning-dir", str(versions), str(data)]
        return [str(program), *keys, *at, *tls, *kept]

    with running(command, directory) as port:
        scheme, trusted = ("https", certificate.trusted) if certificate else ("http", None)
        yield S3("versitygw", f"{scheme}://{HOST}:{port}", trusted=trusted).bucket("bucket")


@contextmanager
def moto(directory: Path) -> Generator[S3]:
    """Run moto's server, which keeps all in memory and checks no signature."""
    if not (find_spec("moto") and find_spec("flask")):
        raise MissingServerError("moto")

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]

    with running(command, directory) as port:
        yield S3("moto", f"http://{HOST}:{port}").bucket("bucket")
