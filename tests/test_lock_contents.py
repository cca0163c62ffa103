"""Lock files with digests of what is in archives: those of Go, and of NuGet."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import struct
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from archives import pack

from checksig import ManifestError, Status, audit, iter_verify, verify, verify_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from checksig import Report

TOML = "github.com/!burnt!sushi/toml/@v/v1.0.0"
SIGNATURE = ".signature.p7s"


def zipped(
    files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: str = ""
) -> bytes:
    """Return a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
        archive.comment = comment.encode()
    return packed.getvalue()


def h1(files: Mapping[str, bytes]) -> str:
    """Return the digest of files as Go has it: of what sha256sum says of them, in their order."""
    rows = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n"
        for name in sorted(files, key=str.encode)
    )
    return "h1:" + base64.b64encode(hashlib.sha256(rows.encode()).digest()).decode()


def module(name: str) -> dict[str, bytes]:
    """Return the files of a module."""
    return {f"{name}/go.mod": b"module x\n", f"{name}/a.go": b"package a\n", f"{name}/é": b"e"}


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A directory with two modules, as a server of modules has them, and their go.sum."""
    toml = module("github.com/BurntSushi/toml@v1.0.0")
    for path, data in {
        f"{TOML}.zip": zipped(toml),
        f"{TOML}.mod": b"module x\n",
        "golang.org/x/mod/@v/v0.1.0.mod": b"module mod\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "go.sum").write_text(
        f"github.com/BurntSushi/toml v1.0.0 {h1(toml)}\n"
        f"github.com/BurntSushi/toml v1.0.0/go.mod {h1({'go.mod': b'module x' + bytes([10])})}\n"
        f"golang.org/x/mod v0.1.0/go.mod {h1({'go.mod': b'module mod' + bytes([10])})}\n"
    )
    return tmp_path


def outcomes(report: Report) -> dict[str, Status]:
    """Return what came of each file that is not ok."""
    return {result.path: result.status for result in report.failures}


def test_what_is_in_the_archive_of_a_module_is_what_go_sum_says(mirror: Path) -> None:
    report = verify(mirror, complete=True)
    assert (report.files, report.counts[Status.OK]) == (3, 3)
    assert any(remark.startswith("go.sum: digests are of the names") for remark in report.remarks)
    # Packed otherwise, it is the same module.
    toml = module("github.com/BurntSushi/toml@v1.0.0")
    backwards = dict(reversed(toml.items()))
    (mirror / f"{TOML}.zip").write_bytes(zipped(backwards, zipfile.ZIP_STORED, "comment"))
    assert verify(mirror, complete=True).ok
    for name in toml:
        for other in ({**toml, name: b"!"}, {k: v for k, v in toml.items() if k != name}):
            (mirror / f"{TOML}.zip").write_bytes(zipped(other))
            assert outcomes(audit(mirror, complete=True)) == {f"{TOML}.zip": Status.MISMATCH}
    (mirror / f"{TOML}.zip").write_bytes(zipped({**toml, "new": b""}))
    assert outcomes(audit(mirror, complete=True)) == {f"{TOML}.zip": Status.MISMATCH}


def test_a_go_mod_by_itself_is_what_go_sum_says(mirror: Path) -> None:
    (mirror / f"{TOML}.mod").write_bytes(b"module y\n")
    [failure] = audit(mirror, complete=True).failures
    assert (failure.path, failure.status) == (f"{TOML}.mod", Status.MISMATCH)
    assert (failure.algorithm, failure.line) == ("h1", 2)
    assert (
        failure.found
        == hashlib.sha256(
            b"%s  go.mod\n" % hashlib.sha256(b"module y\n").hexdigest().encode()
        ).hexdigest()
    )


def test_modules_lie_anywhere_in_the_folder_that_is_named(mirror: Path) -> None:
    cache = mirror / "pkg/mod/cache/download"
    cache.mkdir(parents=True)
    for name in ("github.com", "golang.org"):
        (mirror / name).rename(cache / name)
    assert len(list(iter_verify(mirror / "pkg", manifest=mirror / "go.sum"))) == 3
    with pytest.raises(ManifestError, match="has the name of one, but is not one"):
        verify(mirror)  # go.sum is one of the sources
    (cache / f"{TOML}.zip").unlink()
    report = audit(mirror / "pkg", manifest=mirror / "go.sum")
    assert outcomes(report) == {f"{TOML}.zip": Status.MISSING}


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".zip"])
def test_modules_in_an_archive_are_held_to_a_list_outside_of_it(mirror: Path, suffix: str) -> None:
    files = {TOML + end: (mirror / (TOML + end)).read_bytes() for end in (".zip", ".mod")}
    path = pack(mirror.parent / f"mirror{suffix}", files)
    report = audit(path, manifest=mirror / "go.sum")
    assert outcomes(report) == {"golang.org/x/mod/@v/v0.1.0.mod": Status.MISSING}
    assert report.counts[Status.OK] == 2
    path.unlink()
    files[f"{TOML}.zip"] = zipped({})
    report = audit(pack(path, files), manifest=mirror / "go.sum", ignore_missing=True)
    assert outcomes(report) == {f"{TOML}.zip": Status.MISMATCH}


def test_one_module_is_held_to_a_go_sum(mirror: Path) -> None:
    assert verify_file(mirror / f"{TOML}.zip", manifest=mirror / "go.sum").ok
    (mirror / f"{TOML}.zip").write_bytes(zipped({}))
    report = audit(mirror / f"{TOML}.zip", manifest=mirror / "go.sum")
    assert outcomes(report) == {"v1.0.0.zip": Status.MISMATCH}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a zip"),
        (b"PK\3\4" + bytes(30), "zip"),
        (zipped({"a\nb": b""}), "no such name"),
    ],
)
def test_what_is_no_archive_of_a_module_is_told(mirror: Path, data: bytes, why: str) -> None:
    (mirror / f"{TOML}.zip").write_bytes(data)
    [failure] = audit(mirror).failures
    assert (failure.path, failure.status) == (f"{TOML}.zip", Status.UNREADABLE)
    assert why in failure.detail


def test_a_module_with_a_file_that_is_there_twice_is_told(mirror: Path) -> None:
    twice = zipped({"a": b"", "b": b""}).replace(b"b", b"a")
    (mirror / f"{TOML}.zip").write_bytes(twice)
    [failure] = audit(mirror).failures
    assert "there twice" in failure.detail


def test_a_module_that_grows_without_end_is_refused(mirror: Path) -> None:
    (mirror / f"{TOML}.zip").write_bytes(zipped({"a": bytes(80 << 20)}))
    [failure] = audit(mirror).failures
    assert (failure.status, "too large" in failure.detail) == (Status.UNREADABLE, True)


def test_a_digest_of_another_kind_verifies_nothing(mirror: Path) -> None:
    text = (mirror / "go.sum").read_text()
    (mirror / "go.sum").write_text(text + f"golang.org/x/mod v0.1.0 h2:{text[-45:]}")
    report = audit(mirror, ignore_missing=True)
    assert not report.ok


def test_a_link_in_the_place_of_a_module_is_not_followed_out(mirror: Path) -> None:
    path = mirror / f"{TOML}.zip"
    path.rename(mirror.parent / "elsewhere.zip")
    path.symlink_to(mirror.parent / "elsewhere.zip")
    assert list(outcomes(audit(mirror))) == [f"{TOML}.zip"]
    (mirror.parent / "elsewhere.zip").unlink()


@pytest.mark.skipif(not shutil.which("go"), reason="needs go")
def test_go_itself_says_the_same(mirror: Path) -> None:
    """``go`` takes from the folder, as from a server, what is right, and nothing else."""
    name = "github.com/BurntSushi/toml"
    (mirror / f"{TOML}.info").write_text('{"Version": "v1.0.0"}')
    (mirror / f"{TOML}.zip").write_bytes(
        zipped(
            {
                f"{name}@v1.0.0/go.mod": f"module {name}\n".encode(),
                f"{name}@v1.0.0/a.go": b"package a\n",
            }
        )
    )
    (mirror / f"{TOML}.mod").write_text(f"module {name}\n")
    work = mirror.parent / "work"
    work.mkdir()
    (work / "go.mod").write_text(f"module w\n\nrequire {name} v1.0.0\n")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(work),
        "GOPROXY": f"file://{mirror}",
        "GONOSUMDB": "*",
        "GOFLAGS": "-modcacherw -mod=mod",
        "GOTOOLCHAIN": "local",
    }

    def run(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["go", "mod", command],
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    (work / "main.go").write_text(f'package main\n\nimport _ "{name}"\n\nfunc main() {{}}\n')
    assert run("tidy").returncode == 0
    (mirror / "go.sum").write_text((work / "go.sum").read_text())
    assert verify(mirror).files == 2
    cached = work / "go/pkg/mod/cache/download"
    assert verify(cached, manifest=work / "go.sum").files == 2
    (mirror / f"{TOML}.zip").write_bytes(zipped({f"{name}@v1.0.0/go.mod": b"module x\n"}))
    shutil.rmtree(work / "go")
    assert "checksum mismatch" in run("download").stderr
    assert outcomes(audit(mirror)) == {f"{TOML}.zip": Status.MISMATCH}


def signed(package: bytes, signature: bytes = b"signed", at: int | None = None) -> bytes:
    """Return a package with a signature in it, as NuGet writes it: before its directory.

    Args:
        package: It, without one.
        signature: The signature.
        at: How many files are before it, instead.
    """
    *_, count, size, start, comment = struct.unpack_from("<4s4H2LH", package, len(package) - 22)
    directory, lines = package[start : start + size], list[bytes]()
    while directory:
        end = 46 + sum(struct.unpack_from("<3H", directory, 28))
        lines.append(directory[:end])
        directory = directory[end:]
    offsets = [struct.unpack_from("<L", line, 42)[0] for line in lines]
    place = start if at is None else sorted([*offsets, start])[at]
    local = zipped({SIGNATURE: signature}, zipfile.ZIP_STORED)
    own_start = struct.unpack_from("<L", local, len(local) - 6)[0]
    entry, own = local[:own_start], local[own_start:-22]
    own = own[:42] + struct.pack("<L", place) + own[46:]
    moved = [
        line[:42] + struct.pack("<L", offset + (len(entry) if offset >= place else 0)) + line[46:]
        for line, offset in zip(lines, offsets, strict=True)
    ]
    moved.insert(count if at is None else at, own)
    whole = b"".join(moved)
    end = (b"PK\5\6", 0, 0, count + 1, count + 1, len(whole), start + len(entry), comment)
    return package[:place] + entry + package[place:start] + whole + struct.pack("<4s4H2LH", *end)


PACKAGE = zipped({"Some.Thing.nuspec": b"<package/>", "lib/net8.0/thing.dll": bytes(5000)})


def locked(here: Path, package: bytes, name: str = "Some.Thing") -> None:
    """Write a lock file of NuGet about a package without its signature."""
    digest = base64.b64encode(hashlib.sha512(package).digest()).decode()
    fields = {"type": "Direct", "resolved": "1.0.0", "contentHash": digest}
    document = {"version": 1, "dependencies": {"net8.0": {name: fields}, "net9.0": {name: fields}}}
    (here / "packages.lock.json").write_text(json.dumps(document))


@pytest.mark.parametrize("at", [None, 0, 1, 2])
def test_a_package_has_its_digest_with_and_without_a_signature(
    tmp_path: Path, at: int | None
) -> None:
    locked(tmp_path, PACKAGE)
    path = tmp_path / "Some.Thing.1.0.0.nupkg"
    path.write_bytes(PACKAGE)
    assert verify(tmp_path, complete=True).files == 1
    for signature in (b"signed", b"by another"):
        package = signed(PACKAGE, signature, at)
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            assert archive.testzip() is None
            assert archive.read(SIGNATURE) == signature
        path.write_bytes(package)
        report = verify(tmp_path, complete=True)
        assert any("without their signatures" in remark for remark in report.remarks)


def test_no_byte_of_a_package_but_those_of_its_signature_may_be_another(tmp_path: Path) -> None:
    locked(tmp_path, PACKAGE)
    package = signed(PACKAGE, at=1)
    start = package.index(SIGNATURE.encode()) - 30
    own = range(start, start + 30 + len(SIGNATURE) + len(b"signed"))
    line = package.rindex(SIGNATURE.encode()) - 46
    path = tmp_path / "some.thing.1.0.0.nupkg"
    for at in range(len(package)):
        path.write_bytes(package[:at] + bytes([package[at] ^ 1]) + package[at + 1 :])
        report = audit(tmp_path, complete=True)
        if at not in own and not line <= at < line + 46:
            assert not report.ok, at
    for changed in (package + b"!", b"!" + package, package[:-1], package + package):
        path.write_bytes(changed)
        assert not audit(tmp_path, complete=True).ok


def test_a_package_that_is_signed_twice_is_told(tmp_path: Path) -> None:
    locked(tmp_path, PACKAGE)
    path = tmp_path / "some.thing.1.0.0.nupkg"
    path.write_bytes(signed(signed(PACKAGE)))
    [failure] = audit(tmp_path).failures
    assert (failure.status, failure.detail) == (Status.UNREADABLE, "it has two signatures")
    path.write_bytes(b"")
    assert outcomes(audit(tmp_path)) == {path.name: Status.UNREADABLE}
    path.unlink()
    report = audit(tmp_path, manifest=tmp_path / "packages.lock.json")
    assert outcomes(report) == {path.name: Status.MISSING}
