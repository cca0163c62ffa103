"""The packages of an environment are held to their RECORDs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from archives import record_line
from environments import SITE, cached, install, two_packages
from jsonschema import Draft202012Validator
from test_cli import SCHEMA

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Answer


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """An environment with two packages that share a folder, and a command."""
    return two_packages(tmp_path / "env")


def audit(prefix: Path, *, complete: bool = False) -> dict[str, list[tuple[str, Status]]]:
    """What is wrong, by package."""
    found = checksig.audit_environment(prefix, complete=complete)
    assert found.ok == all(package.ok for package in found.packages)
    assert {package.name for package in found.packages} >= {"one", "two"}
    return {
        package.name: [(r.path.removeprefix(SITE + "/"), r.status) for r in package.failures]
        for package in found.packages
        if not package.ok
    }


def test_an_environment_is_right_if_all_files_are(prefix: Path) -> None:
    found = checksig.verify_environment(prefix, complete=True)
    assert [(p.name, p.version, p.editable) for p in found.packages] == [
        ("one", "1.0", None),
        ("two", "1.0", None),
    ]
    report = found.report
    assert report.files == report.counts[Status.OK] == 6, "the file that both have counts once"
    assert report.repeated == 1
    assert report.unverified == 3


@pytest.mark.parametrize(
    "name", ["space/a/x.py", "../../../bin/one", "one-1.0.dist-info/INSTALLER"]
)
def test_a_file_that_was_changed_or_removed_is_found(prefix: Path, name: str) -> None:
    place = prefix / SITE / name
    content = place.read_bytes()
    place.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    [(_, status)] = audit(prefix)["one"]
    assert status is Status.MISMATCH
    place.unlink()
    [(_, status)] = audit(prefix)["one"]
    assert status is Status.MISSING
    with pytest.raises(checksig.VerificationError):
        checksig.verify_environment(prefix)


@pytest.mark.parametrize(
    "name", ["space/a/extra.py", "space/new/z.py", "space/a/__pycache__/z.cpython-312.pyc"]
)
def test_a_file_that_no_package_lists_is_unlisted(prefix: Path, name: str) -> None:
    place = prefix / SITE / name
    place.parent.mkdir(exist_ok=True)
    place.touch()
    found = checksig.verify_environment(prefix)
    assert found.report.counts[Status.UNLISTED] == 1
    [stray] = [result for package in found.packages for result in package.unlisted]
    assert stray.path == f"{SITE}/{name}"
    [[(path, status)]] = audit(prefix, complete=True).values()
    assert (path, status) == (name, Status.UNLISTED)


@pytest.mark.parametrize("name", ["evil.pth", "evil.py", "evil.cpython-312.so"])
def test_what_python_would_run_and_no_package_lists_is_unlisted(
    prefix: Path, name: str, cli: Callable[..., Answer]
) -> None:
    (prefix / SITE / name).touch()
    (prefix / SITE / "README.txt").touch()
    [stray] = checksig.verify_environment(prefix).unlisted
    assert (stray.path, stray.status) == (f"{SITE}/{name}", Status.UNLISTED)
    answer = cli("env", "--prefix", prefix, "--complete")
    assert answer.code == 1
    assert answer.out.splitlines()[0].split() == ["unlisted", f"{SITE}/{name}"]


def test_a_package_that_adds_a_directory_to_the_path_is_editable(prefix: Path) -> None:
    install(prefix, "demo", {"_demo.pth": b"/src/demo\n"})
    install(prefix, "hook", {"hook.pth": b"import sys\n"})
    editable = {p.name: p.editable for p in checksig.verify_environment(prefix).packages}
    assert (editable["demo"], editable["hook"]) == ("/src/demo", None)


def test_compiled_files_of_sources_that_are_listed_are_known(prefix: Path) -> None:
    cached(prefix / SITE / "space/b/y.py", "cpython-312.opt-1")
    cached(prefix / SITE / "single.py")
    assert checksig.verify_environment(prefix, complete=True).ok


@pytest.mark.parametrize("name", ["../../../../out", "/etc/hostname", "space/../../../../../out"])
def test_a_name_that_leads_out_of_the_prefix_is_refused(prefix: Path, name: str) -> None:
    (prefix.parent / "out").write_bytes(b"")
    install(prefix, "three", {}, record_line(name, b""))
    assert audit(prefix) == {"three": [(name, Status.UNSAFE_PATH)]}


def test_a_link_that_leads_out_of_the_prefix_is_refused(prefix: Path) -> None:
    (prefix.parent / "out").write_bytes(b"x = 1\n")
    (prefix / SITE / "space/b/y.py").unlink()
    (prefix / SITE / "space/b/y.py").symlink_to(prefix.parent / "out")
    assert audit(prefix) == {"two": [("space/b/y.py", Status.UNSAFE_PATH)]}


def test_an_absolute_name_below_the_prefix_is_checked(prefix: Path) -> None:
    (prefix / "bin/three").write_bytes(b"3")
    install(prefix, "three", {}, record_line(f"{prefix.resolve()}/bin/three", b"3"))
    assert checksig.verify_environment(prefix).ok
    (prefix / "bin/three").write_bytes(b"4")
    assert audit(prefix) == {"three": [(f"{'bin/three'}", Status.MISMATCH)]}


def test_a_package_without_a_record_fails(prefix: Path) -> None:
    (prefix / SITE / "old-2.egg-info").mkdir()
    (prefix / SITE / "older-2-py3.12.egg-info").touch()
    assert audit(prefix) == {
        "old": [("old-2.egg-info/RECORD", Status.MISSING)],
        "older": [("older-2-py3.12.egg-info/RECORD", Status.MISSING)],
    }


@pytest.mark.parametrize("record", ["", "a,b\n", "x.py,,\n", '"'])
def test_a_record_that_lists_nothing_fails(prefix: Path, record: str) -> None:
    (install(prefix, "three", {}) / "RECORD").write_text(record)
    assert audit(prefix) == {"three": [("three-1.0.dist-info/RECORD", Status.MALFORMED)]}


def test_a_record_that_is_a_link_out_of_the_prefix_fails(prefix: Path) -> None:
    record = install(prefix, "three", {}) / "RECORD"
    record.rename(prefix.parent / "RECORD")
    record.symlink_to(prefix.parent / "RECORD")
    assert audit(prefix) == {"three": [("three-1.0.dist-info/RECORD", Status.UNSAFE_PATH)]}


def test_an_editable_install_is_named(prefix: Path, cli: Callable[..., Answer]) -> None:
    note = {"url": "file:///src/demo", "dir_info": {"editable": True}}
    info = install(prefix, "demo", {"__editable__.demo.pth": b"/src/demo\n"})
    (info / "direct_url.json").write_text(json.dumps(note))
    (prefix / SITE / "ancient.egg-link").write_text("/src/ancient\n.")
    editable = {p.name: p.editable for p in checksig.audit_environment(prefix).packages}
    assert editable == {
        "one": None,
        "two": None,
        "demo": "file:///src/demo",
        "ancient": "/src/ancient",
    }
    answer = cli("env", "--prefix", prefix)
    assert answer.code == 1, "nothing of an egg-link is verified"
    assert "demo 1.0" in answer.out
    assert "editable: the code is in file:///src/demo, and is not checked" in answer.out


def test_an_environment_without_packages_is_an_error(
    tmp_path: Path, cli: Callable[..., Answer]
) -> None:
    for place in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(checksig.ManifestError):
            checksig.audit_environment(place)
    answer = cli("env", "--prefix", tmp_path)
    assert answer.code == 2
    assert "no package with a RECORD" in answer.err


def test_prefix_and_python_exclude_each_other(prefix: Path) -> None:
    with pytest.raises(TypeError, match="cannot be combined"):
        checksig.audit_environment(prefix, python=sys.executable)
    with pytest.raises(TypeError, match="unexpected keyword"):
        checksig.audit_environment(prefix, nonsense=1)  # type: ignore[call-arg]


def test_the_environment_of_these_tests_is_found_in_three_ways() -> None:
    found = [
        checksig.audit_environment(),
        checksig.audit_environment(sys.prefix),
        checksig.audit_environment(python=sys.executable),
    ]
    assert found[0].packages == found[1].packages == found[2].packages
    assert "pytest" in {package.name for package in found[0].packages}


def test_an_interpreter_that_is_none_is_an_error(tmp_path: Path) -> None:
    for place in (tmp_path / "python", Path("/bin/true"), Path("/bin/false")):
        with pytest.raises(checksig.ManifestError, match="does not say"):
            checksig.audit_environment(python=place)


def test_json_is_one_document_that_keeps_to_the_schema(
    prefix: Path, cli: Callable[..., Answer]
) -> None:
    (prefix / SITE / "space/b/y.py").write_bytes(b"y = 3\n")
    (prefix / SITE / "space/b/new.py").touch()
    answer = cli("env", "--prefix", prefix, "--json")
    assert answer.code == 1
    document = json.loads(answer.out)
    Draft202012Validator(SCHEMA).validate(document)
    assert document["schema"] == "checksig.environment/1"
    two = document["packages"][1]
    assert (two["name"], two["ok"]) == ("two", False)
    assert [failure["status"] for failure in two["failures"]] == ["mismatch"]
    assert sum(len(package["unlisted"]) for package in document["packages"]) == 1


def test_a_package_that_is_not_right_gets_a_line(prefix: Path, cli: Callable[..., Answer]) -> None:
    answer = cli("env", "--prefix", prefix)
    assert answer.code == 0
    first, verdict, *_ = answer.out.splitlines()
    assert first.split() == ["packages", "2", "of", "2", "packages", "ok"]
    assert verdict.startswith("VERIFIED")
    (prefix / SITE / "space/b/y.py").write_bytes(b"y = 3\n")
    lines = cli("env", "--prefix", prefix).out.splitlines()
    assert lines[0].split(" · ") == ["failed       two 1.0", "1 file not right"]
    assert lines[1].split() == ["mismatch", f"{SITE}/space/b/y.py"]
    assert "ok           one 1.0" in cli("env", "--prefix", prefix, "-v").out
