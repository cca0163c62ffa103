"""The Python API: what is returned, and what is raised."""

from __future__ import annotations

import hashlib
import os
import random
from typing import TYPE_CHECKING

import pytest
from blake3 import blake3
from trees import ZERO, plant, relist, run_python, sha1

import checksig
from checksig import Entry, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.kernels


def statuses(results: list[checksig.Result]) -> dict[str, Status]:
    return {result.path or f"line {result.line}": result.status for result in results}


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (counted, not used)


BAD = {
    "mismatch": Status.MISMATCH,
    "gone": Status.MISSING,
    "loop": Status.UNREADABLE,
    "../outside": Status.UNSAFE_PATH,
    "fifo": Status.NOT_REGULAR,
    "sub": Status.NOT_REGULAR,
    "line 8": Status.MALFORMED,
}


def test_check_signatures_returns_none_when_everything_is_right(good: Path) -> None:
    assert checksig.check_signatures(good) is None


def test_check_signatures_names_every_file_that_is_not_right(good: Path) -> None:
    (good / "a").write_bytes(b"A")
    (good / "sub/c").unlink()
    with pytest.raises(checksig.SignatureError) as caught:
        checksig.check_signatures(str(good))
    assert str(caught.value) == f'"{good}/a" - mismatch\n"{good}/sub/c" - missing'
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, checksig.ChecksigError)


@pytest.mark.parametrize("content", [None, "", "# nothing\n", "<html>\n"])
def test_check_signatures_needs_a_list_that_lists_something(
    good: Path, content: str | None
) -> None:
    (good / "sha1sum.txt").unlink()
    if content is not None:
        (good / "sha1sum.txt").write_text(content)
    with pytest.raises(checksig.ManifestError, match=r"sha1sum\.txt"):
        checksig.check_signatures(good)


def test_check_signatures_names_twenty_thousand_files(tmp_path: Path) -> None:
    count = 20_000
    (tmp_path / "sha1sum.txt").write_text("".join(f"{ZERO}  {n}\n" for n in range(count)))
    with pytest.raises(checksig.SignatureError) as caught:
        checksig.check_signatures(tmp_path)
    lines = str(caught.value).split("\n")
    assert len(lines) == count
    assert set(lines) == {f'"{tmp_path}/{number}" - missing' for number in range(count)}


@pytest.mark.parametrize("kind", [str, os.fsencode, lambda path: path])
def test_paths_are_str_or_bytes_or_path_like(good: Path, kind: type[str]) -> None:
    checksig.check_signatures(kind(good))
    assert checksig.verify(kind(good)).ok
    assert checksig.verify(kind(good / "sha1sum.txt")).ok


def test_verify_returns_a_report_of_what_was_checked(good: Path) -> None:
    report = checksig.verify(good)
    assert report.ok
    assert report.verdict == "VERIFIED"
    assert report.counts[Status.OK] == report.files == 3
    assert set(report.counts) == set(Status)
    assert report.failures == ()
    assert report.results is None
    assert report.bytes == 100_001
    assert report.seconds > 0
    assert report.throughput > 0
    assert report.algorithm == "sha1"
    assert report.algorithms[0].proves == "detects accidents, not attackers"
    assert report.manifests == ((str(good / "sha1sum.txt"), "coreutils"),)
    assert report.root == str(good)


def test_verify_raises_with_the_report_of_what_is_not_right(bad: Path) -> None:
    with pytest.raises(checksig.VerificationError, match="FAILED 1 of 9 files ok") as caught:
        checksig.verify(bad)
    report = caught.value.report
    assert statuses(list(report.failures)) == {**BAD, "odd": Status.UNSUPPORTED}
    assert "mismatch  mismatch" in str(caught.value)


def test_audit_returns_every_failure_worst_first(bad: Path) -> None:
    report = checksig.audit(bad)
    assert not report.ok
    assert report.verdict == "FAILED"
    assert [str(result.status) for result in report.failures] == [
        "unsafe-path",
        "mismatch",
        "malformed",
        "missing",
        "not-regular",
        "not-regular",
        "unreadable",
        "unsupported",
    ]
    assert report.counts[Status.UNLISTED] == 1
    mismatch = report.failures[1]
    assert mismatch.listed == sha1(b"before")
    assert mismatch.found == sha1(b"after")
    assert mismatch.line == 2
    assert mismatch.size == 5


def test_audit_keeps_the_results_that_are_ok_on_request(bad: Path) -> None:
    report = checksig.audit(bad, keep_results=True)
    assert report.results is not None
    assert len(report.results) == report.files == 9
    assert sum(result.ok for result in report.results) == 1


def test_complete_makes_files_that_are_not_listed_failures(good: Path) -> None:
    (good / "sub/extra").write_bytes(b"")
    (good / "link").symlink_to("a")
    assert checksig.verify(good).counts[Status.UNLISTED] == 2
    report = checksig.audit(good, complete=True)
    assert not report.ok
    assert statuses(list(report.failures)) == dict.fromkeys(["sub/extra", "link"], Status.UNLISTED)


def test_iter_verify_yields_a_result_for_every_line(bad: Path) -> None:
    results = list(checksig.iter_verify(bad, complete=True))
    assert len(results) == 10
    assert statuses([r for r in results if r.path not in {"ok", "odd"}]) == {
        **BAD,
        "extra": Status.UNLISTED,
    }
    [ok] = [result for result in results if result.ok]
    assert (ok.path, ok.found, ok.listed, ok.size) == ("ok", sha1(b"ok"), sha1(b"ok"), 2)


def test_leaving_iter_verify_ends_the_run(good: Path) -> None:
    before = open_descriptors()
    for _ in range(20):
        for result in checksig.iter_verify(good):
            assert result.ok
            break
    assert open_descriptors() == before


def test_a_list_may_lie_elsewhere(good: Path, tmp_path: Path) -> None:
    elsewhere = (good / "sha1sum.txt").rename(tmp_path / "elsewhere")
    report = checksig.verify(good, manifest=elsewhere, complete=True)
    assert report.counts[Status.OK] == 3


def test_entries_may_take_the_place_of_a_list(good: Path) -> None:
    entries = [Entry("a", sha1(b"a"), "sha1", 1), Entry("sub/c", "AA" * 20, "SHA-1", 2)]
    report = checksig.audit(good, entries=entries)
    assert report.counts[Status.OK] == report.counts[Status.MISMATCH] == 1
    assert report.manifests == ()
    [failure] = report.failures
    assert (failure.path, failure.line, failure.listed) == ("sub/c", 2, "aa" * 20)


def test_no_entries_are_not_success(good: Path) -> None:
    with pytest.raises(checksig.ManifestError):
        checksig.verify(good, entries=[])


def test_an_entry_without_a_digest_is_not_success(good: Path) -> None:
    report = checksig.audit(good, entries=[Entry("a", sha1(b"a"), "sha1"), Entry("b", "", "sha1")])
    assert not report.ok
    assert report.counts[Status.MALFORMED] == 1


def test_an_entry_with_a_negative_line_is_refused(good: Path) -> None:
    with pytest.raises(ValueError, match="line"):
        checksig.audit(good, entries=[Entry("a", sha1(b"a"), "sha1", line=-1)])


CALLS: dict[str, Callable[..., object]] = {
    "verify": checksig.verify,
    "audit": checksig.audit,
    "iter_verify": lambda path, **options: list(checksig.iter_verify(path, **options)),
}


@pytest.mark.parametrize("call", CALLS)
def test_an_option_that_does_not_exist_is_named(good: Path, call: str) -> None:
    with pytest.raises(TypeError, match="compelte"):
        CALLS[call](good, compelte=True)


@pytest.mark.parametrize("call", CALLS)
def test_entries_and_a_list_exclude_each_other(good: Path, call: str) -> None:
    entries = [Entry("a", sha1(b"a"), "sha1")]
    with pytest.raises(TypeError, match=r"entries.*manifest|manifest.*entries"):
        CALLS[call](good, entries=entries, manifest=good / "sha1sum.txt")


def test_a_list_too_large_to_be_one_is_not_read(tmp_path: Path) -> None:
    """A sparse file of 1 TiB, in a process that could not hold it."""
    with (tmp_path / "sha1sum.txt").open("wb") as file:
        file.truncate(1 << 40)
    script = """
import resource, sys, checksig
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
for call in (checksig.check_signatures, checksig.verify):
    try:
        call(sys.argv[1])
    except checksig.ManifestError as error:
        print(error)
"""
    messages = run_python(script, tmp_path, timeout=20).splitlines()
    assert len(messages) == 2
    for message in messages:
        assert "sha1sum.txt" in message
        assert "larger than" in message


def test_a_fifo_is_no_root(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    script = """
import sys, checksig
try:
    checksig.create(sys.argv[1])
except checksig.CreateError as error:
    print(error)
try:
    checksig.audit(sys.argv[1], entries=[checksig.Entry("a", "0" * 40, "sha1")])
except checksig.ManifestError as error:
    print(error)
"""
    messages = run_python(script, tmp_path / "fifo", timeout=10).splitlines()
    assert len(messages) == 2
    assert all("fifo" in message for message in messages)


def test_a_list_that_is_a_link_is_no_unlisted_file_and_nor_is_its_target(good: Path) -> None:
    (good / "sha1sum.txt").unlink()
    checksig.create(good, output=good / "lists.txt")
    (good / "SHA256SUMS").symlink_to("lists.txt")
    report = checksig.verify(good, complete=True)
    assert report.counts[Status.OK] == 3
    assert report.counts[Status.UNLISTED] == 0


def test_an_empty_list_beside_another_is_said(good: Path) -> None:
    (good / "SHA256SUMS").write_text("")
    report = checksig.verify(good)
    assert any("SHA256SUMS: nothing is listed" in remark for remark in report.remarks)
    (good / "sha1sum.txt").write_text("\n")
    with pytest.raises(checksig.ManifestError, match=r"SHA256SUMS.*empty"):
        checksig.verify(good)


def test_a_list_of_which_no_line_lists_a_file_fails_beside_another(good: Path) -> None:
    (good / "SHA256SUMS").write_text("no digest\n")
    [failure] = checksig.audit(good).failures
    assert (failure.status, failure.manifest) == (Status.MALFORMED, str(good / "SHA256SUMS"))


@pytest.mark.parametrize(
    "name",
    ["sha1sum.txt", "SHA1SUMS", "SHA1SUMS.txt", "sha1sums", "CHECKSUM", "checksums.txt",
     "tool_1.2.3_checksums.txt", "image-SHA1SUMS", "checksums.sha1", "SHASUMS.txt"],
)  # fmt: skip
def test_a_list_is_found_by_its_name(good: Path, name: str) -> None:
    (good / "sha1sum.txt").rename(good / name)
    assert checksig.verify(good).manifests[0].path == str(good / name)


@pytest.mark.parametrize("name", ["lipsum.txt", "sha1sum.txt.asc", "checksums.html"])
def test_other_names_are_not_lists(good: Path, name: str) -> None:
    (good / "sha1sum.txt").rename(good / name)
    with pytest.raises(checksig.ManifestError, match="no list of digests in"):
        checksig.verify(good)


def test_the_name_of_a_list_settles_what_the_length_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    digest = hashlib.sha3_256(b"a").hexdigest()
    (tmp_path / "SHA3-256SUMS").write_text(f"{digest}  a\n")
    assert checksig.verify(tmp_path).algorithm == "sha3-256"
    (tmp_path / "SHA3-256SUMS").rename(tmp_path / "list")
    with pytest.raises(checksig.ManifestError, match="that of a is SHA3-256"):
        checksig.audit(tmp_path / "list")
    assert checksig.verify(tmp_path / "list", algorithm="SHA3-256").ok


def test_algorithm_is_the_only_one_allowed(good: Path) -> None:
    relist(good, f"MD5 (a) = {hashlib.md5(b'a').hexdigest()}")  # noqa: S324 (what is tested)
    assert checksig.verify(good).algorithm == "md5, sha1"
    report = checksig.audit(good, algorithm="sha1")
    assert report.counts[Status.MALFORMED] == 1


@pytest.mark.parametrize("name", ["sha0", ""])
def test_an_unknown_algorithm_is_answered_with_those_that_exist(good: Path, name: str) -> None:
    calls = [
        lambda: checksig.verify(good, algorithm=name),
        lambda: list(checksig.hash_files([], name)),
        lambda: checksig.create(good, algorithm=name),
    ]
    for call in calls:
        with pytest.raises(checksig.UnknownAlgorithmError, match=r"choose from md5, sha1, .*crc32"):
            call()


def test_a_directory_that_does_not_exist_is_named(tmp_path: Path) -> None:
    for call in (checksig.verify, checksig.audit, checksig.check_signatures):
        with pytest.raises(checksig.ManifestError, match=r"nowhere.*(o such|not exist)"):
            call(tmp_path / "nowhere")


def test_workers_is_a_positive_number(good: Path) -> None:
    assert checksig.verify(good, workers=1).ok
    assert checksig.verify(good, workers=32).ok
    for wrong in (0, -3, 2**70):
        with pytest.raises(ValueError, match="workers"):
            checksig.verify(good, workers=wrong)
        with pytest.raises(ValueError, match="workers"):
            checksig.create(good, workers=wrong)
        with pytest.raises(ValueError, match="workers"):
            list(checksig.hash_files([good / "a"], workers=wrong))
    assert not (good / "SHA256SUMS").exists()


def test_more_workers_than_are_of_use_do_no_harm(good: Path) -> None:
    assert checksig.verify(good, workers=100_000).ok
    assert checksig.create(good, workers=100_000).files == 4


def test_progress_ends_at_the_totals(good: Path) -> None:
    seen: list[checksig.Progress] = []
    report = checksig.verify(good, progress=seen.append)
    last = seen[-1]
    assert (last.files, last.total_files) == (3, 3)
    assert (last.bytes, last.total_bytes) == (100_001, 100_001)
    assert last.seconds == report.seconds


def test_hash_files_reads_files_wherever_they_lie(good: Path) -> None:
    paths = [good / "a", os.fsencode(good / "b"), str(good / "nowhere")]
    results = {result.line: result for result in checksig.hash_files(paths, "sha256")}
    assert results[1].found == hashlib.sha256(b"a").hexdigest()
    assert results[2].found == hashlib.sha256(b"b" * 100_000).hexdigest()
    assert results[2].path == str(good / "b")
    assert results[3].status is Status.MISSING
    assert results[3].found is None
    assert list(checksig.hash_files([])) == []


def test_hash_files_does_not_wait_for_a_file_that_has_nothing_to_say_yet() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to open /proc/kmsg")
    if not os.path.lexists("/proc/kmsg"):
        pytest.skip("needs /proc/kmsg")
    script = "import checksig; print(*[r.status for r in checksig.hash_files(['/proc/kmsg'])])"
    [status] = run_python(script, timeout=10).split()
    assert status in set(Status) - {Status.OK}


def test_reports_are_readable(good: Path, bad: Path) -> None:
    text = repr(checksig.verify(good))
    assert text == f"<Report VERIFIED: 3 of 3 files ok against '{good}/sha1sum.txt'>"
    html = checksig.audit(bad)._repr_html_()
    assert "FAILED" in html
    assert html.count("<tr>") == 8
    assert "<code>../outside</code>" in html


def test_a_report_in_a_notebook_names_malformed_lines_and_says_what_it_leaves_out(
    good: Path,
) -> None:
    relist(good, "nonsense")
    assert "<code>line 4</code>" in checksig.audit(good)._repr_html_()
    assert "more" not in checksig.audit(good)._repr_html_()
    relist(good, *(f"{ZERO}  nothing{number}" for number in range(1_233)))
    html = checksig.audit(good)._repr_html_()
    assert "and 1,134 more" in html
    assert html.count("nothing") == 99


def test_a_name_in_a_report_cannot_bring_its_own_html(tmp_path: Path) -> None:
    root = plant(tmp_path, {"a": b"a"})
    relist(root, f"{ZERO}  <script>alert(1)<|script>")
    assert "<script>" not in checksig.audit(root)._repr_html_()


def test_the_order_and_the_number_of_workers_do_not_matter(bad: Path) -> None:
    lines = (bad / "sha1sum.txt").read_text().splitlines(keepends=True)
    first = checksig.audit(bad)
    for workers in (1, 2, 7):
        (bad / "sha1sum.txt").write_text("".join(reversed(lines)))
        again = checksig.audit(bad, workers=workers)
        assert again.counts == first.counts
        lines.reverse()


@pytest.mark.parametrize("device", [0, 1], ids=["flash", "one reader"])
def test_readers_and_a_cold_cache_change_no_verdict(bad: Path, tmp_path: Path, device: int) -> None:
    """Small files, large ones, and one that is hashed in parts; some right, some not."""
    large = tmp_path / "large"
    large.mkdir()
    rng = random.Random(9)
    contents = {str(n): rng.randbytes(size) for n, size in enumerate((0, 5, 70_000, 9 << 20))}
    contents["parts"] = rng.randbytes((17 << 20) + 3)
    for name, content in contents.items():
        (large / name).write_bytes(content)
    lines = [f"{blake3(content).hexdigest()}  {name}\n" for name, content in contents.items()]
    (large / "b3").write_text("".join([*lines, f"{'0' * 64}  parts\n{'0' * 64}  gone\n"]))
    options: list[checksig.CheckOptions] = [{}, {"readers": device or 16}, {"drop_cache": True}]
    for path in (bad, large / "b3"):
        algorithm = "blake3" if path != bad else None
        seen = [
            checksig.audit(path, algorithm=algorithm, keep_results=True, **more).results
            for more in options
        ]
        keys = [[(r.path, r.status, r.found, r.line) for r in one or ()] for one in seen]
        for one in keys:
            one.sort(key=str)
        assert len(keys[0]) > 5
        assert keys[0] == keys[1] == keys[2]


def test_the_table_of_algorithms_is_public() -> None:
    table = {algorithm.name: algorithm for algorithm in checksig.algorithms()}
    assert len(table) == 84
    assert table["blake2b-256"].size == 32
    assert table["sha512-256"].title == "SHA-512/256"
    assert {a.strength for a in table.values()} == {"broken", "strong", "accidents", "none"}
