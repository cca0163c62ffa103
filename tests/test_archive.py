"""Archives are checked in place, by the rules of directories."""

from __future__ import annotations

import io
import tarfile
import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest
from archives import SUFFIXES, pack, record_line, sums, wheel
from test_bag import FILES as PAYLOAD
from test_bag import listing
from trees import sha1, sha256

import checksig
from checksig import Entry, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from conftest import Answer

FILES = {"a": b"a", "sub/b c": bytes(range(256)) * 400, "sub/empty": b""}
CODE = {"p/__init__.py": b"x = 1\n", "p/m.py": b"y = 2\n", "p-1.dist-info/METADATA": b"Name: p\n"}


def statuses(report: checksig.Report) -> dict[str, Status]:
    return {result.path: result.status for result in report.failures}


@pytest.mark.parametrize("top", ["", "./", "one/"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_archive_is_checked_against_the_list_in_it(
    tmp_path: Path, suffix: str, top: str
) -> None:
    """At the top, or in the one directory that everything is in."""
    files = {f"{top}{name}": data for name, data in FILES.items()}
    files[f"{top}SHA256SUMS"] = sums(FILES)
    archive = pack(tmp_path / f"x{suffix}", files)
    report = checksig.verify(archive)
    assert (report.files, report.counts[Status.OK], report.root) == (3, 3, str(archive))
    assert report.counts[Status.UNLISTED] == 0
    assert report.bytes == sum(map(len, FILES.values()))
    assert list(tmp_path.iterdir()) == [archive]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_wrong_in_an_archive_has_the_status_it_has_in_a_directory(
    tmp_path: Path, suffix: str
) -> None:
    listed = {**FILES, "gone": b"", "a": b"A", "../up": b"", "/abs": b""}
    archive = pack(tmp_path / f"x{suffix}", {**FILES, "extra": b"", "SHA256SUMS": sums(listed)})
    report = checksig.audit(archive, complete=True)
    assert statuses(report) == {
        "a": Status.MISMATCH,
        "gone": Status.MISSING,
        "../up": Status.UNSAFE_PATH,
        "/abs": Status.UNSAFE_PATH,
        "extra": Status.UNLISTED,
    }
    assert report.counts[Status.OK] == 2
    assert not checksig.audit(archive, ignore_missing=True).ok


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_the_options_of_a_directory_are_those_of_an_archive(tmp_path: Path, suffix: str) -> None:
    files = {**FILES, "extra": b"", "SHA256SUMS": sums({**FILES, "gone": b""})}
    archive = pack(tmp_path / f"x{suffix}", files)
    assert statuses(checksig.audit(archive)) == {"gone": Status.MISSING}
    assert checksig.verify(archive, ignore_missing=True).ignored == 1
    assert checksig.verify(archive, exclude=["gone"], workers=1).excluded == 1
    assert checksig.verify(archive, include=["sub/"]).files == 2
    report = checksig.audit(archive, exclude=["gone"], require=["nothing"])
    assert statuses(report) == {"nothing": Status.MISSING}
    assert len(list(checksig.iter_verify(archive))) == 4
    kept = checksig.audit(archive, keep_results=True).results
    assert kept is not None
    assert {r.path for r in kept if r.ok} == set(FILES)


@pytest.mark.parametrize("option", ["recursive", "size_only", "find_moved", "drop_cache"])
def test_what_is_not_for_archives_is_refused_aloud(tmp_path: Path, option: str) -> None:
    archive = pack(tmp_path / "x.zip", {**FILES, "SHA256SUMS": sums(FILES)})
    with pytest.raises(checksig.ArchiveError, match=option):
        checksig.audit(archive, **{option: True})  # type: ignore[misc]


def test_a_list_elsewhere_can_be_named(tmp_path: Path, cli: Callable[..., Answer]) -> None:
    archive = pack(tmp_path / "x.tar", FILES)
    (tmp_path / "list.sha256").write_bytes(sums(FILES))
    answer = cli("verify", archive, "--manifest", tmp_path / "list.sha256", "--complete")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("VERIFIED")
    answer = cli("verify", archive)
    assert answer.code == 2
    assert "no list of digests" in answer.err


def test_a_file_of_several_lists_is_read_once(tmp_path: Path) -> None:
    lists = {
        "SHA256SUMS": sums(FILES),
        "SHA1SUMS": "".join(f"{sha1(data)}  {name}\n" for name, data in FILES.items()).encode(),
    }
    archive = pack(tmp_path / "x.zip", {**FILES, **lists})
    report = checksig.verify(archive)
    assert [a.name for a in report.algorithms] == ["sha1", "sha256"]
    assert report.bytes == sum(map(len, FILES.values()))
    lists["SHA1SUMS"] = lists["SHA1SUMS"].replace(sha1(b"a").encode(), sha1(b"A").encode())
    [failure] = checksig.audit(pack(archive, {**FILES, **lists})).failures
    assert (failure.algorithm, failure.listed, failure.found) == ("sha1", sha1(b"A"), sha1(b"a"))
    assert failure.manifest == f"{archive}/SHA1SUMS"
    assert [digest.ok for digest in failure.digests].count(True) == 1


def test_the_same_member_listed_twice_must_match_both_times(tmp_path: Path) -> None:
    conflicting = sums({"a": b"a"}) + sums({"./a": b"A"})
    archive = pack(tmp_path / "x.zip", {"a": b"a", "SHA256SUMS": conflicting})
    [failure] = checksig.audit(archive).failures
    assert failure.status is Status.MISMATCH
    assert failure.listed == sha256(b"A")
    assert "listed twice" in failure.detail


def test_a_wheel_is_checked_against_its_record(tmp_path: Path) -> None:
    report = checksig.verify(pack(tmp_path / "p-1-py3-none-any.whl", wheel(CODE)))
    assert (report.files, report.complete) == (3, True)
    assert report.manifests[0].format == "record"


@pytest.mark.parametrize(
    ("extra", "lines", "status"),
    [
        ({"p/evil.py": b""}, (), Status.UNLISTED),
        ({}, ("p/n.py,,\n",), Status.MALFORMED),
        ({}, ("p/n.py,md5=1B2M2Y8AsgTpgAmY7PhCfg,0\n",), Status.MALFORMED),
        ({}, ("p/n.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n",), Status.MISSING),
        ({"q.py": b"12"}, (record_line("q.py", b"1"),), Status.MISMATCH),
        ({"q.py": b"2"}, (record_line("q.py", b"1"),), Status.MISMATCH),
    ],
)
def test_a_wheel_lists_everything_with_a_digest(
    tmp_path: Path, extra: dict[str, bytes], lines: tuple[str, ...], status: Status
) -> None:
    files = wheel(CODE, *lines)
    [failure] = checksig.audit(pack(tmp_path / "p.whl", {**files, **extra})).failures
    assert failure.status is status


def test_the_signatures_of_a_record_are_not_listed(tmp_path: Path) -> None:
    files = {**wheel(CODE), "p-1.dist-info/RECORD.jws": b"", "p-1.dist-info/RECORD.p7s": b""}
    assert checksig.verify(pack(tmp_path / "p.whl", files)).ok


def test_a_wheel_without_a_record_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(checksig.ManifestError, match="RECORD"):
        checksig.audit(pack(tmp_path / "p.whl", CODE))


@pytest.mark.parametrize("top", ["", "bag/"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_bag_in_an_archive_is_held_to_the_rules_of_bags(
    tmp_path: Path, suffix: str, top: str
) -> None:
    files = {f"data/{name}": content for name, content in PAYLOAD.items()} | {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": b"Payload-Oxum: 10001.3\n",
        "manifest-sha256.txt": listing("sha256", PAYLOAD).encode(),
    }

    def audit(**changed: bytes) -> checksig.Report:
        some = {f"{top}{name}": content for name, content in (files | changed).items()}
        return checksig.audit(pack(tmp_path / f"x{suffix}", some))

    report = audit()
    assert report.ok
    assert report.complete
    assert statuses(audit(**{"data/a": b"A"})) == {"data/a": Status.MISMATCH}
    assert statuses(audit(**{"notes.txt": b"A"})) == {}
    assert Status.UNLISTED in statuses(audit(**{"data/extra": b""})).values()
    [failure] = audit(**{"bag-info.txt": b"Payload-Oxum: 10001.4\n"}).failures
    assert "Payload-Oxum" in failure.detail


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "C:/x", "c:x", "a\\b", "\\\\h\\x"])
@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_a_member_with_a_name_that_leads_elsewhere_fails(
    tmp_path: Path, suffix: str, name: str
) -> None:
    archive = pack(tmp_path / f"x{suffix}", {**FILES, name: b"", "SHA256SUMS": sums(FILES)})
    assert statuses(checksig.audit(archive)) == {name: Status.UNSAFE_PATH}


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
@pytest.mark.parametrize("name", ["a", "./a", "extra"])
def test_two_members_of_the_same_name_fail(tmp_path: Path, suffix: str, name: str) -> None:
    """Whoever unpacks them gets the one or the other."""
    files = {**FILES, "extra": b"", "SHA256SUMS": sums(FILES)}
    archive = pack(tmp_path / f"x{suffix}", files)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if suffix == ".zip":
            with zipfile.ZipFile(archive, "a") as file:
                file.writestr(name, b"other")
        else:
            with tarfile.open(archive, "a") as file:
                info = tarfile.TarInfo(name)
                info.size = 5
                file.addfile(info, io.BytesIO(b"other"))
    [failure] = checksig.audit(archive).failures
    assert failure.status is Status.UNREADABLE
    assert "more than one member" in failure.detail


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_a_member_that_is_no_file_is_not_regular(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        for name, content in {"a": b"a", "SHA256SUMS": sums({"a": b"a", "l": b"a"})}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("l")
        link.type, link.linkname = kind, "a"
        archive.addfile(link)
    assert statuses(checksig.audit(path)) == {"l": Status.NOT_REGULAR}


def linked(path: Path, listed: Mapping[str, bytes], links: Sequence[tuple[str, str]]) -> Path:
    """Make a tar of ``a``, hard links, and a list; a link to ``late`` comes before that."""
    mode = "w:gz" if path.suffix == ".gz" else "w"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name in ("d/a", *[name for name, _ in links], "d/late", "d/SHA256SUMS"):
            info = tarfile.TarInfo(name)
            content = sums(listed) if name.endswith("SUMS") else name[-1:].encode()
            if target := dict(links).get(name):
                info.type, info.linkname, content = tarfile.LNKTYPE, target, b""
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz"])
def test_a_hard_link_in_a_tar_is_the_member_that_it_leads_to(tmp_path: Path, suffix: str) -> None:
    links = [("d/b", "d/a"), ("d/c", "d/b")]
    path = linked(tmp_path / f"x{suffix}", {"a": b"a", "b": b"a", "c": b"a"}, links)
    assert checksig.audit(path).ok
    assert sorted(r.path for r in checksig.iter_verify(path)) == ["a", "b", "c"]
    path = linked(tmp_path / f"y{suffix}", {"b": b"a", "c": b"x"}, links)
    assert statuses(checksig.audit(path)) == {"c": Status.MISMATCH}


@pytest.mark.parametrize("target", ["d/late", "d/nothing", "../a", "d/b"])
def test_a_hard_link_to_nothing_before_it_is_not_regular(tmp_path: Path, target: str) -> None:
    path = linked(tmp_path / "x.tar", {"a": b"a", "b": b"a"}, [("d/b", target)])
    assert statuses(checksig.audit(path)) == {"b": Status.NOT_REGULAR}


def test_a_member_whose_name_is_not_safe_is_told_once(tmp_path: Path) -> None:
    archive = pack(tmp_path / "x.tar", {"\\w": b"w", "a": b"a", "SHA256SUMS": sums({"a": b"a"})})
    report = checksig.audit(archive, complete=True)
    assert [(f.path, f.status) for f in report.failures] == [("\\w", Status.UNSAFE_PATH)]
    assert report.counts[Status.UNLISTED] == 0


def test_what_progress_raises_is_not_taken_for_a_fault_of_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checksig._places.archive._TELL_AFTER", 0)
    archive = pack(tmp_path / "x.tar", {"a": b"a", "SHA256SUMS": sums({"a": b"a"})})

    def progress(_: checksig.Progress) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        checksig.audit(archive, progress=progress)


def test_a_zip_of_more_members_than_one_batch_is_ok(tmp_path: Path) -> None:
    files = {f"{n:04}": b"%d" % n for n in range(5000)}
    archive = pack(tmp_path / "x.zip", {**files, "SHA256SUMS": sums(files)})
    report = checksig.audit(archive)
    assert report.ok
    assert report.counts[Status.OK] == len(files)


def test_a_link_in_a_zip_is_not_regular(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"SHA256SUMS": sums({"l": b"a"})})
    link = zipfile.ZipInfo("l")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, b"a")
    assert statuses(checksig.audit(path)) == {"l": Status.NOT_REGULAR}


def test_a_directory_that_is_listed_as_a_file_is_no_success(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"d/": b"", "a": b"", "SHA256SUMS": sums({"d": b"", "a": b""})})
    assert statuses(checksig.audit(path)) == {"d": Status.NOT_REGULAR}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_entries_take_the_place_of_the_lists_in_an_archive(tmp_path: Path, suffix: str) -> None:
    """A list in the archive is a member like any other then."""
    archive = pack(tmp_path / f"x{suffix}", {**FILES, "SHA256SUMS": sums({"a": b"A"})})
    entries = [Entry(name, sha256(data), "sha256") for name, data in FILES.items()]
    report = checksig.verify(archive, entries=iter(entries))
    assert (report.files, report.manifests, report.counts[Status.UNLISTED]) == (3, (), 1)
    wrong = [Entry("a", sha1(b"A"), "SHA1", 1, 1), Entry("gone", sha1(b""), "sha1")]
    wrong += [Entry("sub/empty", sha1(b""), "sha1", 3, 4), Entry("../x", sha1(b""), "sha1")]
    assert statuses(checksig.audit(archive, entries=wrong, complete=True)) == {
        "a": Status.MISMATCH,
        "gone": Status.MISSING,
        "sub/empty": Status.MISMATCH,
        "../x": Status.UNSAFE_PATH,
        "sub/b c": Status.UNLISTED,
        "SHA256SUMS": Status.UNLISTED,
    }


def test_entries_of_an_archive_have_to_be_entries(tmp_path: Path) -> None:
    archive = pack(tmp_path / "x.zip", FILES)
    with pytest.raises(checksig.ManifestError, match="empty"):
        checksig.audit(archive, entries=[])
    with pytest.raises(TypeError, match="an Entry is needed"):
        checksig.audit(archive, entries=[("a", sha256(b"a"), "sha256")])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="entries cannot be combined with manifest"):
        checksig.audit(archive, entries=[], manifest="x")


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_names_are_compared_byte_by_byte(tmp_path: Path, suffix: str) -> None:
    """Another case, or another form of the same letters, is another name."""
    composed, apart = "caf\u00e9", "cafe\u0301"
    files = {"README": b"1", composed: b"2", "right": b"3"}
    listed = {"readme": b"1", apart: b"2", "right": b"3"}
    archive = pack(tmp_path / f"x{suffix}", {**files, "SHA256SUMS": sums(listed)})
    assert statuses(checksig.audit(archive, complete=True)) == {
        "readme": Status.MISSING,
        apart: Status.MISSING,
        "README": Status.UNLISTED,
        composed: Status.UNLISTED,
    }
    both = {"a": b"1", "A": b"2", composed: b"3", apart: b"4"}
    archive = pack(tmp_path / f"y{suffix}", {**both, "SHA256SUMS": sums(both)})
    assert checksig.verify(archive).files == 4
