"""The help of commands, and what is said when somebody mistypes them."""

from __future__ import annotations

import shlex
from importlib.metadata import metadata
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY, run_python

import checksig
from checksig._cli import _examples, _mistakes
from checksig._cli._commands import COMMANDS, overview, parser_of
from checksig._cli._parser import Parser, UsageError
from checksig._cli.coreutils import TOOLS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]


def parsers(parser: Parser) -> Iterator[Parser]:
    """A parser, and those of the commands below it."""
    yield parser
    for below in parser.commands().values():
        yield from parsers(below)


ALL = {parser.prog: parser for parser in parsers(overview(whole=True))}


# Examples, and where to read on.


def test_every_command_has_two_or_three_examples_of_its_own() -> None:
    assert set(_examples.EXAMPLES) == set(ALL)
    assert len(ALL) == len(COMMANDS) + 4  # checksig itself, and what trust has
    for command, examples in _examples.EXAMPLES.items():
        assert (1 if "trust " in command else 2) <= len(examples) <= 3
        assert all(line.startswith("checksig ") for line in examples)
        assert command == "checksig" or all(line.startswith(command) for line in examples)


@pytest.mark.parametrize("line", [line for lines in _examples.EXAMPLES.values() for line in lines])
def test_every_example_can_be_typed(line: str) -> None:
    _, command, *arguments = shlex.split(line)
    assert parser_of(command).parse_args(arguments).run
    assert len(line) <= 76
    with pytest.raises(UsageError):
        parser_of(command).parse_args([*arguments, "--nonsense"])


def test_help_ends_with_the_examples_and_the_pages(cli: Cli) -> None:
    for command in ("verify", "create", "trust add", "help"):
        said = cli(*command.split(), "--help").out
        _, _, end = said.partition("\nexamples:\n")
        for line, does in _examples.EXAMPLES[f"checksig {command}"].items():
            assert f"  {line}\n      {does}\n" in end
        assert end.rstrip().endswith(_examples.pages(f"checksig {command}")[-1])


def test_every_page_that_the_help_names_is_there() -> None:
    urls = dict(url.split(", ") for url in metadata("checksig").get_all("Project-URL") or ())
    assert urls["Documentation"] == _examples.DOCUMENTATION
    assert set(_examples.PAGES) <= set(ALL)
    for command in ALL:
        for page in _examples.pages(command):
            name = page.removeprefix(_examples.DOCUMENTATION).removesuffix(".html")
            assert (REPOSITORY / "docs" / f"{name}.md").is_file()


def test_examples_and_mistakes_are_loaded_when_they_are_needed(good: Path) -> None:
    loaded = run_python(
        "import sys\nfrom checksig._cli import main\n"
        "main(['--version']); print('argparse' in sys.modules)\n"
        "main(['verify', '-q', sys.argv[1]])\n"
        "print({'checksig._cli._examples', 'checksig._cli._mistakes', 'difflib'} & {*sys.modules})",
        good,
    ).splitlines()
    assert loaded[0] == f"checksig {checksig.__version__}"
    assert loaded[1] == "False"
    assert loaded[-1] == "set()"


# Ways to ask for it.


def test_checksig_alone_prints_the_help_and_has_verified_nothing(cli: Cli) -> None:
    answer = cli()
    assert answer == (2, cli("--help").out, "")
    for command in [*COMMANDS, *TOOLS]:
        assert command in answer.out


@pytest.mark.parametrize("command", ["verify", "trust add", "bag"])
def test_help_of_a_command_is_the_same_whoever_asks(cli: Cli, command: str) -> None:
    words = command.split()
    answer = cli(*words, "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"usage: checksig {command} ")
    assert answer == cli("help", *words) == cli(*words, "-h") == cli("--help", *words)
    assert answer == cli(*words, "nowhere", "-h")


def test_help_of_a_stand_in_is_the_stand_in_s(cli: Cli) -> None:
    for tool in sorted(TOOLS):
        answer = cli("help", tool)
        assert answer == cli(tool, "--help")
        assert (answer.code, answer.err) == (0, "")
        assert "checksig" in answer.out


def test_help_is_for_checksig_and_the_commands_alike(cli: Cli) -> None:
    assert cli("help") == cli("--help") == cli("-h")


@pytest.mark.parametrize(
    "arguments",
    ["-V", "--version", "verify -V", "verify nowhere --version", "trust list -V", "bag -V",
     "--version verify", "help --version"],
)  # fmt: skip
def test_version_is_said_anywhere(cli: Cli, arguments: str) -> None:
    assert cli(*arguments.split()) == (0, f"checksig {checksig.__version__}\n", "")


def test_behind_two_hyphens_stand_names_and_no_options(cli: Cli, tmp_path: Path) -> None:
    for option in ("--version", "--help", "--trsut"):
        answer = cli("verify", "--", option, cwd=tmp_path)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith("checksig: ")
        assert "usage:" not in answer.err


def test_help_that_cannot_be_written_is_an_error(cli: Cli) -> None:
    for words in (("--help",), ("verify", "--help"), ("--version",), ("verify", "-V")):
        answer = cli(*words, redirection=">/dev/full")
        assert answer.code == 2
        assert "cannot write the output" in answer.err


@pytest.mark.parametrize("prog", ALL)
def test_usage_is_a_line(prog: str) -> None:
    usage = ALL[prog].format_usage()
    assert usage.startswith(f"usage: {prog} ")
    assert usage.count("\n") == 1
    assert "OPTIONS" in usage
    assert ALL[prog].format_help().startswith(usage)


def test_usage_has_what_has_to_be_given() -> None:
    assert (
        "checksig sign (--key KEY | --sigstore) [OPTIONS] LIST\n"
        in parser_of("sign").format_usage()
    )
    assert "checksig create [OPTIONS] [PATH]\n" in parser_of("create").format_usage()


# Mistakes.

MISTAKES = {
    "verfy": '"verfy" is not a command: did you mean verify?',
    "ver": '"ver" is not a command: did you mean verify?',
    "VERIFY": '"VERIFY" is not a command: did you mean verify?',
    "c": '"c" is not a command: did you mean check-signature, cksum, compare, convert or create?',
    "check": '"check" is not a command: did you mean verify?',
    "sha25sum": '"sha25sum" is not a command: did you mean sha256sum?',
    "zzz": '"zzz" is not a command',
    "--": '"--" is not a command',
    "help verfy": '"verfy" is not a command: did you mean verify?',
    "--verison": '"--verison" is not a command: did you mean --version?',
    "--complete verify": '"--complete" is not a command, but an option of verify, plan and env: it '
    "goes after the command",
    "-c SHA256SUMS": '"-c" is not a command: verify always checks, and checksig sha256sum -c does '
    "what sha256sum -c does",
    "trust ad": '"ad" is not a command of trust: did you mean add?',
    "trust add --nmae x": '"--nmae" is not an option of trust add: did you mean --name?',
    "verify --trsut key": '"--trsut" is not an option of verify: did you mean --trust?',
    "verify . --trsut=key": '"--trsut" is not an option of verify: did you mean --trust?',
    "verify -trust key": '"-trust" is not an option of verify: did you mean --trust, '
    "--trust-etag or --trust-versions?",
    "verify --ignore": '"--ignore" is not an option of verify: did you mean --ignore-missing?',
    "verify --sig x": '"--sig" is not an option of verify: did you mean --signature or --signers?',
    "verify --nonsense": '"--nonsense" is not an option of verify',
    "verify --force": '"--force" is not an option of verify, but of create, plan, sign and convert',
    "verify --name x": '"--name" is not an option of verify, but of trust add',
    "verify -qc": '"-c" is not an option of verify: verify always checks, and checksig sha256sum '
    "-c does what sha256sum -c does",
    "verify -asha256 -b": '"-b" is not an option of verify: files are always read byte by byte, as '
    "they are",
    "sign --kye k list": '"--kye" is not an option of sign: did you mean --key?',
    "bag --info nonsense .": "--info: must be LABEL=VALUE",
    "verify --workers": "--workers: expected one argument",
    "create --tag --binary": "--binary: not allowed with argument --tag",
}


@pytest.mark.parametrize("typed", MISTAKES)
def test_a_mistake_is_named_with_what_may_have_been_meant(
    cli: Cli, tmp_path: Path, typed: str
) -> None:
    answer = cli(*typed.split(), cwd=tmp_path)
    assert (answer.code, answer.out) == (2, "")
    said, usage, more = answer.err.splitlines()
    assert said == f"checksig: {MISTAKES[typed]}"
    assert usage.startswith("usage: checksig ")
    words = more.removesuffix(" --help says more").split()
    assert usage.split()[1:][: len(words)] == words or words == ["checksig"]


def test_a_path_in_the_place_of_a_command_is_one_to_verify(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "verfy").mkdir()
    (tmp_path / "SHA256SUMS").touch()
    (tmp_path / "two words\n").touch()
    for typed, shown in {
        "verfy": "verfy",
        "./verfy": "./verfy",
        "SHA256SUMS": "SHA256SUMS",
        "two words\n": r"'two words\n'",
    }.items():
        answer = cli(typed, cwd=tmp_path)
        assert (answer.code, answer.out) == (2, "")
        assert f"is not a command: did you mean checksig verify {shown}?\n" in answer.err


@pytest.mark.parametrize("typed", ["\x1b[31m", "--\x1b[31m", "verify --\x1b[31m", "trust \x1b[31m"])
def test_no_mistake_reaches_the_terminal_as_it_is(cli: Cli, typed: str) -> None:
    answer = cli(*typed.split())
    assert answer.code == 2
    assert r"\x1b[31m" in answer.err
    assert "\x1b" not in answer.err


def test_bytes_that_are_no_text_are_a_mistake_like_others(cli: Cli) -> None:
    for typed in ([b"\xff"], [b"--\xff"], [b"verify", b"--\xff"]):
        answer = cli(*typed)
        assert (answer.code, answer.out) == (2, "")
        assert r"\xff" in answer.err


def test_no_option_is_abbreviated(cli: Cli, good: Path) -> None:
    for parser in ALL.values():
        for name in parser.options():
            if len(name) > 3:
                known = {*parser.options()}
                assert name[:-1] in known or _mistakes._wrong_option(
                    parser.options(), parser.prog, [name[:-1]]
                )
    assert cli("verify", "--complet", good).code == 2
    assert cli("verify", "--complete", good).code == 0


def test_what_is_said_of_typical_mistakes_is_about_options_that_are_none() -> None:
    for command, mistakes in _mistakes._TYPICAL.items():
        assert not mistakes.keys() & parser_of(command).options().keys()
        for sentence in mistakes.values():
            named = {word for word in sentence.split() if word.startswith("--")}
            assert named <= parser_of(command).options().keys()
    assert not _mistakes._COMMANDS.keys() & (COMMANDS.keys() | TOOLS)


def test_a_mistake_with_stderr_closed_is_one_still(cli: Cli) -> None:
    assert cli("verify", "--trsut", redirection="2>&-") == (2, "", "")
