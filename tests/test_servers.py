"""The servers that tests of stores run against do what those tests rely on.

Measured with versitygw 1.8.0, moto 5.2.5, azurite 3.35.0 and fake-gcs-server 1.56.1. A new version
that does otherwise fails here first. AWS does as versitygw, except for odd keys.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from servers.asking import ask
from servers.certificates import Authority
from servers.process import BUILT, running
from servers.s3 import S3, versitygw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from servers import Store
    from servers.azure import Azure
    from servers.gcs import Gcs

pytestmark = pytest.mark.servers

DATA = b"hello" * 1000
PARTS = [b"p" * (5 << 20), b"q" * 7]
MODE = {"x-amz-checksum-mode": "ENABLED"}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def crc32(data: bytes) -> str:
    return b64(zlib.crc32(data).to_bytes(4, "big"))


def sha256(data: bytes) -> str:
    return b64(hashlib.sha256(data).digest())


#: Of PARTS, as AWS makes it: the digest of the digests of the parts.
COMPOSITE = sha256(b"".join(hashlib.sha256(part).digest() for part in PARTS))
#: Of PARTS, by a table from the polynomial 0xad93d23594c93659, which gives ae8b14860a799888 for
#: 123456789: https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme
CRC64NVME = "V+LjB4Z1G84="
DIGESTS = {
    name: b64(hashlib.new(name, DATA).digest()) for name in ("md5", "sha1", "sha256", "sha512")
} | {"crc32": crc32(DATA)}


def put_with(algorithm: str, *, named: bool = True, right: bool = True) -> Callable[[S3], Any]:
    """Store with a checksum; return the status, the checksum that HEAD has, and its type."""

    def measure(store: S3) -> tuple[int, bool, str | None]:
        value = DIGESTS[algorithm]
        sent = value if right else b64(bytes(len(base64.b64decode(value))))
        headers = {f"x-amz-checksum-{algorithm}": sent}
        if named:
            headers["x-amz-sdk-checksum-algorithm"] = algorithm.upper()
        status = store.ask("PUT", "a", headers=headers, body=DATA).status
        head = store.ask("HEAD", "a", headers=MODE).headers
        found = head.get(f"x-amz-checksum-{algorithm}") == sent
        return status, found, head.get("x-amz-checksum-type")

    return measure


def in_parts(checksum: str = "", kind: str = "") -> Callable[[S3], Any]:
    """Store in parts; return the status, or HEAD's ETag, checksum and its type."""

    def measure(store: S3) -> Any:
        summed = {"SHA256": sha256, "CRC32": crc32}.get(checksum)
        headers = {"x-amz-checksum-algorithm": checksum} if checksum else {}
        if kind:
            headers["x-amz-checksum-type"] = kind
        begun = store.ask("POST", "try", {"uploads": ""}, headers).status
        if begun != 200:
            return begun
        sums = [(checksum, summed(part)) for part in PARTS] if summed else []
        store.put_multipart("a", PARTS, headers, sums)
        head = store.ask("HEAD", "a", headers=MODE).headers
        found = head.get(f"x-amz-checksum-{checksum.lower() or 'crc64nvme'}")
        return head["etag"][-3:], found, head.get("x-amz-checksum-type")

    return measure


def status_of(method: str, **headers: str) -> Callable[[S3], int]:
    """Return the status for an object that is there."""

    def measure(store: S3) -> int:
        store.put("a", DATA)
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        other = b"other" if method == "PUT" else b""
        status = store.ask(method, "a", headers=said, body=other).status
        stored = method == "PUT" and status == 200
        assert store.ask("GET", "a").body == (other if stored else DATA)
        return status

    return measure


def plain(store: S3) -> tuple[bool, str | None]:
    """Whether the ETag is the MD5, and the type of the checksum that nobody asked for."""
    store.put("a", DATA)
    head = store.ask("HEAD", "a", headers=MODE).headers
    assert "x-amz-checksum-crc64nvme" in head or "x-amz-checksum-type" not in head
    return head["etag"] == f'"{hashlib.md5(DATA).hexdigest()}"', head.get("x-amz-checksum-type")  # noqa: S324


def versions(store: S3) -> tuple[bytes, int, bytes]:
    """Return an old version, the status of an object that was deleted, and it again."""
    kept = store.bucket(f"{store.container}-kept", versioned=True)
    old = {"versionId": kept.put("a", b"1").headers["x-amz-version-id"]}
    kept.put("a", b"2")
    before = kept.ask("GET", "a", old).body
    kept.delete("a")
    return before, kept.ask("GET", "a").status, kept.ask("GET", "a", old).body


def listed(name: str) -> Callable[[S3], Any]:
    """Return the name by which a key is listed, if it can be stored."""

    def measure(store: S3) -> list[str]:
        with suppress(AssertionError):
            store.put(name, DATA)
            assert store.ask("GET", name).body == DATA
        return store.names()

    return measure


def code_of_a_bucket_that_is_not_there(store: S3) -> tuple[int, bool]:
    """Return the status, and whether the body names the error."""
    answer = S3(store.name, store.endpoint, "no-such-bucket").ask("GET", "a")
    return answer.status, b"<Code>NoSuchBucket</Code>" in answer.body


FULL, PASSED = "FULL_OBJECT", (200, True, "FULL_OBJECT")
#: What is measured, and what versitygw and moto give.
S3_FEATURES: dict[str, tuple[Callable[[S3], Any], Any, Any]] = {
    "ETag is MD5; CRC64NVME by itself": (plain, (True, FULL), (True, None)),
    "GET, If-Match wrong": (status_of("GET", If_Match='"no"'), 412, 412),
    "GET, If-Match wrong, Range": (status_of("GET", If_Match='"no"', Range="bytes=1-3"), 412, 412),
    "GET, Range": (status_of("GET", Range="bytes=1-3"), 206, 206),
    "GET, Range beyond": (status_of("GET", Range="bytes=5000-"), 416, 416),
    "PUT, If-None-Match: *": (status_of("PUT", If_None_Match="*"), 412, 412),
    "PUT, If-Match wrong": (status_of("PUT", If_Match='"no"'), 412, 412),
    "PUT, Content-MD5 wrong": (status_of("PUT", Content_MD5=b64(bytes(16))), 400, 200),
    "md5": (put_with("md5"), PASSED, (200, True, None)),
    "sha1": (put_with("sha1"), PASSED, (200, True, None)),
    "sha256": (put_with("sha256"), PASSED, (200, True, None)),
    "sha512": (put_with("sha512"), PASSED, (200, True, None)),
    "crc32": (put_with("crc32"), PASSED, (200, True, None)),
    "sha256, not named": (put_with("sha256", named=False), PASSED, (200, False, None)),
    "sha256, wrong": (put_with("sha256", right=False), (400, False, None), (200, True, None)),
    "parts": (in_parts(), ('-2"', CRC64NVME, FULL), ('-2"', None, None)),
    "parts, SHA256": (
        in_parts("SHA256"),
        ('-2"', f"{COMPOSITE}-2", "COMPOSITE"),
        ('-2"', COMPOSITE, None),
    ),
    "parts, SHA256 of the whole": (
        in_parts("SHA256", FULL),
        400,
        ('-2"', sha256(b"".join(PARTS)), FULL),  # AWS has no such thing
    ),
    "parts, CRC32 of the whole": (
        in_parts("CRC32", FULL),
        ('-2"', crc32(b"".join(PARTS)), FULL),
        ('-2"', crc32(b"".join(PARTS)), FULL),
    ),
    "versions": (versions, (b"1", 404, b"1"), (b"1", 404, b"1")),
    "no such bucket": (code_of_a_bucket_that_is_not_there, (404, True), (404, True)),
    "key a//b": (listed("a//b"), ["a/b"], ["a//b"]),
    "key /a": (listed("/a"), ["a"], ["/a"]),
    "key a/../b": (listed("a/../b"), ["b"], ["a/../b"]),
    "key ./a": (listed("./a"), ["a"], ["./a"]),
    "key a/": (listed("a/"), [], ["a/"]),
    "key with a line end": (listed("a\nb"), ["a&#xA;b"], []),
    "key ü +%41": (listed("ü +%41"), ["ü +%41"], ["ü +%41"]),
}


@pytest.mark.parametrize("server", ["moto", "versitygw"], indirect=True)
@pytest.mark.parametrize("feature", S3_FEATURES)
def test_what_servers_of_s3_do(store: S3, feature: str) -> None:
    measure, *expected = S3_FEATURES[feature]
    assert measure(store) == dict(zip(("versitygw", "moto"), expected, strict=True))[store.name]


def test_a_corpus_is_stored_on_each_server_and_read_by_obstore(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    obstore = pytest.importorskip("obstore", reason="obstore: make .venv/made/stores brings it")
    corpus = {"a": DATA, "sub/b c": b"b", "sub/ü": b"", "%41+": b"c"}
    for name, data in corpus.items():
        store.put(name, data)
    store.put_multipart("parts", PARTS)
    store.put("gone", b"")
    store.delete("gone")
    for name in [name for name in os.environ if name.startswith(("AWS_", "AZURE_", "GOOGLE_"))]:
        monkeypatch.delenv(name)
    for name, value in store.environment().items():
        monkeypatch.setenv(name, value)
    from obstore.store import from_url

    opened = from_url(store.url)
    found = {item["path"]: item["size"] for batch in obstore.list(opened) for item in batch}
    sizes = {name: len(data) for name, data in corpus.items()}
    assert found == {**sizes, "parts": len(b"".join(PARTS))}
    for name, data in corpus.items():
        assert bytes(obstore.get(opened, name).bytes()) == data
    assert bytes(obstore.get_range(opened, "parts", start=5 << 20, length=7)) == PARTS[1]


@pytest.mark.parametrize("server", ["azurite"], indirect=True)
def test_what_azurite_does(store: Azure) -> None:
    stored = store.put("a//b", DATA)
    head = store.ask("HEAD", "a//b").headers
    assert (head["content-md5"], head["etag"]) == (DIGESTS["md5"], stored.headers["etag"])
    assert store.ask("GET", "a//b", headers={"If-Match": '"0x1"'}).status == 412
    assert store.ask("GET", "a//b", headers={"Range": "bytes=1-3"}).body == b"ell"
    create = {"x-ms-blob-type": "BlockBlob", "If-None-Match": "*"}
    assert store.ask("PUT", "a//b", headers=create, body=b"z").status in {409, 412}
    wrong = {"x-ms-blob-type": "BlockBlob", "Content-MD5": b64(bytes(16))}
    assert store.ask("PUT", "c", headers=wrong, body=b"z").status == 400
    store.put_multipart("parts", PARTS)
    parts = store.ask("HEAD", "parts")
    assert (parts.headers["content-length"], "content-md5" in parts.headers) == ("5242887", False)
    page = store.ask("GET", query={"restype": "container", "comp": "list"}).body.decode()
    assert "<Name>a//b</Name>" in page
    assert f"<Etag>{head['etag'].strip(chr(34))}</Etag>" in page  # no quotes here


@pytest.mark.parametrize("server", ["fake-gcs-server"], indirect=True)
def test_what_fake_gcs_server_does(store: Gcs) -> None:
    store.put("a//b", b"old")
    old = json.loads(store.ask("GET", "a//b").body)["generation"]
    store.put("a//b", DATA)
    about = json.loads(store.ask("GET", "a//b").body)
    assert (about["md5Hash"], about["name"], about["size"]) == (DIGESTS["md5"], "a//b", "5000")
    assert about["generation"] != old
    assert json.loads(store.ask("GET").body)["items"][0]["crc32c"] == about["crc32c"]
    media = ask("GET", f"{store.endpoint}/{store.container}/a//b")
    assert media.headers["x-goog-hash"] == f"crc32c={about['crc32c']},md5={about['md5Hash']}"
    assert (media.body, media.headers["x-goog-generation"]) == (DATA, about["generation"])
    # Google's answers 412, and keeps what is there.
    wrong = ask("GET", f"{store.endpoint}/{store.container}/a//b", {"If-Match": '"no"'})
    assert wrong.status == 200
    store.put_multipart("parts", PARTS)
    assert json.loads(store.ask("GET", "parts").body)["size"] == "5242887"


def test_versitygw_speaks_tls(tmp_path: Path) -> None:
    if not (BUILT / "versitygw").exists():
        pytest.skip("versitygw is not on this machine: make .venv/made/stores brings it")
    authority = Authority(tmp_path / "authority")
    with versitygw(tmp_path / "server", authority.right()) as store:
        assert store.endpoint.startswith("https://")
        store.put("a", DATA)
        assert store.ask("GET", "a").body == DATA


def test_a_server_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    def command(port: int) -> list[str]:
        return ["sh", "-c", f"echo no luck with {port}; exit 1"]

    with pytest.raises(RuntimeError, match="no luck with"), running(command, tmp_path / "server"):
        pass


def test_a_server_ends_when_a_test_fails(tmp_path: Path) -> None:
    def command(port: int) -> list[str]:
        serve = f"echo $$ > pid; exec python3 -m http.server --bind 127.0.0.1 {port}"
        return ["sh", "-c", serve]

    def failing() -> None:
        with running(command, tmp_path / "server"):
            os.kill(int((tmp_path / "server" / "pid").read_text()), 0)
            raise KeyError("a test that fails")

    with pytest.raises(KeyError):
        failing()
    process = int((tmp_path / "server" / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
