"""``checksig bench``: the formulas of the limit, and what the command prints."""

from __future__ import annotations

import json
import os
import re
import time
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

import checksig
from checksig._bridge.algorithms import describe
from checksig._measuring import measure as measuring
from checksig._measuring.limit import FIRST, FIRST_BY_RING, MAPPED, Bound, Data, Rates, bound
from checksig._measuring.load import Load
from checksig._reports import words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

VALIDATOR = Draft202012Validator(
    json.loads(files("checksig").joinpath("report.schema.json").read_text())
)
GB = 10**9
MIB = 1 << 20


def rates(**changed: Any) -> Rates:
    """A machine that is easy to reckon with: two cores, and a microsecond to open a file."""
    measured = {
        "kernel": 6 * GB, "stream": 2 * GB, "copy": 12 * GB, "mapped": 5 * GB, "open": 1e-6,
        "ring": None, "part": None, "cores": 2,
    }  # fmt: skip
    return Rates(**measured | changed)


@pytest.mark.parametrize(
    ("sizes", "changed", "seconds", "by"),
    [
        # Mapped, as measured; or copied and hashed, if that is faster: 1/12 + 1/6 = 1/4.
        ([MIB] * 1000, {}, 1000 * MIB / 10e9, "hashing"),
        ([MIB] * 1000, {"mapped": 2 * GB}, 1000 * MIB / 8e9, "hashing"),
        ([MIB] * 1000, {"mapped": 2 * GB, "copy": 3 * GB}, 1000 * MIB / 4e9, "reading files"),
        ([MIB] * 1000, {"mapped": None}, 1000 * MIB / 8e9, "hashing"),
        ([MIB] * 1000, {"mapped": 7 * GB}, 1000 * MIB / 12e9, "hashing"),
        # Opened, copied but for the first bytes, and hashed: one after the other.
        ([40_000 + FIRST] * 1000, {}, (1e-3 + 40e6 / 12e9 + 44.096e6 / 6e9) / 2, "hashing"),
        ([40_000] * 1000, {"copy": None}, (1e-3 + 40e6 / 6e9) / 2, "hashing"),
        ([1000] * 100_000, {}, (0.1 + 1e8 / 6e9) / 2, "opening files"),
        ([0] * 100_000, {"cores": 1}, 0.1, "opening files"),
        # Many at a time, if that is faster: with it come more bytes.
        ([1000] * 100_000, {"ring": 5e-7}, (0.05 + 1e8 / 6e9) / 2, "opening files"),
        ([1000] * 100_000, {"ring": 5e-6}, (0.1 + 1e8 / 6e9) / 2, "opening files"),
        ([FIRST_BY_RING] * 1000, {"ring": 1e-6}, (1e-3 + 16.384e6 / 6e9) / 2, "hashing"),
        # Large and small ones: each in its way.
        (
            [MIB] * 1000 + [1000] * 100_000,
            {},
            (1000 * MIB / 5e9 + 0.1 + 1e8 / 6e9) / 2,
            "hashing",
        ),
        ([4 * GB], {}, 2.0, "one large file"),
        ([4 * GB, MIB], {"cores": 64}, 2.0, "one large file"),
        ([4 * GB], {"part": 8 * MIB}, 0.4, "hashing"),
        ([4 * GB], {"part": 8 * MIB, "cores": 1000}, 8 * MIB / 2e9, "one large file"),
        # The start is before all else.
        ([4 * GB], {"start": 0.1}, 2.1, "one large file"),
        ([1000], {"start": 0.1}, 0.1 + (1e-6 + 1000 / 6e9) / 2, "starting"),
    ],
)
def test_the_bound_is_the_sum_of_what_has_to_be_done(
    sizes: list[int], changed: dict[str, Any], seconds: float, by: str
) -> None:
    assert bound(Data.of(sizes), rates(**changed)) == Bound(pytest.approx(seconds), by)


def test_data_is_counted_by_what_matters() -> None:
    found = Data.of([5, MAPPED, MAPPED - 1, 3 * MIB, 5000])
    rest, by_ring = MAPPED - 1 - FIRST + 5000 - FIRST, MAPPED - 1 - FIRST_BY_RING
    total, mapped = 2 * MAPPED + 3 * MIB + 5004, MAPPED + 3 * MIB
    assert found == Data(5, total, 3 * MIB, mapped, 3, rest, by_ring)


def test_what_others_had_is_what_is_not_ours() -> None:
    load = Load()
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        pass
    assert load.others(1e9) in (0.0, None)
    assert Load().others(0.0) is None  # too early to say


def measurement(**changed: Any) -> measuring.Measurement:
    """A measurement that is easy to reckon with."""
    made = {
        "root": "data", "algorithm": checksig.algorithms()[0], "kernel": "md5/fast",
        "stream": "md5/standard", "data": Data.of([4 * GB]), "left_out": 0, "rates": rates(),
        "reached": 2.5, "runs": 3, "processor": 2.5, "others": 0.25, "from_disk": 0,
    }  # fmt: skip
    return measuring.Measurement(**made | changed)


def test_percent_is_the_bound_in_parts_of_what_was_reached() -> None:
    assert measurement().percent == pytest.approx(80)
    assert measurement().busy == pytest.approx(0.5)
    # 0.8 s of mapping and hashing, and no small file.
    assert measurement().frugal == pytest.approx(100 * 0.8 / 2.5)


MANY = Data.of([5000] * 800_000)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "a file of 3.7 GiB keeps one core busy until the end"),
        (
            {"data": MANY, "processor": 5.0, "rates": rates(open=1e-7)},
            "hashing 3.7 GiB takes longer than reading it",
        ),
        (
            {"data": MANY, "processor": 5.0, "rates": rates(open=1e-7, copy=GB)},
            "reading 3.7 GiB takes longer than hashing it",
        ),
        (
            {"data": MANY, "processor": 5.0, "rates": rates(open=1e-5)},
            "opening 800,000 files takes longer than hashing them",
        ),
        ({"data": MANY}, "it had only 50 % of the time of 2 cores"),
        ({"from_disk": GB}, "953.7 MiB came from the disk, and did not stay in memory"),
        ({"from_disk": None}, "a file of 3.7 GiB keeps one core busy until the end"),
        ({"reached": 0.001}, "there is so little to do that starting is much of it"),
    ],
)
def test_what_holds_it_back_is_said(changed: dict[str, Any], said: str) -> None:
    from checksig._cli import bench

    assert bench.reason(measurement(**changed)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3.4123e-6, "3.41 µs"),
        (0.00035, "350 µs"),
        (0.9996, "1,000 ms"),
        (2.345, "2.35 s"),
        (1234.5, "1,230 s"),
        (0, "0 s"),
    ],
)
def test_times_have_three_digits(seconds: float, said: str) -> None:
    assert words.precise(seconds) == said


def test_a_person_reads_what_was_measured(cli: Cli, good: Path) -> None:
    (good / "checksums.txt").write_text("no list at all\n")
    answer = cli("bench", good)
    assert (answer.code, answer.err) == (0, "")
    lines = [line.split(None, 1) for line in answer.out.splitlines()]
    assert [line[0] for line in lines[:-2]] == [
        "machine", "data", "hashing", "copying", "mapping", "opening", "starting", "device",
        "bound", "reached",
    ]  # fmt: skip
    said = {line[0]: line[1] for line in lines[:-2]}
    assert re.fullmatch(r"\d+ cores? · sha256/\w+ for many files, sha256/\w+ for one",
                        said["machine"])  # fmt: skip
    assert said["data"] == f"5 files · 97.8 KiB · {good}"
    assert re.fullmatch(r"[\d.]+ [KMG]iB/s on each core, [\d.]+ [KMG]iB/s for one file alone",
                        said["hashing"])  # fmt: skip
    assert re.fullmatch(r"[\d.]+ [KMG]iB/s on each core", said["copying"])
    assert said["mapping"] == "not measured: no file is large enough"
    together = "" if describe()["ring"] else r", [\d.,]+ [µm]s with many at a time"
    assert re.fullmatch(r"[\d.,]+ [µm]s for a file" + together, said["opening"])
    assert re.fullmatch(r"[\d.,]+ [µm]?s · [\d.]+ [KMG]iB/s · [\d,]+ files/s", said["reached"])
    assert re.fullmatch(r" {11}\d+ % of what is possible: .+", answer.out.splitlines()[-2])
    taken = r" {11}[\d.,]+ [µm]?s of processor time, \d+ % of it necessary( · others had \d+ %)?"
    assert re.fullmatch(taken, answer.out.splitlines()[-1])


def measured(cli: Cli, *arguments: str | Path, **options: Any) -> dict[str, Any]:
    """What the command prints as JSON, held to the schema."""
    answer = cli("bench", "--json", *arguments, **options)
    assert (answer.code, answer.err) == (0, "")
    document: dict[str, Any] = json.loads(answer.out)
    VALIDATOR.validate(document)
    return document


def test_json_holds_together(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(os.urandom(2 * MIB))
    (tmp_path / "small").write_bytes(b"small")
    (tmp_path / "out").symlink_to("/etc/passwd")
    found = measured(cli, "-a", "SHA-1", cwd=tmp_path)
    assert found["schema"] == "checksig.bench/1"
    assert (found["algorithm"], found["part"]) == ("sha1", None)
    assert (found["files"], found["bytes"], found["left_out"]) == (2, 2 * MIB + 5, 1)
    assert found["kernels"]["many"].startswith("sha1/")
    names = ("kernel", "stream", "copy", "mapped", "open", "ring", "part", "cores", "start")
    data = Data.of([2 * MIB, 5])
    least = bound(data, Rates(**{name: found[name] for name in names}))
    assert (found["bound"], found["bound_by"]) == least
    assert found["percent"] == pytest.approx(100 * found["bound"] / found["reached"])
    assert 1e-7 < found["open"] < 1e-1
    assert found["runs"] == 3


@pytest.mark.parametrize(
    ("algorithm", "kernels", "part"),
    [
        ("SHA-512/256", "sha512", None),
        ("sha3-256", "sha3-256", None),
        ("blake3", "blake3", 8 * MIB),
    ],
)
def test_algorithms_of_every_kind_can_be_measured(
    tmp_path: Path, algorithm: str, kernels: str, part: int | None
) -> None:
    (tmp_path / "file").write_bytes(b"file" * 1000)
    found = measuring.measure(tmp_path, algorithm)
    assert found.data == Data.of([4000])
    assert found.kernel.partition("/")[0] == found.stream.partition("/")[0] == kernels
    assert found.rates.part == part
    assert found.bound.seconds > 0


def test_kernels_that_are_off_are_not_measured(cli: Cli, good: Path) -> None:
    environment = {**os.environ, "CHECKSIG_DISABLE": "md5/[^p]*"}
    found = measured(cli, "-a", "md5", good, env=environment)
    assert found["kernels"] == {"many": "md5/portable", "one": "md5/portable"}


def test_workers_share_the_cores_there_are(cli: Cli, good: Path) -> None:
    assert measured(cli, "--workers", "1", good)["cores"] == 1
    there = measured(cli, good)["cores"]
    assert measured(cli, "--workers", "200", good)["cores"] == there


def test_names_are_escaped_and_whole_in_base64(cli: Cli, tmp_path: Path) -> None:
    name = "new\nline\x1b\udcff"
    (tmp_path / name).mkdir()
    (tmp_path / name / name).write_bytes(b"a")
    answer = cli("bench", name, cwd=tmp_path)
    assert answer.code == 0
    assert r" · new\nline\x1b\xff" in answer.out
    found = measured(cli, name, cwd=tmp_path)
    assert found["root"] == r"new\nline\x1b\xff"
    assert "root_base64" in found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bare"], 'no files below "bare" to hash'),
        (["nowhere"], 'open "nowhere": no such file or directory'),
        (["file"], 'open "file": not a directory'),
        (["-a", "sha0"], "unknown algorithm 'sha0'"),
    ],
)
def test_what_cannot_be_measured_exits_2(
    cli: Cli, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "bare").mkdir()
    os.mkfifo(tmp_path / "bare" / "fifo")
    (tmp_path / "file").touch()
    answer = cli("bench", *arguments, cwd=tmp_path)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"checksig: {message}")
    answer = cli("bench", "--json", *arguments, cwd=tmp_path)
    document = json.loads(answer.out)
    VALIDATOR.validate(document)
    assert answer.code == document["exit_code"] == 2
    assert message in document["message"]


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--workers", "0"], ["a", "b"]])
def test_wrong_usage_exits_2(cli: Cli, arguments: list[str]) -> None:
    answer = cli("bench", *arguments)
    assert answer.code == 2
    assert (answer.out, answer.err.count("usage: checksig bench")) == ("", 1)


def test_help_names_the_directory_and_the_default(cli: Cli) -> None:
    text = " ".join(cli("bench", "--help").out.split())
    assert "[DIR]" in text
    assert "default: sha256" in text
