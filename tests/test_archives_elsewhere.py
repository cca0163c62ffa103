"""Archives at addresses: their members are checked as those of an archive here are."""

from __future__ import annotations

import hashlib
import io
import os
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from typing import TYPE_CHECKING, Any, Final

import pytest
from keypairs import KEY, OTHER
from packages import deb
from servers.corpus import listed
from servers.faults import FAULTS

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer
    from servers.web import Web

fsspec = pytest.importorskip("fsspec", reason="fsspec: make .venv/made/stores brings it")

FILES: Final = {"a.bin": os.urandom(100_000), "sub/b": b"b", "empty": b""}
WRONG: Final = FILES | {"a.bin": FILES["a.bin"][1:], "more": b"more"}
KINDS: Final = ("x.zip", "x.tar", "x.tar.gz")


def packed(kind: str, files: dict[str, bytes], listing: dict[str, bytes] | None = FILES) -> bytes:
    """Return an archive, with a list in it if there is one."""
    within = dict(files) if listing is None else {"SHA256SUMS": listed(listing).encode(), **files}
    data = io.BytesIO()
    if kind.endswith("zip"):
        with zipfile.ZipFile(data, "w") as file:
            for name, content in within.items():
                file.writestr(name, content)
    else:
        with tarfile.open(fileobj=data, mode="w:gz" if kind.endswith("gz") else "w:") as tar:
            for name, content in within.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return data.getvalue()


def outcome(path: str, **options: Any) -> tuple[Any, ...]:
    """Return what comes of checking an archive, but for where it is."""
    try:
        report = checksig.audit(path, keep_results=True, **options)
    except checksig.ChecksigError as error:
        return type(error), re.sub(r'"[^"]*/', '"', str(error))
    return (
        report.verdict,
        {str(status): count for status, count in report.counts.items() if count},
        sorted((each.path, str(each.status), each.diagnosis) for each in report.results or ()),
        [each.scheme for each in report.signatures],
        (report.bytes, report.members, report.remarks, report.root.rpartition("/")[2]),
    )


def compared(web: Web, files: dict[str, bytes], name: str, **options: Any) -> tuple[Any, ...]:
    """Return what comes of an archive, wherever it lies: that is the same."""
    system = fsspec.filesystem("memory")
    try:
        for each, data in files.items():
            (web.root / each).write_bytes(data)
            system.pipe_file(f"/set/{each}", data)
        expected = outcome(str(web.root / name), **options)
        assert outcome(f"{web.url}/{name}", **options) == expected
        assert outcome(f"memory://set/{name}", **options) == expected
    finally:
        system.store.clear()
        system.pseudo_dirs[:] = [""]
    return expected


@pytest.mark.parametrize("kind", KINDS)
def test_members_of_an_archive_elsewhere_are_checked_as_of_one_here(
    web: Web, kind: str, tmp_path: Path
) -> None:
    for complete in (False, True):
        found = compared(web, {kind: packed(kind, FILES)}, kind, complete=complete)
        assert found[:2] == ("VERIFIED", {"ok": 3})
    found = compared(web, {kind: packed(kind, WRONG)}, kind, complete=True)
    assert found[:2] == ("FAILED", {"ok": 2, "mismatch": 1, "unlisted": 1})
    manifest = tmp_path / "list"
    manifest.write_text(listed(FILES))
    bare = packed(kind, WRONG, None)
    found = compared(web, {kind: bare}, kind, manifest=manifest)
    assert found[:2] == ("FAILED", {"ok": 2, "mismatch": 1, "unlisted": 1})
    with pytest.raises(checksig.ManifestError, match="no list of digests in"):
        checksig.audit(f"{web.url}/{kind}")
    digest = hashlib.sha256(FILES["sub/b"]).hexdigest()
    entries = [checksig.Entry("sub/b", digest, "sha256")]
    assert compared(web, {kind: bare}, kind, entries=entries)[0] == "VERIFIED"
    assert compared(web, {kind: packed(kind, FILES)[:50_000]}, kind)[0] != "VERIFIED"
    assert compared(web, {kind: b"nonsense"}, kind)[0] is checksig.ArchiveError


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_over_an_archive_elsewhere_covers_its_members(
    web: Web, kind: str, key: Path
) -> None:
    for listing in (None, FILES):
        data = packed(kind, FILES, listing)
        for signature, verdict in (
            (KEY.minisign(data), "VERIFIED"),
            (OTHER.minisign(data), checksig.SignatureUntrusted),
            (KEY.minisign(b""), checksig.SignatureInvalid),
        ):
            found = compared(web, {kind: data, f"{kind}.minisig": signature}, kind, trust=key)
            assert found[0] == verdict
    wrong = packed(kind, WRONG)
    found = compared(web, {kind: wrong, f"{kind}.minisig": KEY.minisign(wrong)}, kind, trust=key)
    assert found[:2] == ("FAILED", {"ok": 3, "mismatch": 1, "unlisted": 1})  # one is the archive
    (web.root / f"{kind}.minisig").unlink()
    assert compared(web, {kind: data}, kind, trust=key)[0] is checksig.SignatureUntrusted


def test_an_archive_elsewhere_of_which_a_list_speaks_is_one_file(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checksig._places.copying.Copy", None)  # nothing is copied
    data, address = packed("x.zip", FILES, None), f"{web.url}/x.zip"
    (web.root / "x.zip").write_bytes(data)
    (tmp_path / "list").write_text(listed({"x.zip": data}))
    assert checksig.verify(address, manifest=tmp_path / "list").files == 1
    (web.root / "SHA256SUMS").write_text(listed({"x.zip": data}))
    assert checksig.verify(address).bytes == len(data)
    (web.root / "SHA256SUMS").write_text(listed({"x.zip": data[1:]}))
    assert [str(each.status) for each in checksig.audit(address).failures] == ["mismatch"]


def test_what_is_not_for_archives_is_refused_before_one_is_copied(
    web: Web, cli: Callable[..., Answer]
) -> None:
    (web.root / "x.zip").write_bytes(packed("x.zip", FILES))
    for options in (["--find-moved"], ["--size-only"], ["--server-checksums"]):
        answer = cli("verify", f"{web.url}/x.zip", *options)
        assert (answer.code, "not for archives" in answer.err) == (2, True), answer
    answer = cli("verify", f"{web.url}/x.zip", "--index", web.root / "x.zip")
    assert (answer.code, "index is for directories on web servers" in answer.err) == (2, True)
    assert not web.asked("/x.zip")


def test_a_package_elsewhere_is_told_by_its_name_and_checked_as_one_here(web: Web) -> None:
    data = deb()
    found = compared(web, {"x.deb": data}, "x.deb")
    assert found[:2] == ("VERIFIED", {"ok": 2, "unlisted": 1})
    found = compared(web, {"x.deb": deb(listed={"gone": b""})}, "x.deb")
    assert found[:2] == ("FAILED", {"missing": 1, "unlisted": 3})
    (web.root / "SHA256SUMS").write_text(listed({"x.deb": data}))
    (web.root / "x.deb").write_bytes(data)
    assert checksig.verify(f"{web.url}/x.deb").files == 1


@pytest.mark.parametrize("fault", ["403", "404", "500", "cut", "stall", "redirect-host"])
def test_an_archive_that_does_not_come_whole_is_not_checked(
    web: Web, fault: str, cli: Callable[..., Answer]
) -> None:
    (web.root / "x.tar").write_bytes(packed("x.tar", FILES))
    web.faults["/x.tar"] = FAULTS[fault]
    answer = cli("verify", f"{web.url}/x.tar?token=secret", "--timeout", "1")
    assert answer.code == 2
    assert f'cannot copy "{web.url}/x.tar" into ' in answer.err
    assert "secret" not in answer.err


def test_the_copy_of_an_archive_is_gone_however_the_run_ends(web: Web, tmp_path: Path) -> None:
    place = tmp_path / "tmp"
    place.mkdir()
    (web.root / "x.tar").write_bytes(packed("x.tar", FILES))
    web.faults["/x.tar"] = FAULTS["stall"]
    command = [sys.executable, "-m", "checksig", "verify", f"{web.url}/x.tar"]
    for number, code in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
        asked = len(web.asked("/x.tar"))
        with subprocess.Popen(
            command, stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(place)}
        ) as process:
            for _ in range(200):
                if len(web.asked("/x.tar")) > asked:
                    break
                time.sleep(0.05)
            else:
                raise AssertionError("nobody has asked")
            process.send_signal(number)
            assert process.wait(10) == code
        assert not list(place.iterdir())
    assert tempfile.gettempdir() != str(place)
