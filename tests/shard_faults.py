"""Checks in shards whose machines fail: whatever happens, nothing that is wrong is ok.

Each run makes a tree, which may be wrong, and lets something happen to those who check it. It ends
right, or with the shards named of which nothing came. ``python tests/shard_faults.py 200`` makes
so many runs, and says what they came to.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: In bytes: of a tree, and how many are read in a second, so that a fault comes in the middle.
SIZE = 300_000
RATE = 600_000


def tree(root: Path, rng: random.Random) -> bool:
    """Make a tree with a list, and return whether it is right."""
    for number in range(60):
        path = root / f"d{number % 5}" / f"f{number:02}"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(rng.randbytes(SIZE // 60))
    checksig.create(root)
    right = rng.random() < 0.5
    if not right:
        wrong = root / f"d{rng.randrange(5)}" / "more"
        victim = next(iter(sorted((root / "d3").iterdir())))
        rng.choice(
            [lambda: victim.write_bytes(b"x"), victim.unlink, lambda: wrong.write_bytes(b"")]
        )()
    return right


def verdict(report: checksig.Report, *, right: bool) -> str:
    """Return what a report says; it must not be wrong."""
    if report.ok:
        assert right, "a false OK"
        assert not report.missing_shards
        return "verified"
    assert not right or report.missing_shards, report.summary()
    return "not verified, with the missing shards named" if report.missing_shards else "failed"


def later(rng: random.Random, action: Callable[[], object]) -> threading.Thread:
    """Do something in the middle."""
    thread = threading.Timer(rng.random() * SIZE / RATE, action)
    thread.start()
    return thread


def a_pool_whose_process_is_killed(root: Path, rng: random.Random, *, right: bool) -> str:
    pool = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("forkserver"))
    pool.submit(int).result()
    processes: dict[int, object] = vars(pool)["_processes"]  # more of them when there is more to do
    thread = later(rng, lambda: os.kill(rng.choice(list(processes)), signal.SIGKILL))
    try:
        report = checksig.audit(root, executor=pool, complete=True, shards=8, bwlimit=RATE)
        return verdict(report, right=right)
    except checksig.PlanError as error:
        return f"refused: {type(error).__name__}"
    finally:
        thread.join()
        # The one that is left waits for ever if the other died with the lock of their queue.
        for pid in list(processes):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        pool.shutdown()


def _command(*arguments: str, cwd: Path, **more: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "checksig", *arguments]
    return subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


def _done(*arguments: str, cwd: Path) -> tuple[int, str]:
    """Run a command, and return its exit code and what it printed."""
    process = _command(*arguments, cwd=cwd)
    out, _ = process.communicate()
    return process.returncode, out


def jobs_of_which_some_are_killed(root: Path, rng: random.Random, *, right: bool) -> str:
    with tempfile.TemporaryDirectory() as directory:
        here = Path(directory)
        plan = checksig.plan(root, shards=4, complete=True)
        plan.save(here / "plan.json")
        wanted = [*range(len(plan.shards))]
        said = _jobs(here, wanted, rng)
        assert said != 0 or right, "a false OK"
        if said == 0:
            return "verified"
        missing = [n for n in wanted if not (here / "partials" / f"{n}.json").exists()]
        for number in missing:
            _done("run-shard", "plan.json", str(number), cwd=here)
        again, out = _done("merge", "plan.json", "partials", "-q", cwd=here)
        assert again == (0 if right else 1), out
        return "right, after the missing shards were run again"


def _jobs(here: Path, wanted: list[int], rng: random.Random) -> int:
    jobs = [
        _command("run-shard", "plan.json", str(n), "--bwlimit", str(RATE), cwd=here) for n in wanted
    ]
    for job in rng.sample(jobs, rng.randrange(1, 3)):
        time.sleep(rng.random() * 0.4)
        job.send_signal(rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
    for job in jobs:
        job.communicate()
    code, out = _done("merge", "plan.json", "partials", "-q", cwd=here)
    assert (code == 0) == ("VERIFIED" in out and "NOT " not in out), out
    return code


def jobs_on_a_full_disk(root: Path, rng: random.Random, *, right: bool) -> str:
    with tempfile.TemporaryDirectory() as directory:
        here = Path(directory)
        plan = checksig.plan(root, shards=4, complete=True)
        plan.save(here / "plan.json")
        full = rng.choice([0, 300, 900])  # bytes of a file
        for number in range(len(plan.shards)):
            limit = f"ulimit -f 0; exec {sys.executable} -m checksig run-shard plan.json {number}"
            limited = number == full % len(plan.shards)
            command = limit if limited else limit.partition("exec ")[2]
            done = subprocess.run(["sh", "-c", command], cwd=here, capture_output=True, check=False)
            assert not limited or done.returncode != 0
        report = checksig.merge(here / "plan.json", here / "partials")
        assert report.missing_shards == (full % len(plan.shards),)
        return verdict(report, right=right)


FAULTS = (
    a_pool_whose_process_is_killed,
    jobs_of_which_some_are_killed,
    jobs_on_a_full_disk,
)


class Cluster:
    """A cluster of Dask on this machine whose workers can be hurt."""

    def __init__(self) -> None:
        import dask
        from distributed import Client, LocalCluster

        dask.config.set({"distributed.scheduler.worker-ttl": "2s"})
        self.cluster = LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"
        )
        self.client = Client(self.cluster)

    def ready(self) -> None:
        """Wait for both workers; if one does not come back, begin with others."""
        try:
            self.client.wait_for_workers(2, timeout=20)
        except TimeoutError:
            self.close()
            self.__init__()  # type: ignore[misc] # a new one
            self.client.wait_for_workers(2, timeout=60)

    def pids(self) -> list[int]:
        """Return the processes of the workers."""
        return [nanny.pid for nanny in self.cluster.workers.values() if nanny.pid]

    def close(self) -> None:
        """End the cluster."""
        self.client.close()
        self.cluster.close()

    def audit(self, root: Path) -> checksig.Report:
        """Check a directory."""
        return checksig.audit(root, executor=self.client, complete=True, shards=8, bwlimit=RATE)

    def a_worker_that_is_killed(self, root: Path, rng: random.Random, *, right: bool) -> str:
        """Its shards are checked by others."""
        self.ready()
        thread = later(rng, lambda: os.kill(rng.choice(self.pids()), signal.SIGKILL))
        report = self.audit(root)
        thread.join()
        return verdict(report, right=right)

    def a_worker_that_freezes(self, root: Path, rng: random.Random, *, right: bool) -> str:
        """The scheduler gives it up."""
        self.ready()
        victims: list[int] = []

        def freeze() -> None:
            victims.append(rng.choice(self.pids()))
            os.kill(victims[0], signal.SIGSTOP)

        thread = later(rng, freeze)
        try:
            return verdict(self.audit(root), right=right)
        finally:
            thread.join()
            for pid in victims:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def a_client_that_is_killed(self, root: Path, rng: random.Random, *, right: bool) -> str:
        """There is no verdict then."""
        self.ready()
        client = _command(
            *("verify", str(root), "--complete", "--shards", "8", "--bwlimit", str(RATE)),
            *("--dask", self.cluster.scheduler_address),
            cwd=root,
        )
        with suppress(subprocess.TimeoutExpired):
            client.wait(0.5 + rng.random())
        client.send_signal(rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
        out, err = client.communicate()
        if client.returncode == 0:
            assert right, "a false OK"
            return "verified"
        assert "VERIFIED" not in out or "NOT VERIFIED" in out, (out, err)
        return "ended without a verdict" if not out else "failed"

    @property
    def faults(self) -> tuple[Callable[..., str], ...]:
        """All that can happen to it."""
        return (
            self.a_worker_that_is_killed,
            self.a_worker_that_freezes,
            self.a_client_that_is_killed,
        )


def runs(
    count: int, seed: int, faults: tuple[Callable[..., str], ...]
) -> Iterator[tuple[str, str]]:
    """Make so many runs, each kind in turn, and yield what each came to."""
    for number in range(count):
        rng = random.Random(seed * 1_000_003 + number)
        fault = faults[number % len(faults)]
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory) / "root"
            right = tree(root, rng)
            yield fault.__name__, fault(root, rng, right=right)


def main() -> None:
    cluster = Cluster()
    seen: Counter[tuple[str, str]] = Counter()
    began = time.monotonic()
    try:
        for found in runs(int(sys.argv[1]), time.time_ns() % 10**6, FAULTS + cluster.faults):
            seen[found] += 1
    finally:
        cluster.close()
    for (fault, said), times in sorted(seen.items()):
        sys.stdout.write(f"{times:4}  {fault.replace('_', ' ')}: {said}\n")
    sys.stdout.write(
        f"{sum(seen.values())} runs in {time.monotonic() - began:.0f} s, no false OK\n"
    )


if __name__ == "__main__":
    main()
