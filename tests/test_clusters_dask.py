"""Shards on workers of Dask: which of them check, and what a frozen one leaves."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

distributed: Any = pytest.importorskip("distributed", reason="needs checksig[dask]")
pytestmark = [pytest.mark.clusters, pytest.mark.filterwarnings("default")]  # Dask's are Dask's


@pytest.fixture(scope="module")
def client() -> Generator[Any]:
    """A client of two workers, one of which has a disk."""
    here = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    scheduler = {"cls": distributed.Scheduler, "options": here}
    workers = {
        name: {"cls": distributed.Nanny, "options": {"nthreads": 4, "resources": resources, **here}}
        for name, resources in (("with", {"disk0": 1}), ("without", {}))
    }
    with (
        distributed.SpecCluster(scheduler=scheduler, workers=workers) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        client.wait_for_workers(2)
        yield client


@pytest.fixture
def data(data: Path) -> Path:
    """The same, and one of them is wrong."""
    (data / "17.bin").write_bytes(bytes(100_000))
    return data


def used(client: Any, data: Path, **options: Any) -> set[str]:
    """Check a directory, and return the workers that had shards."""
    with distributed.get_task_stream(client) as stream:
        report = checksig.audit(data, executor=client, shards=20, **options)
    assert repr(report) == repr(checksig.audit(data))
    assert len(stream.data) == 21  # and that which looks for what is not listed
    return {task["worker"] for task in stream.data}


def test_shards_that_take_a_resource_go_where_it_is(client: Any, data: Path) -> None:
    workers = client.scheduler_info()["workers"]
    having = {address for address, each in workers.items() if each["resources"]}
    assert len(having) == 1
    assert used(client, data) == set(workers)
    assert used(client, data, resources={"disk0": 1}) == having


def test_shards_stay_on_the_workers_that_are_named(client: Any, data: Path) -> None:
    first, second = client.scheduler_info()["workers"]
    assert used(client, data, hosts=[second]) == {second}
    assert used(client, data, hosts=[first]) == {first}


def test_the_address_of_a_scheduler_is_enough(client: Any, data: Path, cli: Cli) -> None:
    said = cli("verify", data, "--dask", client.scheduler.address)
    assert said.code == 1
    assert "mismatch     17.bin" in said.out
    assert "39 of 40 files ok, 1 mismatch" in said.out
    said = cli("verify", data, "--dask", client.scheduler.address, "--dask-resource", "disk0=1")
    assert said.code == 1


def test_an_executor_of_the_client_does(client: Any, data: Path) -> None:
    report = checksig.audit(data, executor=client.get_executor())
    assert repr(report) == repr(checksig.audit(data))


#: A worker that is frozen has to be given up by the scheduler: it never answers, and never ends.
FROZEN = """
import os, signal, sys, dask
dask.config.set({"distributed.scheduler.worker-ttl": "5s"})
from dask.distributed import Client, LocalCluster
import checksig

with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
    with Client(cluster) as client:
        pids = client.run(os.getpid)
        os.kill(min(pids.values()), signal.SIGSTOP)
        report = checksig.audit(sys.argv[1], executor=client)
print(report)
"""


def test_what_a_frozen_worker_had_is_checked_by_another(data: Path) -> None:
    command = [sys.executable, "-c", FROZEN, data]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert repr(checksig.audit(data)) in done.stdout, done.stderr
