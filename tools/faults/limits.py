"""Limits: too few descriptors, too little memory, too few threads, and a full device."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from command import GIB, KIB, MIB
from corpus import corpus, lines
from expect import expect

if TYPE_CHECKING:
    from suite import Suite

OPTIONS = [
    *(f"--nofile={n}" for n in (5, 6, 7, 8, 10, 12, 14, 16, 20, 32)),
    *(f"--as={int(g * GIB)}" for g in (3, 2.5, 2, 1.8, 1.6, 1.5, 1.4, 1.3, 1.2, 1, 0.5, 0.25)),
    *(f"--stack={n * KIB}" for n in (128, 256, 512, 1024, 65536)),
    "--stack=unlimited",
    *(f"--data={n * MIB}" for n in (32, 64, 128, 256, 512)),
    "--fsize=0",
    "--memlock=0",
    "--sigpending=0",
]
#: root has no limit of processes: as another user, who may read all files.
READER = "+dac_override,+dac_read_search"
UNPRIVILEGED = [
    "setpriv",
    "--reuid=65533",
    f"--inh-caps={READER}",
    f"--ambient-caps={READER}",
    "--bounding-set=-sys_resource,-sys_admin",
]


def run(suite: Suite) -> None:
    """Verify a good tree and a bad one under each limit: the bad one is never right."""
    good, bad = suite.place / "res", suite.place / "res-bad"
    (good / "SHA256SUMS").write_text(lines(corpus(good)))
    shutil.copytree(good, bad)
    (bad / "f001").write_bytes(b"?")
    both = ((good, "good", (0, 1, 2)), (bad, "bad", (1, 2)))
    for option in OPTIONS:
        for tree, kind, codes in both:
            what = f"prlimit {option} checksig verify {kind}"
            verify = suite.checksig("verify", str(tree))
            done = expect(suite, what, ["prlimit", option, "--", *verify], codes)
            if kind == "good" and option == "--nofile=16" and done.code:
                suite.note("--nofile=16 is not enough for 50 files", done.err[:200])
    for number in (1, 2, 3, 5, 8, 12, 20):
        for tree, _, codes in both:
            what = f"prlimit --nproc={number} as uid 65533"
            limited = [*UNPRIVILEGED, "prlimit", f"--nproc={number}", "--"]
            expect(suite, what, [*limited, *suite.checksig("verify", str(tree))], codes)
    with Path("/dev/full").open("wb") as full:
        verify = suite.checksig("verify", str(good))
        expect(suite, "stdout is /dev/full", verify, (2,), stdout=full)
