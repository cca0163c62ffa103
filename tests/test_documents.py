"""What README and the pages say is true."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY, sha1

import checksig
from checksig import _options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

PAGES = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")]


def test_the_examples_of_the_readme_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    failed, tried = doctest.testfile(str(REPOSITORY / "README.md"), module_relative=False)
    assert (failed, tried) == (0, 4)


@pytest.mark.parametrize("name", ["README.md", "docs/getting-started.md"])
def test_the_transcript_is_what_the_command_prints(cli: Callable[..., Answer], name: str) -> None:
    text = (REPOSITORY / name).read_text()
    [listed, found] = re.findall(r"listed  (\w+…\w+)   found   (\w+…\w+)", text)[0]
    answer = cli("verify", "examples/logs", cwd=REPOSITORY)
    digests = dict(re.findall(r"(listed|found) +(\w+)$", answer.out, re.MULTILINE))
    assert listed == f"{digests['listed'][:4]}…{digests['listed'][-4:]}"
    assert found == f"{digests['found'][:4]}…{digests['found'][-4:]}"
    assert "9 of 10 files ok, 1 mismatch, 0 missing, 0 unlisted · 1.0 MiB in" in answer.out
    assert "9 of 10 files ok, 1 mismatch, 0 missing, 0 unlisted · 1.0 MiB in" in text


def test_the_example_is_what_its_generator_writes(tmp_path: Path) -> None:
    script = REPOSITORY / "examples/generate.py"
    subprocess.run([sys.executable, script, tmp_path], check=True, timeout=60)
    logs = REPOSITORY / "examples/logs"
    names = sorted(path.name for path in logs.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert names == [*(f"httpd-{number:02}.log" for number in range(10)), "sha1sum.txt"]
    for name in names:
        assert sha1((logs / name).read_bytes()) == sha1((tmp_path / name).read_bytes())
    assert 0.9 < sum((logs / name).stat().st_size for name in names) / (1 << 20) < 1.1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_option_of_the_command_line_is_documented(cli: Callable[..., Answer]) -> None:
    page = (REPOSITORY / "docs/command-line.md").read_text()
    commands = ("verify", "check-signature", "create", "sign", "convert", "bag", "env", "bench")
    for command in (*commands, "doctor"):
        section = page.partition(f"## `checksig {command}")[2].partition("\n## ")[0]
        for groups in re.findall(r"```\{options\} (.*)", section):  # tables made of the table
            for group in groups.split():
                names = _options.table(getattr(_options, group))
                section += " ".join(f"--{name.replace('_', '-')}" for name in names)
        options = set(re.findall(r"(?<!\w)--[a-z]+", cli(command, "--help").out)) - {"--help"}
        short = {"--verbose": "-v", "--quiet": "-q"}
        assert section
        for option in options:
            assert short.get(option, option) in section, f"{command} {option}"


def test_every_public_name_is_documented() -> None:
    page = (REPOSITORY / "docs/api.md").read_text()
    errors = {name for name in checksig.__all__ if hasattr(checksig.errors, name)}
    for name in set(checksig.__all__) - errors - {"__version__"}:
        assert f"checksig.{name}\n" in page
    assert "checksig.errors" in page


def test_every_status_has_its_meaning() -> None:
    page = (REPOSITORY / "docs/verification.md").read_text()
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == [
        status.value for status in checksig.Status
    ]
