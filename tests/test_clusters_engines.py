"""Shards on engines of many machines: the programs of the how-to, as they stand there."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY

import checksig

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.clusters

EXAMPLES = REPOSITORY / "examples/cluster"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment that engines run in."""
    from clusters import MissingClusterError, variables

    try:
        return variables(tmp_path)
    except MissingClusterError as error:
        if os.environ.get("CHECKSIG_CLUSTERS") == "all":
            raise
        pytest.skip(str(error))


@pytest.mark.parametrize("engine", ["dask", "parsl", "ray", "spark"])
def test_an_engine_says_what_one_machine_says(
    environment: dict[str, str], data: Path, engine: str
) -> None:
    from clusters import run

    for wrong in (False, True):
        if wrong:
            (data / "17.bin").write_bytes(bytes(100_000))
        program = ("python", EXAMPLES / f"on_{engine}.py", "data")
        done = run(*program, where=data.parent, environment=environment)
        assert done.returncode == wrong, done.stdout + done.stderr
        assert repr(checksig.audit(data)).replace(str(data), "data") in done.stdout


def validated(environment: dict[str, str], path: Path) -> subprocess.CompletedProcess[str]:
    """Hold a manifest against the schemas of Kubernetes, in which no other field is allowed."""
    from clusters import run

    return run("kubernetes-validate", "--strict", path, where=path.parent, environment=environment)


def test_the_manifest_is_one_of_kubernetes(environment: dict[str, str], tmp_path: Path) -> None:
    manifest = EXAMPLES / "kubernetes.yaml"
    done = validated(environment, manifest)
    assert done.returncode == 0, done.stdout + done.stderr
    for wrong in ("completion: 65", "completions: many"):
        other = tmp_path / "wrong.yaml"
        other.write_text(manifest.read_text().replace("completions: 65", wrong))
        assert validated(environment, other).returncode != 0
