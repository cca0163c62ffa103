"""Manual pages, and completions of shells: in the wheel, and at work."""

from __future__ import annotations

import sys
import tempfile
import time
from importlib.metadata import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from programs import run
from trees import REPOSITORY

from checksig._cli._commands import COMMANDS, parser_of
from checksig._cli._examples import EXAMPLES
from checksig._cli.coreutils import TOOLS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Press = Callable[..., str]

SHARE: Final = Path(sys.prefix, "share")
BASH: Final = SHARE / "bash-completion/completions/checksig"
ZSH: Final = SHARE / "zsh/site-functions/_checksig"
FISH: Final = SHARE / "fish/vendor_completions.d/checksig.fish"
PAGES: Final = {
    command: SHARE / f"man/man1/{command}.1"
    for command in ("checksig", *(f"checksig-{name}" for name in COMMANDS))
}
#: Where Debian's package has it.
BASH_COMPLETION: Final = Path("/usr/share/bash-completion/bash_completion")


def test_the_wheel_has_a_page_for_every_command_and_three_completions() -> None:
    installed = {str(file) for file in files("checksig") or () if "share/" in str(file)}
    found = {file.partition("share/")[2] for file in installed}
    assert found == {str(path.relative_to(SHARE)) for path in (BASH, ZSH, FISH, *PAGES.values())}
    assert all(path.stat().st_size > 500 for path in (BASH, ZSH, FISH, *PAGES.values()))


def test_pages_and_completions_name_no_place_of_this_machine() -> None:
    for path in (BASH, ZSH, FISH, *PAGES.values()):
        text = path.read_text()
        for place in (REPOSITORY, sys.prefix, tempfile.gettempdir()):
            assert str(place) not in text


# Manual pages.


@pytest.mark.parametrize("command", PAGES)
def test_a_page_has_every_option_and_example_of_its_command(tmp_path: Path, command: str) -> None:
    done = run(tmp_path, "mandoc", "-T", "utf8", "-O", "width=900", PAGES[command])
    said = done.stdout.decode()
    while "\b" in said:  # what is bold is written twice
        said = said[: said.index("\b") - 1] + said[said.index("\b") + 1 :]
    for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "EXAMPLES", "SEE ALSO"):
        assert f"\n{heading}\n" in said
    for line in EXAMPLES[command.replace("-", " ", 1)]:
        assert line in said
    if command == "checksig":
        assert all(f"checksig-{name}(1)" in said for name in COMMANDS)
        assert all(tool in said for tool in TOOLS)
        return
    parser = parser_of(command.partition("-")[2])
    for each in (parser, *parser.commands().values()):
        for option in each.options().keys() - {"-h", "--help"}:
            assert option in said


@pytest.mark.parametrize("command", PAGES)
def test_a_page_is_typeset_without_a_warning(tmp_path: Path, command: str) -> None:
    page = PAGES[command]
    done = run(tmp_path, "man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page)
    assert (done.returncode, done.stderr) == (0, b"")
    done = run(tmp_path, "mandoc", "-T", "lint", "-W", "warning", page)
    found = [line for line in done.stdout.decode().splitlines() if "missing date" not in line]
    assert found == []


# Completions.


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with files to complete."""
    (tmp_path / "release.pub").touch()
    (tmp_path / "data set").mkdir()
    (tmp_path / "SHA256SUMS").touch()
    return tmp_path


@pytest.fixture
def press(here: Path) -> Iterator[Press]:
    """A function that presses keys in a shell on a terminal until it shows some text."""
    if not BASH_COMPLETION.exists():
        pytest.fail("bash-completion is not installed: apt-get install bash-completion")
    # Bash finds the completions of the wheel where bash-completion looks for them.
    (here / ".rc").write_text(
        f"PS1='ready> '\nexport XDG_DATA_DIRS={SHARE}\n. {BASH_COMPLETION}\n"
        "bind 'set bell-style none'\n"
    )
    socket = here / ".tmux"
    shell = f"bash --noprofile --rcfile {here / '.rc'} -i"
    tmux = ("tmux", "-S", socket, "-f", "/dev/null")

    def until(shown: str) -> str:
        deadline = time.monotonic() + 30
        while True:
            seen = run(here, *tmux, "capture-pane", "-p", "-J").stdout.decode()
            if shown in seen or time.monotonic() > deadline:
                return seen
            time.sleep(0.02)

    def pressed(*keys: str, shown: str) -> str:
        run(here, *tmux, "send-keys", *keys)
        return until(shown)

    assert run(here, *tmux, "new-session", "-d", "-x", "150", "-y", "40", shell).returncode == 0
    try:
        assert "ready>" in until("ready>")
        yield pressed
    finally:
        run(here, *tmux, "kill-server")


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("checksig ver", "checksig verify"),
        ("checksig verify --tr", "checksig verify --trust"),
        ("checksig verify --trust rel", "checksig verify --trust release.pub"),
        ("checksig verify dat", r"checksig verify data\ set/"),
        ("checksig verify --complete SHA", "checksig verify --complete SHA256SUMS"),
        ("checksig verify --symlinks ref", "checksig verify --symlinks refuse"),
        ("checksig create -f hash", "checksig create -f hashdeep"),
        ("checksig trust add --unt", "checksig trust add --until"),
        ("checksig help sha384", "checksig help sha384sum"),
        ("checksig sha256sum SHA", "checksig sha256sum SHA256SUMS"),
    ],
)
def test_tab_completes_in_bash(press: Press, typed: str, completed: str) -> None:
    press("-l", typed, shown=f"ready> {typed}")
    assert f"ready> {completed}" in press("Tab", shown=f"ready> {completed}")


def test_fish_knows_commands_options_and_files(here: Path) -> None:
    for typed, first in {
        "checksig ver": "verify",
        "checksig verify --tr": "--trust",
        "checksig verify --trust rel": "release.pub",
        "checksig verify SHA": "SHA256SUMS",
        "checksig create -f hash": "hashdeep",
    }.items():
        done = run(here, "fish", "-c", f"source {FISH}; complete -C '{typed}'")
        assert done.stdout.decode().split("\t")[0].splitlines()[0] == first


def test_zsh_finds_the_completion_by_the_name_of_the_command(here: Path) -> None:
    script = (
        f"fpath=({ZSH.parent} $fpath); autoload -Uz compinit; compinit -u -d {here / 'dump'}; "
        "print $_comps[checksig]; autoload +X _checksig && print loaded"
    )
    done = run(here, "zsh", "-fc", script)
    assert (done.stdout, done.stderr) == (b"_checksig\nloaded\n", b"")
    assert run(here, "zsh", "-n", ZSH).returncode == 0


def test_every_option_can_be_completed_in_every_shell() -> None:
    for path in (BASH, ZSH, FISH):
        text = path.read_text()
        for name in COMMANDS:
            parser = parser_of(name)
            for option in parser.options():
                flag = option.lstrip("-")
                shown = f"-l {flag}" if option.startswith("--") else f"-s {flag}"
                assert (shown if path == FISH else option) in text
        assert all(tool in text for tool in TOOLS)
