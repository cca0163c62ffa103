"""How long it takes to check a BagIt bag with two manifests, beside bagit-python.

The payload is that of the corpus ``large``: the files of the bag are links to its files, and the
manifests are its lists.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import command
import record
from content import LARGE, PROBE, Shape
from contest import held_to, missing, processes, times_target, workload
from corpus import Corpus, copy_spoilt, make
from lists import LISTS
from peers.table import CHECKSIG, CORES, Peer, shown
from plan import Plan

ROUNDS = 5
TIMES = 3.0

MANIFESTS = ("sha256", "sha512")
ALGORITHM = "+".join(MANIFESTS)

OURS = replace(CHECKSIG, variants=lambda *_: [["checksig", "verify", "."]])
BAGIT = Peer(
    "bagit-python",
    "bagit.py",
    ["bagit.py", "--version"],
    frozenset({ALGORITHM}),
    lambda *_: [
        ["bagit.py", "--validate", "--quiet", "--processes", str(count), "."]
        for count in (CORES, 2 * CORES)
    ],
    package="bagit, of PyPI",
)


def run(plan: Plan) -> None:
    """Time both, and write the results."""
    left_out = missing([BAGIT])
    peers = [] if left_out else [BAGIT]
    _probe(make(PROBE, plan.corpora), [OURS, *peers])
    bag = _bag(make(plan.sized(LARGE), plan.corpora), plan.corpora / "bag")
    bag.warm()
    subjects = processes(bag, ALGORITHM, [OURS, *peers])
    timed = workload(bag, ALGORITHM, subjects, plan.rounds(ROUNDS), "process")
    found = held_to(timed, TIMES)
    content = {"missing": left_out, "workloads": [found], "targets": [times_target(found)]}
    record.write(plan, "bag", content, {peer.name: peer.found_version() for peer in peers})


def _probe(corpus: Corpus, peers: list[Peer]) -> None:
    """See that each command passes a bag that is right, and objects to one changed bit."""
    with tempfile.TemporaryDirectory(dir=corpus.root.parent) as place:
        right = _bag(corpus, Path(place, "right"))
        spoilt = _bag(copy_spoilt(corpus, Path(place)), Path(place, "spoilt"))
        for argv in (argv for peer in peers for argv in peer.variants(right, ALGORITHM)):
            command.succeed(argv, right.root)
            if command.run(argv, spoilt.root).code == 0:
                raise SystemExit(f"{shown(argv)}: passed a bag that is wrong")


def _bag(corpus: Corpus, root: Path) -> Corpus:
    """Return a bag with the files of a corpus, whose names begin with ``data/`` as they should."""
    if not isinstance(corpus.content, Shape):
        raise TypeError("a bag is made of files whose sizes are known")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for path in corpus.content.paths():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        os.link(corpus.root / path, root / path)
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": f"Payload-Oxum: {corpus.content.total}.{corpus.content.count}\n",
    }
    for name in MANIFESTS:
        tags[f"manifest-{name}.txt"] = (corpus.root / LISTS[name]).read_text()
    for name in MANIFESTS:
        lines = (f"{hashlib.new(name, tags[tag].encode()).hexdigest()}  {tag}\n" for tag in tags)
        (root / f"tagmanifest-{name}.txt").write_text("".join(lines))
    for name, text in tags.items():
        (root / name).write_text(text)
    return Corpus(replace(corpus.content, name="bag"), root)
