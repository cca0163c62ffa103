"""The start of a command: what is loaded, for that takes longer than to check a few files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from trees import plant, run_python

if TYPE_CHECKING:
    from pathlib import Path

#: A command as a process of its own, which says at its end what it has loaded.
SCRIPT = """
import os, sys
before = set(sys.modules)
from checksig.__main__ import run
def end(code):
    sys.stdout.flush()
    print("loaded:", *set(sys.modules) - before)
    sys.stdout.flush()
    leave(code)
os._exit, leave = end, os._exit
run()
"""
#: Each takes from one to ten milliseconds, as long as a hundred small files.
HEAVY = {
    *("ast", "asyncio", "base64", "copy", "csv", "dataclasses", "datetime", "dis", "inspect"),
    *("logging", "pathlib", "random", "shutil", "signal", "socket", "subprocess", "tarfile"),
    *("tempfile", "threading", "traceback", "typing", "xml", "zipfile", "zlib"),
    *("cryptography", "fsspec", "rich"),
}


def loaded_by(*arguments: str | Path) -> set[str]:
    """The modules that a command loads, beside those of any Python."""
    lines = run_python(SCRIPT, *arguments).splitlines()
    return set(lines[-1].removeprefix("loaded:").split())


def of_python() -> set[str]:
    """The modules that Python's own parser of arguments needs, and ctypes: it depends on Python."""
    return set(run_python("import argparse, ctypes, json, sys; print(*sys.modules)").split())


def own(modules: set[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] == "checksig"}


def public(modules: set[str], room: str) -> set[str]:
    """The modules of a room that are not only for the others in it."""
    above = f"checksig.{room}."
    names = {name.removeprefix(above) for name in modules if name.startswith(above)}
    return {name for name in names if not name.startswith("_")}


def test_version_loads_seven_modules() -> None:
    loaded = loaded_by("--version")
    assert own(loaded) == {
        *("checksig", "checksig.__main__", "checksig._forking", "checksig.errors"),
        *("checksig._cli", "checksig._cli._exit", "checksig._cli.coreutils"),
    }
    assert loaded - own(loaded) - set(sys.builtin_module_names) <= {"__future__"}


def test_a_verified_run_loads_no_more_than_it_needs(good: Path) -> None:
    loaded = loaded_by("verify", good)
    assert loaded & HEAVY - of_python() == set()
    assert len(own(loaded)) <= 82
    assert len(loaded - own(loaded)) <= 60


def test_a_verified_run_loads_one_command_and_few_formats(good: Path) -> None:
    loaded = loaded_by("verify", good)
    assert public(loaded, "_cli") == {"coreutils", "verify"}
    assert public(loaded, "_formats") == {"bare", "coreutils", "sums"}
    (good / "sha1sum.txt").rename(good / "SHA1SUMS")
    assert public(loaded_by("verify", good), "_formats") == {"coreutils", "sums"}


@pytest.mark.parametrize("room", ["_schemes", "_places.store", "_places.filesystem", "_shards"])
def test_a_verified_run_loads_doors_of_rooms_that_it_does_not_enter(good: Path, room: str) -> None:
    beyond = {name for name in loaded_by("verify", good) if name.startswith(f"checksig.{room}.")}
    assert beyond <= {"checksig._places.filesystem.address"}


def test_files_that_are_no_lists_load_no_format(tmp_path: Path) -> None:
    plant(tmp_path, dict.fromkeys(("a.txt", "b.py", "c.zip", "d.json", "e.iso"), b""))
    assert "jsonl" not in public(loaded_by("verify", tmp_path), "_formats")


def test_importing_checksig_loads_only_what_forks_need() -> None:
    script = "import sys; before = {*sys.modules}; import checksig; print(*{*sys.modules} - before)"
    assert set(run_python(script).split()) == {"checksig", "checksig._forking"}
