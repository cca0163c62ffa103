"""kill -9 of ``create`` and ``bag``: at random moments, and at calls that change something."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from command import crashed
from corpus import BagTree, ListTree, temporaries
from tracing import calls_of, kill_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from suite import Suite
    from tracing import Call

MODES = (("create --force", True), ("create --update", True), ("create", False))


def run(suite: Suite) -> None:
    """Kill what writes lists, and what makes bags."""
    for mode, with_old in MODES:
        lists(suite, mode, with_old)
    bags(suite)


def kill(
    suite: Suite,
    tree: ListTree | BagTree,
    command: list[str],
    judge: Callable[[str], None],
    choose: Callable[[list[Call]], list[Call]] = list,
) -> None:
    """Kill a command at random moments, and at calls; judge what it left each time."""
    tree.reset()
    usual = suite.execute(command).seconds
    name = " ".join(command[1:-1])
    for _ in range(suite.settings.kills):
        tree.reset()
        when = suite.random.uniform(0.3 * usual, usual * 1.05)
        suite.execute(command, at=[(when, signal.SIGKILL)])
        judge(f"kill -9 after {when:.4f} s of {name} (usually {usual:.3f} s)")
    tree.reset()
    found = [c for c in calls_of(suite, command, r"\.tmp|rename") if ".tmp" in c.line]
    for call in choose(found):
        tree.reset()
        kill_at(suite, command, call)
        judge(f"kill -9 at {call.name} {call.number} of {name}: {call.line[:120]}")


def lists(suite: Suite, mode: str, with_old: bool) -> None:
    """Kill what writes a list: the old one is there, or the new one."""
    tree = ListTree(suite.place / f"k-{mode.replace(' ', '')}", with_old, files=900)
    left_over = 0

    def judge(what: str) -> None:
        nonlocal left_over
        state = tree.state()
        wrong = [] if state in ("old", "new") else [(f"the list is {state}", what)]
        if temporaries(tree.root):
            left_over += 1
            done = suite.execute(suite.checksig("create", "-o", "-", str(tree.root)))
            if ".tmp" in done.out:
                suite.note("the next list lists the temporary file of a killed create", what)
        suite.run(1, wrong, f"{mode}: {state}")

    kill(suite, tree, suite.checksig(*mode.split(), str(tree.root)), judge)
    if left_over:
        suite.note(f"{left_over} kills of {mode} left a .tmp file (kill -9 cannot do otherwise)")


def bags(suite: Suite) -> None:
    """Kill what makes a bag: no file is lost, and to make it again mends it."""
    tree = BagTree(suite.place / "k-bag", files=400)
    command = suite.checksig("bag", str(tree.here))
    verify = suite.checksig("verify", str(tree.here))

    def judge(what: str) -> None:
        state = tree.state()
        wrong = []
        if gone := tree.lost():
            wrong.append((f"{gone} files are lost", what))
        checked = suite.execute(verify)
        if checked.code == 0 and state != "moved":
            wrong.append(("a bag of which not all is there verifies", what))
        wrong += crashed(checked, what)
        again = suite.execute(command)
        after = suite.execute(verify)
        whole = tree.state() == "moved"
        data = tree.here / "data"
        extra = sorted(p.name for p in data.glob(".*")) if data.is_dir() else []
        how = (
            f"{what}; bag again: exit {again.code}, names {'right' if whole else 'WRONG'}, "
            f"verify: exit {after.code}, hidden in data/: {extra[:2]} {again.err[:150]}"
        )
        if state == "half":
            wrong.append(("half of the files are in .data.*.tmp, half are not", how))
        elif again.code or after.code or not whole or extra:
            wrong.append((f"bag again does not mend it (state {state})", how))
        suite.run(1, wrong, f"bag: {state}")

    kill(suite, tree, command, judge, some_of_many)


def some_of_many(found: list[Call]) -> list[Call]:
    """Return the first calls, some in the middle and the last: each file has its own."""
    return [*found[:3], *found[60:63], *found[-40:]]
