"""Directories on web servers: checked as those on this machine are, whatever a server does."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final

import pytest
from keypairs import KEY
from servers.certificates import Authority
from servers.faults import FAULTS, status
from servers.web import Web, deaf, serving

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from programs import Answer

FILES: Final = {
    "a.bin": os.urandom(100_003),
    "empty": b"",
    "sub/b c.txt": b"hello\n",
    "sub/50%25 #1?&+ü.txt": b"a name that has to be quoted",
    "large": os.urandom(17 << 20),
}

#: The faults with which the bytes of a file are had all the same.
HARMLESS: Final = {
    *("bad-date", "bytes-change", "chunked", "chunked-cut", "cut-once", "etag-moves"),
    *("gzip-labelled", "longer", "many-headers", "no-etag", "range-ignored", "range-lies"),
    *("range-long", "range-moved", "range-size", "redirect", "replaced", "reset-once"),
    *("until-close", "weak-etag", "429-once", "500-once", "503-twice"),
}
#: The verdict with others, if it is not that the file is unreadable.
OTHERWISE: Final = {"404": "missing", "410": "missing", "gzip": "mismatch"}
#: Those that take long to end: they are tested in Go.
ENDLESS: Final = {"endless", "endless-chunks"}


def listed(files: dict[str, bytes]) -> str:
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    return "".join(lines)


@pytest.fixture
def web(tmp_path: Path) -> Generator[Web]:
    root = tmp_path / "root"
    for name, data in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (root / "SHA256SUMS").write_text(listed(FILES))
    with serving(root) as server:
        yield server


def test_a_server_is_checked_as_the_directory_is(web: Web) -> None:
    report = checksig.verify(f"{web.url}/SHA256SUMS")
    local = checksig.verify(web.root / "SHA256SUMS")
    assert report.ok
    assert report.root == f"{web.url}/"
    assert (report.counts, report.files, report.bytes) == (local.counts, local.files, local.bytes)
    assert not report.looked  # a server does not say what it has


def test_a_server_says_in_json_what_the_directory_says(
    web: Web, cli: Callable[..., Answer]
) -> None:
    (web.root / "a.bin").write_bytes(FILES["a.bin"][::-1])
    (web.root / "empty").unlink()

    def said(place: str) -> list[dict[str, Any]]:
        answer = cli("verify", f"{place}/SHA256SUMS", "--jsonl", "--no-unlisted")
        assert answer.code == 1
        *results, summary = map(json.loads, answer.out.splitlines())
        for each in results:
            del each["manifest"]
            # In other words: there is no server that says so here.
            each["detail"] = each["detail"] and each["status"]
        for name in ("root", "seconds", "manifests"):
            del summary[name]
        return [*sorted(results, key=lambda each: str(each["path"])), summary]

    assert said(web.url) == said(str(web.root))


def test_every_fault_of_a_file_is_found(web: Web) -> None:
    (web.root / "a.bin").write_bytes(FILES["a.bin"][:-1])
    (web.root / "large").write_bytes(FILES["large"][:-1] + bytes([FILES["large"][-1] ^ 1]))
    (web.root / "empty").unlink()
    (web.root / "sub/b c.txt").write_bytes(b"hullo\n")
    report = checksig.audit(f"{web.url}/SHA256SUMS")
    found = {failure.path: str(failure.status) for failure in report.failures}
    local = checksig.audit(web.root / "SHA256SUMS")
    assert found == {failure.path: str(failure.status) for failure in local.failures}
    assert len(found) == 4


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - ENDLESS))
def test_a_fault_of_the_server_is_no_success(web: Web, fault: str) -> None:
    (web.root / "L.sha256").write_text(listed({f"@{fault}/a.bin": FILES["a.bin"]}))
    report = checksig.audit(f"{web.url}/L.sha256", timeout=3, keep_results=True)
    [result] = report.results or ()
    expected = "ok" if fault in HARMLESS else OTHERWISE.get(fault, "unreadable")
    assert (fault, str(result.status)) == (fault, expected), result.detail
    assert web.url not in result.detail
    assert report.ok == (expected == "ok")


@pytest.mark.parametrize(
    "fault", ["403", "404", "500", "cut", "garbage", "redirect-host", "silent"]
)
def test_a_list_that_cannot_be_had_is_said_with_its_address(
    cli: Callable[..., Answer], web: Web, fault: str
) -> None:
    web.faults["/SHA256SUMS"] = FAULTS[fault]
    answer = cli("verify", f"{web.url}/SHA256SUMS?token=secret", "--timeout", "1")
    assert answer.code == 2
    assert f'cannot read "{web.url}/SHA256SUMS": ' in answer.err
    assert "secret" not in answer.out + answer.err


def test_who_is_let_in_by_a_password_is_not_shown(cli: Callable[..., Answer], web: Web) -> None:
    address = web.url.replace("://", "://user:hidden@")
    answer = cli("verify", f"{address}/SHA256SUMS", "--json")
    assert answer.code == 0
    assert "hidden" not in answer.out + answer.err
    assert json.loads(answer.out)["root"] == f"{web.url}/"
    assert all(each.headers["authorization"].startswith("Basic ") for each in web.requests)


def test_a_server_may_redirect_only_where_it_may(web: Web) -> None:
    (web.root / "L.sha256").write_text(listed({"@redirect-host/a.bin": FILES["a.bin"]}))
    other = web.url.replace("127.0.0.1", "localhost")
    assert not checksig.audit(f"{web.url}/L.sha256").ok
    assert checksig.verify(f"{web.url}/L.sha256", redirects=[other]).ok
    for wrong in ("example.org", "ftp://example.org", "https://", "https://a/b", "https://u@a"):
        with pytest.raises(ValueError, match="is not an origin"):
            checksig.verify(f"{web.url}/L.sha256", redirects=[wrong])


def test_a_list_on_a_server_is_for_a_directory_here(web: Web, tmp_path: Path) -> None:
    assert checksig.verify(web.root, manifest=f"{web.url}/SHA256SUMS").ok
    (web.root / "empty").write_bytes(b"x")
    assert not checksig.audit(web.root, manifest=f"{web.url}/SHA256SUMS").ok
    assert not checksig.audit(tmp_path, manifest=f"{web.url}/SHA256SUMS").ok
    (web.root / "empty").write_bytes(b"")
    assert checksig.verify(f"{web.url}/SHA256SUMS", root=web.root).ok
    assert not checksig.audit(f"{web.url}/SHA256SUMS", root=tmp_path).ok


def test_a_signature_lies_beside_its_list(web: Web, tmp_path: Path) -> None:
    key, address, sums = tmp_path / "key.pub", f"{web.url}/SHA256SUMS", web.root / "SHA256SUMS"
    key.write_bytes(KEY.public)
    with pytest.raises(checksig.TrustError):
        checksig.verify(address, trust=key)
    (web.root / "SHA256SUMS.minisig").write_bytes(KEY.minisign(sums.read_bytes()))
    report = checksig.verify(address, trust=key)
    assert [each.scheme for each in report.signatures] == ["minisign"]
    sums.write_text(listed({"a.bin": FILES["a.bin"]}))
    with pytest.raises(checksig.TrustError):
        checksig.verify(address, trust=key)
    assert len(web.asked("/a.bin")) == 1  # a bad signature ends the run before a file is read


def test_what_is_not_said_of_servers_is_refused(cli: Callable[..., Answer], web: Web) -> None:
    for option in ("--complete", "--find-moved", "--recursive", "--size-only", "--drop-cache"):
        answer = cli("verify", f"{web.url}/SHA256SUMS", option)
        assert answer.code == 2
        assert "is not for web servers" in answer.err
    web.index = ""
    answer = cli("verify", f"{web.url}/")
    assert answer.code == 2
    assert "the server does not say what is there" in answer.err


@pytest.mark.parametrize("style", ["apache", "nginx", "python"])
def test_a_list_is_found_on_the_page_of_its_directory(web: Web, tmp_path: Path, style: str) -> None:
    web.index = style
    (web.root / "notes.md5.txt").write_text("no list at all\n")
    report = checksig.verify(f"{web.url}/")
    assert report.counts[Status.OK] == len(FILES)
    key = tmp_path / "key.pub"
    key.write_bytes(KEY.public)
    with pytest.raises(checksig.TrustError):
        checksig.verify(f"{web.url}/", trust=key)
    sums = (web.root / "SHA256SUMS").read_bytes()
    (web.root / "SHA256SUMS.minisig").write_bytes(KEY.minisign(sums))
    assert checksig.verify(f"{web.url}/", trust=key).signatures


def test_certificates_are_held_to_who_is_trusted(web: Web, tmp_path: Path) -> None:
    made = Authority(tmp_path / "authority")
    for certificate, why in (
        (made.right(), ""),
        (made.expired(), "expired"),
        (made.for_another_host(), "doesn't contain any IP SANs|not valid for"),
        (made.self_signed(), "unknown authority"),
    ):
        with (
            serving(web.root, certificate) as server,
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setenv("SSL_CERT_FILE", str(made.trusted))
            if not why:
                assert checksig.verify(f"{server.url}/SHA256SUMS").ok
                continue
            with pytest.raises(checksig.ManifestError, match=why):
                checksig.verify(f"{server.url}/SHA256SUMS")


def test_a_proxy_is_asked_where_the_environment_names_one(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("http_proxy", web.url)  # which is no proxy, and sees whole addresses
    with pytest.raises(checksig.ManifestError):
        checksig.verify("http://example.invalid/SHA256SUMS", timeout=2)
    assert any("example.invalid" in each.path for each in web.requests)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert checksig.verify(f"{web.url}/SHA256SUMS").ok


def test_of_several_addresses_no_failure_shows_a_password(
    cli: Callable[..., Answer], web: Web
) -> None:
    (web.root / "a.bin").write_bytes(b"x")
    address = web.url.replace("://", "://user:hidden@")
    answer = cli("verify", f"{address}/SHA256SUMS?token=hidden", web.root / "empty")
    assert (answer.code, f"{web.url}/a.bin" in answer.out) == (1, True)
    assert "hidden" not in answer.out + answer.err


def test_many_files_at_a_time_end_with_ctrl_c(tmp_path: Path) -> None:
    (tmp_path / "L.sha256").write_text(listed({f"@silent/{n}": b"x" for n in range(64)}))
    with serving(tmp_path) as server:
        command = [
            sys.executable,
            "-m",
            "checksig",
            "verify",
            f"{server.url}/L.sha256",
            "--readers",
            "64",
        ]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            for _ in range(200):
                if len([each for each in server.requests if "silent" in each.path]) >= 64:
                    break
                time.sleep(0.05)
            else:
                raise AssertionError(f"{len(server.requests)} requests")
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 130
            assert time.monotonic() - began < 1  # 0.2 s, and the end of the interpreter


def test_a_host_that_says_nothing_is_given_up(cli: Callable[..., Answer]) -> None:
    with deaf() as place:
        answer = cli("verify", f"http://{place}/SHA256SUMS", "--timeout", "1")
    assert answer.code == 2
    assert f'cannot read "http://{place}/SHA256SUMS": no answer in time' in answer.err


def test_the_results_come_while_others_are_read(web: Web) -> None:
    web.faults["/large"] = status(503, 1, Retry_After="1")
    order = [result.path for result in checksig.iter_verify(f"{web.url}/SHA256SUMS")]
    assert order[-1] == "large"
    assert len(order) == len(FILES)


def test_a_rate_and_readers_hold_for_servers(web: Web) -> None:
    began = time.monotonic()
    options = {"bwlimit": 34 << 20, "readers": 2, "workers": 1}
    report = checksig.verify(f"{web.url}/SHA256SUMS", **options)  # type: ignore[arg-type]
    assert report.counts[Status.OK] == len(FILES)
    assert time.monotonic() - began > 0.2


def test_a_rate_may_be_lower_than_what_servers_have_to_send_in_time(web: Web) -> None:
    (web.root / "L.sha256").write_text(listed({"a.bin": FILES["a.bin"]}))
    assert checksig.verify(f"{web.url}/L.sha256", bwlimit=60_000, timeout=1).ok


def test_a_list_that_does_not_come_can_be_cancelled(web: Web) -> None:
    web.faults["/SHA256SUMS"] = FAULTS["silent"]
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    with pytest.raises(checksig.CancelledError):
        checksig.verify(f"{web.url}/SHA256SUMS", cancel=cancel)


def test_an_address_that_is_none_does_not_show_its_password(cli: Callable[..., Answer]) -> None:
    for address in ("http://u:a/hidden@h/L", "http://u:hidden@h:x/L", "http://u:hidden@/L"):
        answer = cli("verify", address)
        assert answer.code == 2
        assert "is not the address of a web server" in answer.err
        assert "hidden" not in answer.err


def test_an_address_may_have_bytes_that_are_not_utf_8(web: Web) -> None:
    name = os.fsdecode(b"\xff.sha256")
    (web.root / name).write_text(listed({"empty": b""}))
    for address in (name, "%FF.sha256"):
        assert checksig.verify(f"{web.url}/{address}").ok
    assert len(web.asked("/%FF.sha256.minisig")) == 2


@pytest.mark.parametrize("fault", ["429", "500"])
def test_a_signature_that_cannot_be_had_is_not_taken_for_none(web: Web, fault: str) -> None:
    web.faults["/SHA256SUMS.minisig"] = FAULTS[fault]
    with pytest.raises(checksig.ManifestError, match=r"minisig.*the server says"):
        checksig.audit(f"{web.url}/SHA256SUMS", timeout=1)
