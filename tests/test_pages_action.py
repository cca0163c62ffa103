"""The files that the how-tos show: the action, workflows, an image, units of systemd, programs."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from keypairs import KEY
from trees import REPOSITORY, sha256

from checksig._cli._exit import NOT_VERIFIED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

FILES = REPOSITORY / "docs/how-to/files"
CLUSTER = REPOSITORY / "examples/cluster"
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]


def test_the_action_has_the_fields_that_github_wants() -> None:
    assert {"name", "description", "inputs", "runs"} <= ACTION.keys()
    assert ACTION["runs"]["using"] == "composite"
    assert list(ACTION["inputs"]) == ["path", "trust", "complete", "args"]
    for given in ACTION["inputs"].values():
        assert given["description"]
        assert isinstance(given["default"], str)
    for step in STEPS:
        assert step["shell"] == "bash"  # which a step of a composite action has to say


def test_no_input_is_part_of_a_script() -> None:
    assert not [step for step in STEPS if "${{" in step["run"]]
    assert STEPS[-1]["env"] == {
        f"INPUT_{name.upper()}": f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]
    }


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """A directory with a signed list, its key, and the place in which the action has installed."""
    directory = tmp_path / "downloads"
    directory.mkdir()
    (directory / "a file").write_bytes(b"a")
    listed = f"{sha256(b'a')}  a file\n".encode()
    (directory / "SHA256SUMS").write_bytes(listed)
    (directory / "SHA256SUMS.minisig").write_bytes(KEY.minisign(listed))
    (tmp_path / "release.pub").write_bytes(KEY.public)
    (tmp_path / "checksig/bin").mkdir(parents=True)
    installed = shutil.which("checksig")
    assert installed
    (tmp_path / "checksig/bin/checksig").symlink_to(installed)
    return directory


def run(directory: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the step that verifies, as GitHub does."""
    given = {name: each["default"] for name, each in ACTION["inputs"].items()} | inputs
    variables = {f"INPUT_{name.upper()}": value for name, value in given.items()}
    home = directory.parent
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS[-1]["run"]],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "RUNNER_TEMP": str(home), **variables},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_action_verifies_what_its_inputs_say(downloads: Path) -> None:
    done = run(downloads, path="downloads", trust="release.pub\n", complete="true")
    assert done.returncode == 0, done
    assert "signed by minisign key" in done.stdout
    (downloads / "extra").write_text("")
    assert run(downloads, path="downloads", trust="release.pub").returncode == 0
    assert run(downloads, path="downloads", complete="true").returncode == 1
    assert run(downloads, path="downloads", args="--quiet\n  --complete").returncode == 1
    (downloads / "a file").write_text("b")
    done = run(downloads, path="downloads", trust="release.pub")
    assert done.returncode == 1
    assert "mismatch     a file" in done.stdout


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"complete": "yes"}, "complete must be true or false"),
        ({"path": ""}, 'cannot read ""'),
        ({"path": "--version"}, 'cannot read "--version"'),
        ({"path": "downloads; echo ok"}, "cannot read"),
        ({"path": "downloads", "trust": "gone.pub"}, 'cannot read "gone.pub"'),
        ({"path": "downloads", "args": "--complet"}, "--complet"),
        ({}, "no list of digests"),
    ],
)
def test_an_input_that_makes_no_sense_is_no_success(
    downloads: Path, inputs: dict[str, str], said: str
) -> None:
    done = run(downloads, **inputs)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr


def test_workflows_name_inputs_that_the_action_has() -> None:
    used = 0
    for path in sorted(FILES.glob("*.yml")):
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("checksig/checksig@"):
                    used += 1
                    assert step["with"].keys() <= ACTION["inputs"].keys()
    assert used == 1


def test_every_file_is_shown_in_a_page() -> None:
    pages = "".join(page.read_text() for page in (REPOSITORY / "docs/how-to").glob("*.md"))
    names = [path.name for path in FILES.iterdir()]
    assert len(names) > 8
    assert [name for name in names if f"{{literalinclude}} files/{name}" not in pages] == []


def test_every_program_for_clusters_is_shown() -> None:
    page = (REPOSITORY / "docs/how-to/cluster.md").read_text()
    names = [path.name for path in CLUSTER.iterdir()]
    assert len(names) > 6
    shown = "{{literalinclude}} ../../examples/cluster/{}\n"
    assert [name for name in names if shown.format(name) not in page] == []


def test_pods_run_commands_that_there_are(cli: Callable[..., Answer], tmp_path: Path) -> None:
    jobs = [*yaml.safe_load_all((CLUSTER / "kubernetes.yaml").read_text())]
    assert [job["kind"] for job in jobs] == ["Job", "Job"]
    for job in jobs:
        [container] = job["spec"]["template"]["spec"]["containers"]
        said = cli(*container["args"], cwd=tmp_path)
        assert said.code == 2
        assert 'cannot read "/plans/plan.json"' in said.err
    [rule, _] = jobs[0]["spec"]["podFailurePolicy"]["rules"]
    assert rule["onExitCodes"]["values"] == [NOT_VERIFIED]


@pytest.mark.parametrize("path", sorted(FILES.glob("*.py")), ids=lambda path: path.name)
def test_no_program_imports_more_than_python_and_checksig(path: Path) -> None:
    names = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | {"checksig"}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    installed = shutil.which("checksig")
    assert installed
    for path in FILES.glob("checksig*.*"):
        unit = path.read_text().replace("/usr/local/bin/checksig", installed)
        (tmp_path / path.name).write_text(unit)
    units = sorted(tmp_path / path.name for path in FILES.glob("checksig*.*"))
    assert len(units) == 3
    names = [str(each).replace("@.", "@try.") for each in units]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line] == []
    assert done.returncode == 0, done.stderr
