"""What a store itself says of objects: taken for a proof on request, and said to be one."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from checksums import CHECKSUMS

import checksig
from checksig._places.store import checksums

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from programs import Answer
    from servers import Store
    from servers.s3 import S3

_DATA: Final = b"bytes of some object\n" * 1000
_PARTS: Final = (b"a" * (5 << 20), b"b")


def _digest(algorithm: str, data: bytes) -> bytes:
    if algorithm in CHECKSUMS:
        return bytes.fromhex(CHECKSUMS[algorithm](data))
    return hashlib.new(algorithm, data).digest()


def _line(algorithm: str, name: str, data: bytes) -> str:
    return f"{algorithm.upper()} ({name}) = {_digest(algorithm, data).hex()}\n"


def _summed(algorithm: str, value: str) -> dict[str, str]:
    name = algorithm.upper()
    return {f"x-amz-checksum-{algorithm}": value, "x-amz-sdk-checksum-algorithm": name}


def _proofs(address: str, **options: Any) -> dict[str, str]:
    """Return how each file was proved, and its status if that is not ok."""
    results = checksig.iter_verify(address, server_checksums=True, **options)
    return {r.path: f"{r.proof}" if r.ok else f"{r.proof} {r.status}" for r in results}


#: The headers that an object is put with, by the algorithm that S3 then has of it.
_PUT: Final = ("crc32", "crc32c", "sha1", "sha256")


@pytest.mark.parametrize("server", ["moto", "versitygw"], indirect=True)
def test_full_object_checksums_of_s3_are_taken_and_no_others(bucket: S3) -> None:
    text = ""
    for algorithm in _PUT:
        value = base64.b64encode(_digest(algorithm, _DATA)).decode()
        bucket.put(algorithm, _DATA, _summed(algorithm, value))
        text += _line(algorithm, algorithm, _DATA)
    digests = [base64.b64encode(hashlib.sha256(part).digest()).decode() for part in _PARTS]
    bucket.put_multipart(
        "composite",
        _PARTS,
        {"x-amz-checksum-algorithm": "SHA256"},
        [("SHA256", each) for each in digests],
    )
    text += _line("sha256", "composite", b"".join(_PARTS))
    bucket.put("tag", _DATA)
    text += _line("md5", "tag", _DATA)
    bucket.put("two", _DATA)
    text += _line("md5", "two", _DATA) + _line("sha256", "two", _DATA)
    bucket.put_multipart("parted", _PARTS)
    text += _line("md5", "parted", b"".join(_PARTS))
    bucket.put("SUMS", text.encode())
    expected = dict.fromkeys(_PUT, "server")
    expected |= {"composite": "content", "tag": "content", "two": "content", "parted": "content"}
    assert _proofs(f"{bucket.url}/SUMS") == expected
    by_tags = expected | {"tag": "server", "two": "server"}
    assert _proofs(f"{bucket.url}/SUMS", trust_etag=True) == by_tags
    strong = _proofs(f"{bucket.url}/SUMS", trust_etag=True, min_strength="strong")
    assert (strong["two"], strong["tag"], strong["sha256"]) == (
        "content",
        "None unsupported",
        "server",
    )
    bucket.put("MORE", _line("sha256", "two", _DATA).encode())
    both = [f"{bucket.url}/SUMS", f"{bucket.url}/MORE"]
    report = checksig.audit(bucket.url, manifest=both, server_checksums=True, trust_etag=True)
    # Of what is in two lists, the one that has an MD5 too is not enough.
    assert (report.ok, report.served) == (True, len(_PUT) + 1)


@pytest.mark.parametrize("server", ["moto", "versitygw"], indirect=True)
def test_a_checksum_that_is_not_the_one_listed_is_a_mismatch(bucket: S3) -> None:
    value = base64.b64encode(_digest("sha256", _DATA)).decode()
    bucket.put("x", _DATA, _summed("sha256", value))
    bucket.put("SUMS", _line("sha256", "x", _DATA[1:]).encode())
    assert _proofs(f"{bucket.url}/SUMS") == {"x": "server mismatch"}
    bucket.put("SUMS", _line("md5", "x", _DATA[1:]).encode())
    assert _proofs(f"{bucket.url}/SUMS", trust_etag=True) == {"x": "server mismatch"}
    bucket.put("SUMS", (_line("sha256", "x", _DATA) + _line("sha256", "gone", _DATA)).encode())
    assert _proofs(f"{bucket.url}/SUMS") == {"x": "server", "gone": "None missing"}


@pytest.mark.parametrize("server", ["versitygw"], indirect=True)
def test_aws_has_a_crc64nvme_of_what_was_put_without_a_checksum(bucket: S3) -> None:
    bucket.put("x", _DATA)
    bucket.put("SUMS", _line("crc64nvme", "x", _DATA).encode())
    assert _proofs(f"{bucket.url}/SUMS") == {"x": "server"}


@pytest.mark.parametrize("server", ["fake-gcs-server"], indirect=True)
def test_google_has_md5_and_crc32c(bucket: Store) -> None:
    text = "".join([_line(each, each, _DATA) for each in ("md5", "crc32c", "sha256")])
    for name in ("md5", "crc32c", "sha256"):
        bucket.put(name, _DATA)
    bucket.put("SUMS", text.encode())
    expected = {"md5": "server", "crc32c": "server", "sha256": "content"}
    assert _proofs(f"{bucket.url}/SUMS") == expected
    bucket.put("md5", _DATA[1:])
    assert _proofs(f"{bucket.url}/SUMS") == expected | {"md5": "server mismatch"}


_MD5: Final = "0123456789abcdef0123456789abcdef"
_PLAIN: Final = {"content-length": "3", "etag": f'"{_MD5}"'}
_SHA: Final = base64.b64encode(b"x" * 32).decode()


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ({"x-amz-checksum-sha256": _SHA}, {"sha256", "md5"}),
        ({"x-amz-checksum-sha256": _SHA, "x-amz-checksum-type": "FULL_OBJECT"}, {"sha256", "md5"}),
        ({"x-amz-checksum-sha256": _SHA, "x-amz-checksum-type": "COMPOSITE"}, {"md5"}),
        ({"x-amz-checksum-sha256": f"{_SHA}-3"}, {"md5"}),
        ({"x-amz-checksum-sha256": _SHA, "etag": f'"{_MD5}-3"'}, set()),
        (
            {
                "x-amz-checksum-sha256": _SHA,
                "x-amz-checksum-crc32c": "AAAAAA==",
                "x-amz-checksum-type": "FULL_OBJECT",
                "etag": f'"{_MD5}-3"',
            },
            {"crc32c"},
        ),
        ({"x-amz-checksum-crc32c": "AAAAAA==", "etag": f'"{_MD5}-3"'}, set()),
        ({"x-amz-checksum-sha256": _SHA[:-4]}, {"md5"}),
        ({"x-amz-checksum-sha256": "!"}, {"md5"}),
        ({"x-amz-checksum-nothing": _SHA}, {"md5"}),
        ({"x-amz-server-side-encryption": "AES256"}, {"md5"}),
        ({"x-amz-server-side-encryption": "aws:kms"}, set()),
        ({"x-amz-server-side-encryption": "aws:kms:dsse"}, set()),
        ({"x-amz-server-side-encryption-customer-algorithm": "AES256"}, set()),
        ({"etag": f'W/"{_MD5}"'}, set()),
        ({"etag": ""}, set()),
        ({"content-length": "-1"}, None),
        ({"content-length": ""}, None),
    ],
)
def test_a_checksum_of_parts_or_of_something_else_is_none(
    header: dict[str, str], known: set[str] | None
) -> None:
    said = checksums.of_s3({**_PLAIN, **header}, etags=True)
    assert (None if said is None else set(said.digests)) == known
    said = checksums.of_s3({**_PLAIN, **header}, etags=False)
    assert (None if said is None else set(said.digests)) == (known and known - {"md5"})


@pytest.mark.parametrize("server", ["moto", "fake-gcs-server"], indirect=True)
def test_the_weakest_proof_is_that_of_the_run(bucket: Store, cli: Callable[..., Answer]) -> None:
    bucket.put("x", _DATA)
    bucket.put("set/y", _DATA)
    bucket.put("SUMS", (_line("md5", "x", _DATA) + _line("sha256", "set/y", _DATA)).encode())
    address = f"{bucket.url}/SUMS"
    allowed = ["--server-checksums", "--trust-etag"]
    answer = cli("verify", address, *allowed, "--no-unlisted")
    assert answer.code == 0
    assert "1 proved by their server, and not read" in answer.out
    answer = cli("verify", address, *allowed, "-v")
    assert "x   (proved by its server, and not read)" in answer.out
    report = json.loads(cli("verify", address, *allowed, "--json").out)
    assert (report["proof"], report["served"], report["bytes"]) == ("server", 1, len(_DATA))
    report = json.loads(cli("verify", address, "--json").out)
    assert (report["proof"], report["served"], report["bytes"]) == ("content", 0, 2 * len(_DATA))


@pytest.mark.parametrize("server", ["azurite"], indirect=True)
def test_azure_has_none_that_count(bucket: Store, cli: Callable[..., Answer]) -> None:
    answer = cli("verify", f"{bucket.url}/set", "--server-checksums")
    assert answer.code == 2
    assert "server_checksums is not for containers of Azure" in answer.err


def test_what_is_here_is_read(cli: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(_DATA)
    (tmp_path / "SHA256SUMS").write_text(_line("sha256", "x", _DATA))
    answer = cli("verify", str(tmp_path), "--server-checksums")
    assert answer.code == 2
    assert "server_checksums is for stores" in answer.err
    answer = cli("verify", str(tmp_path), "--trust-etag")
    assert answer.code == 2
    assert "trust_etag is for server_checksums" in answer.err
    assert next(iter(checksig.iter_verify(tmp_path))).proof == "content"
    assert checksig.audit(tmp_path, size_only=True).proof == "size"
