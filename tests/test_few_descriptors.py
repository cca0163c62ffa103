"""Processes that have few file descriptors: fewer files at a time, and no abort."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import checksig

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="descriptors are counted as here")

FILES = 100


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    for number in range(FILES):
        path = root / f"{number % 7}/{number}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"%d" % number * 1000)
    (root / "large").write_bytes(bytes(40 << 20))
    checksig.create(root, algorithm="blake3")
    return root


def run_with(descriptors: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    return subprocess.run(
        [sys.executable, "-m", "checksig", *arguments],
        capture_output=True, text=True, preexec_fn=limit, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("descriptors", [16, 20, 40])
def test_with_few_descriptors_fewer_files_are_read_at_a_time(root: Path, descriptors: int) -> None:
    done = run_with(descriptors, "verify", root)
    assert (done.returncode, done.stderr) == (0, ""), done
    assert f"{FILES + 1} of {FILES + 1} files ok" in done.stdout


@pytest.mark.parametrize("descriptors", [6, 8, 10, 13])
def test_without_descriptors_there_is_an_error_or_a_verdict(root: Path, descriptors: int) -> None:
    done = run_with(descriptors, "verify", root)
    assert done.returncode in {0, 1, 2}, done
    assert "Traceback" not in done.stderr
    assert "goroutine" not in done.stderr
    if done.returncode == 0:
        assert f"{FILES + 1} of {FILES + 1} files ok" in done.stdout


def test_a_list_is_created_with_few_descriptors(root: Path, tmp_path: Path) -> None:
    done = run_with(16, "create", root, "-a", "blake3", "-o", tmp_path / "list", "--exclude", "/B*")
    assert done.returncode == 0, done
    assert (tmp_path / "list").read_bytes() == (root / "BLAKE3SUMS").read_bytes()
