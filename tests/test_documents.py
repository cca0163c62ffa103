"""What README and the pages say is true."""

from __future__ import annotations

import doctest
import importlib.util
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from archives import pack, sums
from trees import REPOSITORY, sha1

import checksig
from checksig._cli._commands import COMMANDS
from checksig._options import CheckOptions, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from conftest import Answer

    from checksig._options import Option

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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_heading_begins_with_a_question(page: Path) -> None:
    headings = re.findall(r"^#+ (.*)", page.read_text(), re.MULTILINE)
    assert headings
    assert not [text for text in headings if re.match("Wh(at|ich|om?) ", text)]


@pytest.fixture(scope="session")
def tables() -> ModuleType:
    """The module that makes tables of options."""
    spec = importlib.util.spec_from_file_location(
        "option_tables", REPOSITORY / "docs/option_tables.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def section_of(command: str, tables: ModuleType) -> str:
    """What the page says of a command, with the tables that are made when it is built."""
    page = (REPOSITORY / "docs/command-line.md").read_text()
    section = page.partition(f"## `checksig {command}")[2].partition("\n## ")[0]
    made = re.findall(r"```\{options\} (.*)((?:\n:.*)*)\n```", section)
    for groups, settings in made:
        but = re.findall(r"^:but: (.*)", settings, re.MULTILINE)
        section += tables.markdown(groups.split(), but=" ".join(but).split())
    assert section.count("```{options}") == len(made)
    return section


def test_every_option_of_the_command_line_is_documented(
    cli: Callable[..., Answer], tables: ModuleType
) -> None:
    assert len(COMMANDS) > 5
    for command in COMMANDS:
        section = section_of(command, tables)
        options = set(re.findall(r"(?<!\w)--[a-z-]+", cli(command, "--help").out)) - {
            "--help",
            "--version",
        }
        short = {"--verbose": "-v", "--quiet": "-q"}
        assert section
        for option in options:
            assert short.get(option, option) in section, f"{command} {option}"


def test_tables_of_options_have_a_row_for_each_with_its_sentence(tables: ModuleType) -> None:
    rows = tables.markdown(["CheckOptions"], python=True).splitlines()[2:]
    assert len(rows) == len(table(CheckOptions)) > 20
    for text, (name, row) in zip(rows, table(CheckOptions).items(), strict=True):
        assert text.startswith(f"| `{name}` | ")
        assert row.sentence.replace(":class:", "").replace("`", "") in text.replace("`", "")
        assert row.more in text
    shown = tables.markdown(["CheckOptions"], but=["trust"])
    assert "`-a ALG`, `--algorithm ALG`" in shown
    assert "`--symlinks inside\\|refuse\\|record`" in shown
    assert not {"`--entries`", "`--trust FILE`"} & set(re.findall("`--[^`]+`", shown))


def some_value(row: Option) -> Any:
    """A value that is not the default."""
    if row.choices:
        return row.needs_value or row.choices[-1]
    return 2 if row.number else ["a"] if row.several else True


def test_what_the_page_says_is_not_for_archives_is_refused(
    tmp_path: Path, tables: ModuleType
) -> None:
    files = {"a": b"a", "b": b"b"}
    path = pack(tmp_path / "a.zip", {"SHA256SUMS": sums(files), **files})
    refused = 0
    for line in tables.markdown(
        ["RuleOptions", "ReadOptions"], python=True, archives=True
    ).splitlines()[2:]:
        name, *_, archives = [cell.strip(" `") for cell in line.strip("|").split("|")]
        options = {name: some_value(table(CheckOptions)[name])}
        if archives == "yes":
            checksig.audit(path, **options)
            continue
        refused += 1
        with pytest.raises(checksig.ArchiveError, match=r"not for archives|not compared"):
            checksig.audit(path, **options)
    assert refused == 9


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


def test_each_step_of_the_walk_is_there() -> None:
    page = (REPOSITORY / "docs/architecture.md").read_text()
    walk = page.partition("## The walk")[2].partition("\n## ")[0]
    steps = re.findall(r"^(\d+)\. (.*(?:\n   .*)*)", walk, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, 36))
    for number, step in steps:
        text, functions = "", 0
        for word in re.findall(r"`([^`]+)`", step):
            if word.endswith((".py", ".go")):
                places = [
                    REPOSITORY / above / word for above in ("src/checksig", "core/internal", "")
                ]
                text = next(path for path in places if path.exists()).read_text()
            else:
                assert re.search(rf"(def|func|func \(.*\)) {word}\(", text), f"{number}: {word}"
                functions += 1
        assert functions, number
