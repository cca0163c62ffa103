"""The programs whose formats these are write what is read here, and read what is written here."""

from __future__ import annotations

import csv
import hashlib
import zlib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import bagit
import pooch
import pytest
from listed import named, parse
from programs import run

import checksig
from checksig import Entry
from checksig._entries import Listed, Unverified
from checksig._formats import Hint, bag

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.fixture
def tree(tmp_path: Path) -> dict[str, bytes]:
    """Files that every program can name, and the directory that they are in."""
    files = {"a": b"a", "b c": b"", "d/e, f.txt": b"x" * 5000, "d/100%": b"%"}
    for name, content in files.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return files


def digest(algorithm: str, content: bytes) -> str:
    if algorithm == "crc32":
        return f"{zlib.crc32(content):08x}"
    return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()


def write(name: str, files: Mapping[str, bytes], *algorithms: str) -> bytes:
    format_ = named(name)
    assert format_.write
    return format_.write(
        Listed(path, len(content), {a: digest(a, content) for a in algorithms})
        for path, content in sorted(files.items())
    )


def entries(name: str, data: bytes, algorithm: str | None = None) -> set[tuple[str, str, str]]:
    """Read a list that another program wrote, in which every line is an entry."""
    found = parse(named(name), data, Hint("list", algorithm))
    assert all(isinstance(line, Entry) for line in found), found
    return {
        (e.path.removeprefix("./"), e.algorithm, e.digest.lower())
        for e in found
        if isinstance(e, Entry)
    }


def wanted(files: Mapping[str, bytes], *algorithms: str) -> set[tuple[str, str, str]]:
    return {(name, a, digest(a, content)) for name, content in files.items() for a in algorithms}


@pytest.mark.parametrize(
    ("kind", "name", "algorithm"),
    [
        ("sfv", "sfv", "crc32"),
        ("csv", "csv", "crc32"),
        ("csv4", "csv", "crc32"),
        ("crc", "crc", "crc32"),
        ("sfvmd5", "sfvmd5", "md5"),
    ],
)
def test_lists_of_cfv_are_read(
    tmp_path: Path, tree: dict[str, bytes], kind: str, name: str, algorithm: str
) -> None:
    root = tmp_path / "tree"
    done = run(root, "cfv", "-C", "-rr", "-t", kind, "-f", "list")
    assert done.returncode == 0, done.stdout + done.stderr
    assert entries(name, (root / "list").read_bytes()) == wanted(tree, algorithm)


def test_sizes_of_cfv_verify_nothing(tmp_path: Path, tree: dict[str, bytes]) -> None:
    done = run(tmp_path / "tree", "cfv", "-C", "-rr", "-t", "csv2", "-f", "list")
    assert done.returncode == 0, done.stdout + done.stderr
    found = parse(named("csv"), (tmp_path / "tree/list").read_bytes(), Hint("list"))
    assert {type(line) for line in found} == {Unverified}
    assert len(found) == len(tree)


def test_cfv_accepts_sfv_lists(tmp_path: Path, tree: dict[str, bytes]) -> None:
    root = tmp_path / "tree"
    (root / "list.sfv").write_bytes(write("sfv", tree, "crc32"))
    done = run(root, "cfv", "-T", "-t", "sfv", "-f", "list.sfv")
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"4 files, 4 OK" in done.stdout + done.stderr


def test_rhash_and_sfv_lists_agree(tmp_path: Path, tree: dict[str, bytes]) -> None:
    root = tmp_path / "tree"
    (root / "list.sfv").write_bytes(write("sfv", tree, "crc32"))
    done = run(root, "rhash", "-c", "list.sfv")
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"Everything OK" in done.stdout
    (root / "list.sfv").unlink()
    done = run(root, "rhash", "-r", "--sfv", "--crc32", ".")
    assert entries("sfv", done.stdout) == wanted(tree, "crc32")


@pytest.mark.parametrize("layout", ["--ed2k-link", "--magnet"])
def test_links_of_rhash_are_read(tmp_path: Path, layout: str) -> None:
    sizes = (0, 1, 55, 56, 64, 9_727_999, 9_728_000, 9_728_001, 19_456_000)
    names = ["a", "b b", "c+%", "d&é", *map(str, range(5))]
    for name, size in zip(names, sizes, strict=True):
        (tmp_path / name).write_bytes(bytes(size))
    asked = ["--ed2k", "--md5", "--sha1", "--tth"] if layout == "--magnet" else []
    done = run(tmp_path, "rhash", layout, *asked, *names)
    (tmp_path / "links.txt").write_bytes(done.stdout)
    report = checksig.verify(tmp_path / "links.txt", complete=True)
    assert report.files == len(names)
    assert any("not computed" in remark for remark in report.remarks)
    with (tmp_path / "1").open("r+b") as file:
        file.write(b"1")
    assert [each.path for each in checksig.audit(tmp_path / "links.txt").failures] == ["1"]


def test_hashdeep_and_its_lists_agree(tmp_path: Path, tree: dict[str, bytes]) -> None:
    root = tmp_path / "tree"
    done = run(root, "hashdeep", "-l", "-r", "-c", "md5,sha1,sha256", ".")
    assert entries("hashdeep", done.stdout) == wanted(tree, "md5", "sha1", "sha256")
    known = tmp_path / "known"
    known.write_bytes(write("hashdeep", {f"./{k}": v for k, v in tree.items()}, "md5", "sha256"))
    done = run(root, "hashdeep", "-a", "-vv", "-k", known, "-l", "-r", ".")
    assert b"Audit passed" in done.stdout, done.stdout + done.stderr
    (root / "a").write_bytes(b"A")
    assert b"Audit failed" in run(root, "hashdeep", "-a", "-v", "-k", known, "-l", "-r", ".").stdout


@pytest.mark.parametrize(
    "options", ["--options=!all,type,size,md5,sha256", "--options=sha256,md5,cksum"]
)
def test_mtrees_of_bsdtar_are_read(tmp_path: Path, tree: dict[str, bytes], options: str) -> None:
    root = tmp_path / "tree"
    names = {"\u00e9 #\\\n\t": b"hostile", "\udcff": b"no text", "=": b"", "d/..x": b"dots"}
    for name, content in names.items():
        (root / name).write_bytes(content)
    (root / "link").symlink_to("a")
    done = run(root, "bsdtar", "-c", "-z", "-f", "-", "--format=mtree", options, ".")
    assert done.returncode == 0, done.stderr
    found = parse(named("mtree"), done.stdout, Hint(".MTREE"))
    listed = {
        (e.path.removeprefix("./"), e.algorithm, e.digest)
        for e in found
        if isinstance(e, Entry) and e.algorithm != "crc"
    }
    assert listed == wanted({**tree, **names}, "md5", "sha256")
    others = {line.path: line.reason for line in found if isinstance(line, Unverified)}
    assert others == {
        ".": "a directory, not a file",
        "./d": "a directory, not a file",
        "./link": "a symbolic link, not a file",
    }
    sizes = {e.path: e.size for e in found if isinstance(e, Entry)}
    assert sizes["./d/e, f.txt"] == 5000


def test_bagit_python_and_manifests_agree(tmp_path: Path, tree: dict[str, bytes]) -> None:
    root = tmp_path / "tree"
    payload = {f"data/{name}": content for name, content in tree.items()}
    made = bagit.make_bag(str(root), checksums=["sha256", "sha512"])
    for algorithm in ("sha256", "sha512"):
        path = root / f"manifest-{algorithm}.txt"
        assert entries("bagit", path.read_bytes(), algorithm) == wanted(payload, algorithm)
        path.write_bytes(write("bagit", payload, algorithm))
    declared = bag.declaration((root / "bagit.txt").read_bytes())
    assert declared.encoding == "UTF-8"
    oxum = bag.payload_oxum(bag.info((root / "bag-info.txt").read_bytes()))
    assert oxum == (sum(map(len, tree.values())), len(tree))
    made.save()  # makes new tag manifests
    assert bagit.Bag(str(root)).validate()


def test_pooch_and_registries_agree(tmp_path: Path, tree: dict[str, bytes]) -> None:
    names = {name: content for name, content in tree.items() if " " not in name}
    for name in set(tree) - set(names):
        (tmp_path / "tree" / name).unlink()  # which make_registry does not put in quotes
    pooch.make_registry(str(tmp_path / "tree"), str(tmp_path / "registry.txt"))
    assert entries("pooch", (tmp_path / "registry.txt").read_bytes()) == wanted(names, "sha256")
    hostile = {**tree, "'\"": b"", "#\t\\": b"", "\u00e9 ": b""}
    (tmp_path / "registry.txt").write_bytes(write("pooch", hostile, "sha512"))
    reader = pooch.create(path=tmp_path, base_url="https://example.org/", registry=None)
    reader.load_registry(str(tmp_path / "registry.txt"))
    assert reader.registry == {n: f"sha512:{digest('sha512', c)}" for n, c in hostile.items()}


@pytest.mark.parametrize("package", ["pytest", "hypothesis", "pooch", "checksig"])
def test_records_of_installed_packages_are_read_as_python_reads_them(package: str) -> None:
    distribution = metadata.distribution(package)
    text = distribution.read_text("RECORD")
    assert text
    found = parse(named("record"), text.encode(), Hint("RECORD"))
    rows = list(csv.reader(text.splitlines()))
    assert len(found) == len(rows) > 5
    for line, (path, mark, size) in zip(found, rows, strict=True):
        assert not hasattr(line, "reason") or isinstance(line, Unverified)
        assert getattr(line, "path", None) == path
        assert isinstance(line, Entry) == bool(mark)
        if isinstance(line, Entry):
            file = Path(str(distribution.locate_file(path)))
            assert line.digest == digest(line.algorithm, file.read_bytes())
            assert line.size == int(size) == file.stat().st_size
