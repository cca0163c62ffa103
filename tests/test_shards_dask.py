"""Shards on workers of Dask, here in threads: how they are asked for, gathered and given up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

import checksig
from checksig import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from conftest import Answer

distributed: Any = pytest.importorskip("distributed", reason="needs checksig[dask]")
pytestmark = pytest.mark.filterwarnings("default")  # Dask's are Dask's


@pytest.fixture(scope="module")
def client() -> Generator[Any]:
    """A client of two workers in this process, whose scheduler has an address."""
    where = {"host": "127.0.0.1", "protocol": "tcp://", "dashboard_address": None}
    with (
        distributed.LocalCluster(2, threads_per_worker=1, processes=False, **where) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


def asked(client: Any, good: Path, **options: Any) -> list[tuple[str, dict[str, Any]]]:
    """Check a directory, and return the keys of shards and what was asked of Dask for each."""
    seen: list[tuple[str, dict[str, Any]]] = []
    submit = client.submit

    def noting(function: Any, *arguments: Any, key: str, **more: Any) -> Any:
        seen.append((key, more))
        return submit(function, *arguments, key=key, **more)

    client.submit = noting
    try:
        assert checksig.audit(good, executor=client, shards=3, **options).ok
    finally:
        del client.submit
    return seen


def test_the_keys_of_tasks_name_the_plan_and_the_shard(client: Any, good: Path) -> None:
    digest = checksig.plan(good, shards=3).digest
    seen = asked(client, good)
    parts = [key.split("-") for key, _ in seen]
    assert {(name, plan) for name, plan, *_ in parts} == {("checksig", digest[:12])}
    assert sorted(number for *_, number, _ in parts) == ["0", "1", "2", "3"]
    assert all(more == {"pure": False} for _, more in seen)
    assert not {key for key, _ in seen} & {key for key, _ in asked(client, good)}


def test_workers_and_resources_are_passed_on(client: Any, good: Path) -> None:
    [first, *_] = client.scheduler_info()["workers"]
    for _, more in asked(client, good, hosts=[first]):
        assert more["workers"] == [first]
    cancel = threading.Event()
    threading.Timer(0.5, cancel.set).start()
    with pytest.raises(checksig.CancelledError):  # nobody has such a disk: it waits
        checksig.audit(good, executor=client, resources={"disk9": 1}, cancel=cancel)


def test_what_nobody_can_check_is_missing_and_not_waited_for(client: Any, good: Path) -> None:
    with pytest.raises(PlanError, match="nothing for 1 seconds"):
        checksig.audit(good, executor=client, resources={"disk9": 1}, shard_timeout=1)
    assert not client.processing() or not any(client.processing().values())


def test_the_verdict_is_that_of_one_machine_by_a_client_and_by_its_address(
    client: Any, good: Path, cli: Callable[..., Answer]
) -> None:
    (good / "a").write_text("!")
    one = checksig.audit(good)
    for executor in (client, client.scheduler.address, client.get_executor()):
        report = checksig.audit(good, executor=executor, shards=3)
        assert (report.failures, report.tally) == (one.failures, one.tally)
    here, there = cli("verify", good), cli("verify", good, "--dask", client.scheduler.address)
    assert (here.code, there.code) == (1, 1)
    assert here.out.partition(" · ")[0] == there.out.partition(" · ")[0]
    assert cli("verify", good, "--shards", "3").code == 2


def test_an_error_of_a_worker_is_an_error_and_no_verdict(client: Any, good: Path) -> None:
    moved: list[Path] = []

    class Moving:
        """A cancellation that is never meant."""

        def is_set(self) -> bool:
            if not moved:
                moved.append(good.rename(good.with_name("moved")))
            return False

    with pytest.raises((PlanError, checksig.ManifestError)):
        checksig.audit(good, executor=client, shards=3, cancel=Moving())
    assert moved


def test_an_address_at_which_nobody_is_says_so(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from checksig._shards import dask

    monkeypatch.setattr(dask, "_PATIENCE", 1)
    with pytest.raises(PlanError, match=r"no scheduler of Dask answers at tcp://127\.0\.0\.1:9"):
        checksig.audit(good, executor="tcp://127.0.0.1:9")
