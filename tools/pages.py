"""Make what a shell and ``man`` know of the command line, out of the parsers of its commands.

    python tools/pages.py DIRECTORY

The build hook runs it, and puts what is in the directory into the wheel: ``share/man/man1/*.1``,
and completions for bash, zsh and fish. The core is not needed, and the same source gives the same
bytes.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import shtab
from argparse_manpage.manpage import Manpage

SOURCE = Path(__file__).resolve().parent.parent / "src"
sys.path.insert(0, str(SOURCE))
sys.dont_write_bytecode = True
os.environ["COLUMNS"] = "10000"  # a line that argparse breaks could begin with a dot

from checksig import __version__, _formats  # noqa: E402 (it is found now)
from checksig._cli import _commands, _examples  # noqa: E402
from checksig._cli.coreutils import TOOLS  # noqa: E402

COMPLETIONS = {
    "bash": "bash-completion/completions/checksig",
    "zsh": "zsh/site-functions/_checksig",
    "fish": "fish/vendor_completions.d/checksig.fish",
}
#: Values that are files or directories, by what the help calls them.
COMPLETE = {
    **dict.fromkeys(("EXE", "FILE", "KEY", "LIST", "PATH", "SIG"), shtab.FILE),
    "DIR": shtab.DIRECTORY,
}


def whole() -> argparse.ArgumentParser:
    """Return the parser of everything that can be completed."""
    parser = _commands.overview(whole=True)
    commands = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    for tool in sorted(TOOLS):
        stand_in = argparse.ArgumentParser(f"checksig {tool}", add_help=False)
        stand_in.add_argument("file", nargs="*", metavar="FILE", help="a file")
        for option in ("--check", "--help", "--version"):
            stand_in.add_argument(option, action="store_true", help=f"as of {tool}")
        commands.add_parser(tool, help="")
        commands.choices[tool] = stand_in
    for name, below in commands.choices.items():
        below.description = _commands.COMMANDS.get(name, f"stand in for {name}")
    for each in parsers(parser):
        for action in each._actions:
            name = action.metavar or action.dest.upper()
            if name in COMPLETE:
                action.complete = COMPLETE[name]
            elif name == "FORMAT":
                found = _formats.table() if "verify" in each.prog else _formats.written()
                action.choices = sorted(format_.name for format_ in found)
    commands.choices["help"]._actions[-1].choices = [*_commands.COMMANDS, *sorted(TOOLS)]
    return parser


def parsers(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Return a parser, and those of the commands below it."""
    actions = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return [parser, *(p for a in actions for below in a.choices.values() for p in parsers(below))]


def page(command: str, purpose: str) -> str:
    """Return the manual page of a command."""
    top = command == "checksig"
    parser = _commands.overview() if top else _commands.parser_of(command.partition(" ")[2])
    if top:  # its commands have pages of their own
        parser._action_groups = [g for g in parser._action_groups if g.title != "commands"]
    for below in parser.commands().values():
        below.description = None  # its purpose says the same
    usage = parser.format_usage().removeprefix(f"usage: {command} ").strip()
    parser.epilog = None
    manual = Manpage(parser, format="single-commands-section")
    manual.prog = command.replace(" ", "-")
    manual.date, manual.source = "", f"checksig {__version__}"
    manual.manual, manual.description = "checksig", purpose
    manual.add_section("synopsis", "=", f".B {roff(command)}\n{roff(usage)}")
    for heading, lines in sections(command).items():
        manual.add_section(heading, "=", "\n".join(lines))
    return str(manual).replace("\n.SH", "\n.ad l\n.SH", 1)


def sections(command: str) -> dict[str, list[str]]:
    """Return what stands below the options."""
    found: dict[str, list[str]] = {}
    if command == "checksig":
        commands = {f"checksig-{name}(1)": does for name, does in _commands.COMMANDS.items()}
        found["commands"] = terms(commands)
        found["stand-ins"] = [roff(", ".join(sorted(TOOLS)))]
    found["exit status"] = terms(_commands.EXIT_CODES)
    below = [name for name in _examples.EXAMPLES if f"{name} ".startswith(f"{command} ")]
    names = [command] if command == "checksig" else below
    found["examples"] = terms({k: v for n in names for k, v in _examples.EXAMPLES[n].items()})
    also = [".BR checksig (1)", ".br"] if command != "checksig" else []
    found["see also"] = [*also, "\n.br\n".join(map(roff, _examples.pages(command)))]
    return found


def terms(pairs: dict[str, str]) -> list[str]:
    """Return a list of terms, each with what it means."""
    return [f".TP\n\\fB{roff(term)}\\fR\n{roff(does)}" for term, does in pairs.items()]


def roff(text: str) -> str:
    """Return text for a manual page."""
    return text.replace("\\", "\\e").replace("-", "\\-")


def main() -> None:
    """Write everything into a directory."""
    share = Path(sys.argv[1])
    files = {share / path: shtab.complete(whole(), shell) for shell, path in COMPLETIONS.items()}
    pages = {"checksig": "check that files are exactly what their publisher listed"}
    pages |= {f"checksig {name}": purpose for name, purpose in _commands.COMMANDS.items()}
    for command, purpose in pages.items():
        name = command.replace(" ", "-")
        files[share / "man" / "man1" / f"{name}.1"] = page(command, purpose)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
