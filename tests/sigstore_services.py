"""The services of a Sigstore of our own, on this machine alone, while a test runs.

Sources: the HTTP interfaces of Fulcio (``/api/v2/signingCert``), Rekor (``/api/v1/log/entries``),
and of the tokens of GitHub's jobs.
"""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from sigstores import ISSUER, Signing, Sigstore, canonical

if TYPE_CHECKING:
    from collections.abc import Generator

#: With which tokens are signed here, and the word that a job asks for its token with.
SECRET, BEARER = "sesame, and thirty-two bytes of it", "open-sesame"
WORKFLOW = "https://github.com/me/it/.github/workflows/release.yml@refs/tags/v1"


def token(**claims: Any) -> str:
    """The identity token of a job."""
    now = int(datetime.now(UTC).timestamp())
    said = {"iss": ISSUER, "sub": WORKFLOW, "aud": "sigstore", "iat": now, "exp": now + 300}
    return jwt.encode(said | claims, SECRET, "HS256")


class Services:
    """An authority and a log that answer, and what they were asked."""

    def __init__(self, instance: Sigstore, url: str) -> None:
        """Let an instance of Sigstore answer at a URL."""
        self.instance, self.url = instance, url
        self.asked: list[str] = []
        self.other = instance  # who certifies, and logs
        self.fails = ""  # the path that answers with an error

    @property
    def config(self) -> bytes:
        """The client trust configuration: whom to ask, and whom to believe."""
        service = {
            "url": self.url,
            "majorApiVersion": 1,
            "validFor": {"start": "2020-01-01T00:00:00Z"},
            "operator": "example.org",
        }
        return json.dumps(
            {
                "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
                "trustedRoot": self.instance.trusted_root(),
                "signingConfig": {
                    "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
                    "caUrls": [service],
                    "rekorTlogUrls": [service],
                    "rekorTlogConfig": {"selector": "ANY"},
                    "tsaConfig": {"selector": "ANY"},
                },
            }
        ).encode()

    def answer(self, path: str, bearer: str, sent: bytes) -> dict[str, Any]:
        """What is answered."""
        self.asked.append(path)
        if path == self.fails:
            raise ValueError("not today")
        if path.startswith("/token"):
            assert bearer == f"bearer {BEARER}"
            return {"value": token()}
        if path == "/api/v2/signingCert":
            return self._certificate(bearer.removeprefix("Bearer "), json.loads(sent))
        if path == "/api/v1/log/entries":
            return self._entry(json.loads(sent))
        raise KeyError(path)

    def _certificate(self, raw: str, asked: dict[str, Any]) -> dict[str, Any]:
        claims = jwt.decode(raw, SECRET, ["HS256"], audience="sigstore")
        request = x509.load_pem_x509_csr(base64.b64decode(asked["certificateSigningRequest"]))
        assert request.is_signature_valid
        key = request.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        now = datetime.now(UTC).replace(microsecond=0)
        minutes = (now - timedelta(minutes=1), now + timedelta(minutes=10))
        how = replace(Signing(), identity=claims["sub"], issuer=claims["iss"], at=now)
        made = self.other.certificate(replace(how, valid=minutes), key)
        chain = [made, self.other.fulcio.certificate, self.other.root.certificate]
        certificates = [each.public_bytes(Encoding.PEM).decode() for each in chain]
        return {"signedCertificateEmbeddedSct": {"chain": {"certificates": certificates}}}

    def _entry(self, asked: dict[str, Any]) -> dict[str, Any]:
        entry = self.other.log.entry(canonical(asked), asked["kind"], datetime.now(UTC))
        proof = entry["inclusionProof"]
        return {
            "an entry": {
                "body": entry["canonicalizedBody"],
                "integratedTime": int(entry["integratedTime"]),
                "logID": self.other.log.id.hex(),
                "logIndex": int(entry["logIndex"]),
                "verification": {
                    "signedEntryTimestamp": entry["inclusionPromise"]["signedEntryTimestamp"],
                    "inclusionProof": {
                        "logIndex": int(proof["logIndex"]),
                        "rootHash": base64.b64decode(proof["rootHash"]).hex(),
                        "treeSize": int(proof["treeSize"]),
                        "hashes": [base64.b64decode(each).hex() for each in proof["hashes"]],
                        "checkpoint": proof["checkpoint"]["envelope"],
                    },
                },
            }
        }


class _Handler(BaseHTTPRequestHandler):
    services: ClassVar[Services]

    def do_POST(self) -> None:
        """Answer."""
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        bearer = self.headers.get("Authorization", "")
        try:
            code, said = 201, self.services.answer(self.path, bearer, sent)
        except Exception as error:
            code, said = 400, {"message": str(error), "sent": bearer}
        data = json.dumps(said).encode()
        self.send_response(200 if self.command == "GET" else code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST  # noqa: N815 (as the library calls it)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name)
        """Say nothing."""


@contextmanager
def running(instance: Sigstore) -> Generator[Services]:
    """Answer for a while."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        services = Services(instance, f"http://127.0.0.1:{server.server_port}")
        handler.services = services  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield services
        finally:
            server.shutdown()
            thread.join()
