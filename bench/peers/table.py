"""One table of the peers: what each is called, and the command lines that suit it best.

Commands run in the root of a corpus, so they name no directory of this machine. A peer may have
several variants; the fastest in a trial is the one that is timed. A program that uses one core is
tried as it is, and by xargs on pieces of the list.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import command
from command import Command
from corpus import Corpus
from lists import LISTS, PARTS

CORES = len(os.sched_getaffinity(0))
HERE = Path(__file__).parent
POOL = HERE / "pool.py"
READER = HERE / "reader.py"

#: Threads for the pool. More than one per core hide the opening of files; one alone never waits
#: for the interpreter lock. Which is best depends on the sizes.
POOL_SIZES = sorted({1, CORES, 2 * CORES})


#: In bytes: files that are longer on average take longer than it takes to hand them out.
LONG = 64 << 10
#: How many files the plain reader has open at a time.
READERS = (1, 4, 16, 32)

#: What the Python pool and openssl compute: hashlib's names and openssl's are the same.
COMMON = frozenset({"md5", "sha1", "sha256", "sha512"})
#: BLAKE2b has names of its own.
OPENSSL_NAMES = {"blake2b": "blake2b512"}
COREUTILS_NAMES = {"blake2b": "b2"}


@dataclass(frozen=True)
class Peer:
    """A program that checks the files of a list."""

    name: str
    program: str
    version: Command  #: the command that prints it
    algorithms: frozenset[str]  #: that it knows, of those of the corpora
    variants: Callable[[Corpus, str], list[Command]]  #: of a corpus and an algorithm
    package: str = ""  #: of Debian; "" if there is none to install
    note: str = ""
    compares: bool = True  #: whether it compares digests with the list
    evicts: bool = False  #: whether it makes the system drop what it has read

    def found_version(self) -> str:
        """Return the version of what is installed."""
        return command.version(self.version)


def checksig(workers: int = 0) -> Callable[[Corpus, str], list[Command]]:
    """Return our command line, with as many workers as it takes by itself, or with so many."""
    more = ["--workers", str(workers)] if workers else []

    def variants(_: Corpus, algorithm: str) -> list[Command]:
        # Digests as long as those of SHA-2 are taken for those unless one says otherwise.
        told = ["-a", algorithm] if algorithm in ("blake2b", "blake3") else []
        return [["checksig", "verify", LISTS[algorithm], *told, *more]]

    return variants


def _parallel(corpus: Corpus) -> bool:
    """Whether all cores are faster than one: there is much to do for each of many files."""
    return (
        CORES > 1
        and corpus.content.count > PARTS
        and corpus.content.total > LONG * corpus.content.count
    )


def _pool(corpus: Corpus, algorithm: str) -> list[Command]:
    sizes = [n for n in _useful(corpus, POOL_SIZES) if n > 1 or not _parallel(corpus)]
    return [["python", str(POOL), LISTS[algorithm], algorithm, str(n)] for n in sizes]


def _useful(corpus: Corpus, numbers: Iterable[int]) -> list[int]:
    """Return how many files to read at a time: no more than there are."""
    return sorted({min(number, corpus.content.count) for number in numbers})


def _openssl(corpus: Corpus, algorithm: str) -> list[Command]:
    names = ["xargs", "-0", "-a", corpus.beside("names"), f"-P{CORES}"]
    share = -(-corpus.content.count // CORES)  # so that no core is without work
    name = OPENSSL_NAMES.get(algorithm, algorithm)
    sizes = sorted({min(n, share) for n in (64, 256, 1000)})
    return [[*names, f"-n{n}", "openssl", "dgst", f"-{name}"] for n in sizes]


def _parts(corpus: Corpus, name: str) -> Command:
    """Return the start of a command that runs another on all cores, on a piece of a list each."""
    return ["xargs", "-0", "-a", corpus.beside(f"{name}-parts"), f"-P{CORES}", "-n1"]


def _coreutils(corpus: Corpus, algorithm: str) -> list[Command]:
    check = [f"{COREUTILS_NAMES.get(algorithm, algorithm)}sum", "--check", "--quiet"]
    whole, parts = [*check, LISTS[algorithm]], [*_parts(corpus, algorithm), *check]
    if _parallel(corpus):
        return [parts]
    return [whole, parts] if corpus.content.count > 1 else [whole]


def _hashdeep(corpus: Corpus, algorithm: str) -> list[Command]:
    audit = ["hashdeep", "-c", algorithm, "-a", "-k", corpus.beside(f"hashdeep-{algorithm}")]
    return [[*audit, f"-F{mode}", f"-j{CORES}", "-l", "-r", "data"] for mode in "bum"]


def _rclone(corpus: Corpus, algorithm: str) -> list[Command]:
    check = ["rclone", "hashsum", algorithm, "-C", LISTS[algorithm], "--include", "/data/**", "."]
    return [[*check, "--checkers", str(n)] for n in _useful(corpus, (CORES, 2 * CORES, 8))]


def _rhash(corpus: Corpus, algorithm: str) -> list[Command]:
    check = ["rhash", "--check", f"--{algorithm}", "--skip-ok"]
    openssl = [f"--openssl={algorithm}"] if algorithm in COMMON else []
    return [
        *([] if _parallel(corpus) else [[*check, *openssl, LISTS[algorithm]]]),
        [*_parts(corpus, algorithm), *check, *openssl],
        *([[*_parts(corpus, algorithm), *check]] if openssl else []),
    ]


def _b3sum(corpus: Corpus, algorithm: str) -> list[Command]:
    alone = [*_parts(corpus, algorithm), "b3sum", "--num-threads", "1", "--check", "--quiet"]
    return [
        ["b3sum", "--check", "--quiet", LISTS[algorithm]],
        alone,
        [*_parts(corpus, algorithm), "b3sum", "--no-mmap", "--check", "--quiet"],
    ]


def _b3sum_hashing(corpus: Corpus, _: str) -> list[Command]:
    names = ["xargs", "-0", "-a", corpus.beside("names"), f"-P{CORES}", "-n256"]
    return [[*names, "b3sum", *more, "--num-threads", "1"] for more in (["--no-mmap"], [])]


def _xxhsum(name: str) -> Callable[[Corpus, str], list[Command]]:
    def variants(corpus: Corpus, _: str) -> list[Command]:
        check = ["xxhsum", "--check", "--quiet"]
        whole, parts = [*check, corpus.beside(name)], [*_parts(corpus, name), *check]
        return [parts] if _parallel(corpus) else [whole, parts]

    return variants


CHECKSIG = Peer("checksig", "checksig", ["checksig", "--version"], frozenset(LISTS), checksig())
CREATE = replace(
    CHECKSIG,
    name="checksig create",
    variants=lambda _, algorithm: [["checksig", "create", "data", "-a", algorithm, "-o", "-"]],
)
VERIFY = replace(CHECKSIG, name="checksig verify")
OPENSSL = Peer(
    "openssl (xargs)",
    "openssl",
    ["openssl", "version"],
    COMMON | {"blake2b"},
    _openssl,
    package="openssl",
    note="only hashes: nothing is compared with the list, which is in its favour",
    compares=False,
)
HASHLIB = Peer(
    "hashlib (threads)",
    "python",
    ["python", "--version"],
    COMMON | {"blake2b", "crc32"},
    _pool,
    note="hashlib.file_digest, or zlib.crc32, in a pool of threads: bench/peers/pool.py",
)
PEERS = (
    OPENSSL,
    HASHLIB,
    Peer(
        "coreutils",
        "sha1sum",
        ["sha1sum", "--version"],
        COMMON | {"blake2b"},
        _coreutils,
        package="coreutils",
    ),
    Peer("hashdeep", "hashdeep", ["hashdeep", "-V"], COMMON - {"sha512"}, _hashdeep, "hashdeep"),
    Peer(
        "rclone",
        "rclone",
        ["rclone", "version"],
        COMMON - {"sha512"} | {"crc32"},
        _rclone,
        package="rclone",
        evicts=True,
    ),
    Peer(
        "rhash",
        "rhash",
        ["rhash", "--version"],
        COMMON | {"blake2b", "crc32"},
        _rhash,
        package="rhash",
    ),
    Peer("b3sum", "b3sum", ["b3sum", "--version"], frozenset({"blake3"}), _b3sum, "b3sum"),
    Peer(
        "b3sum (xargs)",
        "b3sum",
        ["b3sum", "--version"],
        frozenset({"blake3"}),
        _b3sum_hashing,
        package="b3sum",
        note="only hashes: nothing is compared with the list, which is in its favour",
        compares=False,
    ),
    Peer(
        "xxhsum (XXH64)",
        "xxhsum",
        ["xxhsum", "--version"],
        frozenset({"crc32"}),
        _xxhsum("xxh64"),
        package="xxhash",
        note="another checksum, as fast as they come",
    ),
    Peer(
        "xxhsum (XXH3)",
        "xxhsum",
        ["xxhsum", "--version"],
        frozenset({"crc32"}),
        _xxhsum("xxh3"),
        package="xxhash",
        note="another checksum, as fast as they come",
    ),
)


def readers(corpus: Corpus) -> list[Command]:
    """Return the commands that only read: few threads suit a spinning disk, many all others.

    For small files Python is too slow to keep a disk busy; processes of cat are not.
    """
    names = corpus.beside("names")
    return [
        *(["python", str(READER), names, str(n)] for n in READERS),
        *(["xargs", "-0", "-a", names, f"-P{n}", "-n256", "cat"] for n in READERS[1:]),
    ]


def shown(command: Command) -> str:
    """Return a command line as it reads in results: no path of this machine is in it."""
    return " ".join(command).replace(str(HERE), "bench/peers")
