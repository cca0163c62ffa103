"""Signals: at random moments of what verifies and what writes, and Ctrl-C on a terminal."""

from __future__ import annotations

import shutil
import signal
import subprocess
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import terminal
from command import MIB, crashed
from corpus import ListTree, lines, random_bytes, temporaries

if TYPE_CHECKING:
    from command import Done, Wrong
    from suite import Suite

#: How a program ends that a signal ends: by the signal, or by itself with the code of shells.
EXPECTED = {
    signal.SIGINT: {130, -2},
    signal.SIGTERM: {-15, 143},
    signal.SIGHUP: {-1, 129},
    signal.SIGPIPE: {0, 2, -13},
}


class Case(NamedTuple):
    """A command that gets a signal."""

    name: str
    number: signal.Signals
    turn: int


class Usual(NamedTuple):
    """How a command ends that gets none."""

    seconds: float
    code: int | None


def run(suite: Suite) -> None:
    """Send each signal to each command at 30 moments, and press Ctrl-C."""
    tree = ListTree(suite.place / "sig", files=300)
    commands = make_commands(suite, tree)
    usual = {name: measure(suite, name, command, tree) for name, command in commands.items()}
    serial = threading.Lock()

    def one(case: Case) -> None:
        with serial if case.name == "create" else nullcontext():
            if case.name == "create":
                tree.reset()
            when = suite.random.uniform(0.02, usual[case.name].seconds)
            done = suite.execute(commands[case.name], at=[(when, case.number)])
            judge(suite, case, done, when, usual=usual[case.name], tree=tree)

    turns = range(30)
    suite.each(one, [Case(name, n, turn) for turn in turns for n in EXPECTED for name in commands])
    for turn in range(24):
        name = "verify" if turn % 2 else "create"
        terminal.interrupt(suite, commands[name], turn, usual["verify"].seconds)
    cores = [str(p) for p in (Path("core"), *Path().glob("core.*")) if p.is_file()]
    if cores:
        suite.run(0, [("a core was dumped", str(cores))])


def make_commands(suite: Suite, tree: ListTree) -> dict[str, list[str]]:
    """Write trees that take long enough; return commands by their names."""
    for n in range(3):
        data = tree.content[f"big{n}"] = random_bytes(24 * MIB, n)
        (tree.root / f"big{n}").write_bytes(data)
    whole, archive = suite.place / "sig-verify", suite.place / "sig.tar.gz"
    shutil.copytree(tree.root, whole)
    tree.new = lines(tree.content).encode()
    (whole / "SHA256SUMS").write_bytes(tree.new)
    subprocess.run(["tar", "czf", archive, "-C", whole, "."], check=True)
    return {
        "verify": suite.checksig("verify", str(whole)),
        "verify archive": suite.checksig("verify", str(archive)),
        "create": suite.checksig("create", "--force", str(tree.root)),
        "env": suite.checksig("env"),
    }


def measure(suite: Suite, name: str, command: list[str], tree: ListTree) -> Usual:
    """Run a command twice without signals."""
    tree.reset()
    runs = [suite.execute(command, 60) for _ in range(2)]
    usual = Usual(min(done.seconds for done in runs), runs[0].code)
    suite.note(f"{name} takes {usual.seconds:.2f} s, exit {usual.code}")
    return usual


def judge(
    suite: Suite, case: Case, done: Done, when: float, *, usual: Usual, tree: ListTree
) -> None:
    """Judge how a command ended, and soon; of ``create``, what it left."""
    number = case.number
    what = f"{number.name} after {when:.4f} s of {case.name} (usually {usual.seconds:.2f} s)"
    wrong = crashed(done, what, {*EXPECTED[number], usual.code})
    in_python = "Traceback" in done.err and "checksig/_cli" not in done.err
    if wrong and number == signal.SIGINT and in_python:
        suite.note("SIGINT while Python itself starts: its traceback", what)
        wrong = []
    if done.code == -signal.SIGINT:
        suite.note("SIGINT ends it with the signal (a shell says 130), no message", what)
    if done.seconds > when + 3 and done.code != usual.code:
        wrong.append(("takes more than 3 s to end", f"{what}: {done.seconds - when:.1f} s"))
    if case.name == "create":
        wrong += judge_list(suite, number, tree, what)
    suite.run(1, wrong, f"{number.name} {done.code}")


def judge_list(suite: Suite, number: signal.Signals, tree: ListTree, what: str) -> Wrong:
    """Return what is wrong with the list, and with what lies beside it."""
    wrong: Wrong = []
    state, left = tree.state(), temporaries(tree.root)
    if state not in ("old", "new"):
        wrong.append((f"the list is {state}", what))
    if left and number == signal.SIGINT:
        wrong.append(("a temporary file is left", what))
    elif left:
        suite.note(f"{number.name} leaves a temporary file", what)
    return wrong
