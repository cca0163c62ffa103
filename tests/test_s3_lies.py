"""Stores whose listings are not what they should be: never a success, and never without an end."""

from __future__ import annotations

import base64
import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pytest

import checksig
from checksig._places.store import s3
from checksig._places.store.objects import Page
from checksig._places.store.small import Small

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from pathlib import Path

    from programs import Answer

DATA: Final = b"hello\n"
LIST: Final = f"{hashlib.sha256(DATA).hexdigest()}  a\n".encode()
OWN: Final = "<Contents><Key>set/SHA256SUMS</Key><Size>68</Size></Contents>"
A: Final = "<Contents><Key>set/a</Key><Size>6</Size></Contents>"
LAST: Final = "<IsTruncated>false</IsTruncated>"
NEXT: Final = "<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
#: A page with as many keys as are looked at together.
PAGE: Final = NEXT + OWN + A + "".join([A.replace("set/a", f"set/b{n}") for n in range(998)])


class _Handler(BaseHTTPRequestHandler):
    listing: str
    refusals: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[str]] = []
    #: What is said of each object, with another status than 200 or not: see ``do_HEAD``.
    heads: ClassVar[list[tuple[str, str]]] = []
    status = 200
    faults: ClassVar[dict[str, int]] = {}
    second = ""  #: The listing that a token asks for, once a file was read.
    was_read: Event

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as it is there)
        """Say nothing."""

    def do_HEAD(self) -> None:
        self.send_response(self.status)
        for name, value in self.heads:
            self.send_header(name, value)
        self.end_headers()

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self.asked.append(query)
        body = {"/b/set/a": DATA, "/b/set/SHA256SUMS": LIST}.get(path)
        fault = self.faults.get(path, 404)
        if path == "/b/":
            listing = self.listing.replace("{token}", str(len(self.asked)))
            whole = f"<ListBucketResult>{listing}</ListBucketResult>"
            key = OWN if "SHA256SUMS&" in query else A if "prefix=set%2Fa&" in query else ""
            one = f"<ListBucketResult>{LAST}{key}</ListBucketResult>"
            body = (one if "max-keys=1&" in query else whole).encode()
            if self.second and "delimiter" in query:  # who looks for lists
                body = body.replace(NEXT.encode(), LAST.encode())
            elif self.second and "continuation-token" in query and self.was_read.wait(20):
                body = f"<ListBucketResult>{self.second}</ListBucketResult>".encode()
        if path in self.refusals:
            body, fault = b"<Error><Code>%s</Code></Error>" % self.refusals[path], 403
        self.send_response(200 if body is not None and path not in self.refusals else fault)
        self.send_header("Content-Length", str(len(body or b"")))
        if path == "/b/set/a" and getattr(self, "tag", "") and "<ETag>" in self.listing:
            self.send_header("ETag", self.tag)
        self.end_headers()
        self.wfile.write(body or b"")
        if path == "/b/set/a":
            self.was_read.set()


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch) -> Generator[type[_Handler]]:
    handler = type("Handler", (_Handler,), {"was_read": Event()})
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
        NEXT.replace(">x<", ">{token}<") + OWN + A,  # the same again, by another name each time
        NEXT.replace(">x<", ">{token}<"),
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


def test_an_empty_page_before_an_object_does_not_hide_it(
    lying: type[_Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    lying.listing = LAST + OWN + A
    page = s3.Bucket.page

    def with_an_empty_one(self: s3.Bucket, prefix: str, more: str, **given: Any) -> Page:
        return page(self, prefix, "x", **given) if more else Page([], "more")

    monkeypatch.setattr(s3.Bucket, "page", with_an_empty_one)
    assert checksig.verify("s3://b/set/SHA256SUMS").ok
    monkeypatch.setattr(s3.Bucket, "page", lambda *_, **__: Page([], "more"))
    with pytest.raises(checksig.ManifestError, match="is no listing: it has no end"):
        checksig.audit("s3://b/set/SHA256SUMS")


def test_a_store_is_not_compared_with_itself_however_it_is_spelled(lying: type[_Handler]) -> None:
    lying.listing = LAST + OWN + A
    for other in ("s3://b/set", "S3://b/set", "s3://b/set/"):
        with pytest.raises(checksig.ManifestError, match="the same place as"):
            checksig.compare("s3://b/set", other)


def test_what_has_no_version_is_not_replaced(lying: type[_Handler]) -> None:
    lying.listing = LAST + OWN + A
    with pytest.raises(checksig.CreateError, match="does not say which version"):
        checksig.create("s3://b/set", overwrite=True)


def test_a_list_elsewhere_is_converted_into_a_file_that_is_named(
    lying: type[_Handler], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lying.listing = LAST + OWN + A
    monkeypatch.chdir(tmp_path)
    with pytest.raises(checksig.CreateError, match="is not here: give the output"):
        checksig.convert("s3://b/set/SHA256SUMS", "jsonl")
    assert not [*tmp_path.iterdir()]
    checksig.convert("s3://b/set/SHA256SUMS", "jsonl", output=tmp_path / "a.jsonl")


def test_files_are_read_while_a_store_is_listed(lying: type[_Handler]) -> None:
    # Else the first page would come again, as the store waits for that, and be no listing.
    lying.listing, lying.second = PAGE, LAST + A.replace("set/a", "set/z")
    report = checksig.audit("s3://b/set")
    assert report.ok
    assert report.counts[checksig.Status.UNLISTED] == 999


def test_what_was_read_before_a_listing_ends_badly_is_no_success(lying: type[_Handler]) -> None:
    lying.listing, lying.second = PAGE, OWN
    with pytest.raises(checksig.ManifestError, match="breaks off"):
        checksig.audit("s3://b/set")
    assert lying.was_read.is_set()


def test_an_object_that_is_listed_twice_is_no_success(lying: type[_Handler]) -> None:
    lying.listing, lying.second = PAGE, LAST + A
    [failure] = checksig.audit("s3://b/set").failures
    assert failure.path == "a"
    assert str(failure.status) == "unreadable"


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
        (b"AccessDenied", "access is denied: to read takes s3:GetObject, to list s3:ListBucket, "),
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


_SUM: Final = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
_SAID: Final = [("Content-Length", "6"), ("x-amz-checksum-sha256", _SUM)]


@pytest.mark.parametrize(
    ("heads", "status", "proof"),
    [
        (_SAID, 200, "server"),
        ([*_SAID, ("ETag", '"t"')], 200, "server"),
        ([*_SAID, ("ETag", '"another"')], 200, "content"),
        ([*_SAID, ("x-amz-checksum-sha256", "A" * 43 + "=")], 200, "content"),
        (_SAID, 204, "content"),
        (_SAID, 206, "content"),
        (_SAID, 403, "content"),
        (_SAID, 500, "content"),
        ([("Content-Length", "7"), *_SAID[1:]], 200, "changed"),
    ],
)
def test_what_is_said_of_another_version_or_in_another_way_does_not_count(
    lying: type[_Handler],
    monkeypatch: pytest.MonkeyPatch,
    heads: list[tuple[str, str]],
    status: int,
    proof: str,
) -> None:
    tagged = A.replace("</Size>", "</Size><ETag>t</ETag>") if len(heads) > len(_SAID) else A
    lying.listing = LAST + OWN + tagged
    monkeypatch.setattr(lying, "heads", heads)
    monkeypatch.setattr(lying, "status", status)
    monkeypatch.setattr(lying, "tag", '"t"', raising=False)
    found = list(checksig.iter_verify("s3://b/set", server_checksums=True, timeout=1))
    assert [str(each.proof if each.ok else each.status) for each in found] == [proof]


def test_digests_that_a_caller_gives_have_to_hold_all(
    lying: type[_Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    lying.listing = LAST + OWN + A
    monkeypatch.setattr(lying, "heads", _SAID)
    good = f"sha256:{hashlib.sha256(DATA).hexdigest()}"
    digests = [good, "sha512:" + "0" * 128]
    report = checksig.audit("s3://b/set/a", digest=digests, server_checksums=True)
    assert (report.ok, report.served) == (False, 0)
    assert checksig.audit("s3://b/set/a", digest=good, server_checksums=True).served == 1


def test_what_proved_nothing_is_not_named(
    lying: type[_Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = LIST + f"SHA512 (a) = {hashlib.sha512(DATA).hexdigest()}\n".encode()
    monkeypatch.setattr(f"{__name__}.LIST", text)
    lying.listing = LAST + OWN.replace("68", str(len(text))) + A
    monkeypatch.setattr(lying, "heads", _SAID)
    assert checksig.verify("s3://b/set").algorithm == "sha256, sha512"
    assert checksig.verify("s3://b/set", server_checksums=True).algorithm == "sha256"


def test_an_object_with_the_name_of_the_directory_is_said(lying: type[_Handler]) -> None:
    mark = A.replace("set/a", "set/")
    lying.listing = LAST + OWN + A + mark.replace("6", "0")
    assert checksig.verify("s3://b/set", complete=True).ok
    lying.listing = LAST + OWN + A + mark
    [failure] = checksig.audit("s3://b/set").failures
    assert str(failure.status) == "unsafe-path"


def test_an_algorithm_that_is_asked_for_is_the_one_that_is_compared_by(
    lying: type[_Handler], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lying.listing = LAST + A
    (tmp_path / "a").write_bytes(DATA)
    weak = [("Content-Length", "6"), ("x-amz-checksum-crc32", "Nj1l+Q==")]
    monkeypatch.setattr(lying, "heads", [*_SAID, weak[1]])
    for pair in (("s3://b/set", tmp_path), (tmp_path, "s3://b/set")):
        report = checksig.compare(*pair, server_checksums=True, algorithm="sha256")
        assert (report.ok, report.served, report.algorithm) == (True, 1, "sha256")
    assert checksig.compare(tmp_path, "s3://b/set", server_checksums=True).algorithm == "sha256"
    monkeypatch.setattr(lying, "heads", weak)
    report = checksig.compare("s3://b/set", tmp_path, server_checksums=True, algorithm="sha256")
    assert (report.ok, report.served, report.algorithm) == (True, 0, "sha256")


@pytest.mark.parametrize("key", ["", "q/", ".", "..", "x/../y", "a//b"])
def test_a_key_that_no_file_can_have_is_not_written(
    lying: type[_Handler], tmp_path: Path, key: str
) -> None:
    lying.listing = LAST
    (tmp_path / "a").write_bytes(DATA)
    with pytest.raises(checksig.CreateError, match="not the address of a file"):
        checksig.create(tmp_path, output=f"s3://b/set/{key}", overwrite=True)


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


@pytest.mark.parametrize("code", [403, 429, 500, 503])
def test_a_list_beside_a_file_is_not_missed_because_the_store_does_not_list(
    lying: type[_Handler], monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    lying.listing = LAST + OWN + A
    assert checksig.audit("s3://b/set/a").ok
    answer = lying.do_GET

    def refusing(self: _Handler) -> None:
        if "delimiter" in self.path:
            self.send_error(code)
        else:
            answer(self)

    monkeypatch.setattr(lying, "do_GET", refusing)
    with pytest.raises(checksig.ManifestError, match="cannot list"):
        checksig.audit("s3://b/set/a", timeout=1)


def test_a_store_is_listed_once_more_for_all_that_is_missing(
    lying: type[_Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To ask for each name that may be meant takes hours, and has to be paid for."""
    missing = [f"old/d{number}/a" for number in range(200)]
    rows = "".join([f"{hashlib.sha256(DATA).hexdigest()}  {name}\n" for name in missing]).encode()
    monkeypatch.setattr(f"{__name__}.LIST", rows)
    lying.listing = LAST + OWN.replace("68", str(len(rows))) + A
    monkeypatch.setattr(lying, "asked", [])
    report = checksig.audit("s3://b/set/SHA256SUMS")
    assert report.counts[checksig.Status.MISSING] == len(missing)
    assert "there is a, without old/d0/" in {each.diagnosis for each in report.failures}
    assert len(lying.asked) < 30


def test_an_empty_key_that_stands_for_a_directory_is_explained(lying: type[_Handler]) -> None:
    marker = "<Contents><Key>set/sub/</Key><Size>0</Size></Contents>"
    lying.listing = LAST + OWN + A + marker
    [failure] = checksig.audit("s3://b/set").failures
    assert (failure.path, str(failure.status)) == ("sub/", "unsafe-path")
    assert "--no-unlisted" in failure.detail
    assert checksig.verify("s3://b/set", unlisted=False).ok


def test_an_object_that_is_listed_and_not_there_is_not_left_out(lying: type[_Handler]) -> None:
    lying.listing = LAST + A + A.replace("set/a", "set/b")
    with pytest.raises(checksig.CreateError, match=r"cannot be listed:\n  missing +b"):
        checksig.create("s3://b/set", output="-")


def test_an_address_at_which_there_is_nothing_is_said_to_be_one(lying: type[_Handler]) -> None:
    lying.listing = LAST
    with pytest.raises(checksig.ManifestError, match='"s3://b/typo/": there is nothing at all'):
        checksig.audit("s3://b/typo")
    lying.listing = LAST + A
    with pytest.raises(checksig.ManifestError, match="no list of digests in"):
        checksig.audit("s3://b/set")


def test_who_does_not_answer_is_asked_for_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[int]()
    look = s3.Bucket.look

    def counted(self: s3.Bucket, names: Iterable[bytes], *limit: int) -> None:
        asked.append(1)
        look(self, names, *limit)

    monkeypatch.setattr(Small, "look", counted)
    with pytest.raises(
        checksig.ManifestError, match=r"cannot read \"http://127.0.0.1:1/tool\""
    ) as e:
        checksig.audit("http://127.0.0.1:1/tool", timeout=1)
    assert "cannot be reached" in str(e.value)
    assert len(asked) == 1
