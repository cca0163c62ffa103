"""The rules of docs/verification.md, as far as no other test has their name."""

from __future__ import annotations

import hashlib
import os
import random
import re
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY, ZERO, plant, relist, run_python, sha1, sha256

import checksig
from checksig import Entry, Status

if TYPE_CHECKING:
    from pathlib import Path


#: Of the byte "a".
MD5 = "0cc175b9c0f1b6a831c399e269772661"
WHIRLPOOL = (
    "8aca2602792aec6f11a67206531fb7d7f0dff59413145e6973c45001d0087b42"
    "d11bc645413aeff63a42391a39145a591a92200d560195e53b478584fdae231a"
)


def status_of(root: Path, line: str) -> Status:
    """The verdict on one line, beneath a root."""
    (root / "sha1sum.txt").write_text(line + "\n" + "CRC32 (keeps-it-a-list) = 00000000\n")
    [result] = [result for result in checksig.iter_verify(root) if result.line == 1]
    return result.status


def test_every_rule_is_the_name_of_a_test() -> None:
    text = (REPOSITORY / "docs/verification.md").read_text()
    rules = [
        name
        for item in re.findall(r"^\d+\. (`.*?):", text, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", item)
    ]
    numbers = [int(number) for number in re.findall(r"^(\d+)\. `", text, re.MULTILINE)]
    tests = {
        name
        for path in (REPOSITORY / "tests").glob("test_*.py")
        for name in re.findall(r"^def test_(\w+)", path.read_text(), re.MULTILINE)
    }
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(rules) > 25
    assert set(rules) - tests == set()


def test_every_file_and_malformed_line_gets_exactly_one_verdict(bad: Path) -> None:
    lines = [line for line in (bad / "sha1sum.txt").read_text().splitlines() if line]
    results = list(checksig.iter_verify(bad))
    assert sorted(result.line or 0 for result in results) == list(range(1, len(lines) + 1))
    counts = checksig.audit(bad).counts
    assert sum(counts.values()) - counts[Status.UNLISTED] == len(lines)


def test_the_same_file_listed_twice_must_match_both_times(good: Path) -> None:
    relist(good, f"{sha1(b'a')}  ./a")
    report = checksig.verify(good)
    assert (report.files, report.repeated) == (3, 1)
    assert "1 listed twice" in report.tally
    relist(good, f"{ZERO}  a")
    report = checksig.audit(good)
    assert [(failure.path, failure.line) for failure in report.failures] == [("a", 5)]
    assert "line" in report.failures[0].detail
    assert [digest.ok for digest in report.failures[0].digests] == [True, False]


def test_a_digest_has_the_length_of_its_algorithm(good: Path) -> None:
    digest = sha1(b"a")
    assert status_of(good, f"SHA1 (a) = {digest}") is Status.OK
    for wrong in (digest[:-2], digest + "00", digest[:8], digest + digest[:24]):
        assert status_of(good, f"SHA1 (a) = {wrong}") is Status.MALFORMED
    entries = [Entry("b", sha1(b"b"), "sha1"), Entry("a", digest[:-2], "sha1")]
    assert checksig.audit(good, entries=entries).counts[Status.MALFORMED] == 1


def test_an_algorithm_that_is_not_known_fails(good: Path) -> None:
    assert status_of(good, f"SHA5 (a) = {ZERO}") is Status.UNSUPPORTED
    report = checksig.audit(good, entries=[Entry("a", ZERO, "snefru"), Entry("a", ZERO, "md4")])
    assert not report.ok
    assert report.counts[Status.UNSUPPORTED] == 1


def test_a_file_is_judged_by_the_digests_that_can_be_computed(good: Path) -> None:
    for order in (1, -1):
        entries = [Entry("a", sha1(b"a"), "sha1"), Entry("a", ZERO, "snefru")][::order]
        report = checksig.audit(good, entries=entries)
        assert report.ok
        assert report.remarks == ("1 digest not computed: SNEFRU",)
        wrong = [Entry("a", ZERO, "sha1"), Entry("a", ZERO, "snefru")][::order]
        assert [f.status for f in checksig.audit(good, entries=wrong).failures] == [Status.MISMATCH]
        size = [Entry("a", sha1(b"a"), "sha1"), Entry("a", ZERO, "md4", size=9)][::order]
        assert [f.status for f in checksig.audit(good, entries=size).failures] == [Status.MISMATCH]


def test_a_slow_digest_is_left_out_beside_a_strong_one(good: Path) -> None:
    right, wrong = WHIRLPOOL, "0" * 128
    for text, counts in (
        (f"WHIRLPOOL (a) = {right}\n", (True, ())),
        (f"WHIRLPOOL (a) = {wrong}\n", (False, ())),
        (f"MD5 (a) = {MD5}\nWHIRLPOOL (a) = {wrong}\n", (False, ())),
        (f"WHIRLPOOL (a) = {wrong}\nSHA256 (a) = {sha256(b'a')}\n", (True, ("WHIRLPOOL",))),
        (f"WHIRLPOOL (a) = {right}\nSHA256 (a) = {'0' * 64}\n", (False, ("WHIRLPOOL",))),
    ):
        (good / "sha1sum.txt").write_text(text)
        report = checksig.audit(good)
        said = tuple(f"sha1sum.txt: 1 digest not computed: {name}" for name in counts[1])
        assert (report.ok, report.remarks) == (counts[0], said)
    (good / "sha1sum.txt").write_text(f"WHIRLPOOL (a) = {wrong}\nSHA256 (a) = {sha256(b'a')}\n")
    assert not checksig.audit(good, algorithm="whirlpool").ok


def test_a_list_is_read_once(good: Path) -> None:
    results = checksig.iter_verify(good)
    first = next(results)
    (good / "sha1sum.txt").write_text("nonsense\n" * 1000)
    assert {result.status for result in [first, *results]} == {Status.OK}


def test_a_broken_algorithm_is_verified_and_said_to_be_broken(good: Path) -> None:
    [algorithm] = checksig.verify(good).algorithms
    assert (algorithm.name, algorithm.strength) == ("sha1", "broken")
    assert algorithm.proves == "detects accidents, not attackers"


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "sub/../a", "..", "sub/../../x"])
def test_a_name_that_leads_out_of_the_root_is_refused(good: Path, name: str) -> None:
    (good.parent / "outside").write_bytes(b"a")
    assert status_of(good, f"{sha1(b'a')}  {name}") is Status.UNSAFE_PATH


def test_a_link_that_leads_out_of_the_root_is_refused(good: Path) -> None:
    (good.parent / "outside").write_bytes(b"a")
    (good / "file").symlink_to("../outside")
    (good / "directory").symlink_to("..")
    (good / "absolute").symlink_to(good / "a")
    for name in ("file", "directory/outside", "absolute"):
        assert status_of(good, f"{sha1(b'a')}  {name}") is Status.UNSAFE_PATH
    (good / "inside").symlink_to("a")
    assert status_of(good, f"{sha1(b'a')}  inside") is Status.OK


def test_a_name_with_a_nul_byte_is_malformed(good: Path) -> None:
    assert status_of(good, f"{sha1(b'a')}  a\0.txt") is Status.MALFORMED
    report = checksig.audit(good, entries=[Entry("b", ZERO, "sha1"), Entry("a\0", ZERO, "sha1")])
    assert report.counts[Status.MALFORMED] == 1


def test_only_regular_files_are_read(good: Path) -> None:
    os.mkfifo(good / "fifo")
    (good / "link-to-fifo").symlink_to("fifo")
    for name in ("fifo", "link-to-fifo", "sub", ".", "sub/"):
        assert status_of(good, f"{sha1(b'')}  {name}") is Status.NOT_REGULAR
    for device in ("zero", "null"):
        report = checksig.audit("/dev", entries=[Entry(device, ZERO, "sha1")])
        assert [failure.status for failure in report.failures] == [Status.NOT_REGULAR]


def test_a_file_of_proc_that_says_it_is_empty_is_changed() -> None:
    report = checksig.audit("/proc/self", entries=[Entry("status", sha1(b""), "sha1")])
    assert [failure.status for failure in report.failures] == [Status.CHANGED]


def test_a_file_that_cannot_be_read_fails(tmp_path: Path) -> None:
    # A read of address 0 of this process is an error of input and output.
    report = checksig.audit("/proc/self", entries=[Entry("mem", sha1(b""), "sha1")])
    [failure] = report.failures
    assert failure.status is Status.UNREADABLE
    assert failure.detail == "input/output error"
    assert failure.found is None

    (tmp_path / "loop").symlink_to("loop")
    assert status_of(tmp_path, f"{ZERO}  loop") is Status.UNREADABLE


def test_a_file_without_permission_is_unreadable(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = plant(tmp_path_factory.mktemp("secrets"), {"secret": b"a"})
    (root / "secret").chmod(0)
    if os.geteuid() == 0:
        for directory in (root, *root.parents):
            if directory.name.startswith(("pytest", "popen")) or directory == root:
                directory.chmod(0o755)
    script = """
import os, sys, checksig
checksig.audit(sys.argv[1])  # what it imports may be where only root may read
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
print(*[(r.path, str(r.status), r.detail) for r in checksig.audit(sys.argv[1]).failures])
"""
    assert run_python(script, root).strip() == "('secret', 'unreadable', 'permission denied')"


@pytest.mark.parametrize("off", ["", "*/avx512*", "*/avx*", "*/shani?", "*/standard", "*/*"])
def test_every_kernel_gives_the_same_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    """Sixty files of all lengths, every third of which has one bit that is wrong."""
    monkeypatch.setenv("CHECKSIG_DISABLE", off)
    rng = random.Random(3)
    contents = {f"{n:02}": rng.randbytes(n * n * 40) for n in range(60)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    for name in list(contents)[1::3]:
        with (tmp_path / name).open("r+b") as file:
            file.seek(rng.randrange(len(contents[name])))
            file.write(bytes([contents[name][file.tell()] ^ 1 << rng.randrange(8)]))
    for algorithm in ("md5", "sha1", "sha256", "sha512", "blake2b"):
        entries = [
            Entry(
                name, hashlib.new(algorithm, content, usedforsecurity=False).hexdigest(), algorithm
            )
            for name, content in contents.items()
        ]
        report = checksig.audit(tmp_path, entries=entries)
        assert {failure.path for failure in report.failures} == set(list(contents)[1::3])
        assert {failure.status for failure in report.failures} == {Status.MISMATCH}


def test_a_kernel_that_there_is_not_cannot_be_switched_off(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKSIG_DISABLE", "sha1/avx513")
    with pytest.raises(checksig.ChecksigError, match=r'no kernel is called "sha1/avx513"'):
        checksig.check_signatures(good)
