"""Memory follows the lists, and not what comes of them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from trees import run_python, sha1, sha256

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.kernels

#: Prints how many files are ok, and the peak of the memory of the process in KiB.
AUDIT = """
import pathlib, re, sys
import checksig
root, *lists = sys.argv[1:]
report = checksig.audit(root, manifest=lists, ignore_missing=True)
status = pathlib.Path("/proc/self/status").read_text()
print(report.counts[checksig.Status.OK], re.search(r"VmHWM:\\s+(\\d+)", status)[1])
"""


def peak(root: Path, lists: list[Path], ok: int) -> int:
    """The peak of memory in bytes, when so many files are ok and the others are not there."""
    counted, kibibytes = run_python(AUDIT, root, *lists, timeout=120).split()
    assert int(counted) == ok
    return int(kibibytes) << 10


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc/self/status")
def test_memory_is_flat_in_the_number_of_files_that_are_ok(tmp_path: Path) -> None:
    """What two lists take is the same whether their files are there or not."""
    count = 50_000
    names = [f"{number // 1000}/{number:06}" for number in range(count)]
    lists = [tmp_path / "SHA1SUMS", tmp_path / "SHA256SUMS"]
    for path, digest in zip(lists, (sha1(b""), sha256(b"")), strict=True):
        path.write_text("".join(f"{digest}  {name}\n" for name in names))
    full, bare = tmp_path / "full", tmp_path / "bare"
    for root, there in ((full, names), (bare, names[:1])):
        for directory in {name.partition("/")[0] for name in there}:
            (root / directory).mkdir(parents=True)
        for name in there:
            (root / name).touch()
    # The least of three: when garbage is collected is not the same in each run. A result for each
    # file would be 35 MB in all of them.
    bare_peak, full_peak = (
        min(peak(root, lists, ok) for _ in range(3)) for root, ok in ((bare, 1), (full, count))
    )
    assert full_peak - bare_peak < 12_000_000


def seconds(count: int, line: Callable[[int], str], root: Path) -> float:
    """The processor time of a check against a list of so many lines."""
    (root / "SHA256SUMS").write_text("".join(map(line, range(count))))
    start = time.process_time()
    report = checksig.audit(root, ignore_missing=True)
    taken = time.process_time() - start
    assert report.files + report.repeated >= count - 1
    return taken


@pytest.mark.parametrize(
    "line",
    [
        lambda _: f"{sha256(b'a')}  a\n",
        lambda number: f"{number:064x}  a\n",
        lambda number: f"{number:064x}  {'./' * (number % 9)}a\n",
        lambda number: f"{number:064x}  {number}\n",
    ],
    ids=["the same", "contradicting", "spelled in many ways", "different"],
)
def test_a_million_lines_take_eight_times_as_long_as_an_eighth(
    tmp_path: Path, line: Callable[[int], str]
) -> None:
    """And not sixty-four times."""
    (tmp_path / "a").write_bytes(b"a")
    few = seconds(125_000, line, tmp_path)
    assert seconds(1_000_000, line, tmp_path) < 24 * few + 1


def test_a_million_duplicates_are_one_file_and_said_to_be_repeated(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'a')}  a\n" * 1_000_000)
    report = checksig.verify(tmp_path)
    assert (report.files, report.counts[Status.OK], report.repeated) == (1, 1, 999_999)
