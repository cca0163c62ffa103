"""A run that is expected to end with one of some codes, in some time and memory."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

from command import LIMIT, Done, crashed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suite import Suite

#: What the runtime of Go, or of cgo, says if there is no thread or memory to be had. It ends the
#: process then, and no verdict comes of it.
GO_ENDS = re.compile(
    r"pthread_create failed|cannot allocate memory|cannot reserve|out of memory|"
    r"failed to create new OS|failed to reserve|cannot allocate heap"
)


def expect(
    suite: Suite,
    what: str,
    command: list[str],
    codes: tuple[int, ...],
    limit: float = LIMIT,
    *,
    memory: int = 0,
    seconds: float = 0.0,
    at: Sequence[tuple[float, int]] = (),
    stdout: IO[bytes] | int | None = None,
) -> Done:
    """Run a command, and hold it to codes, bytes and seconds; 0 is no bound."""
    done = suite.execute(command, limit, at=at, stdout=stdout)
    wrong = crashed(done, what, (0, 1, 2, 3, 130, *codes))
    said = done.err or done.out
    ends = GO_ENDS.search(done.err)
    if "prlimit" in what and done.code not in (0, 1, None) and ends:
        suite.note(f"Go ends the process for want of threads or memory: {ends[0]}", what)
        suite.run(1, [], f"Go ends {done.code}")
        return done
    if done.code is not None and done.code not in codes and not wrong:
        how = f"{what} :: {said[-200:]}"
        wrong.append((f"exit code {done.code}, not one of {codes}", how))
    if memory and done.rss > memory:
        kind = f"takes more memory than {memory >> 20} MiB"
        wrong.append((kind, f"{what}: {done.rss >> 20} MiB"))
    if seconds and done.seconds > seconds:
        wrong.append((f"takes longer than {seconds} s", f"{what}: {done.seconds:.1f} s"))
    suite.run(1, wrong, f"exit {done.code}")
    if suite.settings.log:
        taken = f"exit {done.code}, {done.seconds:.1f} s, {done.rss >> 20} MiB"
        print(f"{what}: {taken}, {said.strip()[-160:]!r}", file=suite.settings.log, flush=True)
    return done
