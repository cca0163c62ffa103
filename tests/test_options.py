"""One table of options: Python, the command line and the core are told the same by it."""

from __future__ import annotations

import asyncio
import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest
from trees import REPOSITORY, run_python

import checksig
from checksig import ManifestError, SignatureUntrusted, Status
from checksig._cli import _options as command_line
from checksig._options import (
    CheckOptions,
    CreateOptions,
    EnvironmentOptions,
    RunOptions,
    TrustOptions,
    table,
    values,
)
from checksig._options.values import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

#: Functions, and the groups whose options they take.
FUNCTIONS: dict[str, tuple[type, set[str]]] = {
    "verify": (CheckOptions, set()),
    "audit": (CheckOptions, set()),
    "iter_verify": (CheckOptions, {"find_moved", "tofu"}),
    "hash_files": (RunOptions, set()),
    "averify": (CheckOptions, set()),
    "aaudit": (CheckOptions, set()),
    "aiter_verify": (CheckOptions, {"find_moved", "tofu"}),
    "ahash_files": (RunOptions, set()),
    "check_signature": (TrustOptions, {"require_signature", "tofu"}),
    "verify_environment": (EnvironmentOptions, set()),
    "audit_environment": (EnvironmentOptions, set()),
    "create": (CreateOptions, set()),
    "make_bag": (RunOptions, set()),
}
HEADER = (REPOSITORY / "core/cmd/libchecksig/checksig.h").read_text()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_signature_shows_every_option_with_its_default(name: str) -> None:
    group, but = FUNCTIONS[name]
    parameters = inspect.signature(getattr(checksig, name)).parameters
    for option, row in table(group).items():
        if option in but:
            assert option not in parameters
            continue
        assert parameters[option].kind is inspect.Parameter.KEYWORD_ONLY
        assert parameters[option].default == row.default
    assert not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_option_that_a_function_does_not_have_is_refused(name: str, good: Path) -> None:
    function: Any = getattr(checksig, name)
    with pytest.raises(TypeError, match=rf"^{name}\(\) got an unexpected keyword 'colour'$"):
        await_or_list(function(good, colour="red"))
    option = next(iter(table(FUNCTIONS[name][0])))
    wrong = option[:-2] + option[-1] + option[-2]
    said = rf"{name}\(\) got an unexpected keyword '{wrong}': did you mean '{option}'\?"
    with pytest.raises(TypeError, match=said):
        await_or_list(function(good, **{wrong: None}))


def await_or_list(returned: Any) -> None:
    """Do what a function of either kind has put off."""
    if inspect.iscoroutine(returned):
        asyncio.run(returned)


def test_an_option_that_is_of_no_use_is_refused_and_not_dropped(good: Path) -> None:
    with pytest.raises(TypeError, match="find_moved"):
        list(checksig.iter_verify(good, find_moved=True))


def test_iteration_stops_after_as_many_failures_as_are_asked_for(bad: Path) -> None:
    every = [r for r in checksig.iter_verify(bad) if not r.ok]
    assert len(every) > 3
    assert len([r for r in checksig.iter_verify(bad, max_failures=1) if not r.ok]) == 1
    report = checksig.audit(bad, max_failures=2)
    assert (len(report.failures), report.stopped, report.ok) == (2, True, False)


@pytest.mark.parametrize("group", [CheckOptions, CreateOptions, EnvironmentOptions])
def test_the_core_has_a_name_for_every_option_that_it_is_told(group: type) -> None:
    told = [row.setting or row.names for row in table(group).values()]
    assert any(told)
    for name in filter(None, told):
        assert f'"{name}"' in HEADER


@pytest.mark.parametrize(
    ("command", "group", "but"),
    [
        ("verify", CheckOptions, set[str]()),
        ("check-signature", TrustOptions, {"require_signature", "signers", "tofu"}),
        ("env", EnvironmentOptions, set[str]()),
        ("create", CreateOptions, set[str]()),
        ("bag", RunOptions, set[str]()),
    ],
)
def test_the_command_line_has_every_option_and_its_sentence(
    cli: Cli, command: str, group: type, but: set[str]
) -> None:
    said = re.sub(r"\s+", " ", cli(command, "--help").out)
    for name, row in table(group).items():
        flag = row.flag(name)
        assert (flag in said) == (row.shown and name not in but), flag
        if row.shown and name not in but and name not in ("format", "zero"):
            assert row.sentence in said


def test_every_row_has_a_sentence_and_no_two_are_alike() -> None:
    rows = {id(row): row for group, _ in FUNCTIONS.values() for row in table(group).values()}
    sentences = [row.sentence for row in rows.values()]
    assert all(sentences)
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("number", [0, -1, 1 << 40])
def test_numbers_that_make_no_sense_are_told_with_what_does(
    number: int, good: Path, cli: Cli
) -> None:
    for name in ("workers", "readers", "max_failures", "signers"):
        with pytest.raises(ValueError, match=f"{name} must be 1 or more, and 2,147,483,647 at"):
            checksig.audit(good, **{name: number})
        answer = cli("verify", good, f"--{name.replace('_', '-')}={number}")
        assert answer.code == 2
        assert "must be 1 or more, and 2,147,483,647 at most" in answer.err


@pytest.mark.parametrize("number", [1.5, True, "1"])
def test_what_is_no_whole_number_is_not_taken_for_one(number: object, good: Path) -> None:
    for name in ("workers", "readers", "max_failures", "signers"):
        with pytest.raises(ValueError, match=f"{name} must be 1 or more"):
            checksig.audit(good, **{name: number})  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1, 0, "no", []])
def test_what_is_neither_true_nor_false_is_no_switch(value: object, good: Path) -> None:
    for name in ("complete", "ignore_missing", "require_signature", "recursive"):
        with pytest.raises(ValueError, match=f"{name} must be True or False"):
            checksig.audit(good, **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["require", "include", "exclude"])
def test_one_name_is_as_good_as_a_list_of_one(name: str) -> None:
    one, several = (settle(CheckOptions, {name: given}) for given in ("abc", ["abc"]))
    assert one == several == settle(CheckOptions, {name: iter(["abc"])})
    assert one[name] == ("abc",)


def test_choices_are_told_with_all_that_there_are(good: Path) -> None:
    for name, choices in {
        "symlinks": "inside, refuse, record",
        "min_strength": "accidents, broken, strong",
    }.items():
        with pytest.raises(ValueError, match=f"{name} must be {choices}, not odd"):
            checksig.audit(good, **{name: "odd"})


def test_rules_and_reading_are_frozen_values() -> None:
    settled = settle(CheckOptions, {"complete": True, "require": ["a"], "workers": 3})
    rules, reading = values.rules(settled), values.reading(settled)
    assert (rules.complete, dict(rules.names)["require"], reading.workers) == (True, (b"a",), 3)
    assert hash(rules) == hash(values.rules(settled))
    for value in (rules, reading):
        with pytest.raises(AttributeError):
            value.extra = 1  # type: ignore[union-attr, attr-defined]


def test_none_is_as_good_as_not_given() -> None:
    given = dict.fromkeys(table(CheckOptions))
    assert settle(CheckOptions, given) == settle(CheckOptions, {})


def test_the_table_is_loaded_without_the_modules_that_types_come_from() -> None:
    loaded = run_python(
        "import sys\nbefore = set(sys.modules)\nimport checksig._options\n"
        "print(sorted({'dataclasses', 'datetime', 'inspect'} & (set(sys.modules) - before)))"
    )
    assert loaded.strip() == "[]"


def test_options_that_are_typed_are_those_of_the_table() -> None:
    class Typed:
        format = None
        recursive = True
        workers = 4
        trust = None

    given = command_line.given(Typed(), CheckOptions)  # type: ignore[arg-type]
    assert given == {"recursive": True, "workers": 4}


# Three kinds of errors: a place that cannot be opened, a claim that cannot be had, a check.


def test_a_place_a_claim_and_a_check_that_fail_have_codes_of_their_own(
    tmp_path: Path, good: Path, bad: Path, cli: Cli
) -> None:
    (tmp_path / "key.pub").write_text(
        "untrusted comment: a key\nRWQBAQEBAQEBAYqIPYTKiqkuk8lGDCaIYpEX2hqxqyMQfTIQFTqXvXnv\n"
    )
    (tmp_path / "empty").mkdir()
    assert cli("verify", tmp_path / "nowhere").code == 2
    assert cli("verify", tmp_path / "empty").code == 2
    assert cli("verify", bad).code == 1
    assert cli("verify", good).code == 0
    for options in (["--trust", tmp_path / "nokey"], ["--revoked", tmp_path / "nokey"]):
        answer = cli("verify", good, "--trust", tmp_path / "key.pub", *options)
        assert (answer.code, answer.out) == (2, "")
        assert "nokey" in answer.err
    signature = ["--signature", tmp_path / "nosig"]
    answer = cli("verify", good, "--trust", tmp_path / "key.pub", *signature)
    assert answer.code == 2
    assert cli("verify", good, "--trust", tmp_path / "key.pub").code == 3


def test_the_errors_of_python_are_three_kinds_as_well(tmp_path: Path, good: Path) -> None:
    with pytest.raises(checksig.KeyFileError):
        checksig.audit(good, trust=tmp_path / "nokey")
    with pytest.raises(ManifestError):
        checksig.audit(tmp_path / "nowhere")
    with pytest.raises(SignatureUntrusted):
        checksig.audit(good, require_signature=True)
    assert not issubclass(checksig.KeyFileError, checksig.TrustError)
    assert issubclass(checksig.SignatureInvalid, checksig.TrustError)


def test_a_fifo_in_the_place_of_a_signed_file_holds_nobody_up(tmp_path: Path) -> None:
    script = """
import os, sys, checksig
os.mkfifo(sys.argv[1])
try:
    checksig.check_signature(sys.argv[1], trust=sys.argv[1])
except checksig.ChecksigError as error:
    print(error)
"""
    assert "not a regular file" in run_python(script, tmp_path / "fifo", timeout=10)


def test_unlisted_files_are_looked_for_when_missing_ones_are_to_be_found(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    checksig.create(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    for complete in (False, True):
        report = checksig.audit(tmp_path, find_moved=True, complete=complete)
        [missing] = [f for f in report.failures if f.status is Status.MISSING]
        assert missing.diagnosis == "moved to b"
