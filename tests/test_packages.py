"""Packages are archives with a list inside: told by content, read in place, and bounded."""

from __future__ import annotations

import io
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

import packages
import pytest
from archives import pack, sums
from packages import FILES, PACKERS, ar, conda, deb, gem, jar, md5sums, tar, zstd
from trees import sha1

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def failures(path: Path) -> dict[str, str]:
    """What is wrong in a package, by the names of files."""
    report = checksig.audit(path)
    assert not report.ok
    return {result.path: result.status.value for result in report.failures}


def ok(path: Path) -> bool:
    """Whether a package is right; one that cannot be read is not."""
    try:
        return checksig.audit(path).ok
    except checksig.ChecksigError:
        return False


@pytest.mark.parametrize("packer", PACKERS)
def test_a_package_of_debian_is_what_its_md5sums_say(tmp_path: Path, packer: str) -> None:
    path = written(tmp_path / "tool_1_all.deb", deb(packer=packer))
    report = checksig.verify(path)
    assert (report.files, report.counts[Status.OK]) == (2, 2)
    assert report.bytes == sum(map(len, FILES.values()))
    assert [each.path for each in report.manifests] == [f"{path}/DEBIAN/md5sums"]
    assert list(tmp_path.iterdir()) == [path]
    changed = {**FILES, "usr/bin/tool": b"#!/bin/su\n", "gone": b""}
    written(path, deb(listed=changed, packer=packer))
    assert failures(path) == {"usr/bin/tool": "mismatch", "gone": "missing"}


def test_what_md5sums_do_not_list_is_unlisted(tmp_path: Path) -> None:
    """A script that is run when the package is installed is one of them."""
    path = written(tmp_path / "x.deb", deb(listed={"usr/bin/tool": FILES["usr/bin/tool"]}))
    assert checksig.verify(path).counts[Status.UNLISTED] == 2
    found = {each.path for each in checksig.audit(path, complete=True).failures}
    assert found == {"DEBIAN/control", "usr/share/doc/tool/long"}


@pytest.mark.parametrize("packer", [".gz", ".zst"])
def test_a_package_that_was_cut_short_is_never_ok(tmp_path: Path, packer: str) -> None:
    whole = deb(packer=packer)
    path = tmp_path / "x.deb"
    places = [*range(0, len(whole), 61), len(whole) - 2]
    assert len(places) > 10
    for place in places:
        assert not ok(written(path, whole[:place])), place


def test_a_flipped_byte_of_a_package_is_found(tmp_path: Path) -> None:
    """In what is compressed, and in the headers in front."""
    whole, path = deb(packer=".xz"), tmp_path / "x.deb"
    at = whole.index(b"data.tar.xz")
    for place in [*range(at, at + 11), *range(at + 48, at + 60), *range(at + 60, len(whole), 23)]:
        changed = bytes([whole[place] ^ 1])
        assert not ok(written(path, whole[:place] + changed + whole[place + 1 :])), place


@pytest.mark.parametrize(
    "members",
    [
        {"debian-binary": b"2.0\n", "control.tar": tar({"md5sums": b""})},
        {"debian-binary": b"3.0\n", "control.tar": tar({}), "data.tar": tar({})},
        {"debian-binary": b"2.0\n", "data.tar": tar({}), "control.tar": tar({})},
        {"debian-binary": b"2.0\n", "control.tar": tar({}), "data.tar": tar({}), "more": b""},
        {"debian-binary": b"2.0\n", "control.tar": tar({}), "x": b"", "data.tar": tar({})},
        {"debian-binary": b"2.0\n", **{f"_{number}": b"" for number in range(20)}},
    ],
)
def test_what_dpkg_would_not_unpack_is_refused(tmp_path: Path, members: dict[str, bytes]) -> None:
    path = written(tmp_path / "x.deb", ar(members))
    with pytest.raises(checksig.ArchiveError):
        checksig.audit(path)


def test_names_in_a_package_that_lead_elsewhere_or_are_there_twice_fail(tmp_path: Path) -> None:
    link = tarfile.TarInfo("usr/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc"
    evil = {**FILES, "../up": b"", "/abs": b"", "DEBIAN/control": b""}
    listed = md5sums({**FILES, "usr/link": b""})
    control = tar({"./md5sums": listed, "control": b"", "../../out": b""})
    members = {"debian-binary": b"2.0\n", "control.tar": control, "data.tar": tar(evil, link)}
    path = written(tmp_path / "x.deb", ar(members))
    report = checksig.audit(path)
    found = {result.path: result.status for result in report.failures}
    assert found["../up"] == found["/abs"] == found["../../out"] == Status.UNSAFE_PATH
    assert found["usr/link"] == Status.NOT_REGULAR
    assert found["DEBIAN/control"] == Status.UNREADABLE
    members["data.tar"] = tar({**FILES, "DEBIAN/md5sums": listed})
    with pytest.raises(checksig.ManifestError, match="more than one member"):
        checksig.audit(written(path, ar(members)))


def test_a_package_that_grows_without_end_is_refused(tmp_path: Path) -> None:
    for packer in (".xz", ".zst"):
        path = written(tmp_path / "x.deb", deb({"bomb": bytes(90 << 20)}, {}, packer=packer))
        assert path.stat().st_size < 100_000
        with pytest.raises(checksig.ArchiveError, match="200 times"):
            checksig.audit(path)


def test_a_signed_java_archive_is_what_its_manifest_says(tmp_path: Path) -> None:
    files = {"a/B.class": b"\xca\xfe", "a/text": b"x" * 9999}
    path = jar(tmp_path / "x.jar", files, files)
    report = checksig.verify(path, complete=True)
    assert (report.files, report.manifests[0].path) == (2, f"{path}/META-INF/MANIFEST.MF")
    jar(path, {**files, "a/more": b""}, {**files, "a/text": b"y", "a/gone": b""})
    assert failures(path) == {"a/text": "mismatch", "a/gone": "missing"}
    [*_, unlisted] = checksig.audit(path, complete=True).failures
    assert (unlisted.path, unlisted.status) == ("a/more", Status.UNLISTED)


def test_what_nobody_signed_is_no_proof_of_who_made_a_package(tmp_path: Path) -> None:
    """The signatures in a Java archive are not checked, and count for nothing."""
    path = jar(tmp_path / "x.jar", {"a": b"a"}, {"a": b"a"})
    assert checksig.verify(path).signatures == ()
    with pytest.raises(checksig.TrustError):
        checksig.audit(path, require_signature=True)


def test_all_lists_in_a_package_have_to_hold(tmp_path: Path) -> None:
    path = jar(tmp_path / "x.jar", {"a": b"a", "SHA256SUMS": sums({"a": b"b"})}, {"a": b"a"})
    assert failures(path) == {"a": "mismatch"}
    assert len(checksig.audit(path).manifests) == 2


def test_a_gem_is_what_its_checksums_say(tmp_path: Path) -> None:
    files = {"metadata.gz": b"m", "data.tar.gz": b"d" * 999}
    path = written(tmp_path / "x-1.gem", gem(files, files))
    report = checksig.verify(path, complete=True)
    assert (report.files, [a.name for a in report.algorithms]) == (2, ["sha256", "sha512"])
    written(path, gem(files, {**files, "data.tar.gz": b"D"}))
    assert failures(path) == {"data.tar.gz": "mismatch"}
    written(path, gem({"metadata.gz": b"m"}, files))
    assert failures(path) == {"data.tar.gz": "missing"}


@pytest.mark.parametrize("name", ["x.nupkg", "x.jar", "x", "x.crate", "x.bin"])
@pytest.mark.parametrize("kind", [".zip", ".tar", ".tar.gz", ".tar.xz", ".tar.zst"])
def test_an_archive_is_told_by_how_it_begins(tmp_path: Path, name: str, kind: str) -> None:
    files = {"a": b"a", "b/c": b"c" * 999}
    whole = {**files, "SHA256SUMS": sums(files)}
    if kind == ".tar.zst":
        path = written(tmp_path / name, zstd(tar(whole)))
    else:
        path = pack(tmp_path / f"made{kind}", whole).rename(tmp_path / name)
    assert checksig.verify(path, complete=True).files == len(files)


def test_the_members_of_an_archive_of_any_name_are_held_to_a_list_that_is_given(
    tmp_path: Path, cli: Callable[..., Answer]
) -> None:
    files = {"lib/a.dll": b"a", "x.nuspec": b"b"}
    path = pack(tmp_path / "x.zip", files).rename(tmp_path / "x.nupkg")
    written(tmp_path / "list.sha256", sums(files))
    answer = cli("verify", path, "--manifest", tmp_path / "list.sha256")
    assert answer.code == 0
    assert "2 of 2 files ok" in answer.out
    written(tmp_path / "list.sha256", sums({**files, "lib/a.dll": b"A"}))
    assert cli("verify", path, "--manifest", tmp_path / "list.sha256").code == 1


def test_what_is_said_of_a_package_as_a_file_counts_and_it_is_not_looked_into(
    tmp_path: Path,
) -> None:
    data = deb(listed={**FILES, "gone": b""})
    path = written(tmp_path / "x.deb", data)
    assert failures(path) == {"gone": "missing"}
    written(tmp_path / "SHA256SUMS", sums({"x.deb": data}))
    report = checksig.verify(path)
    assert (report.files, report.manifests[0].path) == (1, str(tmp_path / "SHA256SUMS"))
    written(tmp_path / "SHA256SUMS", sums({"x.deb": b"another"}))
    assert failures(path) == {"x.deb": "mismatch"}


def test_several_packages_are_checked_one_after_the_other(
    tmp_path: Path, cli: Callable[..., Answer]
) -> None:
    first = written(tmp_path / "a.deb", deb())
    other = written(tmp_path / "b.deb", deb(listed={"gone": b""}))
    answer = cli("verify", first, other)
    assert answer.code == 1
    assert f"{other}/gone" in answer.out
    assert "1 of 2 paths ok" in answer.out


def test_the_error_says_where_lists_were_looked_for(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"word/document.xml": b""}).rename(tmp_path / "x.docx")
    with pytest.raises(checksig.ManifestError, match=r"x\.docx.*no list beside it"):
        checksig.audit(path)


def test_a_file_that_is_compressed_and_no_archive_is_one_file(tmp_path: Path) -> None:
    path = written(tmp_path / "data.csv.zst", zstd(b"a,b\n" * 999))
    with pytest.raises(checksig.ManifestError, match="no list beside"):
        checksig.audit(path)
    written(tmp_path / "data.csv.zst.sha256", sums({"data.csv.zst": path.read_bytes()}))
    assert checksig.verify(path).files == 1


def test_an_archive_that_is_a_zip_as_well_is_refused(tmp_path: Path) -> None:
    """Programs that look for a zip look at the end of a file, others at the beginning."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("evil", b"evil")
        file.comment = bytes(10240)
    inner = made.getvalue()
    files = {"a": b"a", "SHA256SUMS": sums({"a": b"a"})}
    whole = tar({**files, "z": inner[:-10240]})
    end = len(whole) - whole.rindex(b"PK\5\6") - 22
    at = whole.rindex(b"PK\5\6") + 20
    path = written(tmp_path / "x.jar", whole[:at] + end.to_bytes(2, "little") + whole[at + 2 :])
    with zipfile.ZipFile(path) as file:
        assert file.namelist() == ["evil"]
    with pytest.raises(checksig.ArchiveError, match="a zip as well"):
        checksig.audit(path)


def test_a_tar_of_zstd_is_an_archive_like_others(tmp_path: Path) -> None:
    files = {"a": b"a", "b": bytes(99_999)}
    whole = {**files, "SHA256SUMS": sums(files)}
    for name in ("x.tar.zst", "x.tzst"):
        data = zstd(tar(whole))
        path = written(tmp_path / name, data)
        assert checksig.verify(path, complete=True).files == len(files)
        for place in range(0, len(data), 17):
            assert not ok(written(path, data[:place])), place
        for more in (b"x", data):
            assert not ok(written(path, data + more))
    bomb = {"bomb": bytes(90 << 20)}
    written(path, zstd(tar({**bomb, "SHA256SUMS": sums(bomb)})))
    with pytest.raises(checksig.ArchiveError, match="200 times"):
        checksig.audit(path)


def test_without_the_package_for_zstd_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"a": b"a"}
    path = written(tmp_path / "x.tar.zst", zstd(tar({**files, "SHA256SUMS": sums(files)})))
    compressed = zstd(sums(files))
    for name in ("compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(checksig.ArchiveError, match=r"pip install 'checksig\[zstd\]'"):
        checksig.audit(path)
    path = written(tmp_path / "SHA256SUMS.zst", compressed)
    with pytest.raises(checksig.ManifestError, match=r"pip install 'checksig\[zstd\]'"):
        checksig.audit(path)
    with pytest.raises(checksig.ManifestError, match=r"pip install 'checksig\[zstd\]'"):
        checksig.audit(tmp_path)
    written(tmp_path / "a", b"a")
    written(tmp_path / "SHA1SUMS", f"{sha1(b'a')}  a\n".encode())
    assert failures(tmp_path) == {str(tmp_path / "SHA256SUMS.zst"): "malformed"}


def test_a_list_that_is_compressed_with_zstd_is_read_and_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"a": b"a", "b": b"b"}
    for name, content in files.items():
        written(tmp_path / name, content)
    data = zstd(sums(files))
    path = written(tmp_path / "SHA256SUMS.zst", data)
    assert checksig.verify(tmp_path).files == len(files)
    assert checksig.verify(path).files == len(files)
    written(path, data[:-3])
    with pytest.raises(checksig.ManifestError, match="cut off"):
        checksig.audit(path)
    written(path, data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(checksig.ManifestError, match="damaged"):
        checksig.audit(path)
    written(path, data + b"more")
    with pytest.raises(checksig.ManifestError, match="damaged"):
        checksig.audit(path)
    monkeypatch.setattr("checksig._formats._plain._MAX_SIZE", 100)
    written(path, zstd(sums(files)))
    with pytest.raises(checksig.ManifestError, match="larger than 100"):
        checksig.audit(path)


def test_a_package_of_conda_is_what_its_paths_say(tmp_path: Path) -> None:
    files = {"lib/a.py": b"a = 1\n", "bin/b": bytes(9999)}
    path = conda(tmp_path / "tool-1-0.conda", files, files)
    report = checksig.verify(path)
    assert (report.files, report.manifests[0].path) == (2, f"{path}/info/paths.json")
    conda(path, {**files, "lib/a.py": b"a = 2\n"}, {**files, "gone": b""})
    assert failures(path) == {"lib/a.py": "mismatch", "gone": "missing"}
    with_info = {"info/paths.json": packages.paths_json(files), **files}
    assert checksig.verify(pack(tmp_path / "tool-1-0.tar.bz2", with_info)).files == 2


def test_a_package_of_conda_is_held_to_the_checksums_of_its_zip(tmp_path: Path) -> None:
    files = {"lib/a.py": b"a = 1\n"}
    path = conda(tmp_path / "x.conda", files, files)
    whole = path.read_bytes()
    places = range(0, len(whole), 23)
    assert len(places) > 20
    for place in places:
        assert not ok(written(path, whole[:place])), place
    start, end = whole.index(zstd(b"")[:4]), whole.rindex(b"PK\3\4")
    for place in range(start, end, 11):
        assert not ok(written(path, whole[:place] + b"!" + whole[place + 1 :])), place
    conda(path, files, files, zipfile.ZIP_DEFLATED)
    with pytest.raises(checksig.ArchiveError, match="by the zip as well"):
        checksig.audit(path)


def test_a_package_of_conda_that_grows_or_says_two_things_is_refused(tmp_path: Path) -> None:
    path = conda(tmp_path / "x.conda", {"bomb": bytes(90 << 20)}, {})
    with pytest.raises(checksig.ArchiveError, match="200 times"):
        checksig.audit(path)
    path = conda(path, {"a": b"a", "info/paths.json": b"{}", "../up": b""}, {"a": b"a"})
    assert not ok(path)
    path = conda(path, {"a": b"a", "../up": b""}, {"a": b"a"})
    assert failures(path) == {"../up": "unsafe-path"}
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("pkg-other-1-0.tar.zst", zstd(tar({"a": b"b"})))
    with pytest.raises(checksig.ArchiveError, match="more than one archive"):
        checksig.audit(path)
