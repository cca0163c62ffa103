"""An archive that was made to harm its reader, or was damaged, is never ok."""

from __future__ import annotations

import io
import os
import random
import struct
import tarfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any

import pytest
from archives import SUFFIXES, TARS, pack, sums

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

#: The same each time: of what is compressed, a few bits fill up others and change nothing.
FILES = {"a": random.Random(1).randbytes(3000), "sub/b": bytes(5000), "c": b""}
METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}


def ok(path: Path) -> bool:
    """Whether an archive is right; one that cannot be read is not."""
    try:
        return checksig.audit(path).ok
    except checksig.ChecksigError:
        return False


@pytest.fixture
def archive(tmp_path: Path) -> Callable[[str], Path]:
    return lambda suffix: pack(tmp_path / f"x{suffix}", {**FILES, "SHA256SUMS": sums(FILES)})


@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_compression_is_read(tmp_path: Path, method: str) -> None:
    path = pack(tmp_path / "x.zip", {**FILES, "SHA256SUMS": sums(FILES)}, METHODS[method])
    assert checksig.verify(path).files == 3


@pytest.mark.parametrize("method", METHODS)
def test_a_flipped_byte_of_a_member_of_a_zip_is_found(tmp_path: Path, method: str) -> None:
    """Every byte of its content, and the CRC, which is not what the verdict rests on."""
    path = pack(tmp_path / "x.zip", {"a": FILES["a"]}, METHODS[method])
    (tmp_path / "SHA256SUMS").write_bytes(sums({"a": FILES["a"]}))
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as file:
        [info] = file.infolist()
    start = info.header_offset + 30 + len("a")
    # A few bits of what is compressed fill up others, and change nothing.
    places = range(start + 10, start + info.compress_size - 10, 37)
    assert len(places) > 70
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        [failure] = checksig.audit(path, manifest=tmp_path / "SHA256SUMS").failures
        assert failure.status in {Status.UNREADABLE, Status.MISMATCH}


@pytest.mark.parametrize("suffix", TARS)
def test_a_flipped_byte_of_a_tar_is_found(archive: Callable[[str], Path], suffix: str) -> None:
    path = archive(suffix)
    whole = path.read_bytes()
    with tarfile.open(path) as file:
        offset = file.getmember("a").offset_data
    # Of what is compressed, any byte; but for the header of gzip, which names the file.
    places = range(offset, offset + 3000, 29) if suffix == ".tar" else range(32, len(whole), 31)
    assert len(places) > 90
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not ok(path), place


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_archive_that_was_cut_short_is_never_ok(
    archive: Callable[[str], Path], suffix: str
) -> None:
    path = archive(suffix)
    whole = path.read_bytes()
    # The end of a tar is filled up with zeros, of which one block is enough.
    end = len(whole.rstrip(b"\0")) if suffix == ".tar" else len(whole)
    places = [*range(0, end, 53), end - 1]
    assert len(places) > 50
    for place in places:
        path.write_bytes(whole[:place])
        assert not ok(path), place


@pytest.mark.parametrize("suffix", TARS)
def test_a_tar_ends_where_it_says(archive: Callable[[str], Path], suffix: str) -> None:
    """What follows is there for readers that look further, and for no others."""
    path = archive(suffix)
    with tarfile.open(path) as file:
        files = {info.name: info for info in file.getmembers()}
    assert len(files) == 4
    path.write_bytes(path.read_bytes() + path.read_bytes())
    with pytest.raises(checksig.ArchiveError):
        checksig.audit(path)


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != ".tar"])
def test_an_archive_that_grows_without_end_is_refused(
    tmp_path: Path, suffix: str, cli: Callable[..., Answer]
) -> None:
    """90 MiB of zeros in 90 KiB: small enough for a test, and more than is allowed."""
    files = {"bomb": bytes(90 << 20)}
    path = pack(tmp_path / f"x{suffix}", {**files, "SHA256SUMS": sums(files)})
    assert path.stat().st_size < 100_000
    answer = cli("verify", path)
    assert answer.code == 2
    assert "200 times its size" in answer.err


def test_members_that_share_their_bytes_are_counted_each(tmp_path: Path) -> None:
    """A zip can name the same bytes a thousand times."""
    path = pack(tmp_path / "x.zip", {"a": bytes(1 << 20)})
    with zipfile.ZipFile(path, "a") as file:
        [info] = file.infolist()
        for number in range(100):
            copy = zipfile.ZipInfo(f"a{number}")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(copy, name, getattr(info, name))
            file.filelist.append(copy)
        file._didModify = True  # type: ignore[attr-defined]
    (tmp_path / "SUMS.sha256").write_bytes(sums({"a": bytes(1 << 20)}))
    with pytest.raises(checksig.ArchiveError, match="200 times"):
        checksig.audit(path, manifest=tmp_path / "SUMS.sha256")


def test_a_sparse_tar_does_not_grow_without_end(tmp_path: Path) -> None:
    """Its holes cost nothing to store, and time to hash."""
    header = tarfile.TarInfo("hole")
    header.size = 0
    path = tmp_path / "x.tar"
    pax = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.name": "hole",
        "GNU.sparse.size": str(1 << 50),
        "GNU.sparse.map": "0,0",
    }
    header.pax_headers = pax
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as file:
        file.addfile(header)
    with pytest.raises(checksig.ArchiveError, match="200 times"):
        checksig.audit(path)


@pytest.mark.parametrize("how", ["header", "pax", "gnu"])
@pytest.mark.parametrize("listed", [True, False])
def test_a_file_of_a_tar_that_is_called_like_a_directory_is_unreadable(
    tmp_path: Path, how: str, listed: bool
) -> None:
    """GNU tar and libarchive make a directory of it."""
    name = "a" * 120 if how == "gnu" else "a"
    odd = tarfile.TarInfo(name if how == "pax" else f"{name}/")
    odd.pax_headers = {"path": f"{name}/"} if how == "pax" else {}
    other = tarfile.TarInfo("b")
    content = sums({"b": _GOOD, name: _GOOD} if listed else {"b": _GOOD})
    path, form = tmp_path / "x.tar", tarfile.GNU_FORMAT if how == "gnu" else tarfile.PAX_FORMAT
    with tarfile.open(path, "w", format=form) as file:
        for info, data in ((odd, _GOOD), (other, _GOOD), (tarfile.TarInfo("SHA256SUMS"), content)):
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    failures = {(each.path, each.status) for each in checksig.audit(path).failures}
    assert failures == {(name, Status.UNREADABLE)}


def test_a_header_that_wants_all_memory_is_refused(tmp_path: Path) -> None:
    """The size of an extended header is a number that whoever made the archive chose."""
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, 1 << 33
    (tmp_path / "x.tar").write_bytes(header.tobuf() + bytes(10240))
    directory = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 0xFFFFFFF0, 0, 0)
    (tmp_path / "x.zip").write_bytes(bytes(1000) + directory)
    for name in ("x.tar", "x.zip"):
        with pytest.raises(checksig.ArchiveError):
            checksig.audit(tmp_path / name)


def test_long_names_and_headers_of_pax_are_understood(tmp_path: Path) -> None:
    files = {f"{'d' * 90}/{'e' * 120}/caf\u00e9": b"1", "\u65e5\u672c": b"2"}
    for format_ in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        with tarfile.open(tmp_path / "x.tar", "w", format=format_) as file:
            for name, content in {**files, "SHA256SUMS": sums(files)}.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                info.pax_headers = {"comment": "nothing"} if format_ == tarfile.PAX_FORMAT else {}
                file.addfile(info, io.BytesIO(content))
        assert checksig.verify(tmp_path / "x.tar").files == 2


def test_an_encrypted_member_is_unreadable(archive: Callable[[str], Path]) -> None:
    path = archive(".zip")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        offset = file.getinfo("a").header_offset
    data[offset + 6] |= 1
    central = data.index(b"PK\1\2")
    data[central + 8] |= 1
    path.write_bytes(data)
    [failure] = checksig.audit(path).failures
    assert (failure.path, failure.status) == ("a", Status.UNREADABLE)
    assert failure.detail == "it is encrypted"


class Unseekable(io.RawIOBase):
    """What goes to a pipe, so that sizes stand behind members."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def write(self, data: Any) -> int:
        """Write on."""
        return self.file.write(data)

    def flush(self) -> None:
        """Hold nothing."""


def test_a_name_of_a_zip_that_differs_from_its_header_is_unreadable(
    archive: Callable[[str], Path],
) -> None:
    path = archive(".zip")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        data[file.getinfo("a").header_offset + 30] = ord("z")
    path.write_bytes(data)
    assert [f.status for f in checksig.audit(path).failures] == [Status.UNREADABLE]


_GOOD, _EVIL = b"hello\n", b"hello\nEVIL"


def _central(data: bytearray, offset: int, value: int, size: str = "<I") -> None:
    """Change a field of the last member in the directory of a zip."""
    struct.pack_into(size, data, data.rfind(b"PK\1\2") + offset, value)


def _local(data: bytearray, offset: int, value: int, size: str = "<I") -> None:
    """Change a field of the header in front of the last member."""
    struct.pack_into(size, data, data.rfind(b"PK\3\4") + offset, value)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(
    "lie",
    [
        # The directory has the size and the checksum of the file that is listed.
        lambda d: (_central(d, 16, zlib.crc32(_GOOD)), _central(d, 24, len(_GOOD))),
        # So have both, and there is more.
        lambda d: (
            _central(d, 16, zlib.crc32(_GOOD)),
            _central(d, 24, len(_GOOD)),
            _local(d, 14, zlib.crc32(_GOOD)),
            _local(d, 22, len(_GOOD)),
        ),
        # The header says that its sizes stand behind the member.
        lambda d: (
            _central(d, 16, zlib.crc32(_GOOD)),
            _central(d, 24, len(_GOOD)),
            _central(d, 8, 8, "<H"),
            _local(d, 6, 8, "<H"),
        ),
        # A size in an extra field that is not there.
        lambda d: (
            _central(d, 16, zlib.crc32(_GOOD)),
            _central(d, 24, len(_GOOD)),
            _local(d, 22, 0xFFFFFFFF),
        ),
    ],
)
def test_a_member_that_is_longer_for_others_is_not_ok(
    tmp_path: Path, method: int, lie: Callable[[bytearray], object]
) -> None:
    files = {"SHA256SUMS": sums({"a": _GOOD}), "a": _EVIL}
    data = bytearray(pack(tmp_path / "x.zip", files, method).read_bytes())
    lie(data)
    (tmp_path / "x.zip").write_bytes(data)
    [failure] = checksig.audit(tmp_path / "x.zip").failures
    assert (failure.path, failure.status) == ("a", Status.UNREADABLE)


@pytest.mark.parametrize(("offset", "size"), [(8, "<H"), (14, "<I"), (18, "<I"), (22, "<I")])
def test_a_header_that_says_something_else_than_the_directory_is_unreadable(
    tmp_path: Path, offset: int, size: str
) -> None:
    path = pack(tmp_path / "x.zip", {"SHA256SUMS": sums({"a": _GOOD}), "a": _GOOD})
    assert checksig.verify(path).ok
    data = bytearray(path.read_bytes())
    _local(data, offset, 1, size)
    path.write_bytes(data)
    [failure] = checksig.audit(path).failures
    assert (failure.path, failure.status) == ("a", Status.UNREADABLE)


def _member(name: str, content: bytes) -> bytes:
    """A member with the header in front of it, and no directory."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, content)
        return file.getvalue()[: made.start_dir]


def _with(data: bytes, offset: int, more: bytes, *, moved: bool = True) -> bytes:
    """A zip with more bytes at an offset, which its directory knows to be there."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        infos, start = file.infolist(), file.start_dir
    found = bytearray(data[:offset] + more + data[offset:])
    at = start + len(more)
    for info in infos:
        if info.header_offset >= offset:
            struct.pack_into("<I", found, at + 42, info.header_offset + len(more))
        at += 46 + sum(struct.unpack_from("<3H", found, at + 28))
    struct.pack_into("<I", found, found.rfind(b"PK\5\6") + 16, start + len(more) * moved)
    return bytes(found)


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize(
    "before",
    [b"", bytes(100), bytes((1 << 20) - 2), b"PK00", b"\0\x14PK\7\x08"],
    ids=["nothing", "padding", "across-pieces", "split", "no-header"],
)
def test_a_member_that_the_directory_of_a_zip_does_not_name_is_refused(
    tmp_path: Path, which: int, before: bytes
) -> None:
    """At the front, between members, and in front of the directory."""
    path = pack(tmp_path / "x.zip", {"a": _GOOD, "SHA256SUMS": sums({"a": _GOOD})})
    with zipfile.ZipFile(path) as file:
        offset = [0, file.infolist()[1].header_offset, file.start_dir][which]
    more = before + _member("evil.sh", _EVIL)
    path.write_bytes(_with(path.read_bytes(), offset, more))
    if which == 0 and not more.startswith(b"PK"):  # a program in front, as nobody reads forward
        assert checksig.verify(path, complete=True).files == 1
        return
    with pytest.raises(checksig.ArchiveError, match="directory of the zip does not name"):
        checksig.audit(path)


def test_what_lies_between_the_members_of_a_zip_and_is_none_does_no_harm(tmp_path: Path) -> None:
    """Padding; what Android signs with; a program in front; zips in zips."""
    zipped = _member("inner", _GOOD)
    files = {"a": _GOOD, "b.zip": zipped, "sub/": b""}
    path = pack(tmp_path / "x.zip", {**files, "SHA256SUMS": sums({"a": _GOOD, "b.zip": zipped})})
    with zipfile.ZipFile(path) as file:
        offsets = [0, file.infolist()[1].header_offset, file.start_dir]
    whole = path.read_bytes()
    block = struct.pack("<Q", 40) + bytes(16) + struct.pack("<Q", 40) + b"APK Sig Block 42"
    for offset in offsets[1:]:
        for more in (bytes(3), block):
            path.write_bytes(_with(whole, offset, more))
            assert checksig.verify(path, complete=True).files == 2
    path.write_bytes(b"#!/bin/sh\nexit\n" + whole)
    assert checksig.verify(path, complete=True).files == 2
    path.write_bytes(_with(whole, 0, b"MZ" + bytes(3000)))
    assert checksig.verify(path, complete=True).files == 2


@pytest.mark.parametrize("method", [m for m in METHODS.values() if m])
@pytest.mark.parametrize("name", ["a", "SHA256SUMS", "sub/"])
def test_a_member_behind_the_end_of_what_is_compressed_is_told(
    tmp_path: Path, method: int, name: str
) -> None:
    """The directory counts it to the member in front of it."""
    files = {"sub/": b"", "a": FILES["a"] * 99, "SHA256SUMS": sums({"a": FILES["a"] * 99})}
    path = pack(tmp_path / "x.zip", files, method)
    with zipfile.ZipFile(path) as file:
        info = file.getinfo(name)
        end = info.header_offset + 30 + len(name) + info.compress_size
        place = file.infolist().index(info)
    more = _member("evil.sh", _EVIL)
    data = bytearray(_with(path.read_bytes(), end, more))
    at = -1
    for _ in range(place + 1):
        at = data.index(b"PK\1\2", at + 1)
    for where, offset in ((at + 8, 8), (info.header_offset + 6, 8)):
        struct.pack_into("<H", data, where, offset)  # the sizes stand behind
    struct.pack_into("<I", data, at + 20, info.compress_size + len(more))
    struct.pack_into("<III", data, info.header_offset + 14, 0, 0, 0)
    path.write_bytes(data)
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None  # as other programs have it
    assert not ok(path)


def test_a_member_with_a_second_name_is_unreadable(tmp_path: Path) -> None:
    for name, right in ((b"a", True), (b"evil.sh", False)):
        path = tmp_path / "x.zip"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("SHA256SUMS", sums({"a": _GOOD}))
            member = zipfile.ZipInfo("a")
            field = struct.pack("<BI", 1, zlib.crc32(b"a")) + name
            member.extra = struct.pack("<HH", 0x7075, len(field)) + field
            file.writestr(member, _GOOD)
        report = checksig.audit(path)
        assert report.ok == right
        assert [each.status for each in report.failures] == [Status.UNREADABLE] * (not right)


def test_members_of_which_the_size_stands_behind_or_is_large_are_right(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    files = {"a": _GOOD, "b": b"", "c": bytes(100_000)}
    with path.open("wb") as raw, zipfile.ZipFile(Unseekable(raw), "w") as file:
        for name, content in {**files, "SHA256SUMS": sums(files)}.items():
            file.writestr(name, content, zipfile.ZIP_DEFLATED)
    assert checksig.verify(path, complete=True).files == len(files)
    with zipfile.ZipFile(path, "w") as file:
        for name, content in {**files, "SHA256SUMS": sums(files)}.items():
            with file.open(name, "w", force_zip64=True) as member:
                member.write(content)
    assert checksig.verify(path, complete=True).files == len(files)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("content", [b"", b"nonsense", bytes(100), b"<html>"])
def test_what_is_no_archive_is_an_error(
    tmp_path: Path, suffix: str, content: bytes, cli: Callable[..., Answer]
) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    answer = cli("verify", path)
    assert answer.code == 2
    assert answer.err.startswith("checksig: ")


def test_a_fifo_that_is_called_like_an_archive_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.zip")
    with pytest.raises(checksig.ArchiveError, match="not a regular file"):
        checksig.audit(tmp_path / "x.zip")


def test_an_archive_that_changes_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    files = {f"{number}": os.urandom(1000) for number in range(50)}
    path = pack(tmp_path / "x.tar", {**files, "SHA256SUMS": sums(files)})

    def touch(progress: checksig.Progress) -> None:
        os.utime(path, ns=(1, 1 + progress.files))

    with pytest.raises(checksig.ArchiveError, match="changed"):
        checksig.audit(path, progress=touch)


def test_failures_end_the_reading_of_an_archive(tmp_path: Path) -> None:
    files = {f"{number}": b"x" for number in range(50)}
    path = pack(tmp_path / "x.zip", {**dict.fromkeys(files, b"y"), "SHA256SUMS": sums(files)})
    report = checksig.audit(path, max_failures=1)
    assert report.stopped
    assert not report.ok
