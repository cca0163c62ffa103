"""No damage to a list makes files ok that it does not name with their digest."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Change = Callable[[random.Random, bytes, list[re.Match[bytes]]], bytes]

#: Formats that are written, with an algorithm and a style.
WRITTEN = [
    ("coreutils", "sha256", "text"),
    ("coreutils", "md5", "binary"),
    ("coreutils", "sha512", "tag"),
    ("coreutils", "crc32", "text"),
    ("sfv", "crc32", None),
    ("pooch", "sha256", None),
    ("hashdeep", "md5", None),
    ("jsonl", "blake3", None),
    ("bagit", "sha256", None),
]
NAMES = ("a", "b b", "s/c")
RUNS = 120


def flipped(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """One digit is another."""
    at = rng.randrange(*rng.choice(digests).span())
    other = rng.choice([digit for digit in b"0123456789abcdef" if digit != data[at]])
    return data[:at] + bytes([other]) + data[at + 1 :]


def spoiled(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """One digit is none, or gone."""
    at = rng.randrange(*rng.choice(digests).span())
    return (
        data[:at] + rng.choice([b"g", b" ", b"\t", b"-", b"", b";", b'"', b"\n"]) + data[at + 1 :]
    )


def cut(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """The beginning of a digest is gone."""
    match = rng.choice(digests)
    return data[: match.start()] + data[rng.randrange(match.start() + 1, match.end()) :]


def swapped(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """Two digests are in each other's place."""
    one, two = sorted(rng.sample(digests, 2), key=lambda match: match.start())
    between = data[one.end() : two.start()]
    return data[: one.start()] + two[0] + between + one[0] + data[two.end() :]


def widened(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """A line has one more field, which is like a digest."""
    rows = data.split(b"\n")
    digest = rng.choice(digests)[0]
    [at] = [number for number, row in enumerate(rows) if digest in row]
    rows[at] += rng.choice([b" 00000000", b",00000000", b"\t" + b"0" * 64])
    return b"\n".join(rows)


def renamed(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """A file is called otherwise."""
    del digests
    name = rng.choice([b"b b", b"s/c"])
    return data.replace(name, rng.choice([b"x", b"../b b", b"b b\\", b"s/C", b"S/c", b"b\tb"]), 1)


CHANGES = [flipped, spoiled, cut, swapped, widened, renamed]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize(("format_", "algorithm", "style"), WRITTEN)
def test_no_change_of_a_list_makes_wrong_files_ok(
    tmp_path: Path, format_: str, algorithm: str, style: str | None, change: Change
) -> None:
    (tmp_path / "s").mkdir()
    for name in NAMES:
        (tmp_path / name).write_bytes(name.encode() * 9)
    chosen = {"style": style} if style else {}
    made = checksig.create(tmp_path, algorithm=algorithm, format=format_, **chosen)  # type: ignore[arg-type]
    assert checksig.verify(tmp_path).files == len(NAMES)
    [path] = [each for each in tmp_path.iterdir() if each.name not in ("a", "b b", "s")]
    assert made
    data, rng = path.read_bytes(), random.Random(f"{format_}{algorithm}{change.__name__}")
    digests = [m for m in re.finditer(rb"\b[0-9a-f]{8,}\b", data) if not m[0].isdigit()]
    assert len(digests) == len(NAMES)
    for _ in range(RUNS // len(CHANGES)):
        if (changed := change(rng, data, digests)) == data:
            continue
        path.write_bytes(changed)
        try:
            report = checksig.audit(tmp_path)
        except checksig.ChecksigError:
            continue
        assert not report.ok, (changed, report.remarks)
