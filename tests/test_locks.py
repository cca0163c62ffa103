"""Lock files, and the archives of packages that they name."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from archives import pack

from checksig import ManifestError, Status, audit, iter_verify, verify, verify_file

if TYPE_CHECKING:
    from pathlib import Path

    from checksig import Report


def sha256(content: bytes) -> str:
    """Return a digest."""
    return hashlib.sha256(content).hexdigest()


def npm(place: Path, **packages: bytes) -> None:
    """Write a lock file of npm; a name has __ for the slash behind a scope."""
    found = {}
    for name, content in packages.items():
        digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
        called = f"@{name.replace('__', '/')}" if "__" in name else name
        found[f"node_modules/{called}"] = {"version": "1.0.0", "integrity": f"sha512-{digest}"}
    text = json.dumps({"lockfileVersion": 3, "packages": found})
    (place / "package-lock.json").write_text(text)


def requirements(place: Path, *lines: str) -> None:
    """Write a requirement file."""
    (place / "requirements.txt").write_text("\n".join(lines) + "\n")


def right(place: Path, manifest: Path | None = None) -> list[str]:
    """Return the names of all files that are ok, where nothing fails."""
    results = list(iter_verify(place, manifest=manifest))
    assert all(result.ok for result in results), results
    return sorted(result.path for result in results)


def outcomes(report: Report) -> dict[str, Status]:
    """Return what came of each file that is not ok."""
    return {result.path: result.status for result in report.failures}


def test_one_archive_of_each_package_has_to_be_there(tmp_path: Path) -> None:
    wheel = (
        '[[package]]\nname = "{0}"\nwheels = [\n'
        ' {{ url = "https://example.org/{0}-1-cp311-cp311-linux.whl", hash = "sha256:{1}" }},\n'
        ' {{ url = "https://example.org/{0}-1-cp312-cp312-linux.whl", hash = "sha256:{2}" }},\n]\n'
    )
    text = wheel.format("a", sha256(b"a311"), sha256(b"a312"))
    text += wheel.format("b", sha256(b"b311"), sha256(b"b312"))
    (tmp_path / "uv.lock").write_text(f'version = 1\nrequires-python = ">=3.11"\n{text}')
    (tmp_path / "a-1-cp312-cp312-linux.whl").write_bytes(b"a312")
    assert outcomes(audit(tmp_path)) == {"b-1-cp311-cp311-linux.whl": Status.MISSING}
    (tmp_path / "b-1-cp311-cp311-linux.whl").write_bytes(b"b311")
    assert right(tmp_path) == ["a-1-cp312-cp312-linux.whl", "b-1-cp311-cp311-linux.whl"]
    # All that are there have to be right.
    (tmp_path / "b-1-cp312-cp312-linux.whl").write_bytes(b"other")
    assert outcomes(audit(tmp_path)) == {"b-1-cp312-cp312-linux.whl": Status.MISMATCH}


@pytest.mark.parametrize("name", ["Foo_Bar-1.0-py3-none-any.whl", "foo.bar-1.tar.gz"])
def test_an_archive_has_one_of_the_digests_of_its_requirement(tmp_path: Path, name: str) -> None:
    requirements(tmp_path, f"foo-bar==1.0.0 --hash=sha256:{'0' * 64} --hash=sha256:{sha256(b'x')}")
    (tmp_path / name).write_bytes(b"x")
    assert right(tmp_path) == [name]
    (tmp_path / name).write_bytes(b"y")
    assert outcomes(audit(tmp_path)) == {name: Status.MISMATCH}
    (tmp_path / name).unlink()
    report = audit(tmp_path, manifest=tmp_path / "requirements.txt")
    assert outcomes(report) == {"foo-bar==1": Status.MISSING}


def test_another_version_is_another_package(tmp_path: Path) -> None:
    requirements(tmp_path, f"foo==1.0 --hash=sha256:{sha256(b'x')}")
    (tmp_path / "foo-1.0.1.tar.gz").write_bytes(b"x")
    report = audit(tmp_path, manifest=tmp_path / "requirements.txt", complete=True)
    assert outcomes(report) == {"foo==1": Status.MISSING, "foo-1.0.1.tar.gz": Status.UNLISTED}


def test_a_lock_file_is_a_list_only_where_an_archive_of_its_packages_is(tmp_path: Path) -> None:
    npm(tmp_path, left=b"left", right=b"right")
    with pytest.raises(ManifestError, match="has the name of one, but is not one"):
        verify(tmp_path)
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'main')}  main.js\n")
    (tmp_path / "main.js").write_bytes(b"main")
    assert right(tmp_path) == ["main.js"]
    (tmp_path / "left-1.0.0.tgz").write_bytes(b"left")
    assert outcomes(audit(tmp_path)) == {"right-1.0.0.tgz": Status.MISSING}


def test_archives_lie_anywhere_in_the_folder_that_is_named(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    (mirror / "@babel" / "core" / "-").mkdir(parents=True)
    npm(tmp_path, babel__core=b"core", left=b"left")
    (mirror / "@babel" / "core" / "-" / "core-1.0.0.tgz").write_bytes(b"core")
    (mirror / "left-1.0.0.tgz").write_bytes(b"left")
    found = right(mirror, tmp_path / "package-lock.json")
    assert found == ["@babel/core/-/core-1.0.0.tgz", "left-1.0.0.tgz"]
    (mirror / "@babel" / "core" / "-" / "core-1.0.0.tgz").write_bytes(b"left")
    report = audit(mirror, manifest=tmp_path / "package-lock.json")
    assert outcomes(report) == {"@babel/core/-/core-1.0.0.tgz": Status.MISMATCH}


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".zip"])
def test_archives_in_an_archive_are_held_to_a_list_outside_of_it(
    tmp_path: Path, suffix: str
) -> None:
    npm(tmp_path, left=b"left", right=b"right")
    path = pack(tmp_path / f"mirror{suffix}", {"m/left-1.0.0.tgz": b"left"})
    report = audit(path, manifest=tmp_path / "package-lock.json")
    assert outcomes(report) == {"right-1.0.0.tgz": Status.MISSING}
    assert report.counts[Status.OK] == 1


def test_a_lock_file_below_the_top_is_about_its_own_directory(tmp_path: Path) -> None:
    below = tmp_path / "sub"
    (below / "deep").mkdir(parents=True)
    npm(below, left=b"left", right=b"right")
    (below / "left-1.0.0.tgz").write_bytes(b"left")
    (below / "deep/right-1.0.0.tgz").write_bytes(b"right")
    report = audit(tmp_path, recursive=True)
    assert (report.ok, report.counts[Status.OK]) == (True, 2)
    assert right(tmp_path, below / "package-lock.json") == [
        "sub/deep/right-1.0.0.tgz",
        "sub/left-1.0.0.tgz",
    ]
    (below / "deep/right-1.0.0.tgz").write_bytes(b"wrong")
    expected = {"sub/deep/right-1.0.0.tgz": Status.MISMATCH}
    assert outcomes(audit(tmp_path, recursive=True)) == expected


def test_archives_of_two_scopes_may_have_one_name(tmp_path: Path) -> None:
    npm(tmp_path, a__core=b"of a", b__core=b"of b")
    (tmp_path / "core-1.0.0.tgz").write_bytes(b"of b")
    # It is that of b, so that there is none of a.
    assert outcomes(audit(tmp_path)) == {"a-core-1.0.0.tgz": Status.MISSING}
    (tmp_path / "a-core-1.0.0.tgz").write_bytes(b"of a")
    assert right(tmp_path) == ["a-core-1.0.0.tgz", "core-1.0.0.tgz"]
    (tmp_path / "core-1.0.0.tgz").write_bytes(b"of nobody")
    found = outcomes(audit(tmp_path))
    assert found == {"core-1.0.0.tgz": Status.MISMATCH, "b-core-1.0.0.tgz": Status.MISSING}


def test_a_single_archive_is_held_to_the_lock_file_beside_it(tmp_path: Path) -> None:
    text = (
        '[[package]]\nname = "itoa"\nversion = "1.0.11"\n'
        'source = "registry+https://github.com/rust-lang/crates.io-index"\n'
        f'checksum = "{sha256(b"itoa")}"\n'
    )
    (tmp_path / "Cargo.lock").write_text(f"version = 4\n\n{text}{text.replace('itoa', 'ryu')}")
    (tmp_path / "itoa-1.0.11.crate").write_bytes(b"itoa")
    assert verify_file(tmp_path / "itoa-1.0.11.crate").ok
    (tmp_path / "itoa-1.0.11.crate").write_bytes(b"ryu")
    assert not audit(tmp_path / "itoa-1.0.11.crate").ok


def test_an_archive_in_the_cache_of_yarn_is_known_by_the_digits_of_its_checksum(
    tmp_path: Path,
) -> None:
    digest = hashlib.sha512(b"zip").hexdigest()
    (tmp_path / "yarn.lock").write_text(
        "__metadata:\n  version: 8\n\n"
        f'"a@npm:1.0.0":\n  version: 1.0.0\n  checksum: 10c0/{digest}\n'
    )
    path = tmp_path / f"a-npm-1.0.0-0123456789-{digest[:10]}.zip"
    path.write_bytes(b"zip")
    assert right(tmp_path) == [path.name]
    path.write_bytes(b"other")
    assert outcomes(audit(tmp_path)) == {path.name: Status.MISMATCH}
