"""Small files are opened and read many at a time, by a ring of the kernel: nothing else changes."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from stand_ins import stand_in
from trees import run_python

import checksig
from checksig import Status
from checksig._bridge.algorithms import describe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

#: So many that workers take them many at a time.
FILES = 1500
SIZES = (0, 1, 55, 4096, 4097, 16383, 16384, 16385, 70_000)

needs_ring = pytest.mark.skipif(bool(describe()["ring"]), reason="needs io_uring")


@pytest.fixture(params=["", "ring"])
def off(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is switched off: nothing, or the ring."""
    name: str = request.param
    monkeypatch.setenv("CHECKSIG_DISABLE", name)
    return name


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A directory of many files in several directories, with their list."""
    root, rng, lines = tmp_path / "many", random.Random(18), list[str]()
    for number in range(FILES):
        path = root / f"{number // 40:02}" / f"{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = rng.randbytes(SIZES[number % len(SIZES)])
        path.write_bytes(content)
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {path.relative_to(root)}\n")
    (root / "SHA256SUMS").write_text("".join(lines))
    return root


def to_fifo(path: Path) -> None:
    os.mkfifo(path)


def to_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def to_device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        path.symlink_to("/dev/zero")


def to_other_bytes(path: Path) -> None:
    path.write_bytes(os.urandom(500))


def to_longer(path: Path) -> None:
    path.write_bytes(b"longer" * 5000)


#: What is done to a file, and what its verdict is then.
TROUBLE: list[tuple[Callable[[Path], None], set[Status]]] = [
    (lambda _: None, {Status.MISSING}),
    (to_fifo, {Status.NOT_REGULAR}),
    (to_socket, {Status.NOT_REGULAR}),
    (to_device, {Status.NOT_REGULAR, Status.UNSAFE_PATH}),
    (lambda path: path.mkdir(), {Status.NOT_REGULAR}),
    (lambda path: path.symlink_to("/etc/passwd"), {Status.UNSAFE_PATH}),
    (lambda path: path.symlink_to(path.name), {Status.UNREADABLE}),
    (to_other_bytes, {Status.MISMATCH}),
    (to_longer, {Status.MISMATCH}),
]


def test_the_ring_gives_the_same_verdict(many: Path, off: str) -> None:
    """Nine kinds of trouble among files that are right, or links to them."""
    expected: dict[str, set[Status]] = {}
    listed = [line.split()[1] for line in (many / "SHA256SUMS").read_text().splitlines()]
    for number, name in enumerate(listed[1::11]):
        change, statuses = TROUBLE[number % len(TROUBLE)]
        expected[name] = statuses
        (many / name).unlink()
        change(many / name)
    for name in listed[3::11]:
        (many / name).rename(many / "target")
        (many / "target").rename(many / f"{name}.moved")
        (many / name).symlink_to(f"{name.rpartition('/')[2]}.moved")
    report = checksig.audit(many)
    found = {failure.path: failure.status for failure in report.failures}
    assert set(found) == set(expected), off
    assert all(found[name] in statuses for name, statuses in expected.items())
    assert report.counts[Status.OK] == FILES - len(expected)


def test_lists_are_made_the_same_way(many: Path, off: str) -> None:
    """With one algorithm, and with two, of which each file goes through the lanes once."""
    expected = (many / "SHA256SUMS").read_text()
    (many / "SHA256SUMS").unlink()
    checksig.create(many, output=many.parent / "one", algorithm="sha256", format="coreutils")
    assert sorted((many.parent / "one").read_text().splitlines()) == sorted(expected.splitlines())
    checksig.create(many, output=many.parent / "both", algorithm=["sha256", "md5"], style="tag")
    found = checksig.verify(many.parent / "both", root=many)
    assert (found.files, found.counts[Status.OK]) == (FILES, FILES), off


def test_files_that_are_named_are_hashed_the_same_way(
    many: Path, off: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By any spelling of their names, with a FIFO, a directory and a device among them."""
    listed = [line.split() for line in (many / "SHA256SUMS").read_text().splitlines()]
    monkeypatch.chdir(many)
    os.mkfifo("fifo")
    paths = [name if n % 2 else f"{many}/./{name}" for n, (_, name) in enumerate(listed)]
    paths[100:100] = ["fifo", "missing", "00", "/dev/null"]
    results = {result.line: result for result in checksig.hash_files(paths)}
    wrong = [result.status for _, result in sorted(results.items()) if not result.ok]
    assert wrong == [Status.NOT_REGULAR, Status.MISSING, Status.NOT_REGULAR, Status.NOT_REGULAR]
    digests = [result.found for _, result in sorted(results.items()) if result.ok]
    assert digests == [digest for digest, _ in listed], off


def test_a_stand_in_says_the_same(many: Path, off: str) -> None:
    listed = [line.split()[1] for line in (many / "SHA256SUMS").read_text().splitlines()]
    (many / listed[700]).write_bytes(b"other")
    (many / listed[900]).unlink()
    said = stand_in("sha256sum", "-c", "SHA256SUMS", cwd=many)
    lines = said.out.decode().splitlines()
    assert said.code == 1
    assert [line.rpartition(": ")[0] for line in lines] == listed, off
    assert [line for line in lines if not line.endswith(": OK")] == [
        f"{listed[700]}: FAILED",
        f"{listed[900]}: FAILED open or read",
    ]


FEW = """
import resource, sys, checksig
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
print(checksig.verify(sys.argv[1]).counts)
"""


def test_few_descriptors_are_enough_with_a_ring(many: Path, off: str) -> None:
    """Fewer than are opened at a time: what was opened ahead is given up first."""
    assert f"{Status.OK!r}: {FILES}" in run_python(FEW, many), off


def test_what_was_read_ahead_stays_while_descriptors_are_few(tmp_path: Path, off: str) -> None:
    """With two algorithms, files that were read wait for their lanes meanwhile."""
    rng, lines = random.Random(19), dict[str, list[str]](MD5SUMS=[], SHA256SUMS=[])
    for number in range(3000):
        content = rng.randbytes(3000)
        (tmp_path / f"{number}.bin").write_bytes(content)
        for name, found in lines.items():
            digest = hashlib.new(name[:-4].lower(), content, usedforsecurity=False).hexdigest()
            found.append(f"{digest}  {number}.bin\n")
    for name, found in lines.items():
        (tmp_path / name).write_text("".join(found))
    assert f"{Status.OK!r}: 3000" in run_python(FEW, tmp_path), off


@needs_ring
def test_a_file_that_is_replaced_again_and_again_is_right_or_not_ok(many: Path) -> None:
    """By a FIFO whose bytes stay in it, a directory, a link, a shorter and a longer file."""
    victim, fresh = many / "00/3", many.parent / "fresh"
    content, fifo = victim.read_bytes(), many.parent / "fifo"
    os.mkfifo(fifo)
    held = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
    os.write(held, content[:1000])
    kinds: list[Callable[[], object]] = [
        lambda: fresh.write_bytes(content),
        lambda: os.link(fifo, fresh),
        fresh.mkdir,
        lambda: fresh.symlink_to("/dev/zero"),
        lambda: fresh.write_bytes(content[:-1]),
        lambda: fresh.write_bytes(content + b"x"),
    ]
    over = threading.Event()

    def replace() -> None:
        rng = random.Random(5)
        while not over.is_set():
            rng.choice(kinds)()
            if victim.is_dir() and not victim.is_symlink():
                victim.rmdir()
            elif fresh.is_dir() and not fresh.is_symlink():
                victim.unlink(missing_ok=True)
            fresh.replace(victim)
            fresh.unlink(missing_ok=True)  # if both were the FIFO, it was left where it is

    replacing = threading.Thread(target=replace)
    replacing.start()
    seen = set[Status]()
    try:
        for _ in range(60):
            report = checksig.audit(many)
            assert {failure.path for failure in report.failures} <= {"00/3"}
            seen |= {failure.status for failure in report.failures} or {Status.OK}
    finally:
        over.set()
        replacing.join()
    assert Status.OK in seen
    assert seen & {Status.MISMATCH, Status.NOT_REGULAR, Status.UNSAFE_PATH, Status.MISSING}
    assert os.read(held, 2000) == content[:1000]
    os.close(held)


def test_doctor_says_whether_there_is_a_ring(cli: Callable[..., Answer], off: str) -> None:
    answer = cli("doctor", redirection="2>&1")  # a process of its own
    [line] = [line for line in answer.out.splitlines() if line.startswith("ring ")]
    used = "in use" if not describe()["ring"] and not off else "not in use: "
    assert used in line
