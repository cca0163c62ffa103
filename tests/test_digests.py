"""Digests are the ones that hashlib computes."""

from __future__ import annotations

import hashlib
import random
import re
import tempfile
from pathlib import Path

import pytest
from blake3 import blake3
from checksums import CHECKSUMS
from programs import run

import checksig

pytestmark = pytest.mark.kernels

#: Of those, hashlib has none everywhere.
BY_RHASH = {"tiger", "whirlpool", "ripemd160"}

#: Every length to a little past two blocks of the longest block (SHA3-224: 144 bytes).
LENGTHS = range(301)
LARGE = [4095, 4096, 4097, 262_143, 262_144, 262_145, 1_048_577, 5_000_001]


def reference(algorithm: str, content: bytes) -> str:
    """The digest as Python's standard library computes it, the package blake3, or a plain loop."""
    if algorithm in CHECKSUMS:
        return CHECKSUMS[algorithm](content)
    if algorithm in BY_RHASH:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            done = run(Path(), "rhash", f"--{algorithm}", "--simple", "-", stdin=file)
        return done.stdout.decode().partition(" ")[0]
    if algorithm == "blake3":
        return str(blake3(content).hexdigest())
    if algorithm.startswith("blake2b-"):
        size = int(algorithm.removeprefix("blake2b-")) // 8
        return hashlib.blake2b(content, digest_size=size).hexdigest()
    if shake := re.fullmatch("(shake)(128|256)", algorithm):
        return hashlib.new(f"shake_{shake[2]}", content).hexdigest(int(shake[2]) // 4)  # type: ignore[call-arg]
    names = {"sha512-224": "sha512_224", "sha512-256": "sha512_256"}
    name = names.get(algorithm, algorithm.replace("3-", "3_"))
    return hashlib.new(name, content, usedforsecurity=False).hexdigest()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, bytes]:
    directory = tmp_path_factory.mktemp("samples")
    rng = random.Random(1)
    contents = {directory / str(length): rng.randbytes(length) for length in (*LENGTHS, *LARGE)}
    for path, content in contents.items():
        path.write_bytes(content)
    return contents


@pytest.mark.parametrize("algorithm", sorted(BY_RHASH))
def test_what_hashlib_lacks_agrees_with_rhash(samples: dict[Path, bytes], algorithm: str) -> None:
    directory = next(iter(samples)).parent
    done = run(directory, "rhash", f"--{algorithm}", "--simple", *[path.name for path in samples])
    wanted = {
        str(directory / name): digest
        for digest, name in (line.split("  ", 1) for line in done.stdout.decode().splitlines())
    }
    assert {r.path: r.found for r in checksig.hash_files(samples, algorithm)} == wanted
    assert len(wanted) == len(LENGTHS) + len(LARGE)


@pytest.mark.parametrize(
    "algorithm", [a.name for a in checksig.algorithms() if a.name not in BY_RHASH]
)
def test_every_algorithm_agrees_with_hashlib(samples: dict[Path, bytes], algorithm: str) -> None:
    found = {r.path: r.found for r in checksig.hash_files(samples, algorithm)}
    wanted = {str(path): reference(algorithm, content) for path, content in samples.items()}
    assert found == wanted
    assert len(found) == len(LENGTHS) + len(LARGE)


@pytest.mark.parametrize(
    "algorithm", [a.name for a in checksig.algorithms() if a.strength != "none"]
)
def test_one_wrong_bit_in_a_digest_is_a_mismatch(tmp_path: Path, algorithm: str) -> None:
    (tmp_path / "a").write_bytes(b"content")
    right = reference(algorithm, b"content")
    size = len(right) * 4
    for bit in (0, size // 2, size - 1):
        wrong = f"{int(right, 16) ^ (1 << bit):0{len(right)}x}"
        entries = [checksig.Entry("a", wrong, algorithm)]
        assert checksig.audit(tmp_path, entries=entries).counts[checksig.Status.MISMATCH] == 1
    assert checksig.audit(tmp_path, entries=[checksig.Entry("a", right, algorithm)]).ok
