"""Shell transcripts: commands, and what is printed, as pages and files show them.

In a page, a block of ``console`` is one; all blocks of a page are one session, which begins in an
empty directory. What a block does not show is in a comment: ``<!-- run`` and commands that print
nothing of interest, or ``<!-- file NAME`` and the file, each up to ``-->``.

Commands run in bash on a terminal of 100 columns. Times, rates and temporary paths differ each
time: see ``plain``. A line ``…`` stands for any lines.
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import checksig

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS: Final = 100
#: The directory that pages begin in, as they show it.
HERE: Final = "/here"
_BLOCK: Final = re.compile(
    r"^```console\n(?P<shown>.*?)^```$|^<!-- run\n(?P<run>.*?)^-->$"
    r"|^<!-- file (?P<name>\S+)\n(?P<text>.*?)^-->$",
    re.MULTILINE | re.DOTALL,
)
_MARK: Final = "\x01transcript\x01"
_ANY: Final = "…"
#: What differs each time, and what stands for it.
_VARYING: Final = (
    (r"\d+(\.\d+)? (ms|µs|s)\b|\d+ min \d+ s", "TIME"),
    (r"[\d,]+(\.\d+)? ([KMGT]i)?B/s", "RATE"),
    (r"\b[0-9a-f]{4}…[0-9a-f]{4}\b|\b[0-9a-f]{64}\b", "DIGEST"),
    (r"\bRW[A-Za-z0-9+/]{54}", "PUBLIC"),
    (r"\b[0-9A-F]{13,16}\b", "KEY"),
    (r"timestamp:\d+", "timestamp:WHEN"),
    (r"SHA256:[A-Za-z0-9+/]{43}", "FINGERPRINT"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)?", "DATE"),
    (r"\x1b\[[0-9;?]*[A-Za-z]", ""),
)


class Step(NamedTuple):
    """A command, and the lines that it prints; None if they do not matter."""

    command: str
    said: list[str] | None
    line: int  # of the page, from 1


def steps(text: str) -> Iterator[Step]:
    """Yield the commands of a page.

    A file is a command that writes it.
    """
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 2
        if match["name"]:
            name, content = match["name"], match["text"]
            command = f"mkdir -p \"$(dirname '{name}')\"; cat > '{name}' <<'END'\n{content}END\n"
            yield Step(command, None, line)
        elif match["run"]:
            yield Step(match["run"], None, line)
        else:
            yield from _shown(match["shown"], line)


def _shown(text: str, line: int) -> Iterator[Step]:
    command: str | None = None
    start, said = line, list[str]()
    for number, row in enumerate(text.splitlines(), line):
        if row.startswith("$ "):
            if command is not None:
                yield Step(command, said, start)
            command, said, start = row[2:], [], number
        elif row.startswith("> ") and command is not None and not said:
            command += "\n" + row[2:]
        elif command is None:
            raise ValueError(f"line {number}: output without a command")
        else:
            said.append(row)
    if command is not None:
        yield Step(command, said, start)


def run(text: str, directory: Path, **variables: str) -> list[tuple[Step, list[str]]]:
    """Run the commands of a page in a directory; return each with what it printed.

    What is printed where nothing should matter is an error if a command fails.
    """
    found = list(steps(text))
    assert found, "the page has no commands"
    script = "".join(
        f"said=$?; printf '{_MARK}'; (exit $said)\n{step.command}\n"
        if step.said is not None
        else _silent(step)
        for step in found
    )
    printed = _on_a_terminal(script, directory, variables)
    parts = printed.replace("\r\n", "\n").split(_MARK)
    shown = [step for step in found if step.said is not None]
    assert parts[0] == "", parts[0]
    assert len(parts) == len(shown) + 1, printed
    return [(step, part.splitlines()) for step, part in zip(shown, parts[1:], strict=True)]


def _silent(step: Step) -> str:
    failed = f"printf 'line {step.line} failed'; exit"
    return f"{{\n{step.command}\n}} > {os.devnull} 2>&1 || {{ {failed}; }}\n"


def _on_a_terminal(script: str, directory: Path, variables: dict[str, str]) -> str:
    main, other = pty.openpty()
    termios.tcsetwinsize(other, (40, COLUMNS))
    scripts = Path(sys.executable).parent
    environment = {
        "PATH": f"{scripts}:{os.environ['PATH']}",
        "HOME": str(directory.parent),
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm",
        "NO_COLOR": "1",
        **variables,
    }
    process = subprocess.Popen(
        ["bash", "--norc", "-c", script],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=other,
        stderr=other,
    )
    os.close(other)
    chunks: list[bytes] = []
    while chunk := _read(main):
        chunks.append(chunk)
    os.close(main)
    process.wait(timeout=60)
    return b"".join(chunks).decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # nobody has the other end any more
        return b""


def plain(line: str, directory: Path) -> str:
    """Return a line without what differs each time."""
    line = line.replace(str(directory), HERE).replace(checksig.__version__, "VERSION")
    for pattern, name in _VARYING:
        line = re.sub(pattern, name, line)
    return line.rstrip()


def matches(wanted: list[str], said: list[str], directory: Path) -> bool:
    """Whether lines are those that a page shows. Numbers decide where long ones are wrapped."""
    words = [re.escape(word) for line in wanted for word in plain(line, directory).split()]
    pattern = " ".join(".*?" if word == _ANY else word for word in words)
    return re.fullmatch(pattern, " ".join(_words(said, directory))) is not None


def _words(lines: list[str], directory: Path) -> Iterator[str]:
    for line in lines:
        yield from plain(line, directory).split()
