"""Python: scripts that verify in threads, forks and subinterpreters, and end in the middle."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from command import FAULT
from corpus import corpus, lines

if TYPE_CHECKING:
    from command import Done
    from suite import Suite

HERE = Path(__file__).parent / "scripts"


class Script(NamedTuple):
    """A script, and how it is run."""

    file: str
    arguments: tuple[str, ...] = ()
    dev: bool = True  #: also with -X dev
    whole: bool = False  #: for all of the seconds, not half of them

    def command(self, interpreter: list[str], suite: Suite, seconds: float) -> list[str]:
        """Return the command line with a good tree, a bad tree, and seconds."""
        trees = [str(suite.place / "py-good"), str(suite.place / "py-bad")]
        script = str(HERE / self.file)
        return [*interpreter, script, *trees, str(seconds), *self.arguments]


SCRIPTS = {
    "32 threads, gc all the time": Script("threads.py", dev=False, whole=True),
    "fork in threads while others verify": Script("forks.py"),
    "fork with a run in the middle, child and grandchild": Script("fork_in_a_run.py"),
    "asyncio, to_thread, cancelled": Script("cancelled.py"),
    "iter_verify abandoned 500 times": Script("abandoned.py"),
    "iter_verify never closed, 100 at once, then exit": Script("never_closed.py"),
    "daemon threads verify while the interpreter ends": Script("daemons.py"),
    "few descriptors are left, library loaded, no run before": Script("descriptors.py"),
    "few descriptors are left, after a run": Script("descriptors.py", ("after-a-run",)),
    "subinterpreters": Script("subinterpreters.py", dev=False),
}


def run(suite: Suite) -> None:
    """Run the scripts with the Python of checksig, and with one that has no GIL."""
    for kind in ("good", "bad"):
        root = suite.place / f"py-{kind}"
        content = corpus(root)
        (root / "SHA256SUMS").write_text(lines(content))
    (suite.place / "py-bad" / "f001").write_bytes(b"wrong")
    first_line = Path(suite.settings.checksig).read_text(errors="replace").splitlines()[0]
    interpreter = first_line.removeprefix("#!").strip()
    for name, script in SCRIPTS.items():
        for options in ([], ["-X", "dev"]) if script.dev else ([],):
            plain(suite, [interpreter, "-X", "faulthandler", *options], name, script)
    without_gil(suite, interpreter)


def counts(done: Done) -> str:
    """Return what a script says of its runs, and how it ended."""
    found = re.search(r"RUNS (\d+)(.*)", done.out)
    return f"{found[0] if found else 'no counts'}, exit {done.code}"


def plain(suite: Suite, interpreter: list[str], name: str, script: Script) -> None:
    """Run a script, which has to end well."""
    seconds = suite.settings.seconds * (1.0 if script.whole else 0.5)
    command = script.command(interpreter, suite, seconds)
    done = suite.execute(command, seconds * 3 + 60)
    what = f"{name} {' '.join(interpreter[3:])}"
    wrong = []
    if done.code != 0 or FAULT.search(done.err):
        kind = "hangs" if done.code is None else f"exit code {done.code}"
        wrong.append((f"{name}: {kind}", f"{what} :: {done.err.strip()[-500:]}"))
    if runs := re.search(r"RUNS (\d+)", done.out):
        suite.more_runs(int(runs[1]) - 1)
    suite.note(f"{what}: {counts(done)}, {done.seconds:.0f} s")
    suite.run(1, wrong)


def without_gil(suite: Suite, interpreter: str) -> None:
    """Run the scripts with a free-threaded Python, if there is one: the GIL must stay off."""
    free = shutil.which("python3.14t") or shutil.which("python3.13t")
    free = free or os.environ.get("FREE_PYTHON")
    if not free:
        suite.note("SKIPPED: no free-threaded Python here (FREE_PYTHON names one)")
        return
    where = [interpreter, "-c", "import checksig; print(checksig.__path__[0])"]
    package = subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip()
    there = suite.place / "free"
    there.mkdir()
    (there / "checksig").symlink_to(package)
    environment = ["env", f"PYTHONPATH={there}", free, "-X", "faulthandler"]
    for name, script in SCRIPTS.items():
        command = script.command(environment, suite, suite.settings.seconds / 2)
        done = suite.execute(command, suite.settings.seconds * 3 + 60)
        wrong = []
        if done.code != 0:
            kind = f"free-threaded: {name}: exit code {done.code}"
            wrong.append((kind, done.err.strip()[-500:]))
        suite.note(f"free-threaded, {name}: {counts(done)}")
        suite.run(1, wrong)
