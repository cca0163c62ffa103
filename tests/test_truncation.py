"""Files that are cut short while they are read, mapped or not, whichever kernel hashes them."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest
from trees import plant, run_python

import checksig
from checksig import Status

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kernels

#: How many files there are decides which kernel takes them: sixteen lanes, streams that are
#: interleaved, or the standard library.
COUNTS = (1, 3, 40)
SIZE = 64 << 20


@pytest.fixture(params=("", "*/avx512", "*/avx512,*/avx2", "*/avx512,*/avx2,*/shani?,*/standard"))
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Kernels that are switched off."""
    off: str = request.param
    monkeypatch.setenv("CHECKSIG_DISABLE", off)
    return off


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_files_cut_short_for_good_are_changed(tmp_path: Path, count: int, algorithm: str) -> None:
    """Every file is cut in the middle as soon as the first of its bytes are read."""
    names = [f"{number:02}" for number in range(count)]
    for name in names:
        with (tmp_path / name).open("wb") as file:
            file.truncate(SIZE * 40 // count)
    digest = "0" * (40 if algorithm == "sha1" else 64)
    manifest = tmp_path / "list"
    manifest.write_text("".join(f"{digest}  {name}\n" for name in names))
    begun = threading.Event()

    def cut(progress: checksig.Progress) -> None:
        if progress.bytes and not begun.is_set():
            begun.set()
            for name in names:
                os.truncate(tmp_path / name, 1 << 20)

    report = checksig.audit(manifest, algorithm=algorithm, progress=cut)
    assert begun.is_set()
    statuses = [failure.status for failure in report.failures]
    assert len(statuses) == count
    assert statuses.count(Status.CHANGED) >= min(count, 2)
    # A file that was opened after it was cut is one that was never longer.
    assert set(statuses) <= {Status.CHANGED, Status.MISMATCH}


SCRIPT = """
import faulthandler, os, sys, threading
import checksig
when, root = sys.argv[1:]
if when == "before":
    faulthandler.enable()
checksig.check_signatures(root + "/good")
if when == "after":
    faulthandler.enable()
stop = threading.Event()
def flip():
    while not stop.is_set():
        for name in ("a", "b", "c", "d"):
            os.truncate(root + "/bad/" + name, 1 << 19)
            os.truncate(root + "/bad/" + name, 4 << 20)
thread = threading.Thread(target=flip)
thread.start()
seen = set()
for _ in range(60):
    seen |= {result.status.value for result in checksig.audit(root + "/bad").failures}
stop.set()
thread.join()
print(*sorted(seen))
"""


@pytest.mark.parametrize("when", ["never", "before", "after"])
def test_a_bus_error_never_reaches_python(tmp_path: Path, when: str) -> None:
    """Whoever else answers the signal: nobody, or faulthandler, before the library or after it."""
    plant(tmp_path / "good", {"file": b"good"})
    plant(tmp_path / "bad", {name: os.urandom(4 << 20) for name in "abcd"})
    seen = run_python(SCRIPT, when, tmp_path, timeout=120).split()
    assert "changed" in seen
    assert set(seen) <= {"changed", "mismatch"}
