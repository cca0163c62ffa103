"""Lists that are made: sorted, whole or not there at all."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING, Literal

import pytest
from trees import run_python

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

pytestmark = pytest.mark.kernels


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Files with random odd names."""
    rng = random.Random(8)
    root = tmp_path / "odd"
    root.mkdir()
    letters = [b" ", b"*", b"\\", b"\n", b"\r", b"(", b")", b"=", b"\xff", b"\xc3\xa9", b"a", b"#"]
    names = {b"".join(rng.choices(letters, k=rng.randint(1, 12))) for _ in range(300)}
    for name in names:
        path = os.path.join(os.fsencode(root), name)  # noqa: PTH118 (bytes)
        with open(path, "wb") as file:  # noqa: PTH123 (bytes)
            file.write(rng.randbytes(rng.randint(0, 100)))
    assert len(names) > 250
    return root


def test_create_lists_every_file_sorted_but_not_itself(good: Path) -> None:
    created = checksig.create(good, algorithm="sha1", output=good / "LIST")
    lines = (good / "LIST").read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["a", "b", "sha1sum.txt", "sub/c"]
    assert created.files == 4
    assert created.path == str(good / "LIST")
    assert created.algorithm.name == "sha1"
    again = checksig.create(good, algorithm="sha1", output=good / "LIST", overwrite=True)
    assert again.files == 4
    assert checksig.verify(good / "LIST", complete=True).ok


@pytest.mark.parametrize("style", ["text", "binary", "tag"])
def test_names_like_those_of_unfinished_files_have_their_place_in_the_list(
    good: Path, style: Literal["text", "binary", "tag"]
) -> None:
    names = ["a-", "a.checksig.tmp", "a.0123abcd.checksig.tmp", ".checksig.tmp", "b.checksig.tmp.c"]
    for name in names:
        (good / name).write_text(name)
    (good / ".b.0123abcd.checksig.tmp").write_text("half of it")
    created = checksig.create(good, output=good / "LIST", style=style)
    assert [result.path for result in created.left_out] == [".b.0123abcd.checksig.tmp"]
    expected = sorted(["a", "b", "sha1sum.txt", "sub/c", *names])
    digests = {name: hashlib.sha256((good / name).read_bytes()).hexdigest() for name in expected}
    forms = {"text": "{0}  {1}", "binary": "{0} *{1}", "tag": "SHA256 ({1}) = {0}"}
    lines = [forms[style].format(digests[name], name) for name in expected]
    assert (good / "LIST").read_text().splitlines() == lines
    assert created.files == len(expected)


def test_the_default_list_is_called_after_its_algorithm(good: Path) -> None:
    (good / "sha1sum.txt").unlink()
    assert checksig.create(good).path == str(good / "SHA256SUMS")
    assert checksig.verify(good, complete=True).algorithm == "sha256"


@pytest.mark.parametrize(
    "algorithm", [a.name for a in checksig.algorithms() if a.strength != "none"]
)
@pytest.mark.parametrize("style", ["text", "binary", "tag"])
def test_every_list_that_is_made_is_found_and_verifies(
    good: Path, algorithm: str, style: Literal["text", "binary", "tag"]
) -> None:
    (good / "sha1sum.txt").unlink()
    checksig.create(good, algorithm=algorithm, style=style)
    report = checksig.verify(good, complete=True)
    assert (report.algorithm, report.files) == (algorithm, 3)


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("style", ["text", "binary", "tag"])
def test_the_coreutils_accept_what_create_writes(odd: Path, algorithm: str, style: str) -> None:
    tool = shutil.which(f"{algorithm}sum")
    if tool is None:
        pytest.skip(f"needs {algorithm}sum of the coreutils")
    checksig.create(odd, algorithm=algorithm, style=style, output=odd.parent / "list")  # type: ignore[arg-type]
    done = subprocess.run(
        [tool, "--check", "--strict", "../list"], cwd=odd, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b": OK\n") == checksig.audit(odd, manifest=odd.parent / "list").files


@pytest.mark.parametrize("option", ["--text", "--binary", "--tag"])
def test_verify_accepts_what_the_coreutils_write(odd: Path, option: str) -> None:
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("needs sha256sum of the coreutils")
    names = sorted(b"./" + name for name in os.listdir(os.fsencode(odd)))  # noqa: PTH208 (bytes)
    done = subprocess.run([tool, option, *names], cwd=odd, capture_output=True, check=True)
    (odd.parent / "list").write_bytes(done.stdout)
    report = checksig.verify(odd, manifest=odd.parent / "list", complete=True)
    assert report.counts[Status.OK] == len(names)


def test_links_are_read_as_files_and_never_followed_into_directories(good: Path) -> None:
    (good / "link").symlink_to("a")
    (good / "to-directory").symlink_to("sub")
    (good / "outside").symlink_to("/etc/hostname")
    (good / "dangling").symlink_to("nothing")
    os.mkfifo(good / "fifo")
    created = checksig.create(good)
    assert {(r.path, str(r.status)) for r in created.left_out} == {
        ("to-directory", "not-regular"),
        ("outside", "unsafe-path"),
        ("dangling", "missing"),
        ("fifo", "not-regular"),
    }
    assert f"{hashlib.sha256(b'a').hexdigest()}  link\n" in (good / "SHA256SUMS").read_text()


def test_the_command_says_what_it_left_out(cli: Callable[..., Answer], good: Path) -> None:
    os.mkfifo(good / "fifo")
    answer = cli("create", good)
    assert answer.code == 0
    assert answer.out.startswith("CREATED  4 files, 1 left out · ")
    assert answer.err == "checksig: left out: not-regular  fifo (not a regular file)\n"


def test_the_list_may_go_to_stdout(cli: Callable[..., Answer], good: Path) -> None:
    (good / "sha1sum.txt").unlink()
    answer = cli("create", good, "-a", "sha1", "-o", "-", "--tag")
    assert answer.out.splitlines()[0] == "SHA1 (a) = 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"
    assert not (good / "SHA1SUMS").exists()


def test_an_existing_list_is_replaced_only_by_force(cli: Callable[..., Answer], good: Path) -> None:
    (good / "SHA256SUMS").write_text("precious")
    answer = cli("create", good)
    assert (answer.code, answer.out) == (2, "")
    assert "exists already" in answer.err
    assert (good / "SHA256SUMS").read_text() == "precious"
    assert cli("create", good, "--force").code == 0
    assert checksig.verify(good / "SHA256SUMS").ok


def test_a_link_in_place_of_the_list_is_replaced_and_its_target_listed(good: Path) -> None:
    (good / "old.txt").write_text("old")
    (good / "SHA256SUMS").symlink_to("old.txt")
    checksig.create(good, overwrite=True)
    lines = (good / "SHA256SUMS").read_text().splitlines()
    names = [line.split("  ")[1] for line in lines]
    assert names == ["a", "b", "old.txt", "sha1sum.txt", "sub/c"]
    assert not (good / "SHA256SUMS").is_symlink()
    assert (good / "old.txt").read_text() == "old"
    assert checksig.verify(good / "SHA256SUMS", complete=True).ok


def test_a_list_is_whole_or_not_there(good: Path) -> None:
    """A disk that fills up leaves the old list, and no temporary file."""
    before = sorted(path.name for path in good.iterdir())
    script = """
import resource, signal, sys, checksig
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))
try:
    checksig.create(sys.argv[1])
except checksig.CreateError as error:
    print(error)
"""
    assert "SHA256SUMS" in run_python(script, good)
    assert sorted(path.name for path in good.iterdir()) == before


def test_a_directory_that_cannot_be_written_to_is_named(good: Path) -> None:
    with pytest.raises(checksig.CreateError, match=r"cannot write .*/proc/LIST"):
        checksig.create(good, output="/proc/LIST")


def test_a_file_that_cannot_be_read_leaves_no_list(good: Path) -> None:
    (good / "loop").symlink_to("loop")
    with pytest.raises(checksig.CreateError, match="loop"):
        checksig.create(good)
    assert not (good / "SHA256SUMS").exists()


def test_a_new_list_has_the_permissions_of_any_new_file(good: Path) -> None:
    script = "import os, sys, checksig; os.umask(0o027); checksig.create(sys.argv[1])"
    run_python(script, good)
    assert (good / "SHA256SUMS").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("algorithm", ["bsd", "sysv", ["sha256", "bsd"]])
def test_no_list_is_made_of_sums_that_verify_nothing(
    good: Path, algorithm: str | list[str]
) -> None:
    with pytest.raises(checksig.CreateError, match="verifies nothing: choose another"):
        checksig.create(good, algorithm=algorithm)
