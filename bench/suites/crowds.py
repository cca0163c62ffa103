"""What many objects, large ones and long listings take in memory, and how soon Ctrl-C ends a run.

A small server of our own (``listing/``) makes up a million keys, and objects that never end.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import buckets
import command
import record
from buckets import Bucket, Servers
from plan import Plan

HERE = Path(__file__).parent.parent
MIB, GIB = 1 << 20, 1 << 30
#: In bytes, of memory.
FLAT = 200 * MIB
MANY, HUGE, KEYS = 100_000, 50 * GIB, 1_000_000
#: A brief run has this part of them.
BRIEF = 100
#: Of a directory with the same files.
LIKE = 1.2
READERS = 64
#: In seconds.
SOON = 0.2
ROUNDS = 5
#: The digests of what every object of our server has.
ONE_BYTE = "9dd4e461268c8034f5c8564e155c67a6"

# A process in the background of a shell ignores Ctrl-C, and so do its children.
HEEDING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
SLEEPING = f"{HEEDING}import time; print('x', flush=True); time.sleep(60)"
AUDITING = f"""{HEEDING}
import sys, time, checksig
print("x", flush=True)
try:
    checksig.audit(sys.argv[1], manifest=sys.argv[2], unlisted=False, readers=64)
except KeyboardInterrupt:
    print(time.monotonic(), flush=True)
    raise SystemExit(130)
"""


def run(plan: Plan) -> None:
    """Measure, and write the results."""
    part = BRIEF if plan.quick else 1
    missing, memory, interrupts = [], list[dict[str, Any]](), list[dict[str, Any]]()
    if why := buckets.missing_server():
        missing.append({"name": "versitygw", "package": "", "reason": why})
    else:
        with buckets.serving(plan.corpora) as servers:
            memory += _flat(servers, part)
    if shutil.which("go") is None:
        missing.append({"name": "Go", "package": "", "reason": "not installed"})
    else:
        with tempfile.TemporaryDirectory(dir=plan.corpora) as place:
            program = _built(Path(place))
            memory += _listings(Path(place), program, KEYS // part)
            interrupts += _interrupts(Path(place), program, plan.rounds(ROUNDS))
    for each in missing:
        print(f"  LEFT OUT {each['name']}: {each['reason']}", flush=True)
    targets = [*_targets(memory), *(_soon(each) for each in interrupts if each.pop("ours"))]
    content = {"missing": missing, "memory": memory, "interrupts": interrupts, "targets": targets}
    record.write(plan, "crowds", content)


def _flat(servers: Servers, part: int) -> Iterator[dict[str, Any]]:
    """Yield what many objects take, and a large one."""

    def small(path: Path, number: int) -> bytes:
        data = b"%d" % number
        path.write_bytes(data)
        return data

    def sparse(path: Path, _: int) -> bytes:
        with path.open("wb") as file:
            file.truncate(HUGE // part)
        return b""  # what is listed is wrong: to know better takes as long as the run

    for bucket, code, name in (
        (servers.place("many", MANY // part, small), 0, f"{MANY // part:,} objects"),
        (servers.place("huge", 1, sparse), 1, f"one object of {HUGE // part / GIB:g} GiB"),
    ):
        yield _checked(bucket, code, name)


def _checked(bucket: Bucket, code: int, name: str) -> dict[str, Any]:
    place = f"s3://bucket/{bucket.name}/"
    argv = ["checksig", "verify", "--no-unlisted", "--manifest", str(bucket.list("md5")), place]
    return _measured(name, argv, code, bucket.variables["clear"], "flat")


def _listings(place: Path, program: Path, keys: int) -> Iterator[dict[str, Any]]:
    """Yield what a listing of many keys takes, and a directory with the same files."""
    names = [f"d{number // 1000:03}/f{number:07}" for number in range(keys)]
    manifest, root = place / "list.md5", place / "directory"
    manifest.write_text("".join(f"{ONE_BYTE}  {name}\n" for name in names))
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    given = ["--complete", "--manifest", str(manifest)]
    sized = ["checksig", "verify", "--size-only", *given]
    with _serving(program, keys) as variables:
        for argv, code, what in ((["checksig", "verify", *given], 0, "read"), (sized, 1, "listed")):
            here, there = f"{keys:,} files, {what}", f"{keys:,} keys, {what}"
            yield _measured(here, [*argv, str(root)], code, {}, "")
            yield _measured(there, [*argv, "s3://bucket/all/"], code, variables, here)


def _measured(
    name: str, argv: command.Command, code: int, variables: dict[str, str], like: str
) -> dict[str, Any]:
    """Run a command, and return its memory, and what that is held to."""
    outcome = command.run(argv, variables=variables)
    if outcome.code != code:
        raise SystemExit(f"{name}: exit code {outcome.code}, not {code}: {outcome.message}")
    shown = f"{outcome.memory / MIB:7.0f} MiB, {outcome.processor:7.2f} s of processors"
    print(f"    {shown}, {outcome.seconds:7.2f} s  {name}", flush=True)
    return {
        "name": name,
        "like": like,
        "memory": outcome.memory,
        "processor": record.rounded(outcome.processor),
        "seconds": record.rounded(outcome.seconds),
    }


def _targets(memory: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    taken = {each["name"]: each["memory"] for each in memory}
    for each in memory:
        what = f"{each['name']}: memory"
        if each["like"] == "flat":
            yield record.target(what, each["memory"] / MIB, limit=FLAT / MIB, unit="MiB")
        elif each["like"]:
            times = each["memory"] / taken[each["like"]]
            yield record.target(f"{what} beside a directory", times, limit=LIKE, unit="times")


def _interrupts(place: Path, program: Path, rounds: int) -> Iterator[dict[str, Any]]:
    """Yield how long it takes from Ctrl-C with all readers at work to the end of the process."""
    manifest = place / "slow.md5"
    manifest.write_text("".join(f"{ONE_BYTE}  f{number:07}\n" for number in range(4 * READERS)))
    with _serving(program, 0) as variables:
        asked = f"{variables['AWS_ENDPOINT_URL']}/underway"
        empty = [_ended([SLEEPING], {}, "")[0] for _ in range(rounds)]
        given = [AUDITING, "s3://bucket/slow/", str(manifest)]
        taken = [_ended(given, variables, asked) for _ in range(rounds)]
    yield {"name": "an empty Python process", "ours": False, **record.summary(empty)}
    yield {
        "name": "from Ctrl-C to KeyboardInterrupt",
        "ours": True,
        **record.summary([each[1] for each in taken]),
    }
    ends = [each[0] for each in taken]
    yield {"name": "from Ctrl-C to the end of the process", "ours": False, **record.summary(ends)}
    without = [max(end - median(empty), 0.0) for end in ends]
    yield {
        "name": "the same without the end of Python itself",
        "ours": True,
        **record.summary(without),
    }


def _ended(given: list[str], variables: dict[str, str], asked: str) -> tuple[float, float]:
    """Interrupt a script at work, and return how long its end took, and what it says itself."""
    with subprocess.Popen(
        [sys.executable, "-c", *given],
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout  # noqa: S101 (a pipe was asked for)
        process.stdout.readline()
        while asked and int(urllib.request.urlopen(asked).read()) < READERS:  # noqa: S310 (ours)
            time.sleep(0.01)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait()
        ended = time.monotonic() - began
        said = process.stdout.read().split()
    return ended, float(said[0]) - began if said else 0.0


def _soon(found: dict[str, Any]) -> dict[str, Any]:
    what = f"{found['name']}, {READERS} requests under way"
    return record.target(what, found["median"], limit=SOON, unit="s")


def _built(place: Path) -> Path:
    program = place / "listing"
    build = ["go", "build", "-o", str(program), "."]
    subprocess.run(build, cwd=HERE / "listing", check=True)
    return program


@contextmanager
def _serving(program: Path, keys: int) -> Iterator[dict[str, str]]:
    """Run our server, and yield the environment of its clients."""
    with subprocess.Popen([program, str(keys)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout  # noqa: S101 (a pipe was asked for)
        try:
            endpoint = f"http://127.0.0.1:{server.stdout.readline().strip()}"
            yield {
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": "us-east-1",
            }
        finally:
            server.kill()
