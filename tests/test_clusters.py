"""Shards as jobs of Slurm: those of the how-to, on a cluster of one node."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY

import checksig

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from clusters import Slurm

pytestmark = pytest.mark.clusters

EXAMPLES = REPOSITORY / "examples/cluster"
RUN_SHARD = "checksig run-shard plan.json"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Generator[Slurm]:
    """A cluster, while tests need it."""
    from clusters import MissingClusterError, slurm

    try:
        with slurm(tmp_path_factory.mktemp("slurm") / "cluster") as started:
            yield started
    except MissingClusterError as error:
        if os.environ.get("CHECKSIG_CLUSTERS") == "all":
            raise
        pytest.skip(str(error))


def submit(cluster: Slurm, where: Path, job: str, *options: str) -> str:
    """Submit a job, and return its number."""
    return cluster.run("sbatch", "--parsable", *options, "--wrap", job, where=where).strip()


def submitted(cluster: Slurm, data: Path) -> tuple[str, str]:
    """Run the script of the how-to; return the number of the array, and that of the last job."""
    script = EXAMPLES / "on_slurm.sh"
    said = cluster.run(script, "data", "--shards", "4", where=data.parent)
    array, last = re.findall(r"job (\d+)", said)
    return array, last


def verdict(cluster: Slurm, where: Path, job: str) -> tuple[str, str]:
    """Wait for the last job, and return its exit code, and what it said."""
    code = cluster.job(job)["ExitCode"]
    return code, " ".join((where / "verdict.txt").read_text().split())


def test_an_array_checks_all_shards_and_the_last_job_has_the_verdict(
    cluster: Slurm, data: Path
) -> None:
    _, last = submitted(cluster, data)
    code, said = verdict(cluster, data.parent, last)
    assert code == "0:0", said
    assert re.match(r"VERIFIED .* 40 of 40 files ok · 3\.8 MiB in ", said)
    logs = [path.read_text() for path in sorted(data.parent.glob("shard-*.log"))]
    assert [re.match(r"CHECKED +shard (\d)", log)[1] for log in logs] == [*"01234"]  # type: ignore[index] # it is None if it does not match


def test_a_damaged_file_fails_its_task_and_the_verdict(cluster: Slurm, data: Path) -> None:
    (data / "17.bin").write_bytes(bytes(100_000))
    array, last = submitted(cluster, data)
    code, said = verdict(cluster, data.parent, last)
    assert code == "1:0", said
    assert said.startswith("mismatch 17.bin")
    assert "FAILED 39 of 40 files ok, 1 mismatch, 0 missing" in said
    states = [cluster.job(f"{array}_{number}")["JobState"] for number in range(5)]
    assert sorted(states) == ["COMPLETED"] * 4 + ["FAILED"]


def test_a_task_that_was_cancelled_is_named_and_can_be_submitted_again(
    cluster: Slurm, data: Path
) -> None:
    where = data.parent
    with cluster.waiting():
        array, last = submitted(cluster, data)
        cluster.run("scancel", f"{array}_2", f"{array}_[0]")
    code, said = verdict(cluster, where, last)
    assert code == "1:0", said
    assert "NOT VERIFIED" in said
    found = re.search(r"2 shards not checked: (\S+)", said)
    assert found
    assert found[1] == "0,2"
    again = submit(cluster, where, RUN_SHARD, f"--array={found[1]}")
    merge = "checksig merge plan.json partials"
    then = ("--output=verdict.txt", f"--dependency=afterany:{again}")
    code, said = verdict(cluster, where, submit(cluster, where, merge, *then))
    assert code == "0:0", said
    assert said.startswith("VERIFIED")


def test_a_node_without_the_data_leaves_its_shards_unchecked(cluster: Slurm, data: Path) -> None:
    with cluster.waiting():
        _, last = submitted(cluster, data)
        data.rename(data.parent / "elsewhere")
    code, said = verdict(cluster, data.parent, last)
    assert code == "2:0"
    assert said.startswith("checksig: cannot read")  # there is no partial


#: Tells what would check a shard with how many processors, and does not.
TOLD = """python3 -c '
from checksig._cli import main
from checksig._shards import checks
def told(*_, workers, **__): raise SystemExit(f"workers {workers}")
checks.run_shard = told
main(["run-shard", "plan.json", "-o", "other"])
' 2>&1"""


@pytest.mark.parametrize(
    ("options", "workers"), [(["--cpus-per-task=1"], 1), (["--cpus-per-task=2"], 2), ([], 1)]
)
def test_a_task_hashes_on_the_processors_that_it_has(
    cluster: Slurm, data: Path, options: list[str], workers: int
) -> None:
    where = data.parent
    checksig.plan(data).save(where / "plan.json")
    cluster.job(submit(cluster, where, TOLD, "--array=0", "--output=told", *options))
    assert (where / "told").read_text() == f"workers {workers}\n"


def test_workers_of_dask_that_are_jobs_check_shards(cluster: Slurm, data: Path) -> None:
    from clusters import run

    for expected, damage in ((0, b""), (1, b"longer")):
        with (data / "17.bin").open("ab") as file:
            file.write(damage)
        program = ("python", EXAMPLES / "on_dask_jobqueue.py", "data", "lo")
        done = run(*program, where=data.parent, environment=cluster.environment)
        assert done.returncode == expected, done.stderr + cluster.logs()
        assert f"{40 - expected} of 40 files ok" in done.stdout
