"""Lists as people were given them, with the commands that they type: see vectors/README.md."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from trees import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = REPOSITORY / "testdata/vectors/cases"
FOLDERS = sorted(path.parent for path in FOLDER.glob("*/case.json"))
CASES = {folder.name: json.loads((folder / "case.json").read_text()) for folder in FOLDERS}


def test_there_are_cases_and_few_wait() -> None:
    assert len(CASES) >= 102
    assert not [name for name, case in CASES.items() if "waits" in case]


def as_parameter(name: str) -> Any:
    """Return a case. One that waits, and is met all the same, fails: its key is to go."""
    why = CASES[name].get("waits")
    mark = pytest.mark.xfail(reason=why, strict=True, raises=AssertionError)
    return pytest.param(name, marks=[mark] if why else [])


@pytest.mark.parametrize("name", [as_parameter(name) for name in CASES])
def test_every_case_ends_as_it_should(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    root = tmp_path / "dir"
    shutil.copytree(FOLDER / name, root, symlinks=True, ignore=shutil.ignore_patterns("case.json"))
    program = f"{shlex.quote(sys.executable)} -m checksig"
    command = case["command"].replace("{dir}", shlex.quote(str(root)))
    inherited = {key: os.environ[key] for key in os.environ if not key.startswith("CHECKSIG")}
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("{checksig}", program)],
        cwd=root,
        env={**inherited, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    said = " ".join(done.stdout.decode("utf-8", "backslashreplace").split()).lower()
    wanted = case["expect_exit"]
    assert done.returncode in (wanted if isinstance(wanted, list) else [wanted]), said
    for words in case["expect_in_output"]:
        assert " ".join(words.split()).lower() in said
    for words in case.get("expect_not_in_output", []):
        assert " ".join(words.split()).lower() not in said
