"""What one call from Python to Go costs: in the process, and over gRPC to a server."""

from __future__ import annotations

import hashlib
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import command
import grpc
import record
from google.protobuf.empty_pb2 import Empty
from google.protobuf.wrappers_pb2 import StringValue
from lists import LISTS
from plan import Plan

import checksig
from checksig._bridge import library

SERVER = Path(__file__).parents[1] / "grpc"
ROUNDS = 40
SAMPLES_PER_ROUND = 50
LIMIT = 0.5e-6
FACTOR = 100


@dataclass(frozen=True)
class Subject:
    """A call to time. A sample is the mean of ``calls`` of them: a clock costs time, too."""

    name: str
    route: str
    command: str
    call: Callable[[], object]
    calls: int


def run(plan: Plan) -> None:
    """Time all calls in turn, and write the results."""
    with tempfile.TemporaryDirectory() as place:
        root = _tiny(Path(place))
        with (
            _server(Path(place) / "server") as (address, grpc_go),
            grpc.insecure_channel(address) as channel,
        ):
            subjects = [*_in_process(root), *_over_grpc(channel, root)]
            samples = _measure(subjects, plan.rounds(ROUNDS))
    content = _content(subjects, samples)
    more = {"grpcio": grpc.__version__, "grpc-go": grpc_go, "Go of the server": _go_version()}
    record.write(plan, "overhead", content, more)


def _tiny(place: Path) -> Path:
    """Make a directory with one empty file and its list."""
    root = place / "tiny"
    root.mkdir()
    (root / "empty").touch()
    (root / LISTS["sha1"]).write_text(f"{hashlib.sha1(usedforsecurity=False).hexdigest()}  empty\n")
    return root


def _in_process(root: Path) -> Iterator[Subject]:
    loaded, name = library.library(), bytes(root)

    def verify() -> None:
        if loaded.verify(name) is not None:
            raise SystemExit("the tiny directory is not right")

    yield Subject("no-op", "ctypes", "checksig_abi_version()", loaded.checksig_abi_version, 500)
    yield Subject("verify", "ctypes", "verify(root)", verify, 10)
    yield Subject(
        "verify",
        "Python API",
        "checksig.check_signatures(root)",
        lambda: checksig.check_signatures(root),
        10,
    )


def _over_grpc(channel: grpc.Channel, root: Path) -> Iterator[Subject]:
    def method(name: str) -> Callable[[Any], StringValue]:
        return channel.unary_unary(
            f"/checksig.bench.Checker/{name}",
            request_serializer=_packed,
            response_deserializer=StringValue.FromString,
        )

    nothing, empty = method("Nothing"), Empty()
    remote, request = method("Verify"), StringValue(value=str(root))

    def verify() -> None:
        if message := remote(request).value:
            raise SystemExit(message)

    yield Subject("no-op", "gRPC", "Nothing(Empty) on 127.0.0.1", lambda: nothing(empty), 1)
    yield Subject("verify", "gRPC", "Verify(root) on 127.0.0.1", verify, 1)


def _packed(message: Empty | StringValue) -> bytes:
    return message.SerializeToString()


def _measure(subjects: list[Subject], rounds: int) -> list[list[float]]:
    """Take samples of every subject in turn, after a round that is not counted."""
    samples: list[list[float]] = [[] for _ in subjects]
    for number in range(1 + rounds):
        for subject, taken in zip(subjects, samples, strict=True):
            new = [_sample(subject.call, subject.calls) for _ in range(SAMPLES_PER_ROUND)]
            if number > 0:
                taken.extend(new)
    return samples


def _sample(call: Callable[[], object], calls: int) -> float:
    start = time.perf_counter_ns()
    for _ in repeat(None, calls):
        call()
    return (time.perf_counter_ns() - start) / calls * 1e-9


def _content(subjects: list[Subject], samples: list[list[float]]) -> dict[str, Any]:
    entries: list[dict[str, Any]] = [
        {
            "name": subject.name,
            "route": subject.route,
            "command": subject.command,
            "calls_per_sample": subject.calls,
            **record.summary(taken),
        }
        for subject, taken in zip(subjects, samples, strict=True)
    ]
    found = {(entry["name"], entry["route"]): entry for entry in entries}
    ratios = {
        f"{name}, {which}": _ratio(found[name, "gRPC"][which], found[name, "ctypes"][which])
        for name in ("no-op", "verify")
        for which in ("minimum", "median")
    }
    for what, ratio in ratios.items():
        print(f"  gRPC over ctypes, {what}: {ratio:g} times")
    noop = statistics.median(samples[0])
    least = min(ratios["no-op, minimum"], ratios["no-op, median"])
    targets = [
        record.target("no-op in the process, median", noop, limit=LIMIT, unit="s"),
        record.target(
            "gRPC over ctypes, no-op", least, limit=FACTOR, unit="times", relation="at least"
        ),
    ]
    return {"subjects": entries, "grpc_over_ctypes": ratios, "targets": targets}


def _ratio(grpc_seconds: float, ctypes_seconds: float) -> float:
    return record.rounded(grpc_seconds / ctypes_seconds)


@contextmanager
def _server(binary: Path) -> Generator[tuple[str, str], None, None]:
    """Build and start the server; yield its address and its version of gRPC; stop it."""
    subprocess.run([command.found("go"), "build", "-o", str(binary), "."], cwd=SERVER, check=True)
    with subprocess.Popen(
        [str(binary)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            address, _, version = line.strip().partition(" grpc-go ")
            if not version:
                raise SystemExit("the gRPC server did not start")
            yield address, version
        finally:
            server.terminate()


def _go_version() -> str:
    argv = [command.found("go"), "env", "GOVERSION"]
    done = subprocess.run(argv, cwd=SERVER, capture_output=True, text=True, check=True)
    return done.stdout.strip().removeprefix("go")
