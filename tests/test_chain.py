"""Lists that list lists: what they prove, and whom it is trusted from."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from keypairs import KEY
from trees import sha256

import checksig
from checksig import Status
from checksig.errors import SignatureUntrusted

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A file, its list, and a list of that list, which only the last name tells."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "a").write_bytes(b"a")
    (root / "content").mkdir()
    text = f"{sha256(b'a')}  a\n".encode()
    (root / "SHA256SUMS").write_bytes(text)
    (root / "SHA256SUMS.sha256").write_text(f"# of the list\n{sha256(text)}  SHA256SUMS\n")
    return root


def statuses(report: checksig.Report) -> list[tuple[str, Status]]:
    return [(each.path, each.status) for each in report.failures]


def test_a_list_that_a_list_lists_is_checked_as_well(root: Path) -> None:
    report = checksig.verify(root / "SHA256SUMS.sha256")
    assert report.files == 2
    assert [source.path.rpartition("/")[2] for source in report.manifests] == [
        "SHA256SUMS.sha256", "SHA256SUMS",
    ]  # fmt: skip
    (root / "a").write_bytes(b"b")
    assert statuses(checksig.audit(root / "SHA256SUMS.sha256")) == [("a", Status.MISMATCH)]


def test_a_list_with_another_digest_is_not_followed(root: Path) -> None:
    (root / "SHA256SUMS").write_text(f"{sha256(b'b')}  a\n")
    report = checksig.audit(root / "SHA256SUMS.sha256")
    assert statuses(report) == [("SHA256SUMS", Status.MISMATCH)]


def test_a_list_of_lists_in_a_directory_below(root: Path) -> None:
    (root / "sub").mkdir()
    (root / "sub/b").write_bytes(b"b")
    text = f"{hashlib.md5(b'b').hexdigest()}  b\n".encode()  # noqa: S324 (what people have)
    (root / "sub/md5sum.txt").write_bytes(text)
    (root / "SHA256SUMS.sha256").unlink()
    (root / "SHA256SUMS").write_text(f"{sha256(text)}  sub/md5sum.txt\n")
    assert checksig.verify(root).files == 2
    (root / "sub/b").write_bytes(b"c")
    assert statuses(checksig.audit(root)) == [("sub/b", Status.MISMATCH)]


@pytest.mark.parametrize(
    ("name", "what"),
    [("Release", "an index of Debian packages"), ("InRelease", "an index of Debian packages")],
)
def test_a_list_of_no_known_format_is_said_not_to_be_followed(
    tmp_path: Path, name: str, what: str
) -> None:
    (tmp_path / name).write_bytes(b"{}")
    (tmp_path / f"{name}.sha512").write_text(f"{hashlib.sha512(b'{}').hexdigest()}  {name}\n")
    report = checksig.verify(tmp_path)
    assert report.remarks == (f"{name} is {what}, and was not followed",)


def test_lists_that_list_each_other_end(root: Path) -> None:
    (root / "x.md5").write_text(f"{'0' * 32}  y.md5\n")
    (root / "y.md5").write_text(f"{'0' * 32}  x.md5\n")
    report = checksig.audit(root / "x.md5")
    assert statuses(report) == [("y.md5", Status.MISMATCH)]


# --- trust ---


def sign(path: Path) -> None:
    path.with_name(f"{path.name}.minisig").write_bytes(KEY.minisign(path.read_bytes()))


def test_a_signed_list_of_lists_carries_trust_down(root: Path, key: Path) -> None:
    sign(root / "SHA256SUMS.sha256")
    assert checksig.verify(root, trust=key).files == 2
    (root / "SHA256SUMS").write_text(f"{sha256(b'a')}  ./a\n")
    with pytest.raises(SignatureUntrusted, match=r"SHA256SUMS.* is not signed"):
        checksig.verify(root, trust=key)


def test_a_weak_digest_of_a_list_carries_no_trust(root: Path, key: Path) -> None:
    text = (root / "SHA256SUMS").read_bytes()
    digest = hashlib.md5(text).hexdigest()  # noqa: S324 (it is the point)
    (root / "SHA256SUMS.sha256").unlink()
    (root / "MD5SUMS").write_text(f"{digest}  SHA256SUMS\n")
    sign(root / "MD5SUMS")
    with pytest.raises(SignatureUntrusted, match=r"SHA256SUMS.* is not signed"):
        checksig.verify(root, trust=key)
    report = checksig.audit(root / "MD5SUMS", trust=key)
    assert report.files == 1
    assert "SHA256SUMS is listed without a strong digest, and was not followed" in report.remarks


# --- a tree of Gentoo ---


def entry(tag: str, path: str, data: bytes) -> str:
    digest = hashlib.blake2b(data).hexdigest()
    return f"{tag} {path} {len(data)} BLAKE2B {digest} SHA512 {hashlib.sha512(data).hexdigest()}\n"


@pytest.fixture
def gentoo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    (root / "app/one/files").mkdir(parents=True)
    (root / "app/one/one-1.ebuild").write_bytes(b"ebuild")
    (root / "app/one/files/one.patch").write_bytes(b"patch")
    one = (
        entry("AUX", "one.patch", b"patch")
        + entry("EBUILD", "one-1.ebuild", b"ebuild")
        + entry("DIST", "one-1.tar.gz", b"tar")
    ).encode()
    (root / "app/one/Manifest").write_bytes(one)
    packed = gzip.compress(entry("MANIFEST", "one/Manifest", one).encode())
    (root / "app/Manifest.gz").write_bytes(packed)
    (root / "distfiles").mkdir()
    (root / "distfiles/anything").touch()
    (root / ".git").mkdir()
    (root / ".git/config").touch()
    top = "TIMESTAMP 2026-01-31T12:00:00Z\nIGNORE distfiles\nOPTIONAL ChangeLog\n"
    (root / "Manifest").write_text(top + entry("MANIFEST", "app/Manifest.gz", packed))
    return root


def test_a_tree_of_gentoo_is_checked_from_its_top(gentoo: Path, key: Path) -> None:
    sign(gentoo / "Manifest")
    report = checksig.verify(gentoo, trust=key, complete=True)
    assert report.files == 4
    assert "1 file need not be here, and is not" in report.remarks
    for name, status in (
        ("app/one/files/one.patch", Status.MISMATCH), ("app/one/one-1.ebuild", Status.MISMATCH),
        ("app/one/Manifest", Status.MISMATCH), ("app/Manifest.gz", Status.MISMATCH),
    ):  # fmt: skip
        right = (gentoo / name).read_bytes()
        (gentoo / name).write_bytes(right[:-1] + b"!")
        assert (name, status) in statuses(checksig.audit(gentoo, trust=key))
        (gentoo / name).write_bytes(right)


@pytest.mark.parametrize("name", ["stray", "app/stray", "app/one/files/stray"])
def test_a_stray_file_in_a_tree_of_gentoo_is_unlisted(gentoo: Path, name: str) -> None:
    (gentoo / name).touch()
    assert statuses(checksig.audit(gentoo, complete=True)) == [(name, Status.UNLISTED)]


def test_a_list_below_the_top_does_not_vouch_for_its_own_directory(gentoo: Path) -> None:
    (gentoo / "extra").mkdir()
    (gentoo / "extra/evil.ebuild").write_bytes(b"evil")
    (gentoo / "extra/Manifest").write_text(entry("EBUILD", "evil.ebuild", b"evil"))
    failures = statuses(checksig.audit(gentoo, recursive=True, complete=True))
    assert ("extra/Manifest", Status.UNLISTED) in failures


def test_a_file_that_may_lie_elsewhere_is_checked_if_it_is_here(gentoo: Path) -> None:
    (gentoo / "app/one/one-1.tar.gz").write_bytes(b"rat")
    report = checksig.audit(gentoo)
    assert statuses(report) == [("app/one/one-1.tar.gz", Status.MISMATCH)]


def test_what_only_a_list_below_ignores_is_not_ignored_above(gentoo: Path) -> None:
    text = (gentoo / "app/one/Manifest").read_text() + "IGNORE ../two\nIGNORE /files\n"
    (gentoo / "app/one/Manifest").write_text(text)
    packed = gzip.compress(entry("MANIFEST", "one/Manifest", text.encode()).encode())
    (gentoo / "app/Manifest.gz").write_bytes(packed)
    (gentoo / "Manifest").write_text(entry("MANIFEST", "app/Manifest.gz", packed))
    (gentoo / "app/two").mkdir()
    (gentoo / "app/two/stray").touch()
    (gentoo / "app/one/files/stray").touch()
    failures = statuses(checksig.audit(gentoo, complete=True))
    assert ("app/two/stray", Status.UNLISTED) in failures


# --- lists among files ---


def test_a_list_among_files_is_followed_if_it_speaks_for_others(tmp_path: Path) -> None:
    inner = f"{sha256(b'b')}  b\n".encode()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b").write_bytes(b"b")
    (tmp_path / "sub/SHA256SUMS").write_bytes(inner)
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'a')}  a\n{sha256(inner)}  sub/SHA256SUMS\n")
    assert checksig.verify(tmp_path).files == 3
    (tmp_path / "sub/b").write_bytes(b"c")
    assert statuses(checksig.audit(tmp_path)) == [("sub/b", Status.MISMATCH)]


def test_a_list_of_files_that_are_listed_is_not_followed_and_told(tmp_path: Path) -> None:
    """So what a list says that was made of any tree is right, whatever lists lie in it."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b").write_bytes(b"changed since")
    for name in ("MD5SUMS", "SHA256SUMS"):
        (tmp_path / "sub" / name).write_text(f"{sha256(b'b')}  b\n"[: 32 if name[0] == "M" else 99])
    (tmp_path / "sub/SHA256SUMS").write_text(f"{sha256(b'b')}  b\n{sha256(b'b')}  gone\n")
    checksig.create(tmp_path, output=tmp_path / "SHA256SUMS")
    report = checksig.verify(tmp_path, complete=True)
    [remark] = report.remarks
    assert remark.startswith("sub/SHA256SUMS is listed among files, and was not followed")


def test_what_cannot_be_read_below_is_told_and_fails_nothing(tmp_path: Path) -> None:
    """The files are those that were listed: what their authors say of others is not ours."""
    signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
    for name, text in {
        "s/SHA256SUMS.asc": f"{signed}{sha256(b'x')}  x\n",
        "s/a.dsc": f"{signed}Format: 3.0\n",
        "s/x.tgz.sha512": "x.tgz: 0A1B 2C3D 0A1B 2C3D\n       0A1B 2C3D 0A1B 2C3D\n",
        "s/e/SHA256SUMS": f"{sha256(b'd')}  d\n",
        "p/info/paths.json": "{}",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "s/e/d").mkdir()
    checksig.create(tmp_path, output=tmp_path / "SHA256SUMS")
    report = checksig.verify(tmp_path)
    assert report.files == 5
    assert any("not followed" in remark for remark in report.remarks)


def test_a_list_that_is_for_a_directory_elsewhere_is_told(tmp_path: Path) -> None:
    """So is the RECORD in a directory that is checked alone."""
    here = tmp_path / "x.dist-info"
    here.mkdir()
    (here / "METADATA").write_bytes(b"m")
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"m").digest()).decode().rstrip("=")
    (here / "RECORD").write_text(f"x.dist-info/METADATA,sha256={digest},1\n")
    checksig.create(here, output=here / "SHA256SUMS")
    report = checksig.verify(here)
    assert (report.files, len(report.manifests)) == (2, 1)
    assert any("outside of this one" in remark for remark in report.remarks)


def test_files_that_only_a_list_below_lists_and_that_are_gone_are_counted(tmp_path: Path) -> None:
    inner = f"{sha256(b'b')}  b\n".encode()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/SHA256SUMS").write_bytes(inner)
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'a')}  a\n{sha256(inner)}  sub/SHA256SUMS\n")
    [remark] = checksig.verify(tmp_path).remarks
    assert remark.endswith("not followed; of what they list, 1 file could not be found")


@pytest.mark.parametrize("layout", ["one line", "with a URL", "zero bytes", "backslashes"])
def test_a_list_among_files_is_found_in_any_layout(tmp_path: Path, layout: str) -> None:
    inner = f"{sha256(b'other')}  b\n".encode()
    (tmp_path / "sub").mkdir()
    for name, data in {"a": b"a", "sub/b": b"b", "sub/x": b"a", "sub/SHA256SUMS": inner}.items():
        (tmp_path / name).write_bytes(data)
    listed = {name: sha256((tmp_path / name).read_bytes()) for name in ("a", "sub/SHA256SUMS")}
    if layout == "one line":
        rows = [{"path": name, "hash": f"sha256:{digest}"} for name, digest in listed.items()]
        rows.append({"path": "sub/x", "hash": f"sha256:{sha256(b'a')}"})
        (tmp_path / "datapackage.json").write_text(json.dumps({"resources": rows}))
    elif layout == "with a URL":
        rows = [f"{name} sha256:{digest} https://example.org/x" for name, digest in listed.items()]
        (tmp_path / "registry.txt").write_text("\n".join(rows))
    elif layout == "zero bytes":
        rows = [f"{digest}  {name}\0" for name, digest in listed.items()]
        (tmp_path / "SHA256SUMS").write_text("".join(rows))
    else:
        rows = [f"{digest} *{name}\n".replace("/", "\\") for name, digest in listed.items()]
        (tmp_path / "SHA256SUMS").write_text("".join(rows))
    assert statuses(checksig.audit(tmp_path)) == [("sub/b", Status.MISMATCH)]


def test_a_list_below_that_names_what_is_behind_a_link_is_followed(tmp_path: Path) -> None:
    inner = f"{sha256(b'other')}  l\n".encode()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/real").write_bytes(b"b")
    (tmp_path / "sub/l").symlink_to("real")
    (tmp_path / "sub/SHA256SUMS").write_bytes(inner)
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'a')}  a\n{sha256(inner)}  sub/SHA256SUMS\n")
    assert statuses(checksig.audit(tmp_path)) == [("sub/l", Status.MISMATCH)]
