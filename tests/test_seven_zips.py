"""Archives of 7-Zip: members are checked as those of a zip, and what is not understood fails."""

from __future__ import annotations

import random
import shutil
import stat
import struct
import subprocess
import zlib
from typing import TYPE_CHECKING, Any

import pytest
import sevens
from archives import sums
from sevens import BCJ, COPY, LZMA, LZMA2, METHODS, archive, members, number, part, seven, streams

import checksig
from checksig import ArchiveError, ChecksigError, Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Code of x86 with calls, which BCJ changes; and what no method makes smaller.
CALLS = b"".join(b"\x90\xe8" + struct.pack("<i", at * 7 % 5000) for at in range(3000))
FILES = {
    "a": random.Random(1).randbytes(3000),
    "sub/calls": CALLS,
    "empty": b"",
    "zeros": bytes(200_000),
}
MODE = 0x8000


def listed(files: Mapping[str, bytes]) -> dict[str, bytes | None]:
    """Return files with a list of them."""
    return {**files, "SHA256SUMS": sums(files)}


def outcomes(path: Path, **options: Any) -> dict[str, Status]:
    """Return what is wrong in an archive."""
    return {each.path: each.status for each in checksig.audit(path, **options).failures}


def refusal(path: Path, data: bytes) -> str:
    """Return why an archive cannot be read."""
    path.write_bytes(data)
    with pytest.raises(ChecksigError) as error:
        checksig.verify(path)
    return str(error.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where an archive may be."""
    return tmp_path / "x.7z"


@pytest.mark.parametrize("method", METHODS)
def test_members_of_a_7z_archive_are_checked(path: Path, method: str) -> None:
    path.write_bytes(seven(listed(FILES), method))
    report = checksig.verify(path)
    assert (report.files, report.bytes) == (4, sum(map(len, FILES.values())))
    wrong = {**FILES, "a": b"another", "more": b"more"}
    del wrong["zeros"]
    path.write_bytes(seven({**wrong, "SHA256SUMS": sums(FILES)}, method))
    assert outcomes(path) == {"a": Status.MISMATCH, "zeros": Status.MISSING}
    assert outcomes(path, complete=True)["more"] == Status.UNLISTED


@pytest.mark.parametrize("times", [1, 2])
def test_a_header_of_7z_may_be_compressed(path: Path, times: int) -> None:
    path.write_bytes(seven(listed(FILES), encoded=True, times=times))
    assert checksig.verify(path).files == 4


def test_a_list_in_front_of_its_files_and_one_outside_are_the_same(
    path: Path, tmp_path: Path
) -> None:
    path.write_bytes(seven({"SHA256SUMS": sums(FILES), **FILES}))
    assert checksig.verify(path).files == 4
    (tmp_path / "SUMS").write_bytes(sums(dict(reversed(FILES.items()))))
    path.rename(tmp_path / "x.bin")  # told by how it begins
    assert checksig.verify(tmp_path / "x.bin", manifest=tmp_path / "SUMS").files == 4


@pytest.mark.skipif(not shutil.which("bsdtar"), reason="bsdtar: Debian's libarchive-tools has it")
@pytest.mark.parametrize("method", ["lzma1", "lzma2", "bzip2", "deflate", "store"])
def test_what_libarchive_writes_is_read(path: Path, tmp_path: Path, method: str) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    for name, content in listed(FILES).items():
        (root / name).write_bytes(content or b"")
    (root / "link").symlink_to("a")
    command = ["bsdtar", "--format", "7zip", "--options", f"7zip:compression={method}", "-cf", path]
    subprocess.run([*command, "."], cwd=root, check=True)
    assert checksig.verify(path).files == 4
    assert outcomes(path, complete=True) == {"link": Status.UNLISTED}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("encoded", [False, True])
def test_every_changed_byte_of_a_7z_archive_is_found(
    path: Path, method: str, *, encoded: bool
) -> None:
    """But for the lesser number of its version, and what fills up the last bits."""
    files = {"a": FILES["a"][:150], "b": b"b" * 90, "e": b""}
    whole = seven(listed(files), method, encoded=encoded)
    same = []
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x21]) + whole[at + 1 :])
        try:
            if checksig.audit(path).ok:
                same.append(at)
        except ChecksigError:
            pass
    assert same[:1] == [7]
    assert len(same) <= 8  # the last bytes of LZMA, and properties that fit as well


@pytest.mark.parametrize("encoded", [False, True])
def test_a_7z_archive_that_is_cut_short_or_goes_on_is_refused(path: Path, *, encoded: bool) -> None:
    whole = seven(listed({"a": b"a" * 50, "b": b"b"}), encoded=encoded)
    for end in range(6, len(whole)):
        assert refusal(path, whole[:end])
    assert "something follows its end" in refusal(path, whole + b"\0")


def test_a_member_of_7z_whose_checksum_is_another_is_not_read(path: Path) -> None:
    whole = seven(listed({"a": b"content"}), "copy")
    crc = struct.pack("<I", zlib.crc32(b"content"))
    header = whole.index(b"\1\4\6")
    path.write_bytes(archive(whole[header:].replace(crc, bytes(4)), whole[32:header]))
    [failure] = checksig.audit(path).failures
    assert (failure.status, failure.detail) == (Status.UNREADABLE, "its checksum is another")


def test_what_is_no_file_in_a_7z_archive_fails(path: Path) -> None:
    files: dict[str, bytes | None] = {
        "link": b"a",
        "fifo": b"",
        "reparse": b"a",
        "twofold": b"x",
        "twofold/": b"x",
        "dir": None,
    }
    kinds = (stat.S_IFLNK, stat.S_IFIFO)
    attributes = [*(MODE | kind << 16 for kind in kinds), 0x400, 0x10, 0, 0x10, 0]
    wanted = {name.rstrip("/"): content or b"" for name, content in files.items()}
    path.write_bytes(seven({**files, "SHA256SUMS": sums(wanted)}, attributes=attributes))
    found = outcomes(path)
    assert {name: found[name] for name in ("link", "fifo", "reparse", "dir")} == dict.fromkeys(
        ("link", "fifo", "reparse", "dir"), Status.NOT_REGULAR
    )
    assert found["twofold"] == Status.UNREADABLE


@pytest.mark.parametrize("name", ["../a", "/a", "sub/../../a", "..\\a", "C:\\a"])
def test_names_in_a_7z_archive_that_lead_elsewhere_fail(path: Path, name: str) -> None:
    path.write_bytes(seven(listed({"a": b"a"}) | {name: b"evil"}))
    assert outcomes(path) == {name: Status.UNSAFE_PATH}


def test_names_that_are_there_twice_in_a_7z_archive_fail(path: Path) -> None:
    path.write_bytes(seven(listed({"a": b"a"}) | {"./a": b"evil"}))
    assert outcomes(path) == {"a": Status.UNREADABLE}


@pytest.mark.parametrize(
    ("method", "why"),
    [
        (b"\x06\xf1\x07\x01", "it is encrypted"),
        (b"\x03\x04\x01", "PPMd, which is not read"),
        (b"\x04\x01\x09", "Deflate64, which is not read"),
        (b"\x7f\x01", "by a method that is not read: 7f01"),
    ],
)
def test_what_nothing_here_decompresses_is_said(path: Path, method: bytes, why: str) -> None:
    for coders in ([(method, b"")], [BCJ, (method, b"")]):
        said = streams(coders, 5, [5] * len(coders), zlib.crc32(b"bytes"))
        path.write_bytes(
            archive(b"\1\4" + said + b"\0" + members({"a": b"bytes"}) + b"\0", b"bytes")
        )
        (path.parent / "SUMS").write_bytes(sums({"a": b"bytes"}))
        [failure] = checksig.audit(path, manifest=path.parent / "SUMS").failures
        assert failure.status == Status.UNREADABLE
        assert why in failure.detail


def code(size: int) -> bytes:
    """Return what has branches of all kinds, at any place."""
    chance = random.Random(size)
    kinds = [b"\xe8", b"\xe9", b"\x0f\x84", b"\x0f", b"\x84", b"\x90", b"\xff\xff\xff\xff"]
    found = bytearray()
    while len(found) < size:
        found += chance.choice(kinds)
        if chance.random() < 0.5:
            found += chance.randrange(-100_000, 100_000).to_bytes(4, "little", signed=True)
    return bytes(found[:size])


def of_four(content: bytes, *, without: int = 4) -> bytes:
    """Return an archive of a file whose branches are in streams of their own."""
    parts = sevens.branches(content)
    packed = b"\6\0\4\x09" + b"".join(number(len(each)) for each in parts) + b"\0"
    coder = b"\1" + bytes([0x14]) + b"\x03\x03\x01\x1b" + b"\4\1" + b"\0\1\2\3"
    crc = struct.pack("<I", zlib.crc32(content))
    said = packed + b"\7\x0b\1\0" + coder + b"\x0c" + number(len(content)) + b"\x0a\1" + crc + b"\0"
    header = b"\1\4" + said + b"\0" + members({"a": b"code"}) + b"\0"
    kept = [b"\xff" * len(each) if at == without else each for at, each in enumerate(parts)]
    return archive(header, b"".join(kept))


@pytest.mark.parametrize("size", [1, 5, 1000, 65_535, 65_536, 65_541, 200_000])
def test_programs_whose_branches_were_taken_out_are_checked(path: Path, size: int) -> None:
    content = code(size)
    (path.parent / "SUMS").write_bytes(sums({"a": content}))
    path.write_bytes(of_four(content))
    assert checksig.verify(path, manifest=path.parent / "SUMS").bytes == size
    for stream in range(4 if size >= 1000 else 0):
        path.write_bytes(of_four(content, without=stream))
        try:
            [failure] = checksig.audit(path, manifest=path.parent / "SUMS").failures
        except ArchiveError:
            continue
        assert failure.status == Status.UNREADABLE


def _of(*more: bytes, files: bytes | None = None) -> bytes:
    """Return a header that speaks of one stored file, and more."""
    return b"\1\4" + b"".join(more) + b"\0" + (files or members({"a": b"bytes"})) + b"\0"


_PLAIN = streams([COPY], 5, [5])

REFUSED = {
    "a part of another kind": b"\2",
    "a header without an end": _of(_PLAIN)[:-1],
    "more behind its end": _of(_PLAIN) + b"\0",
    "more files than bytes": _of(_PLAIN, files=b"\5" + number(1 << 60)),
    "more folders than bytes": b"\1\4\6\0\1\x09\5\0\7\x0b" + number(1 << 60),
    "more streams than bytes": b"\1\4\6\0" + number(1 << 62),
    "more members than a folder can have": _of(
        _PLAIN + b"\x08\x0d" + number(1 << 62) + b"\0",
    ),
    "sizes of more than the folder": _of(_PLAIN + b"\x08\x0d\2\x09\6\0"),
    "no sizes for two members": _of(_PLAIN + b"\x08\x0d\2\0"),
    "a folder more than streams": _of(streams([COPY], 5, [5]).replace(b"\7\x0b\1", b"\7\x0b\2", 1)),
    "coders in a circle": _of(streams([BCJ, LZMA2], 5, [5, 5], bonds=b"\0\0")),
    "coders that wait for themselves": _of(
        streams([BCJ, BCJ, LZMA2], 5, [5] * 3, bonds=b"\1\1\2\2")
    ),
    "no coder": b"\1\4\6\0\1\x09\5\0\7\x0b\1\0\0\x0c\0",
    "a thousand coders": b"\1\4\6\0\1\x09\5\0\7\x0b\1\0" + number(1000) + b"\1\0" * 1000,
    "a coder with two outputs": _of(_PLAIN.replace(b"\1\1\0\x0c", b"\1\x11\0\1\2\x0c")),
    "a coder that reads what no coder gives": _of(
        streams([BCJ, LZMA2], 5, [5, 5], bonds=number(99) + b"\1")
    ),
    "a coder with a reserved flag": _of(_PLAIN.replace(b"\1\1\0\x0c", b"\1\x81\0\x0c")),
    "names that are cut": _of(_PLAIN, files=b"\5\1" + part(0x11, b"\0a\0") + b"\0"),
    "names of no Unicode": _of(_PLAIN, files=b"\5\1" + part(0x11, b"\0\0\xd8\0\0") + b"\0"),
    "names elsewhere": _of(_PLAIN, files=b"\5\1" + part(0x11, b"\1\0") + b"\0"),
    "no names": _of(_PLAIN, files=b"\5\1\0"),
    "two names for a file": _of(_PLAIN, files=b"\5\1" + part(0x11, b"\0" + b"a\0\0\0" * 2) + b"\0"),
    "names twice": _of(_PLAIN, files=b"\5\1" + part(0x11, b"\0a\0\0\0") * 2 + b"\0"),
    "a file without bytes": _of(_PLAIN, files=members({"a": b"x", "b": b"y"})),
    "bytes without a file": _of(_PLAIN, files=members({"a": b""})),
    "bytes without any file": b"\1\4" + _PLAIN + b"\0\0",
    "something of files that is not known": _of(
        _PLAIN, files=members({"a": b"x"})[:-1] + part(0x30, b"") + b"\0"
    ),
    "a member that deletes another": _of(
        _PLAIN, files=members({"a": b"x", "b": b""})[:-1] + part(0x10, b"\x80") + b"\0"
    ),
    "a folder larger than it may be": _of(streams([LZMA2], 5, [1 << 40])),
    "a coder that gives more than it may": _of(streams([BCJ, LZMA2], 5, [5, 1 << 40])),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_header_of_7z_that_is_not_understood_is_refused(path: Path, what: str) -> None:
    assert "cannot read" in refusal(path, archive(REFUSED[what], b"bytes"))


def test_a_dictionary_of_7z_takes_no_more_than_comes_out(path: Path) -> None:
    large = (LZMA[0], struct.pack("<BI", 93, 0xFFFFFFFF))
    for coder, method in ((large, "lzma"), ((LZMA2[0], b"\x28"), "lzma2")):
        whole = seven(listed({"a": bytes(5000)}), method)
        path.write_bytes(whole)
        assert checksig.verify(path).files == 1
        packed = METHODS[method][1](bytes(5000))
        said = streams([coder], len(packed), [5000], zlib.crc32(bytes(5000)))
        path.write_bytes(archive(b"\1\4" + said + b"\0" + members({"a": b"0"}) + b"\0", packed))
        (path.parent / "SUMS").write_bytes(sums({"a": bytes(5000)}))
        assert checksig.verify(path, manifest=path.parent / "SUMS").files == 1


def test_a_7z_archive_that_grows_without_end_is_refused(path: Path) -> None:
    """By what folders say, one alone or all together."""
    one = streams([COPY], 10, [70 << 20])
    sizes = number(40 << 20) * 2
    two = b"\6\0\2\x09\5\5\0\7\x0b\2\0" + sevens.folder([COPY]) * 2 + b"\x0c" + sizes + b"\0"
    for said, files in ((one, members({"a": b"0"})), (two, members({"a": b"0", "b": b"0"}))):
        data = archive(b"\1\4" + said + b"\0" + files + b"\0", bytes(10))
        assert "200 times its size" in refusal(path, data)


def test_a_7z_archive_has_a_million_members_at_most(path: Path) -> None:
    many = (1 << 20) + 1
    for header in (
        _of(_PLAIN, files=b"\5" + number(many) + bytes(many)),
        _of(_PLAIN, files=b"\5\1" + part(0x11, b"\0" + b"a\0\0\0" * many) + b"\0"),
        b"\1\4\6\0\1\x09\5\0\7\x0b" + number(many) + bytes(many),
    ):
        assert "cannot read" in refusal(path, archive(header, b"bytes"))


def test_a_header_in_a_header_ends(path: Path) -> None:
    assert "not understood" in refusal(path, seven(listed(FILES), encoded=True, times=5))


def test_an_empty_7z_archive_has_no_list(path: Path) -> None:
    for data in (archive(b""), archive(b"\1\0"), seven({"dir": None})):
        path.write_bytes(data)
        with pytest.raises(ChecksigError) as error:
            checksig.verify(path)
        assert not isinstance(error.value, ArchiveError)


def test_random_damage_to_a_7z_archive_is_never_ok(path: Path) -> None:
    """Headers whose checksums are right, and whose numbers are any."""
    chance = random.Random(7)
    files = {"a": b"a" * 40, "b": b"bb", "e": b""}
    coders, encode = METHODS["lzma2"]
    data = b"".join(files.values())
    packed = encode(data)
    sub = b"\x08\x0d\2\x09" + number(40)
    header = (
        b"\1\4" + streams(coders, len(packed), [len(data)]) + sub + b"\0\0" + members(files) + b"\0"
    )
    (path.parent / "SUMS").write_bytes(sums(files))
    path.write_bytes(archive(header, packed))
    assert checksig.verify(path, manifest=path.parent / "SUMS").files == 3
    for _ in range(800):
        wrong = bytearray(header)
        for _ in range(chance.randint(1, 3)):
            wrong[chance.randrange(len(wrong))] = chance.choice(
                [0, 1, 2, 5, 255, chance.randrange(256)]
            )
        path.write_bytes(archive(bytes(wrong), packed))
        try:
            found = checksig.audit(path, manifest=path.parent / "SUMS")
        except ChecksigError:
            continue
        if found.ok:  # what was changed says nothing of names, or of bytes
            assert found.files == 3


def test_tests_write_numbers_as_7z_does() -> None:
    assert [sevens.number(n).hex() for n in (0, 127, 128, 16383, 16384)] == [
        "00", "7f", "8080", "bfff", "c00040",
    ]  # fmt: skip
    assert sevens.number((1 << 64) - 1) == b"\xff" * 9
