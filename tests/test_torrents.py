"""Torrents: roots of files, and pieces that run over files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from checksums import bittorrent

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PIECE = 64  # in bytes; version 2 knows none that is so short, and does not look at it

#: Three files in pieces of 64 bytes: 0 is of a, 1 of a and b, 2 of b, 3 of b and c.
FILES = {"a": b"a" * 100, "s/b": b"b" * 100, "s/c": b"c" * 33, "z": b""}


def bencoded(value: Any) -> bytes:
    """A value, with keys as they are."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        return bencoded(value.encode())
    if isinstance(value, bytes):
        return b"%d:%b" % (len(value), value)
    if isinstance(value, list):
        return b"l%be" % b"".join(map(bencoded, value))
    return b"d%be" % b"".join(bencoded(k) + bencoded(v) for k, v in value.items())


def pieces(data: bytes) -> bytes:
    found = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
    return b"".join(hashlib.sha1(each, usedforsecurity=False).digest() for each in found)


def version1(files: Mapping[str, bytes], *, aligned: bool = False) -> bytes:
    listed: list[dict[str, Any]] = []
    stream = b""
    for name, data in files.items():
        listed.append({"length": len(data), "path": name.split("/")})
        stream += data
        if aligned and len(stream) % PIECE:
            zeros = -len(stream) % PIECE
            listed.append({"attr": "p", "length": zeros, "path": [".pad", str(zeros)]})
            stream += bytes(zeros)
    info = {"files": listed, "name": "set", "piece length": PIECE, "pieces": pieces(stream)}
    return bencoded({"info": info})


def version2(files: Mapping[str, bytes]) -> bytes:
    tree: dict[str, Any] = {}
    for name, data in files.items():
        *above, last = name.split("/")
        node = tree
        for part in above:
            node = node.setdefault(part, {})
        root = {"pieces root": bytes.fromhex(bittorrent(data))} if data else {}
        node[last] = {"": {"length": len(data), **root}}
    info = {"file tree": tree, "meta version": 2, "name": "set", "piece length": 16384}
    return bencoded({"info": info})


TORRENTS = {
    "v1": version1(FILES), "v1 aligned": version1(FILES, aligned=True), "v2": version2(FILES)
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with the files of a torrent in ``set``."""
    for name, data in FILES.items():
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path


def failed(here: Path, kind: str, **options: Any) -> dict[str, str]:
    """The names of files that are not ok, and why."""
    (here / "x.torrent").write_bytes(TORRENTS[kind])
    report = checksig.audit(here / "x.torrent", **options)
    assert report.ok is not bool(report.failures)
    return {
        each.path: f"{each.status}{': ' if each.detail else ''}{each.detail}"
        for each in report.failures
    }


@pytest.mark.parametrize("kind", TORRENTS)
def test_all_files_of_a_torrent_are_right(here: Path, kind: str) -> None:
    (here / "x.torrent").write_bytes(TORRENTS[kind])
    report = checksig.verify(here / "x.torrent", complete=True)
    assert (report.files, report.counts[Status.OK]) == (4, 4)
    report = checksig.verify(here / "set", manifest=here / "x.torrent", strip=1, complete=True)
    assert report.files == 4
    (here / "x.torrent").rename(here / "set/x.torrent")
    inside = here / "set/x.torrent"
    assert checksig.verify(here / "set", manifest=inside, strip=1, complete=True).files == 4


def test_the_info_hash_is_told(here: Path) -> None:
    for kind, name in (("v1", "sha1"), ("v2", "sha256")):
        (here / "x.torrent").write_bytes(TORRENTS[kind])
        info = TORRENTS[kind].removeprefix(b"d4:info")[:-1]
        said = f"x.torrent: info hash {kind} {hashlib.new(name, info).hexdigest()}"
        assert said in checksig.verify(here / "x.torrent").remarks


def test_a_wrong_piece_is_of_each_file_that_it_touches(here: Path) -> None:
    (here / "set/s/b").write_bytes(b"b" * 99 + b"!")
    said = "mismatch: piece 3 of set/s/b and set/s/c is wrong"
    assert failed(here, "v1") == {"set/s/b": said, "set/s/c": said}
    assert list(failed(here, "v1 aligned")) == ["set/s/b"]
    assert list(failed(here, "v2")) == ["set/s/b"]
    (here / "set/s/b").write_bytes(b"!" * 100)
    found = failed(here, "v1")
    assert found["set/a"] == "mismatch: piece 1 of set/a and set/s/b is wrong"
    assert found["set/s/b"].endswith("is wrong (3 pieces are)")


def test_a_missing_file_leaves_its_neighbours_unproved(here: Path) -> None:
    (here / "set/s/b").unlink()
    lost = "unsupported: piece {} of {} and {} is not all there".format
    assert failed(here, "v1") == {
        "set/s/b": "missing: file does not exist",
        "set/a": lost(1, "set/a", "set/s/b"),
        "set/s/c": lost(3, "set/s/b", "set/s/c"),
    }
    assert set(failed(here, "v1", ignore_missing=True)) == {"set/a", "set/s/c"}
    assert failed(here, "v1 aligned") == {"set/s/b": "missing: file does not exist"}


@pytest.mark.parametrize("length", [99, 101, 0])
def test_a_file_of_another_size_is_told(here: Path, length: int) -> None:
    (here / "set/a").write_bytes(b"a" * length)
    for kind in TORRENTS:
        assert failed(here, kind)["set/a"].startswith("mismatch")
    assert ("set/s/b" in failed(here, "v1")) == (length < 100)


def test_what_is_no_file_is_not_read(here: Path) -> None:
    (here / "set/z").unlink()
    (here / "set/z").mkdir()
    (here / "set/a").rename(here / "a")
    (here / "set/a").symlink_to("../a")
    found = failed(here, "v1")
    assert set(found) == {"set/a", "set/s/b", "set/z"}


@pytest.mark.parametrize("kind", TORRENTS)
def test_no_byte_of_a_torrent_may_be_another(here: Path, kind: str) -> None:
    data, path = TORRENTS[kind], here / "x.torrent"
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            report = checksig.audit(path, complete=True)
        except (checksig.ChecksigError, ValueError):
            continue
        # Padding has a name that counts for nothing.
        padding = b".pad" in data and b"4:path" in data[max(at - 20, 0) : at + 1]
        assert not report.ok or padding, (at, path.read_bytes())


def test_pieces_verify_nothing_where_files_are_not_in_a_row(here: Path) -> None:
    (here / "x.torrent").write_bytes(TORRENTS["v1"])
    for path in (here / "set/a", here / "set/s/b"):
        with pytest.raises(checksig.ChecksigError):
            checksig.verify(path, manifest=here / "x.torrent")
    with pytest.raises(checksig.ChecksigError):
        checksig.verify(here / "set")  # a torrent that nobody names is a file


def test_a_torrent_is_as_strong_as_its_digests(here: Path) -> None:
    for kind, name in (("v1", "sha1"), ("v1 aligned", "sha1"), ("v2", "bittorrent-v2")):
        (here / "x.torrent").write_bytes(TORRENTS[kind])
        report = checksig.verify(here / "x.torrent")
        assert [each.name for each in report.algorithms] == [name]
