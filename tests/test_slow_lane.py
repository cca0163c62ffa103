"""A command can be told to leave the machine to others: by a rate, and by its priority."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from trees import ZERO

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Answer

    Cli = Callable[..., Answer]


@pytest.mark.parametrize(
    ("typed", "rate"),
    [("1", 1), ("500K", 500 << 10), ("1.5m", 3 << 19), ("2G", 2 << 30), ("1T", 1 << 40)],
)
def test_a_rate_is_typed_as_for_rsync(typed: str, rate: int) -> None:
    from checksig._cli._options import _rate

    assert _rate(typed) == rate


@pytest.mark.parametrize("typed", ["0", "-1M", "K", "", "1X", "1KB", "nan", "inf"])
def test_what_is_no_rate_is_refused_with_what_is(cli: Cli, good: Path, typed: str) -> None:
    answer = cli("verify", good, f"--bwlimit={typed}")
    assert (answer.code, answer.out) == (2, "")
    assert "must be bytes a second: 500K, 1.5M, 2G" in answer.err


def test_a_command_with_a_rate_and_a_low_priority_says_the_same(cli: Cli, good: Path) -> None:
    for command in ("verify", "create"):
        assert cli(command, good, "--bwlimit=1G", "--nice").code == 0


def ioprio_of(thread: int) -> int:
    """The I/O class of a thread."""
    number = {"x86_64": 252, "aarch64": 31}[platform.machine()]
    return int(ctypes.CDLL(None).syscall(number, 1, thread, 0)) >> 13


def test_all_threads_are_at_the_lowest_priority(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 30)
    (tmp_path / "sha1sum.txt").write_text(f"{ZERO}  gone\n{ZERO}  huge\n")
    command = [sys.executable, "-m", "checksig", "verify", "--jsonl", "--nice", "--bwlimit=64K"]
    with subprocess.Popen([*command, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            assert b"missing" in process.stdout.readline()  # the core is at work
            threads = [int(each.name) for each in Path(f"/proc/{process.pid}/task").iterdir()]
            stats = [Path(f"/proc/{process.pid}/task/{each}/stat").read_text() for each in threads]
            assert len(threads) > 2
            # The 19th field, of which the name in brackets is the second.
            assert {int(each.rpartition(")")[2].split()[16]) for each in stats} == {19}
            assert {ioprio_of(each) for each in threads} == {3}
        finally:
            process.kill()


def test_a_library_does_not_have_the_option(good: Path) -> None:
    with pytest.raises(TypeError, match="'nice'"):
        checksig.verify(good, nice=True)  # type: ignore[call-arg]


def test_a_limit_holds_for_python_as_well(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(1 << 20))
    for call in (
        lambda: checksig.create(tmp_path, bwlimit=8 << 20, overwrite=True),
        lambda: checksig.verify(tmp_path, bwlimit=8 << 20),
        lambda: list(checksig.hash_files([tmp_path / "a"], bwlimit=8 << 20)),
    ):
        began = time.monotonic()
        call()
        assert time.monotonic() - began > 0.06  # an eighth of a second, but for what comes at once
