"""How long it takes to check the packages of a large Python environment.

The environment is made once, of packages from the index. pip has no command that looks at files, so
ours runs beside what one would write: importlib.metadata and hashlib.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import command
import record
from content import Copy
from contest import held_to, processes, workload
from corpus import Corpus
from peers.table import CHECKSIG, HERE, POOL_SIZES, Peer, shown
from plan import Plan

import checksig

ROUNDS = 5
#: In seconds, for so many files.
LIMIT, FILES = 1.0, 10_000

PACKAGES = (
    *("babel", "botocore", "django", "jupyterlab", "matplotlib", "networkx", "numpy", "pandas"),
    *("plotly", "scikit-learn", "scipy", "sympy"),
)
#: For a brief run, and for the copy with one changed bit.
SMALLEST = "networkx"

#: The environment is a directory of the corpus, as the files of other corpora are.
OURS = replace(CHECKSIG, variants=lambda *_: [["checksig", "env", "--prefix", "data"]])
LOOP = Peer(
    "importlib.metadata and hashlib",
    "python",
    ["python", "--version"],
    frozenset({"sha256"}),
    lambda *_: [
        ["python", str(HERE / "packages.py"), "data", str(workers)] for workers in POOL_SIZES
    ],
    note="a loop, or a pool of threads: bench/peers/packages.py",
)


def run(plan: Plan) -> None:
    """Time both, and write the results."""
    corpus = _environment(plan)
    _probe(corpus)
    report = checksig.verify_environment(corpus.root / "data").report
    corpus.warm()
    subjects = processes(corpus, "sha256", [OURS, LOOP])
    timed = workload(corpus, "sha256", subjects, plan.rounds(ROUNDS), "process")
    # What is there and in no RECORD, as compiled files are, is not read.
    timed |= {"files": report.counts[checksig.Status.OK], "bytes": report.bytes}
    found = held_to(timed, 1.0)
    content = {
        "packages": _versions(corpus),
        "missing": [],
        "workloads": [found],
        "targets": [_target(found)],
    }
    record.write(plan, "environment", content)


def _target(found: dict[str, Any]) -> dict[str, Any]:
    seconds = found["subjects"][0]["median"] / found["files"] * FILES
    what = f"checksig env, {found['files']:,} files, median: for {FILES:,} of them"
    return record.target(what, seconds, limit=LIMIT, unit="s")


def _environment(plan: Plan) -> Corpus:
    """Return the environment, made now if it is not there."""
    packages = (SMALLEST,) if plan.quick else PACKAGES
    root = plan.corpora / "environment"
    stamp, wanted = root / "stamp.json", json.dumps([sys.version, *packages])
    if not stamp.is_file() or stamp.read_text() != wanted:
        print(f"  making an environment with {', '.join(packages)}", flush=True)
        shutil.rmtree(root, ignore_errors=True)
        _install(root / "data", packages)
        stamp.write_text(wanted)
    return Corpus(Copy("environment", root / "data", ()), root)


def _install(prefix: Path, packages: tuple[str, ...]) -> None:
    python = [sys.executable, "-m"]
    subprocess.run([*python, "venv", "--without-pip", str(prefix)], check=True)
    pip = [*python, "pip", "--python", str(prefix / "bin/python"), "install", "--quiet"]
    subprocess.run([*pip, "--only-binary=:all:", *packages], check=True)


def _probe(corpus: Corpus) -> None:
    """See that each command passes a package that is right, and objects to one changed bit."""
    with tempfile.TemporaryDirectory() as place:
        victim = _copy_package(corpus, Path(place, "data"))
        commands = [argv for peer in (OURS, LOOP) for argv in peer.variants(corpus, "sha256")]
        for argv in commands:
            command.succeed(argv, Path(place))
        data = bytearray(victim.read_bytes())
        data[len(data) // 2] ^= 1
        victim.write_bytes(data)
        for argv in commands:
            if command.run(argv, Path(place)).code == 0:
                raise SystemExit(f"{shown(argv)}: passed a file that is wrong")


def _copy_package(corpus: Corpus, prefix: Path) -> Path:
    """Copy a package to another environment, and return the largest of its files."""
    site = _site(corpus)
    (distribution,) = metadata.distributions(name=SMALLEST, path=[str(site)])
    copies = []
    for file in distribution.files or ():
        source = Path(str(file.locate())).resolve()
        copies.append(prefix / source.relative_to((corpus.root / "data").resolve()))
        copies[-1].parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copies[-1])
    return max((copy for copy in copies if copy.suffix == ".py"), key=lambda p: p.stat().st_size)


def _site(corpus: Corpus) -> Path:
    (site,) = (corpus.root / "data").glob("lib/python*/site-packages")
    return site


def _versions(corpus: Corpus) -> dict[str, str]:
    """Return the packages of the environment, which are those of the day that it was made."""
    found = metadata.distributions(path=[str(_site(corpus))])
    return dict(sorted((each.name, each.version) for each in found))
