"""File systems of fsspec: checked as directories are, and believed as little as can be."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from keypairs import KEY
from servers.corpus import FILES, listed
from trees import run_python

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from file_systems import Fault
    from programs import Answer

fsspec = pytest.importorskip("fsspec", reason="fsspec: make .venv/made/stores brings it")

SMALL = {name: data for name, data in FILES.items() if len(data) < 1 << 20}


@pytest.fixture
def memory() -> Generator[Any]:
    """The file system in memory, with a set of files and their list."""
    system = fsspec.filesystem("memory")
    plant(system, "/set", FILES)
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def plant(system: Any, top: str, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        system.pipe_file(f"{top}/{name}", data)
    system.pipe_file(f"{top}/SHA256SUMS", listed(files).encode())


def here(root: Path, files: dict[str, bytes] = FILES) -> Path:
    """Return a directory with files and their list."""
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root / "SHA256SUMS").write_text(listed(files))
    return root


def within(system: Any, path: str) -> Any:
    from fsspec.implementations.dirfs import DirFileSystem

    return DirFileSystem(path, system)


def made(files: dict[str, bytes], faults: dict[str, Fault] | None = None) -> Any:
    """Return a file system for tests, with a list."""
    from file_systems import Files

    return Files({**files, "SHA256SUMS": listed(files).encode()}, faults)


def said(place: Any, **options: Any) -> dict[str, Any]:
    """Return the report on a place as JSON, but for where and when it was made."""
    from checksig._reports.json import result_fields, summary_fields

    report = checksig.audit(place, keep_results=True, **options)
    results = sorted(map(result_fields, report.results or ()), key=lambda each: each["path"])
    for each in results:
        each.pop("manifest", None)  # where the list is
        if each["status"] == "missing":
            del each["detail"]  # in the words of the operating system, of a directory
    document = summary_fields(report) | {"results": results}
    for name in ("root", "seconds", "manifests"):
        del document[name]
    return json.loads(json.dumps(document))  # type: ignore[no-any-return]


def statuses(report: checksig.Report) -> dict[str, str]:
    return {each.path: str(each.status) for each in report.failures}


def test_a_file_system_says_what_the_directory_says(memory: Any, tmp_path: Path) -> None:
    expected = said(here(tmp_path), complete=True)
    for place in ("memory://set", "memory://set/", "memory://set/SHA256SUMS", "memory:///set"):
        assert said(place, complete=True) == expected
    for place in (within(memory, "/set"), within(within(memory, "/"), "set"), f"file://{tmp_path}"):
        assert said(place, complete=True) == expected
    memory.rm("/set/a.bin")
    (tmp_path / "a.bin").unlink()
    memory.pipe_file("/set/more", b"")
    (tmp_path / "more").touch()
    expected = said(tmp_path, complete=True)
    assert said("memory://set", complete=True) == expected
    assert expected["counts"] == said(within(memory, "/set"), complete=True)["counts"]


def test_every_fault_of_a_file_in_a_file_system_is_found(memory: Any) -> None:
    memory.pipe_file("/set/a.bin", FILES["a.bin"][:-1])
    memory.pipe_file("/set/large", FILES["large"][:-1] + b"x")
    memory.rm("/set/empty")
    memory.mv("/set/sub/b c.txt", "/set/sub/c.txt")
    memory.pipe_file("/set/more", b"")
    for place in ("memory://set", within(memory, "/set")):
        assert statuses(checksig.audit(place, complete=True)) == {
            "a.bin": "mismatch",
            "large": "mismatch",
            "empty": "missing",
            "sub/b c.txt": "missing",
            "sub/c.txt": "unlisted",
            "more": "unlisted",
        }


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("short", Status.UNREADABLE),
        ("long", Status.UNREADABLE),
        ("endless", Status.UNREADABLE),
        ("too much", Status.UNREADABLE),
        ("fails", Status.UNREADABLE),
        ("words", Status.UNREADABLE),
        ("mute", Status.UNREADABLE),
        ("unsized", None),
        ("negative", None),
    ],
)
def test_a_file_system_that_lies_is_not_believed(fault: Fault, status: Status | None) -> None:
    files = {"a": os.urandom(5000), "b": b"b", "sub/c": b"c" * 2_000_000}
    for name in ("a", "sub/c"):
        report = checksig.audit(made(files, {name: fault}))
        assert report.ok == (status is None)
        assert statuses(report) == ({name: str(status)} if status else {})
        assert "secret" not in f"{report.failures}"
        listing = made(files)
        listing.faults["SHA256SUMS"] = fault
        if status:
            with pytest.raises(checksig.ManifestError):
                checksig.audit(listing)


def test_a_file_that_is_not_the_one_that_was_listed_is_changed() -> None:
    files = {"a": b"a" * 3000, "b": b"b", "c": b"c" * 2000, "d": b"d"}
    system = made(files)

    def meanwhile(path: str) -> None:
        if path == "a":
            system.put("a", b"A" * 3000)  # while it is read
            system.put("b", b"b")  # between the listing and the read: the same bytes
            system.put("c", b"c" * 1999)
            system.files.pop("d", None)

    system.meanwhile = meanwhile
    assert statuses(checksig.audit(system)) == {
        "a": "changed",
        "b": "changed",
        "c": "changed",
        "d": "missing",
    }


def test_asynchronous_file_systems_are_read_as_others(tmp_path: Path) -> None:
    from fsspec.implementations.asyn_wrapper import AsyncFileSystemWrapper

    system = AsyncFileSystemWrapper(made(FILES), asynchronous=False)
    expected = said(here(tmp_path), complete=True)
    assert said(system, complete=True) == expected
    report = asyncio.run(checksig.aaudit(system, complete=True))
    assert (report.ok, report.files) == (True, len(FILES))
    system.sync_fs.files["a.bin"] = b""
    del system.sync_fs.files["empty"]
    assert statuses(checksig.audit(system)) == {"a.bin": "mismatch", "empty": "missing"}


def test_listings_from_before_are_not_believed() -> None:
    system = made({"a": b"a"})
    assert checksig.verify(system, complete=True).ok
    system.put("a", b"b")
    system.put("more", b"")
    assert statuses(checksig.audit(system, complete=True)) == {"a": "mismatch", "more": "unlisted"}


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("a//b", "a/"),
        ("/x", "/"),
        ("a/../b", "a/.."),
        ("./y", "."),
        ("dir/", "dir/"),
        ("a\x01b", "a\x01b"),
    ],
)
def test_a_key_of_a_file_system_that_no_file_can_have_is_not_dropped(
    memory: Any, key: str, named: str
) -> None:
    from fsspec.implementations.memory import MemoryFile

    memory.store[f"/set/{key}"] = MemoryFile(memory, f"/set/{key}", b"x")
    assert statuses(checksig.audit("memory://set")) == {named: "unsafe-path"}


def test_a_listing_without_an_end_is_none() -> None:
    system = made({"a": b"a"})
    original = system.ls

    def ls(path: str, detail: bool = True) -> list[Any]:
        return [*original("", detail), {"name": f"{path}/x".strip("/"), "type": "directory"}]

    system.ls = ls
    with pytest.raises(checksig.ManifestError, match="too deep"):
        checksig.audit(system)
    for wrong in ([None], ["a"], [{}], [{"name": 3}], 5):
        system.ls = lambda *_, wrong=wrong, **__: wrong
        with pytest.raises(checksig.ManifestError, match="cannot list"):
            checksig.audit(system)


def test_what_is_no_regular_file_in_a_file_system_is_not_read(tmp_path: Path) -> None:
    here(tmp_path, SMALL)
    (tmp_path / "empty").unlink()
    (tmp_path / "empty").symlink_to("a.bin")
    (tmp_path / "more").symlink_to("sub")
    os.mkfifo(tmp_path / "fifo")
    report = checksig.audit(within(fsspec.filesystem("file"), str(tmp_path)), complete=True)
    assert statuses(report) == {"empty": "not-regular", "more": "unlisted", "fifo": "unlisted"}


def test_a_signature_in_a_file_system_counts(memory: Any, tmp_path: Path) -> None:
    key = tmp_path / "key.pub"
    key.write_bytes(KEY.public)
    places = ("memory://set", "memory://set/SHA256SUMS", within(memory, "/set"))
    for place in places:
        with pytest.raises(checksig.TrustError):
            checksig.verify(place, trust=key)
    memory.pipe_file("/set/SHA256SUMS.minisig", KEY.minisign(listed(FILES).encode()))
    for place in places:
        report = checksig.verify(place, trust=key, complete=True)
        assert [each.scheme for each in report.signatures] == ["minisign"]
    memory.pipe_file("/set/SHA256SUMS", listed({"a.bin": b""}).encode())
    for place in places:
        with pytest.raises(checksig.TrustError):
            checksig.verify(place, trust=key)


def test_a_list_and_its_files_may_lie_in_different_file_systems(
    memory: Any, tmp_path: Path
) -> None:
    address = "memory://set/SHA256SUMS"
    assert not checksig.audit(tmp_path, manifest=address).ok
    here(tmp_path)
    assert checksig.verify(tmp_path, manifest=address).ok
    assert checksig.verify(address, root=tmp_path).ok
    plant(memory, "/other", FILES)
    memory.rm("/other/SHA256SUMS")
    for manifest in (address, tmp_path / "SHA256SUMS", f"file://{tmp_path}/SHA256SUMS"):
        assert checksig.verify("memory://other", manifest=manifest, complete=True).ok
        assert checksig.verify(within(memory, "/other"), manifest=manifest).ok
    with pytest.raises(checksig.ManifestError):
        checksig.verify("memory://other")


def test_file_systems_can_be_chained(memory: Any, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for path in sorted(here(tmp_path / "set", SMALL).rglob("*")):
            file.write(path, path.relative_to(tmp_path))
    memory.pipe_file("/a.zip", (tmp_path / "a.zip").read_bytes())
    for address in ("zip://set::memory://a.zip", "zip://set/SHA256SUMS::memory://a.zip"):
        report = checksig.verify(address, complete=True)
        assert (report.files, report.root) == (len(SMALL), "zip://set/::memory://a.zip")


@pytest.mark.parametrize(
    "options",
    [
        {"recursive": True},
        {"find_moved": True},
        {"readers": 2},
        {"drop_cache": True},
        {"mounts": True},
    ],
)
def test_what_a_file_system_cannot_do_is_refused(memory: Any, options: dict[str, Any]) -> None:
    with pytest.raises(checksig.ManifestError, match="is not for file systems"):
        checksig.audit("memory://set", **options)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("nonsense://user:hunter2@host/x?token=hunter2", "not known"),
        ("memory://user:hunter2@no/x?token=hunter2", "no such file or directory"),
        ("sftp://user:hunt/er2@host/x", "cannot open"),
        ("hdfs://user:hunter2@host/x", "pyarrow"),
    ],
)
def test_what_cannot_be_opened_is_said_without_secrets(
    cli: Callable[..., Answer], address: str, why: str
) -> None:
    for arguments in (
        (address,),
        (".", "--manifest", address),
        (address, "."),
        (address, "--json"),
    ):
        answer = cli("verify", *arguments)
        assert answer.code == 2, answer
        assert why in answer.err + answer.out
        assert "hunter2" not in answer.err + answer.out
        assert "er2" not in answer.err + answer.out


def test_without_fsspec_the_extra_is_named_and_nothing_loads_it(tmp_path: Path) -> None:
    here(tmp_path, SMALL)
    code = (
        "import sys; sys.modules['fsspec'] = None\n"
        "import checksig\n"
        f"assert checksig.verify({str(tmp_path)!r}).ok\n"
        "try: checksig.verify('sftp://me:hunter2@host/set')\n"
        "except checksig.ManifestError as error: print(error)\n"
        "try: checksig.verify(object())\n"
        "except TypeError as error: print(error)\n"
    )
    out = run_python(code)
    assert "checksig[fsspec]" in out
    assert "sftp://host/set" in out
    assert "hunter2" not in out
    assert "not object" in out
    loaded = (
        f"import checksig, sys; checksig.verify({str(tmp_path)!r}); print('fsspec' in sys.modules)"
    )
    assert run_python(loaded).split() == ["False"]


def test_what_is_neither_a_path_nor_a_file_system_is_refused() -> None:
    for wrong in (3, None, object(), sys):
        with pytest.raises(TypeError, match="file system"):
            checksig.audit(wrong)  # type: ignore[arg-type]


def test_a_server_of_sftp_says_what_the_directory_says(tmp_path: Path) -> None:
    pytest.importorskip("paramiko", reason="paramiko: make .venv/made/stores brings it")
    from servers.sftp import PASSWORD, sftp

    root = here(tmp_path / "set")
    with sftp(tmp_path) as address:
        assert said(f"{address}/set", complete=True) == said(root, complete=True)
        report = checksig.verify(f"{address}/set/SHA256SUMS", complete=True)
        assert report.root.startswith("sftp://127.0.0.1:")
        (root / "large").write_bytes(FILES["large"][1:] + b"x")
        (root / "a.bin").rename(root / "b.bin")
        assert said(f"{address}/set", complete=True) == said(root, complete=True)
        wrong = address.replace(PASSWORD, "hunter2")
        with pytest.raises(checksig.ManifestError, match="Authentication failed") as caught:
            checksig.verify(f"{wrong}/set")
        assert "hunter2" not in str(caught.value)


def test_memory_stays_flat_however_large_a_file_is() -> None:
    code = (
        "import fsspec, resource, checksig\n"
        "from fsspec.implementations.dirfs import DirFileSystem\n"
        "import pathlib, tempfile\n"
        "root = pathlib.Path(tempfile.mkdtemp())\n"
        "size = 200 << 20\n"
        "with open(root / 'large', 'wb') as file: file.truncate(size)\n"
        "(root / 'SHA256SUMS').write_text('0' * 64 + '  large\\n')\n"
        "system = DirFileSystem(str(root), fsspec.filesystem('file'))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "report = checksig.audit(system)\n"
        "print(report.bytes == size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    read, more = run_python(code).split()
    assert read == "True"
    assert int(more) < 50 << 10  # in KiB
