"""Real directories: made into a list, verified, and one flipped bit found."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Answer

pytestmark = pytest.mark.kernels


@pytest.mark.parametrize("place", [sysconfig.get_path("stdlib"), "/usr/share/doc"])
def test_a_real_directory_is_verified_and_a_flipped_bit_found(
    cli: Callable[..., Answer], tmp_path: Path, place: str
) -> None:
    if not Path(place).is_dir():
        pytest.skip(f"needs {place}")
    root = tmp_path / "copy"
    shutil.copytree(
        place, root, symlinks=True, ignore=shutil.ignore_patterns("site-packages", "test")
    )
    assert cli("create", root, "-a", "sha256").code == 0
    report = checksig.verify(root)
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    assert report.counts[Status.OK] == report.files >= len(files) - 1 > 20
    assert report.bytes >= sum(path.stat().st_size for path in files if path.name != "SHA256SUMS")

    victim = max(files, key=lambda path: path.stat().st_size)
    size, times = victim.stat().st_size, victim.stat()
    with victim.open("r+b") as file:
        file.seek(size // 2)
        [byte] = file.read(1)
        file.seek(size // 2)
        file.write(bytes([byte ^ 1]))
    os.utime(victim, ns=(times.st_atime_ns, times.st_mtime_ns))
    answer = cli("verify", root)
    assert answer.code == 1
    failures = checksig.audit(root).failures
    name = str(victim.relative_to(root))
    wrong = {failure.path for failure in failures}
    assert name in wrong
    assert all((root / path).resolve() == victim.resolve() for path in wrong)
    assert {failure.status for failure in failures} == {Status.MISMATCH}
    assert f"mismatch     {name}" in answer.out
