"""Single files at addresses of fsspec, and ``check_signatures`` of what lies elsewhere."""

from __future__ import annotations

import gzip
import hashlib
import os
from typing import TYPE_CHECKING, Any, Final

import pytest
from keypairs import KEY
from servers.corpus import listed
from servers.web import serving
from trees import plant, sha1

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from conftest import Answer

fsspec = pytest.importorskip("fsspec", reason="fsspec: make .venv/made/stores brings it")

_DATA: Final = os.urandom(100_000)
_DIGEST: Final = f"sha256:{hashlib.sha256(_DATA).hexdigest()}"
_FILE: Final = "memory://set/tool.bin"


@pytest.fixture
def memory() -> Generator[Any]:
    """The file system in memory, with two files."""
    system = fsspec.filesystem("memory")
    system.pipe_file("/set/tool.bin", _DATA)
    system.pipe_file("/set/other", b"other")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def within(system: Any, path: str) -> Any:
    from fsspec.implementations.dirfs import DirFileSystem

    return DirFileSystem(path, system)


def _said(path: Any, **options: Any) -> str:
    """Return the verdict, and the statuses of failures."""
    report = checksig.audit(path, **options)
    return ", ".join([report.verdict, *[str(each.status) for each in report.failures]])


def test_a_digest_of_a_file_in_a_file_system_is_enough(memory: Any) -> None:
    for place in (_FILE, within(memory, "/set/tool.bin")):
        assert _said(place, digest=_DIGEST) == "VERIFIED"
        assert checksig.verify_file(place, digest=_DIGEST).bytes == len(_DATA)
        assert _said(place, digest="sha256:" + "0" * 64) == "FAILED, mismatch"
    for place in ("memory://set", within(memory, "/set"), memory):
        with pytest.raises(checksig.ManifestError, match="this is about one file"):
            checksig.verify_file(place, digest=_DIGEST)
    for place in ("memory://set/none", lambda: within(memory, "/set/none")):
        with pytest.raises(checksig.ManifestError, match="no such file"):
            checksig.verify_file(place() if callable(place) else place, digest=_DIGEST)


@pytest.mark.parametrize("name", ["SHA256SUMS", "tool.bin.sha256", "checksums.txt"])
def test_a_list_beside_a_file_in_a_file_system_is_found(memory: Any, name: str) -> None:
    system = within(memory, "/set/tool.bin")
    for place in (_FILE, system):
        with pytest.raises(checksig.ManifestError, match=r'beside "memory://.*/tool\.bin" names'):
            checksig.audit(place)
    memory.pipe_file(f"/set/{name}", listed({"tool.bin": _DATA, "gone": b""}).encode())
    for place in (_FILE, system):
        report = checksig.verify(place)
        assert (report.files, report.looked) == (1, False)
        assert checksig.verify_file(place).manifests[0].path.endswith(f"set/{name}")
    memory.pipe_file(f"/set/{name}", listed({"tool.bin": _DATA[1:], "gone": b""}).encode())
    assert _said(_FILE) == _said(system) == "FAILED, mismatch"
    memory.pipe_file("/set/named", listed({"tool.bin": _DATA}).encode())
    assert _said(_FILE, manifest="memory://set/named") == "VERIFIED"


def test_the_list_beside_a_file_in_a_file_system_has_to_be_signed(
    memory: Any, tmp_path: Path, cli: Callable[..., Answer]
) -> None:
    key, text = tmp_path / "key.pub", listed({"tool.bin": _DATA}).encode()
    key.write_bytes(KEY.public)
    memory.pipe_file("/set/SHA256SUMS", text)
    for options in ({}, {"digest": _DIGEST}):
        with pytest.raises(checksig.TrustError):
            checksig.verify_file(_FILE, trust=key, **options)
    memory.pipe_file("/set/SHA256SUMS.minisig", KEY.minisign(text))
    report = checksig.verify_file(_FILE, trust=key)
    assert [each.scheme for each in report.signatures] == ["minisign"]
    memory.pipe_file("/set/SHA256SUMS", listed({"tool.bin": b""}).encode())
    with pytest.raises(checksig.TrustError):
        checksig.verify_file(_FILE, trust=key)
    answer = cli("verify", "memory://set/tool.bin", "--digest", _DIGEST)
    assert answer.code == 2  # the memory of another process
    assert 'cannot open "memory://set/tool.bin": no such file' in answer.err


def test_what_is_about_directories_is_refused_for_one_file_elsewhere(memory: Any) -> None:
    del memory
    for options in ({"complete": True}, {"require": "a"}, {"include": "a"}):
        with pytest.raises(ValueError, match="this is about single files"):
            checksig.audit(_FILE, digest=_DIGEST, **options)


def test_a_file_in_a_file_system_that_looks_like_a_list_is_checked_as_one_that_is_listed(
    memory: Any,
) -> None:
    memory.pipe_file("/set/tool.bin", listed({"other": b"other"}).encode())
    assert _said(_FILE) == "VERIFIED"  # it is a list, and nothing else speaks of it
    memory.pipe_file("/set/SHA256SUMS", listed({"tool.bin": _DATA}).encode())
    assert _said(_FILE) == "FAILED, mismatch"


def test_a_list_in_a_file_system_of_a_caller_is_followed(memory: Any) -> None:
    memory.pipe_file("/set/SHA256SUMS", listed({"tool.bin": _DATA, "other": b"other"}).encode())
    for place in (within(memory, "/set/SHA256SUMS"), within(within(memory, "/set"), "SHA256SUMS")):
        assert checksig.verify(place).files == 2


def _message(place: Any) -> list[str]:
    with pytest.raises(checksig.SignatureError) as caught:
        checksig.check_signatures(place)
    return str(caught.value).splitlines()


def test_what_a_driver_says_is_shown_without_secrets(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.pipe_file("/set/SHA256SUMS", f"{hashlib.sha256(_DATA).hexdigest()}  tool.bin\n".encode())

    def fail(self: Any, path: str, *args: Any, **options: Any) -> Any:
        if path.endswith("tool.bin"):
            raise OSError(5, "GET https://alice:hunter2@host/x?X-Amz-Signature=SECRET failed")
        return answer(self, path, *args, **options)

    answer = type(memory).cat_file
    monkeypatch.setattr(type(memory), "cat_file", fail)
    for place in ("memory://set", within(memory, "/set")):
        [failure] = checksig.audit(place).failures
        assert "GET https://host/x" in failure.detail
        assert not any(each in failure.detail for each in ("alice", "hunter2", "SECRET"))


@pytest.mark.parametrize(
    "text",
    [
        b"MD5 (a) = 0cc175b9c0f1b6a831c399e269772661\n",
        b"CRC32 (a) = e8b7be43\n",
        f"#mtree\n./a type=file sha1={sha1(b'a')}\n./b type=file size=3\n".encode(),
        gzip.compress(f"{sha1(b'a')}  a\n".encode(), mtime=0),
        f"{sha1(b'a')}  a\n".encode("utf-16"),
        f"{sha1(b'a')}  a\0\n".encode(),
        f"{sha1(b'a')}  d\\a\n".encode(),
    ],
)
def test_check_signatures_takes_no_other_list_elsewhere(
    memory: Any, tmp_path: Path, text: bytes
) -> None:
    root = plant(tmp_path / "root", {"a": b"a", "b": b"abc", "d/a": b"a"})
    (root / "sha1sum.txt").write_bytes(text)
    for each in root.rglob("*"):
        if each.is_file():
            memory.pipe_file(f"/root/{each.relative_to(root)}", each.read_bytes())
    with pytest.raises(checksig.ChecksigError) as here:
        checksig.check_signatures(root)
    with pytest.raises(type(here.value)):
        checksig.check_signatures("memory://root")


def test_check_signatures_says_of_what_lies_elsewhere_what_it_says_of_a_directory(
    memory: Any, tmp_path: Path
) -> None:
    files = {"a": b"a", "sub/b": b"b", "gone": b""}
    root = plant(tmp_path / "root", files)
    for each in root.rglob("*"):
        if each.is_file():
            memory.pipe_file(f"/root/{each.relative_to(root)}", each.read_bytes())
    with serving(root) as web:
        places = ("memory://root", "memory://root/", within(memory, "/root"), web.url)
        for place in (*places, root.as_uri()):
            checksig.check_signatures(place)
        text = (root / "sha1sum.txt").read_text() + f"{sha1(b'x')}  ../up\nnonsense\n"
        text = text.replace(sha1(b"a"), sha1(b"A"))
        (root / "sha1sum.txt").write_text(text)
        (root / "gone").unlink()
        memory.pipe_file("/root/sha1sum.txt", text.encode())
        memory.rm("/root/gone")
        expected = [line.replace(str(root), "ROOT") for line in _message(root)]
        assert len(expected) == 4
        tops = ("memory://root", "memory://root", "memory:///root", web.url)
        for place, shown in zip(places, tops, strict=True):
            found = [line.replace(shown, "ROOT") for line in _message(place)]
            assert found == expected
        (root / "sha1sum.txt").write_bytes(b"")
        memory.pipe_file("/root/sha1sum.txt", b"")
        for place in places:
            with pytest.raises(checksig.ManifestError, match=r"sha1sum\.txt"):
                checksig.check_signatures(place)
        (root / "sha1sum.txt").unlink()
        memory.rm("/root/sha1sum.txt")
        for place in places:
            with pytest.raises(checksig.ManifestError, match=r"sha1sum\.txt"):
                checksig.check_signatures(place)
    with pytest.raises(checksig.ManifestError, match="is no directory"):
        checksig.check_signatures(within(memory, "/root/a"))
    with pytest.raises(TypeError):
        checksig.check_signatures(1)  # type: ignore[arg-type] # as a caller may
