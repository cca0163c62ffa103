"""The walk from ``checksig.verify(path)`` to the report, as a number."""

from __future__ import annotations

import hashlib
import os
import sys
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import pytest

import checksig
from checksig._bridge import handles

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

PACKAGE = os.path.dirname(checksig.__file__) + os.sep  # noqa: PTH120 (as frames have it)
#: Parts of the function that they stand in: later versions of Python do not even call them.
COMPREHENSIONS = ("<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>")


class Walk(NamedTuple):
    """A run as the profiler sees it."""

    functions: set[tuple[str, str]]
    modules: list[str]  # besides formats, each time that one is entered


def walk_of(path: Path) -> Walk:
    """Return the functions that run, and the modules that they are in, once all is loaded."""
    calls: list[tuple[str, str]] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        file = frame.f_code.co_filename
        if event == "call" and file.startswith(PACKAGE):
            calls.append((file.removeprefix(PACKAGE), frame.f_code.co_name))

    assert checksig.verify(path).ok
    sys.setprofile(note)
    try:
        report = checksig.verify(path)
    finally:
        sys.setprofile(None)
    assert report.ok
    outside = [module for module, _ in calls if not module.startswith("_formats")]
    functions = {call for call in calls if call[1] not in COMPREHENSIONS}
    return Walk(functions, [module for module, _ in groupby(outside)])


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a list and one file, which the core is given all the time it needs for."""
    monkeypatch.setattr(handles, "WAIT_MS", 10_000)
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.txt").write_bytes(b"hello\n")
    digest = hashlib.sha256(b"hello\n").hexdigest()
    (root / "SHA256SUMS").write_text(f"{digest}  a.txt\n")
    return root


def test_a_directory_with_one_file_takes_few_functions_and_modules(one: Path) -> None:
    walk = walk_of(one)
    # One of them is what names misspelt keywords.
    assert len(walk.functions) <= 53, sorted(walk.functions)
    assert len(set(walk.modules)) <= 14, sorted(set(walk.modules))


def test_no_module_is_entered_again_more_than_twice(one: Path) -> None:
    entered = Counter(walk_of(one).modules)
    assert entered
    assert max(entered.values()) <= 3, entered
