"""Stores whose listings are not what they should be: never a success, and never without an end."""

from __future__ import annotations

import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, ClassVar, Final

import pytest

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from programs import Answer

DATA: Final = b"hello\n"
LIST: Final = f"{hashlib.sha256(DATA).hexdigest()}  a\n".encode()
OWN: Final = "<Contents><Key>set/SHA256SUMS</Key><Size>68</Size></Contents>"
A: Final = "<Contents><Key>set/a</Key><Size>6</Size></Contents>"
LAST: Final = "<IsTruncated>false</IsTruncated>"
NEXT: Final = "<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"


class _Handler(BaseHTTPRequestHandler):
    listing: str
    refusals: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[str]] = []
    faults: ClassVar[dict[str, int]] = {}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as it is there)
        """Say nothing."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self.asked.append(query)
        body = {"/b/set/a": DATA, "/b/set/SHA256SUMS": LIST}.get(path)
        fault = self.faults.get(path, 404)
        if path == "/b/":
            whole = f"<ListBucketResult>{self.listing}</ListBucketResult>"
            key = OWN if "SHA256SUMS&" in query else ""
            one = f"<ListBucketResult>{LAST}{key}</ListBucketResult>"
            body = (one if "max-keys=1&" in query else whole).encode()
        if path in self.refusals:
            body, fault = b"<Error><Code>%s</Code></Error>" % self.refusals[path], 403
        self.send_response(200 if body is not None and path not in self.refusals else fault)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch) -> Generator[type[_Handler]]:
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        yield handler
        server.shutdown()


def test_the_listing_without_a_lie_is_taken(lying: type[_Handler]) -> None:
    lying.listing = LAST + OWN + A
    assert checksig.verify("s3://b/set", complete=True).ok
    # As some servers say that there is no more.
    lying.listing += "<NextContinuationToken></NextContinuationToken>"
    assert checksig.verify("s3://b/set", complete=True).ok


@pytest.mark.parametrize(
    "listing",
    [
        NEXT + OWN + A,  # again and again
        NEXT,
        OWN + A,  # which does not say whether that is all
        OWN + A + "<IsTruncated>True</IsTruncated>",
        LAST + OWN + A.replace("set/a", "a"),
        LAST + OWN + A + A.replace("set/", "other/"),
        LAST + OWN + A.replace("6", "-1"),
        LAST + OWN + A.replace("6", "9" * 19),
        LAST + OWN + A.replace("6", "9" * 400),
    ],
)
def test_a_listing_that_lies_is_none(lying: type[_Handler], listing: str) -> None:
    lying.listing = listing
    with pytest.raises(checksig.ManifestError, match=r"is no listing|breaks off"):
        checksig.audit("s3://b/set", complete=True)


def test_a_name_that_is_not_utf_8_is_missing(
    lying: type[_Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.LIST", LIST + LIST.replace(b"  a", b"  \xff"))
    lying.listing = LAST + OWN.replace("68", "136") + A
    report = checksig.audit("s3://b/set")
    assert [(each.path, str(each.status)) for each in report.failures] == [("\udcff", "missing")]
    assert not any("not explained" in each for each in report.remarks)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (b"InvalidObjectState", "it is archived: restore it first"),
        (b"AccessDenied", "access is denied; if who asks is to pay for it, set AWS_REQUEST_PAYER"),
        (b"ExpiredToken", "the credentials have expired"),
        (b"Another", "the server says 403 Forbidden (Another)"),
        (b"a secret: x", "the server says 403 Forbidden"),
    ],
)
def test_a_store_that_refuses_an_object_says_why(
    lying: type[_Handler], monkeypatch: pytest.MonkeyPatch, code: bytes, said: str
) -> None:
    lying.listing = LAST + OWN + A
    monkeypatch.setattr(lying, "refusals", {"/b/set/a": code})
    [failure] = checksig.audit("s3://b/set").failures
    assert str(failure.status) == "unreadable"
    assert failure.detail.startswith(said)
    assert "secret" not in failure.detail


def test_who_pays_says_so_with_each_request(
    lying: type[_Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    lying.listing = LAST + OWN + A
    monkeypatch.setenv("AWS_REQUEST_PAYER", "requester")
    monkeypatch.setattr(lying, "asked", [])
    assert checksig.verify("s3://b/set").ok
    assert len(lying.asked) >= 3
    assert all("x-amz-request-payer=requester" in query for query in lying.asked)


@pytest.mark.parametrize("bucket", ["a b", "a%zz", "a\\b", "\udcff", "a@b"])
def test_what_is_no_bucket_is_said(bucket: str) -> None:
    with pytest.raises(checksig.ManifestError, match="names no bucket"):
        checksig.audit(f"s3://{bucket}/x")


@pytest.mark.parametrize("endpoint", ["http://u:hidden@a:x", "http://[::1", "http://", "a"])
def test_what_is_no_endpoint_is_said(
    cli: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    answer = cli("verify", "s3://b/x")
    assert answer.code == 2
    assert "AWS_ENDPOINT_URL is not the address of a server" in answer.err
    assert "hidden" not in answer.err


def test_profiles_that_cannot_be_read_show_no_secret(
    cli: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("[default]\naws_secret_access_key hidden\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "file"))
    answer = cli("verify", "s3://b/x")
    assert answer.code == 2
    assert "no profiles of AWS" in answer.err
    assert "hidden" not in answer.err


@pytest.mark.parametrize("code", [429, 500])
def test_a_signature_that_cannot_be_had_is_not_taken_for_none(
    lying: type[_Handler], code: int
) -> None:
    lying.listing = LAST + OWN + A
    assert checksig.audit("s3://b/set/SHA256SUMS").ok
    lying.faults = {"/b/set/SHA256SUMS.minisig": code}
    with pytest.raises(checksig.ManifestError, match=f"minisig.*the server says {code}"):
        checksig.audit("s3://b/set/SHA256SUMS", timeout=1)
