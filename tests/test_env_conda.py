"""Environments of conda: the records in ``conda-meta``, and packages of pip beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from environments import SITE, cached, conda_install, install
from jsonschema import Draft202012Validator
from test_cli import SCHEMA
from trees import sha256

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Answer

LIBRARY = "lib/python3.12"


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """An environment with a Python, a package of conda, and one of pip."""
    root = tmp_path / "env"
    (root / "bin").mkdir(parents=True)
    (root / "bin/python").symlink_to("python3.12")
    changed = {
        "_path": "bin/pydoc",
        "path_type": "hardlink",
        "sha256": sha256(b"#!/placeholder/bin/python\n"),
        "sha256_in_prefix": sha256(b"#!/env/bin/python\n"),
        "size_in_bytes": 27,
        "file_mode": "text",
        "prefix_placeholder": "/placeholder",
    }
    (root / "bin/pydoc").write_bytes(b"#!/env/bin/python\n")
    link = {"_path": "bin/python", "path_type": "softlink", "sha256": sha256(b"python")}
    files = {
        "bin/python3.12": b"python",
        f"{LIBRARY}/os.py": b"",
        f"{LIBRARY}/json/__init__.py": b"",
        f"{LIBRARY}/lib-dynload/_json.so": b"",
    }
    conda_install(root, "python", files, changed, link)
    # A RECORD that a package of conda has is one of its files: it may list what was changed since.
    info = install(root, "demo", {"demo/__init__.py": b"before"})
    files = {
        f"{SITE}/demo/__init__.py": b"after",
        f"{SITE}/demo-1.0.dist-info/RECORD": (info / "RECORD").read_bytes(),
        f"{SITE}/demo-1.0.dist-info/INSTALLER": b"conda\n",
        f"{SITE}/old.egg-info": b"",
    }
    pyc = f"{SITE}/demo/__pycache__/__init__.cpython-312.pyc"
    conda_install(root, "demo", files, {"_path": pyc, "path_type": "pyc_file"})
    cached(root / SITE / "demo/__init__.py")
    conda_install(root, "nothing", {})
    install(root, "of_pip", {"of_pip.py": b"x = 1\n"})
    (root / "conda-meta/history").touch()
    return root


def audit(root: Path) -> list[tuple[str, Status]]:
    """What is wrong with an environment as a whole."""
    found = checksig.audit_environment(root, complete=True)
    wrong = [(r.path, r.status) for r in found.report.failures]
    by_package = [r for package in found.packages for r in package.failures]
    assert sorted((r.path, r.status) for r in [*by_package, *found.unlisted]) == sorted(wrong)
    return wrong


def test_an_environment_of_conda_is_right_if_all_files_are(
    prefix: Path, cli: Callable[..., Answer]
) -> None:
    found = checksig.verify_environment(prefix, complete=True)
    assert found.kind == "conda"
    assert [(p.name, p.version, p.location) for p in found.packages] == [
        ("demo", "1.0", "conda-meta/demo-1.0-h1_0.json"),
        ("nothing", "1.0", "conda-meta/nothing-1.0-h1_0.json"),
        ("of_pip", "1.0", f"{SITE}/of_pip-1.0.dist-info"),
        ("python", "1.0", "conda-meta/python-1.0-h1_0.json"),
    ]
    assert found.report.counts[Status.OK] == found.report.files == 11
    answer = cli("env", "--prefix", prefix, "--complete", "--json")
    assert answer.code == 0
    Draft202012Validator(SCHEMA).validate(json.loads(answer.out))
    assert json.loads(answer.out)["kind"] == "conda"


@pytest.mark.parametrize(
    "name",
    ["bin/pydoc", "bin/python3.12", f"{LIBRARY}/os.py", f"{SITE}/demo/__init__.py",
     f"{SITE}/of_pip.py", f"{SITE}/demo-1.0.dist-info/RECORD"],
)  # fmt: skip
def test_a_file_of_conda_that_was_changed_or_removed_is_found(prefix: Path, name: str) -> None:
    (prefix / name).write_bytes(b"another")
    assert (name, Status.MISMATCH) in audit(prefix)
    (prefix / name).unlink()
    assert (name, Status.MISSING) in audit(prefix)


def test_a_link_of_conda_that_is_a_file_or_gone_is_wrong(prefix: Path) -> None:
    (prefix / "bin/python").unlink()
    assert audit(prefix) == [("bin/python", Status.MISSING)]
    (prefix / "bin/python").write_bytes(b"python")
    assert audit(prefix) == [("bin/python", Status.MISMATCH)]


@pytest.mark.parametrize(
    "name",
    [f"{LIBRARY}/sitecustomize.py", f"{LIBRARY}/json/evil.py", f"{LIBRARY}/lib-dynload/evil.so",
     f"{SITE}/evil.pth", f"{SITE}/demo/evil.py", "lib/python312.zip", f"{LIBRARY}/evil.pyc"],
)  # fmt: skip
def test_what_python_would_run_of_a_prefix_of_conda_is_unlisted(prefix: Path, name: str) -> None:
    (prefix / name).touch()
    assert audit(prefix) == [(name, Status.UNLISTED)]
    assert checksig.audit_environment(prefix).ok


def test_a_compiled_file_of_conda_has_to_be_of_its_source(prefix: Path) -> None:
    path = f"{SITE}/demo/__pycache__/__init__.cpython-312.pyc"
    (prefix / path).write_bytes(b"nonsense")
    assert audit(prefix) == [(path, Status.MISMATCH)]


@pytest.mark.parametrize("content", ["", "{}", '{"files": ["a"]}', '{"files": [7]}', '"'])
def test_a_record_of_conda_that_lists_nothing_with_a_digest_fails(
    prefix: Path, content: str
) -> None:
    (prefix / "a").touch()
    record = prefix / "conda-meta/odd-2-h_1.json"
    record.write_text(content)
    assert audit(prefix) == [("conda-meta/odd-2-h_1.json", Status.MALFORMED)]


def test_a_package_of_conda_may_have_nothing_but_links(prefix: Path) -> None:
    link = {"_path": "lib/libz.so", "path_type": "softlink", "sha256": sha256(b"")}
    (prefix / "lib/libz.so").symlink_to("libz.so.1")
    conda_install(prefix, "links", {}, link)
    assert audit(prefix) == []
    (prefix / "lib/libz.so").unlink()
    (prefix / "lib/libz.so").touch()
    assert [status for _, status in audit(prefix)] == [Status.MALFORMED]


def test_a_record_is_a_list_for_its_prefix(prefix: Path) -> None:
    record = prefix / "conda-meta/python-1.0-h1_0.json"
    report = checksig.verify(prefix, manifest=record)
    assert (report.files, report.unverified) == (5, 1)
    assert [source.format for source in report.manifests] == ["conda-meta"]


def test_a_prefix_of_the_system_says_what_is_of_no_package(tmp_path: Path) -> None:
    root = tmp_path / "usr"
    install(root, "one", {"one.py": b""})
    (root / LIBRARY / "os.py").touch()
    found = checksig.verify_environment(root, complete=True)
    assert found.kind == "prefix"
    assert [(aside.path, aside.detail) for aside in found.asides] == [
        (LIBRARY, "the standard library belongs to no package")
    ]
