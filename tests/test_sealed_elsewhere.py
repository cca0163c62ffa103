"""Signatures over single files at addresses: what they prove here, they prove there."""

from __future__ import annotations

import gzip
import os
import re
import tempfile
from typing import TYPE_CHECKING, Any, Final

import pytest
from keypairs import KEY, OTHER
from servers.corpus import listed
from servers.faults import FAULTS
from servers.reply import Reply

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer
    from servers.web import Web

fsspec = pytest.importorskip("fsspec", reason="fsspec: make .venv/made/stores brings it")

_DATA: Final = os.urandom(300_000)
_PACKED: Final = gzip.compress(_DATA)
_ANOTHER: Final = "sha256:" + "0" * 64
_LIST: Final = listed({"tool": _DATA}).encode()

#: What lies beside a file, by its name, and the options that are given.
SITUATIONS: Final[dict[str, tuple[str, dict[str, bytes], dict[str, Any]]]] = {
    "signed": ("tool", {"tool.minisig": KEY.minisign(_DATA)}, {}),
    "signify": ("tool", {"tool.sig": KEY.signify(_DATA)}, {}),
    "by another key": ("tool", {"tool.minisig": OTHER.minisign(_DATA)}, {}),
    "over other bytes": ("tool", {"tool.minisig": KEY.minisign(_DATA[1:])}, {}),
    "no signature": ("tool", {}, {}),
    "no signature at all": ("tool", {"tool": b"nonsense"}, {}),
    "nonsense": ("tool", {"tool.minisig": b"nonsense"}, {}),
    "without a key": ("tool", {"tool.minisig": KEY.minisign(_DATA)}, {"trust": None}),
    "two": ("tool", {"tool.minisig": KEY.minisign(_DATA), "tool.sig": KEY.signify(_DATA)}, {}),
    "one of two": ("tool", {"tool.minisig": KEY.minisign(_DATA)}, {"signers": 2}),
    "and a list": ("tool", {"tool.minisig": KEY.minisign(_DATA), "SHA256SUMS": _LIST}, {}),
    "and a list of another": (
        "tool",
        {"tool.minisig": KEY.minisign(_DATA), "SHA256SUMS": listed({"tool": b""}).encode()},
        {},
    ),
    "a bad one, and a signed list": (
        "tool",
        {
            "tool.minisig": KEY.minisign(b""),
            "SHA256SUMS": _LIST,
            "SHA256SUMS.minisig": KEY.minisign(_LIST),
        },
        {},
    ),
    "and a digest": ("tool", {"tool.minisig": KEY.minisign(_DATA)}, {"digest": _ANOTHER}),
    "before it was compressed": (
        "t.tar.gz",
        {"t.tar.gz": _PACKED, "t.tar.minisig": KEY.minisign(_DATA)},
        {},
    ),
    "before it was compressed, another": (
        "t.tar.gz",
        {"t.tar.gz": _PACKED, "t.tar.minisig": KEY.minisign(_DATA[1:])},
        {},
    ),
}  # fmt: skip


def outcome(path: str, **options: Any) -> tuple[Any, ...]:
    """Return what comes of checking a file, but for where it is."""
    try:
        report = checksig.verify_file(path, **options)
    except checksig.VerificationError as error:
        report = error.report
    except checksig.ChecksigError as error:
        said = re.sub(r'"[^"]*/', '"', str(error))
        return type(error), said
    return (
        report.verdict,
        report.bytes,
        {str(status): count for status, count in report.counts.items() if count},
        [each.scheme for each in report.signatures],
        [each.rpartition("/")[2] for each in report.unchecked],
        report.remarks,
    )


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_signature_over_a_file_elsewhere_proves_what_it_proves_here(
    web: Web, key: Path, situation: str
) -> None:
    name, files, options = SITUATIONS[situation]
    options = {"trust": key} | options
    system = fsspec.filesystem("memory")
    try:
        for each, data in ({"tool": _DATA} | files).items():
            (web.root / each).write_bytes(data)
            system.pipe_file(f"/set/{each}", data)
        expected = outcome(str(web.root / name), **options)
        assert outcome(f"{web.url}/{name}", **options) == expected
        assert outcome(f"memory://set/{name}", **options) == expected
    finally:
        system.store.clear()
        system.pseudo_dirs[:] = [""]


def test_a_signature_over_a_file_at_an_address_has_the_exit_codes_of_one_here(
    web: Web, key: Path, cli: Callable[..., Answer]
) -> None:
    (web.root / "tool").write_bytes(_DATA)
    for signature, code in ((None, 3), (KEY.minisign(_DATA), 0), (KEY.minisign(b""), 3)):
        if signature:
            (web.root / "tool.minisig").write_bytes(signature)
        for place in (web.url, web.root):
            assert cli("verify", f"{place}/tool", "--trust", key).code == code
    answer = cli("verify", f"{web.url}/tool")
    assert (answer.code, "may sign it: give the key" in answer.err) == (2, True)
    (web.root / "tool.minisig").rename(web.root.parent / "named.minisig")
    answer = cli(
        "verify", f"{web.url}/tool", "--trust", key, "--signature", key.parent / "named.minisig"
    )
    assert answer.code == 3
    (key.parent / "named.minisig").write_bytes(KEY.minisign(_DATA))
    answer = cli(
        "verify",
        f"{web.url}/tool",
        "--trust",
        key,
        "--signature",
        key.parent / "named.minisig",
        "--json",
    )
    assert (answer.code, f'"root": "{web.url}/"' in answer.out) == (0, True)


@pytest.mark.parametrize("fault", ["403", "404", "500", "cut", "stall", "replaced", "longer"])
def test_a_file_that_does_not_come_whole_is_not_signed(web: Web, key: Path, fault: str) -> None:
    (web.root / "tool").write_bytes(_DATA)
    (web.root / "tool.minisig").write_bytes(KEY.minisign(_DATA))
    web.faults["/tool"] = FAULTS[fault]
    address = f"{web.url}/tool"
    if fault in ("longer", "replaced"):  # it comes once more, or ends where it should
        assert checksig.verify_file(address, trust=key, timeout=1).bytes == len(_DATA)
        return
    with pytest.raises(checksig.ArchiveError, match=r'^cannot copy "http.*/tool" into'):
        checksig.verify_file(address, trust=key, timeout=1)


def test_a_page_for_whatever_is_not_there_is_no_signature(web: Web, key: Path) -> None:
    page = b"<!DOCTYPE html><html>Not here.</html>"
    (web.root / "tool").write_bytes(_DATA)
    (web.root / "SHA256SUMS").write_bytes(_LIST)
    for end in (".minisig", ".sig", ".asc"):
        web.faults[f"/tool{end}"] = lambda _: Reply(
            headers={"Content-Length": str(len(page))}, body=page
        )
    assert checksig.verify_file(f"{web.url}/tool").ok
    (web.root / "SHA256SUMS.minisig").write_bytes(KEY.minisign(_LIST))
    assert checksig.verify_file(f"{web.url}/tool", trust=key).ok


def test_a_copy_of_a_file_is_gone_afterwards_and_needs_room(
    web: Web, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (web.root / "tool").write_bytes(_DATA)
    (web.root / "tool.minisig").write_bytes(KEY.minisign(_DATA))
    told: list[int] = []
    seen: list[list[str]] = []

    def progress(now: checksig.Progress) -> None:
        told.append(now.bytes)
        seen.append([each.name for each in (tmp_path / "tmp").iterdir()])

    assert checksig.verify_file(f"{web.url}/tool", trust=key, progress=progress).ok
    assert told
    assert not any(seen)
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage())
    with pytest.raises(checksig.ArchiveError, match=r'into ".*/tmp": it is larger'):
        checksig.verify_file(f"{web.url}/tool", trust=key)
    assert not list((tmp_path / "tmp").iterdir())


class _Usage:
    free = (64 << 20) + 1000


@pytest.fixture
def tool(web: Web) -> str:
    """The address of a file with a signature over it."""
    (web.root / "tool").write_bytes(_DATA)
    (web.root / "tool.minisig").write_bytes(KEY.minisign(_DATA))
    return f"{web.url.rstrip('/')}/tool"


def test_a_copy_without_a_place_for_it_is_an_error_of_the_copy(
    tool: str, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    with pytest.raises(checksig.ArchiveError, match=r"cannot copy .*tool"):
        checksig.audit(tool, trust=key)


def test_no_more_is_copied_than_is_of_use(
    tool: str, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checksig._places.one.MAX_WHOLE", len(_DATA) - 1)
    with pytest.raises(checksig.ArchiveError, match="larger than 299999"):
        checksig.audit(tool, trust=key)


def test_a_limit_holds_for_a_copy(tool: str, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    booked: list[int] = []

    class Pace:
        def __init__(self, rate: int | None) -> None:
            assert rate == 1 << 30

        def keep(self, size: int, expect_wanted: Callable[[], None]) -> None:
            del expect_wanted
            booked.append(size)

    monkeypatch.setattr("checksig._checking.servers.Pace", Pace)
    assert checksig.audit(tool, trust=key, bwlimit=1 << 30).ok
    assert sum(booked) == len(_DATA)


@pytest.mark.parametrize("option", ["trust", "signature", "revoked"])
def test_a_key_at_an_address_is_refused_without_its_secrets(
    tmp_path: Path, key: Path, option: str
) -> None:
    (tmp_path / "tool").write_bytes(_DATA)
    (tmp_path / "tool.minisig").write_bytes(KEY.minisign(_DATA))
    address = "https://alice:hunter2@example.org/k.pub?sig=SECRET"
    options: dict[str, Any] = {"trust": key, option: [address]}
    with pytest.raises(checksig.ChecksigError) as error:
        checksig.audit(tmp_path / "tool", **options)
    assert "example.org/k.pub" in str(error.value)
    assert "it is an address, and has to be a file here" in str(error.value)
    assert not any(secret in str(error.value) for secret in ("alice", "hunter2", "SECRET"))
