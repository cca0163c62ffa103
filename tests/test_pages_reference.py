"""The pages to look things up: exit codes, options and words are those of the program."""

from __future__ import annotations

import importlib
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY

import checksig
from checksig._cli import coreutils
from checksig._cli._commands import COMMANDS, EXIT_CODES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from conftest import Answer

    Cli = Callable[..., Answer]

DOCS = REPOSITORY / "docs"
CODES = (DOCS / "exit-codes.md").read_text()
PAGES = [*DOCS.glob("*.md"), *(DOCS / "how-to").glob("*.md")]


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that makes tables of options."""
    monkeypatch.syspath_prepend(DOCS)
    return importlib.import_module("option_tables")


def sections() -> dict[str, str]:
    """Return what the page of exit codes says of each command, and of the stand-ins."""
    found: dict[str, str] = {}
    for heading, body in re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", CODES, re.MULTILINE):
        for name in re.findall(r"`(?:checksig )?([a-z-]+)`", heading) or [heading]:
            found[name] = body
    return found


def codes(body: str) -> set[int]:
    """Return the codes that the rows of a table have."""
    rows = re.findall(r"^\| (?:[^|]*\| )?(\d+) \|", body, re.MULTILINE)
    return set(map(int, rows))


def test_the_codes_of_every_command_are_there() -> None:
    found = sections()
    assert [name for name in COMMANDS if name not in found] == []
    between = {"sha224sum", "sha256sum", "sha384sum"}  # of sha1sum … sha512sum
    assert set(re.findall(r"`(\w+)`", found["The stand-ins"])) >= coreutils.TOOLS - between
    first = CODES.partition("\n## ")[0]
    assert codes(first) == set(map(int, EXIT_CODES))


#: Arguments, and what lies there: a file that is right, one that is not, and no list.
TYPED = {
    "verify right": 0,
    "verify wrong": 1,
    "verify right --size-only": 1,
    "verify right --complet": 2,
    "verify none": 2,
    "verify gone": 2,
    "verify right --require-signature": 3,
    "verify right --trust gone": 2,
    "verify right --trust right/SHA256SUMS": 3,
    "verify right wrong none": 2,
    "plan right": 0,
    "plan right --force -o gone/plan": 2,
    "plan none": 2,
    "plan right --trust right/SHA256SUMS": 3,
    "plan gone": 2,
    "run-shard planned 0 -o partials": 0,
    "run-shard broken 0 -o other": 1,
    "run-shard planned 9": 2,
    "run-shard broken 0 -o partials": 2,
    "merge planned whole": 0,
    "merge broken damaged": 1,
    "merge planned few": 1,
    "merge planned damaged": 2,
    "merge planned whole --trust right/SHA256SUMS": 3,
    "compare right copy": 0,
    "compare right right": 2,
    "compare right wrong": 1,
    "compare right empty": 1,
    "compare empty right": 2,
    "compare right gone": 2,
    "check-signature right/SHA256SUMS": 3,
    "check-signature gone --trust right/SHA256SUMS": 3,
    "check-signature gone --trust gone": 2,
    "env --prefix none": 2,
    "create none": 0,
    "create right": 2,
    "create empty": 2,
    "convert right/SHA256SUMS -o -": 0,
    "convert none/a": 2,
    "bag gone": 2,
    "sign right/SHA256SUMS --key gone": 2,
    "keygen key --no-password": 0,
    "keygen right/a": 2,
    "trust list": 0,
    "trust add gone": 2,
    "trust add right/a": 3,
    "bench gone": 2,
    "bench empty": 2,
    "formats": 0,
    "doctor": 0,
    "help": 0,
    "help colour": 2,
    "colour": 2,
    "": 2,
    "sha256sum right/a": 0,
    "sha256sum gone": 1,
    "sha256sum --colour": 1,
    "sha256sum -c none/a": 1,
    "b3sum right/a": 0,
    "b3sum gone": 1,
    "b3sum --colour": 2,
}


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Directories of which one is right, one is wrong, one has no list, one is empty; a copy."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    for name in ("right", "wrong", "none", "empty"):
        (tmp_path / name).mkdir()
        if name != "empty":
            (tmp_path / name / "a").write_text("a\n")
        if name in {"right", "wrong"}:
            checksig.create(tmp_path / name)
    (tmp_path / "wrong/a").write_text("b\n")
    (tmp_path / "right/a.key").write_text("")
    shutil.copytree(tmp_path / "right", tmp_path / "copy")
    for name, root, kept in (("planned", "right", "whole"), ("broken", "wrong", "damaged")):
        plan = checksig.plan(tmp_path / root)
        plan.save(tmp_path / name)
        for number in range(len(plan.shards)):
            found = checksig.run_shard(plan, number).to_bytes()
            first = (name, number) == ("planned", 0)
            for directory in [kept, "few", "partials"] if first else [kept]:
                (tmp_path / directory).mkdir(exist_ok=True)
                (tmp_path / directory / f"{number}.json").write_bytes(found)
    return tmp_path


@pytest.mark.parametrize("typed", TYPED)
def test_a_code_that_a_command_exits_with_is_on_the_page(there: Path, cli: Cli, typed: str) -> None:
    code = cli(*typed.split(), cwd=there).code
    assert code == TYPED[typed]
    name = typed.partition(" ")[0]
    if name in coreutils.TOOLS:
        name = "The stand-ins"
    body = sections()[name] if name in {*COMMANDS, "The stand-ins"} else CODES
    assert code in codes(body)


def test_every_code_of_every_command_is_typed_or_is_an_interruption() -> None:
    typed = {(line.partition(" ")[0], code) for line, code in TYPED.items()}
    elsewhere = {("check-signature", 0), ("env", 0), ("env", 1), ("create", 1), ("trust", 3)}
    for name in COMMANDS:
        of_command = codes(sections()[name]) - {130}
        shared = {n for n in COMMANDS if sections()[n] == sections()[name]}
        for code in of_command:
            assert {(n, code) for n in shared} & (typed | elsewhere), f"{name}: {code}"


def test_the_table_of_every_option_has_each_with_its_commands(cli: Cli, tables: ModuleType) -> None:
    rows = tables.every_option().splitlines()[2:]
    assert len(rows) > 60
    found = {
        (command, flag)
        for row in rows
        for command in re.findall(r"\[([a-z -]+)\]\(#command-", row)
        for flag in re.findall(r"`(--?[a-z-]+)", row.split(" | ")[0])
    }
    for command in [*COMMANDS, "trust add"]:
        said = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", options_of(cli, command)))
        given = said - {"-h", "--help", "--version"}
        assert given == {flag for name, flag in found if name == command}, command
    names = [re.findall(r"--([a-z-]+)", row.split(" | ")[0])[0] for row in rows]
    assert names == sorted(names)


def options_of(cli: Cli, command: str) -> str:
    """Return the names of options that the help of a command has."""
    shown = cli(*command.split(), "--help").out.partition("\nexamples:")[0]
    return "\n".join(re.findall(r"^  (-.*?)(?:   |$)", shown, re.MULTILINE))


def test_links_of_the_table_lead_to_the_sections_of_commands(tables: ModuleType) -> None:
    page = (DOCS / "command-line.md").read_text()
    names = set(re.findall(r"\]\(#(command-[a-z-]+)\)", tables.every_option()))
    assert len(names) >= len(COMMANDS) - 2
    assert [name for name in names if f"({name})=\n" not in page] == []


def test_words_have_a_sentence_each_and_are_those_of_the_program() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", (DOCS / "words.md").read_text(), re.MULTILINE)
    words = dict(rows[1:])
    assert list(words) == sorted(words)
    assert {status.value.replace("-", " ") for status in checksig.Status} <= words.keys()
    source = "".join(path.read_text() for path in (REPOSITORY / "src/checksig").rglob("*.py"))
    assert [word for word in words if not re.search(word.replace(" ", "[ -]"), source)] == []
    assert [said for said in words.values() if said.endswith(".") or ". " in said] == []


def test_every_page_is_in_the_tree_of_pages() -> None:
    trees = "".join(
        block
        for page in PAGES
        for block in re.findall(r"```{toctree}(.*?)```", page.read_text(), re.S)
    )
    named = set(re.findall(r"^([a-z/-]+)$", trees, re.MULTILINE))
    assert named | {"index"} == {
        path.relative_to(DOCS).with_suffix("").as_posix() for path in PAGES
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_every_how_to_begins_with_the_reader() -> None:
    for page in (DOCS / "how-to").glob("*.md"):
        heading, said = page.read_text().split("\n\n")[:2]
        assert heading.startswith("# "), page.name
        assert said.startswith("You "), page.name
        assert f"](how-to/{page.name})" in (DOCS / "how-tos.md").read_text()
