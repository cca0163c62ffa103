"""Races: files that change while they are verified are never right, and never called so."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

from command import MIB, crashed, jsonl
from corpus import lines, random_bytes
from games import GAMES, PLAYED, modes

if TYPE_CHECKING:
    from pathlib import Path

    from corpus import Content
    from suite import Suite

#: root may read everything; without capabilities it may not.
WITHOUT_CAPABILITIES = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--"]
READING = [["--workers", "1"], [], ["--readers", "4"], ["--drop-cache"]]


def run(suite: Suite) -> None:
    """Play each game while a tree is verified, with each way of reading; and close files."""
    turns = range(suite.settings.races)
    suite.each(lambda number: play(suite, number), turns)
    closed(suite)


def set_up(root: Path) -> Content:
    """Write a tree with a list; return what is in its files."""
    sizes = enumerate([100, 5000, 200_000, 3 * MIB // 2] * 4)
    content = {f"f{n:02}": random_bytes(size, n) for n, size in sizes}
    content["target"] = random_bytes(9 * MIB, "t")
    content["mid"] = random_bytes(200_000, "m")
    (root / "in").mkdir(parents=True)
    for path, data in content.items():
        (root / path).write_bytes(data)
    (root / "SHA256SUMS").write_text(lines(content))
    return content


def play(suite: Suite, number: int) -> None:
    """Verify a tree while a game is played with two of its files."""
    game = GAMES[number % len(GAMES)]
    name = game.__name__
    root = suite.place / f"race-{name}-{number}"
    content = set_up(root)
    stop = threading.Event()
    steps = game(root, content, stop, suite.random)
    next(steps)
    thread = threading.Thread(target=lambda: next(steps, None))
    thread.start()
    options = READING[number % 4]
    command = suite.checksig("verify", "--jsonl", *options, str(root))
    try:
        done = suite.execute([*WITHOUT_CAPABILITIES, *command] if game is modes else command)
    finally:
        stop.set()
        thread.join()
    what = f"{name} while verify {' '.join(options)} runs, number {number}"
    wrong = crashed(done, what, (0, 1))
    results, _ = jsonl(done.out)
    if done.code == 0:
        wrong.append(("exit code 0", what))
    for path in PLAYED:
        status = results.get(path, {}).get("status")
        if status in (None, "ok"):
            how = f"{what}: {path} {done.err[:150]}"
            wrong.append((f"a file that is wrong is {status}", how))
        else:
            suite.count(f"{name}: {status}")
    right = [path for path in content if path not in PLAYED]
    if others := [path for path in right if results.get(path, {}).get("status") != "ok"]:
        wrong.append(("a file that is right is not ok", f"{what}: {others[:3]}"))
    suite.run(1, wrong)
    shutil.rmtree(root)


def closed(suite: Suite) -> None:
    """Verify what does not change, but cannot be read: a file, then the list, then the root."""
    root = suite.place / "race-closed"
    set_up(root)
    (root / "mid").chmod(0)
    for what, expected, then in (
        ("a file with mode 000", 1, root / "SHA256SUMS"),
        ("a list with mode 000", 2, root),
        ("a root with mode 000", 2, root),
    ):
        command = suite.checksig("verify", "--jsonl", str(root))
        done = suite.execute([*WITHOUT_CAPABILITIES, *command])
        wrong = crashed(done, what)
        if done.code != expected:
            wrong.append((f"exit code {done.code} for {what}", done.err[:200]))
        results, _ = jsonl(done.out)
        if expected == 1 and results.get("mid", {}).get("status") != "unreadable":
            wrong.append(("mode 000 is not unreadable", str(results.get("mid"))))
        suite.run(1, wrong, f"{what}: {done.code}")
        then.chmod(0)
