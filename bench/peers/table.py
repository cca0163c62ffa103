"""One table of the peers: what each is called, and the command lines that suit it best.

Commands run in the root of a corpus, so they name no directory of this machine. A peer may have
several variants; the fastest in a trial is the one that is timed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import command
from command import Command
from corpus import LISTS, Corpus

CORES = len(os.sched_getaffinity(0))
POOL = Path(__file__).with_name("pool.py")

#: Threads for the pool. More than one per core hide the opening of files; one alone never waits
#: for the interpreter lock. Which is best depends on the sizes.
POOL_SIZES = sorted({1, CORES, 2 * CORES})


@dataclass(frozen=True)
class Peer:
    """A program that checks the files of a list."""

    name: str
    program: str
    version: Command  #: the command that prints it
    variants: Callable[[Corpus, str], list[Command]]  #: of a corpus and an algorithm
    package: str = ""  #: of Debian; "" if there is none to install
    note: str = ""
    compares: bool = True  #: whether it compares digests with the list

    def found_version(self) -> str:
        """Return the version of what is installed."""
        return command.version(self.version)


def _checksig(_: Corpus, algorithm: str) -> list[Command]:
    return [["checksig", "verify", LISTS[algorithm]]]


def _pool(_: Corpus, algorithm: str) -> list[Command]:
    return [["python", str(POOL), LISTS[algorithm], algorithm, str(n)] for n in POOL_SIZES]


def _openssl(corpus: Corpus, algorithm: str) -> list[Command]:
    names = ["xargs", "-0", "-a", corpus.beside("names"), f"-P{CORES}"]
    return [[*names, f"-n{n}", "openssl", "dgst", f"-{algorithm}"] for n in (64, 256, 1000)]


def _coreutils(_: Corpus, algorithm: str) -> list[Command]:
    return [[f"{algorithm}sum", "--check", "--quiet", LISTS[algorithm]]]


def _hashdeep(corpus: Corpus, algorithm: str) -> list[Command]:
    audit = ["hashdeep", "-c", algorithm, "-a", "-k", corpus.beside(f"hashdeep-{algorithm}")]
    return [
        [*audit, f"-F{mode}", f"-j{threads}", "-l", "-r", "data"]
        for mode in "bum"
        for threads in (CORES, 2 * CORES)
    ]


def _rclone(_: Corpus, algorithm: str) -> list[Command]:
    check = ["rclone", "hashsum", algorithm, "-C", LISTS[algorithm], "--include", "/data/**", "."]
    return [[*check, "--checkers", str(n)] for n in (CORES, 2 * CORES, 8)]


def _rhash(_: Corpus, algorithm: str) -> list[Command]:
    check = ["rhash", "--check", f"--{algorithm}", "--skip-ok", LISTS[algorithm]]
    return [check, [*check, f"--openssl={algorithm}"]]


CHECKSIG = Peer("checksig", "checksig", ["checksig", "--version"], _checksig)
PEERS = (
    Peer(
        "openssl (xargs)",
        "openssl",
        ["openssl", "version"],
        _openssl,
        package="openssl",
        note="only hashes: nothing is compared with the list, which is in its favour",
        compares=False,
    ),
    Peer(
        "hashlib (threads)",
        "python",
        ["python", "--version"],
        _pool,
        note="hashlib.file_digest in a pool of threads: bench/peers/pool.py",
    ),
    Peer("coreutils", "sha1sum", ["sha1sum", "--version"], _coreutils, package="coreutils"),
    Peer("hashdeep", "hashdeep", ["hashdeep", "-V"], _hashdeep, package="hashdeep"),
    Peer("rclone", "rclone", ["rclone", "version"], _rclone, package="rclone"),
    Peer("rhash", "rhash", ["rhash", "--version"], _rhash, package="rhash"),
)


def shown(command: Command) -> str:
    """Return a command line as it reads in results: no path of this machine is in it."""
    return " ".join(command).replace(str(POOL), "bench/peers/pool.py")
