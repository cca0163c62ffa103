"""The look for files that are not listed: where it goes, and what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from trees import sha256

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a").write_bytes(b"a")
    (root / "SHA256SUMS").write_text(f"{sha256(b'a')}  a\n")
    return root


#: Mounts a file system in a namespace of its own, puts a file into it, and runs what follows.
MOUNTED = 'mount -t tmpfs none "$1/sub" && echo x >"$1/sub/b" && shift && exec "$@"'


def on_another_file_system(root: Path, *arguments: str) -> tuple[int, str]:
    command = ["unshare", "-rm", "sh", "-c", MOUNTED, "sh", root, sys.executable, "-m", "checksig"]
    done = subprocess.run(
        [*command, "verify", root, *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def can_mount() -> bool:
    return shutil.which("unshare") is not None and not subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    ).returncode  # fmt: skip


needs_mounts = pytest.mark.skipif(not can_mount(), reason="needs leave to mount a file system")


@needs_mounts
def test_other_file_systems_are_not_looked_into_unless_asked(root: Path) -> None:
    code, said = on_another_file_system(root)
    assert (code, " unlisted" in said) == (0, False)
    assert "other file systems, which were not looked into: sub" in re.sub(r"\s+", " ", said)
    code, said = on_another_file_system(root, "--mounts")
    assert (code, "1 unlisted" in said) == (0, True)


@needs_mounts
def test_what_was_not_looked_into_is_not_complete(root: Path) -> None:
    code, said = on_another_file_system(root, "--complete")
    assert code == 1
    assert "unlisted" in said
    assert "another file system, which was not looked into" in said
    code, said = on_another_file_system(root, "--complete", "--exclude", "sub/")
    assert code == 0, said


@needs_mounts
def test_another_file_system_with_listed_files_is_looked_into(root: Path) -> None:
    with (root / "SHA256SUMS").open("a") as sums:
        sums.write(f"{sha256(b'x' + os.linesep.encode())}  sub/b\n")
    code, said = on_another_file_system(root, "--complete")
    assert (code, "2 of 2" in said) == (0, True), said


def test_unlisted_files_need_not_be_looked_for(root: Path, cli: Callable[..., Answer]) -> None:
    (root / "sub" / "b").write_bytes(b"b")
    report = checksig.audit(root, unlisted=False)
    assert (report.ok, report.looked, report.counts[Status.UNLISTED]) == (True, False, 0)
    said = cli("verify", root, "--no-unlisted").out
    assert "VERIFIED" in said
    assert "unlisted" not in said


@pytest.mark.parametrize("rule", ["complete", "find_moved", "mounts"])
def test_what_needs_the_look_is_refused_without_it(root: Path, rule: str) -> None:
    options = {rule: True, "unlisted": False}
    with pytest.raises(ValueError, match=rule):
        checksig.audit(root, **options)  # type: ignore[arg-type] # one of three


#: Root without the right to read whatever it likes; for others, nothing at all.
AS_OTHERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if not os.geteuid() else ()


@pytest.mark.parametrize("rule", [(), ("--complete",)])
def test_a_directory_that_cannot_be_read_is_unreadable_and_fails(
    root: Path, rule: tuple[str, ...]
) -> None:
    (root / "sub").chmod(0)
    command = [*AS_OTHERS, sys.executable, "-m", "checksig", "verify", root, "-v", *rule]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "unreadable   sub" in done.stdout) == (1, True), done
    done = subprocess.run([*command, "--exclude", "sub/"], capture_output=True, check=False)
    assert done.returncode == 0, done
    done = subprocess.run([*command, "--no-unlisted"], capture_output=True, check=False)
    assert done.returncode == (2 if rule else 0), done
