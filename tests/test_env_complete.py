"""``env --complete`` sees whatever Python would run or import: in environments that pip filled."""

from __future__ import annotations

import marshal
import py_compile
import shutil
import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING, NamedTuple

import pytest
from archives import pack, wheel
from environments import SITE, cached, install, two_packages

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

PAYLOAD = "print('it ran')\n"
HOME = sysconfig.get_path("purelib", vars={"base": ""}).lstrip("/")
TAG = sys.implementation.cache_tag


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel with a package, a module, a namespace folder and a command."""
    files = {
        "one/__init__.py": b"x = 1\n",
        "one/inner.py": b"def f(y):\n    return y in {'a', 'b'}\n",
        "space/two.py": b"z = 2\n",
        "single.py": b"y = 3\n",
        "p-1.dist-info/METADATA": b"Metadata-Version: 2.1\nName: p\nVersion: 1\n",
        "p-1.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "p-1.dist-info/entry_points.txt": b"[console_scripts]\none = one:f\n",
    }
    return pack(tmp_path_factory.mktemp("wheels") / "p-1-py3-none-any.whl", wheel(files))


def pip(*arguments: str | Path) -> None:
    """Run the pip of these tests, without a network."""
    command = [sys.executable, "-m", "pip", *arguments, "--no-index", "--no-deps"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Path:
    """An environment of venv, in which pip installed the wheel."""
    root = tmp_path_factory.mktemp("venv") / "env"
    command = [sys.executable, "-m", "venv", "--without-pip", root]
    subprocess.run(command, check=True, timeout=60)
    pip("--python", root / "bin/python", "install", made)
    return root


@pytest.fixture
def venv(filled: Path, tmp_path: Path) -> Path:
    """A copy of it, with its times."""
    root = tmp_path / "env"
    shutil.copytree(filled, root, symlinks=True)
    return root


def run(venv: Path, statement: str) -> str:
    """What Python prints in an environment."""
    command = [venv / "bin/python", "-B", "-c", statement]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, text=True).stdout


def audit(root: Path, *, compiled: bool = False) -> list[tuple[str, Status, str]]:
    """What is wrong with an environment as a whole."""
    found = checksig.audit_environment(root, complete=True, compiled=compiled)
    wrong = [(r.path, r.status, r.detail) for r in found.report.failures]
    by_package = [r for package in found.packages for r in package.failures]
    rest = [*by_package, *found.unlisted]
    assert sorted((r.path, r.status, r.detail) for r in rest) == sorted(wrong)
    return wrong


def code_of(text: str, path: Path) -> Path:
    """Write the compiled code of a text, with no source to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = path.parent / "elsewhere"
    source.write_text(text)
    py_compile.compile(str(source), str(path), doraise=True)
    source.unlink()
    return path


def test_an_environment_that_pip_filled_is_right(venv: Path, cli: Callable[..., Answer]) -> None:
    assert "it ran" in run(venv, "import one.inner, space.two, single; print('it ran')")
    answer = cli("env", "--prefix", venv, "--complete", "--compiled")
    assert answer.code == 0, answer.out
    first, second, third, verdict, *_ = answer.out.splitlines()
    assert first.startswith("aside        bin: ")
    assert "of no package (Activate.ps1, activate" in first
    assert second.startswith(
        "aside        pyvenv.cfg: it belongs to no package; Python and its library"
    )
    assert third.split() == ["packages", "1", "of", "1", "package", "ok"]
    assert verdict.startswith("VERIFIED")


class Attack(NamedTuple):
    """A way to have a Python run something."""

    name: str  # of what is reported, in the directory of packages
    content: str | None  # of a file; None: a link to a directory, or code without a source
    statement: str  # after which it has run
    made: str = ""  # the file that is made, if it is another


ATTACKS = [
    Attack("sitecustomize.py", PAYLOAD, "pass"),
    Attack("sitecustomize.pyc", None, "pass"),
    Attack("sitecustomize", PAYLOAD, "pass", "sitecustomize/__init__.py"),
    Attack("sitecustomize", None, "pass", "sitecustomize/__init__.pyc"),
    Attack("usercustomize.py", PAYLOAD, "import usercustomize"),
    Attack("usercustomize.pyc", None, "import usercustomize"),
    Attack("usercustomize", PAYLOAD, "import usercustomize", "usercustomize/__init__.py"),
    Attack("evil.pth", "import os; print('it ran')\n", "pass"),
    Attack("evil.py", PAYLOAD, "import evil"),
    Attack("evil.pyc", None, "import evil"),
    Attack("evil", PAYLOAD, "import evil", "evil/__init__.py"),
    Attack("evil", None, "import evil", "evil/__init__.pyc"),
    Attack("evil", PAYLOAD, "import evil.deep.x", "evil/deep/x.py"),
    Attack("evil", None, "import evil.deep.x", "evil/deep/x.pyc"),
    Attack("evil-dir", PAYLOAD, "import importlib as i; i.import_module('evil-dir.x')",
           "evil-dir/x.py"),
    Attack("space/evil.py", PAYLOAD, "import space.evil"),
    Attack("space/deeper/evil.pyc", None, "import space.deeper.evil"),
    Attack("one/evil.pyc", None, "import one.evil"),
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=[a.made or a.name for a in ATTACKS])
def test_whatever_python_would_run_and_no_package_lists_is_unlisted(
    venv: Path, attack: Attack, cli: Callable[..., Answer]
) -> None:
    path = venv / HOME / (attack.made or attack.name)
    if attack.content is None:
        code_of(PAYLOAD, path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(attack.content)
    assert "it ran" in run(venv, attack.statement), "it is none"
    [(name, status, _)] = audit(venv)
    assert (name, status) == (f"{HOME}/{attack.name}", Status.UNLISTED)
    answer = cli("env", "--prefix", venv, "--complete")
    assert answer.code == 1
    assert f"unlisted     {HOME}/{attack.name}\n" in answer.out
    assert checksig.audit_environment(venv).ok


@pytest.mark.parametrize("name", ["evil", "one/evil", "space/evil"])
def test_a_link_to_a_directory_is_unlisted_and_not_followed(venv: Path, name: str) -> None:
    outside = venv.parent / "outside"
    outside.mkdir()
    (outside / "__init__.py").write_text(PAYLOAD)
    (venv / HOME / name).symlink_to(outside)
    assert "it ran" in run(venv, f"import {name.replace('/', '.')}")
    [(path, status, detail)] = audit(venv)
    assert (path, status) == (f"{HOME}/{name}", Status.UNLISTED)
    assert "a link to a directory" in detail


@pytest.mark.parametrize(
    "name",
    [
        "evil.egg",
        "evil.start",
        "evil.pyw",
        "evil.pyd",
        "broken.py",
        "loop.py",
        "evil-1.egg/x.py",
        "-evil-1.dist-info/entry_points.txt",
        "evil-1.DIST-INFO/entry_points.txt",
        "evil/nested/link",
    ],
)
def test_what_else_python_or_setuptools_would_read_is_unlisted(venv: Path, name: str) -> None:
    path = venv / HOME / name
    path.parent.mkdir(parents=True, exist_ok=True)
    match path.name:
        case "broken.py":
            path.symlink_to("nowhere")
        case "loop.py":
            path.symlink_to(path.name)
        case "link":
            path.symlink_to("/")
        case _:
            path.touch()
    [(found, status, _)] = audit(venv)
    assert (found, status) == (f"{HOME}/{name.partition('/')[0]}", Status.UNLISTED)


@pytest.mark.parametrize("name", ["re.py", "re.pyc", "re/__init__.py", "re/deep/x.py", "re"])
def test_a_module_beside_commands_is_unlisted(venv: Path, name: str) -> None:
    path = venv / "bin" / name
    path.parent.mkdir(exist_ok=True, parents=True)
    match path.suffix:
        case ".pyc":
            code_of(PAYLOAD, path)
        case "":
            path.symlink_to(venv / HOME)
        case _:
            path.write_text(PAYLOAD)
    (venv / "bin/helper").write_text("import re")
    if name in {"re.py", "re.pyc", "re/__init__.py"}:
        done = subprocess.run(
            [venv / "bin/python", venv / "bin/helper"], capture_output=True, check=False
        )
        assert b"it ran" in done.stdout
    [(found, status, _)] = audit(venv)
    assert (found, status) == (f"bin/{name}", Status.UNLISTED)


def test_packages_from_outside_of_the_prefix_are_unlisted(venv: Path) -> None:
    other = venv / "lib/python3.99"
    (venv.parent / "outside/site-packages").mkdir(parents=True)
    other.symlink_to(venv.parent / "outside")
    name = "lib/python3.99/site-packages"
    assert audit(venv) == [
        (name, Status.UNLISTED, "Python imports packages from it, and it leads out of the prefix")
    ]


def test_other_scripts_beside_commands_are_said(venv: Path) -> None:
    (venv / "bin/loop").symlink_to("loop")
    for name in ("activate_this.py", "a-script.py", "tool"):
        (venv / "bin" / name).touch()
    found = checksig.verify_environment(venv, complete=True)
    assert {"activate_this.py", "a-script.py", "tool"} <= set(found.asides[0].names)


def test_an_egg_link_is_a_package_without_a_record(venv: Path) -> None:
    (venv / HOME / "evil.egg-link").write_text("/elsewhere\n.\n")
    assert [(p, s) for p, s, _ in audit(venv)] == [(f"{HOME}/evil.egg-link/RECORD", Status.MISSING)]


def test_what_python_does_not_import_is_left_alone(venv: Path) -> None:
    site = venv / HOME
    (site / "README.txt").touch()
    (site / "data/deep").mkdir(parents=True)
    (site / "data/deep/table.csv").touch()
    (site / "data/broken").symlink_to("nowhere")
    assert audit(venv) == []


def test_a_folder_of_nobody_may_be_as_deep_as_it_likes(venv: Path) -> None:
    path, depth = venv / HOME / "evil", 1100
    for _ in range(depth):
        path.mkdir()
        path /= "d"
    path.with_suffix(".py").touch()
    try:
        [(name, _, detail)] = audit(venv)
        assert (name, detail) == (f"{HOME}/evil", "a namespace folder, of no package")
    finally:  # what removes directories may be recursive
        path.with_suffix(".py").unlink()
        for _ in range(depth):
            path = path.parent
            path.rmdir()


def pyc(venv: Path, name: str) -> Path:
    """The compiled file of a source."""
    source = venv / HOME / name
    return source.parent / "__pycache__" / f"{source.stem}.{TAG}.pyc"


def replaced(path: Path, head: bytes, start: int, text: str = PAYLOAD) -> None:
    """Put other code into a compiled file, and other bytes into what is before it."""
    old = path.read_bytes()[:16]
    code = marshal.dumps(compile(text, "x", "exec"))
    path.write_bytes(old[:start] + head + old[start + len(head) :] + code)


def test_a_compiled_file_that_was_not_made_from_its_source_is_a_mismatch(venv: Path) -> None:
    path, name = pyc(venv, "one/inner.py"), f"{HOME}/one/__pycache__/inner.{TAG}.pyc"
    # The hash of a source that Python does not look at: whatever the code is, it is run.
    replaced(path, bytes([1, 0, 0, 0]) + bytes(8), 4)
    assert "it ran" in run(venv, "import one.inner")
    [(found, status, detail)] = audit(venv)
    assert (found, status) == (name, Status.MISMATCH)
    assert detail == "not made from its source: that has another hash"
    for head, start, why in [
        (bytes(4), 8, "another time of modification"),
        (bytes(4), 12, "another size"),
        (bytes([2]), 4, "does not know its flags"),
        (bytes([4]), 4, "does not know its flags"),
        (b"\n\r", 2, "it is not a compiled file"),
    ]:
        shutil.copy2(pyc(venv, "single.py"), path)  # another source
        time_and_size = (venv / HOME / "one/inner.py").stat()
        packed = [int(time_and_size.st_mtime) & 0xFFFFFFFF, time_and_size.st_size]
        right = bytes(4) + b"".join(n.to_bytes(4, "little") for n in packed)
        replaced(path, right, 4)
        assert audit(venv) == []
        replaced(path, head, start)
        [(found, status, detail)] = audit(venv)
        assert (found, status) == (name, Status.MISMATCH)
        assert why in detail
    path.write_bytes(path.read_bytes()[:15])
    assert [detail for *_, detail in audit(venv)] == ["it is not a compiled file"]
    path.unlink()
    path.mkdir()
    assert [status for _, status, _ in audit(venv)] == [Status.UNLISTED]


@pytest.mark.parametrize("mode", ["timestamp", "checked-hash", "unchecked-hash"])
@pytest.mark.parametrize("level", ["-O", "-OO", "-B"])
def test_compiled_files_of_every_kind_are_right(venv: Path, mode: str, level: str) -> None:
    site = venv / HOME
    command = [venv / "bin/python", level, "-m", "compileall", "-qf", "--invalidation-mode", mode]
    subprocess.run([*command, site], check=True, timeout=60)
    assert audit(venv, compiled=True) == []
    (site / "single.py").write_bytes(b"y = 4\n")
    wrong = {(path, status) for path, status, _ in audit(venv)}
    assert (f"{HOME}/single.py", Status.MISMATCH) in wrong
    end = {"-O": ".opt-1", "-OO": ".opt-2", "-B": ""}[level]
    name = f"{HOME}/__pycache__/single.{TAG}{end}.pyc"
    assert ((name, Status.MISMATCH) in wrong) or mode == "timestamp"


def test_other_code_behind_the_right_first_bytes_is_found_by_compiling_again(
    venv: Path, cli: Callable[..., Answer]
) -> None:
    path = pyc(venv, "one/inner.py")
    replaced(path, b"", 0)
    assert "it ran" in run(venv, "import one.inner")
    assert audit(venv) == [], "the first bytes do not tell"
    name = f"{HOME}/one/__pycache__/inner.{TAG}.pyc"
    wrong = (name, Status.MISMATCH, "its code is not that of its source")
    assert audit(venv, compiled=True) == [wrong]
    answer = cli("env", "--prefix", venv, "--complete", "--compiled")
    assert answer.code == 1
    assert name in answer.out
    head = path.read_bytes()[:16]
    good = marshal.dumps(
        compile((venv / HOME / "one/inner.py").read_bytes(), "x", "exec", dont_inherit=True)
    )
    for code in (b"", good[:-1], good + b"N", b"(" * 100_000, b"r\0\0\0\0", b"\xa9\x01r\0\0\0\0"):
        path.write_bytes(head + code)
        assert audit(venv, compiled=True) == [wrong], code[:20]


def test_the_same_code_in_other_bytes_is_right(venv: Path) -> None:
    path = pyc(venv, "one/inner.py")
    code = compile(
        (venv / HOME / "one/inner.py").read_bytes(), "/elsewhere", "exec", dont_inherit=True
    )
    plain = marshal.dumps(code, 2)  # a version without references: all is written out
    assert plain != path.read_bytes()[16:]
    path.write_bytes(path.read_bytes()[:16] + plain)
    assert audit(venv, compiled=True) == []


def test_compiled_files_of_another_python_are_told_and_not_compared(tmp_path: Path) -> None:
    root = two_packages(tmp_path / "env")
    file = cached(root / SITE / "single.py", "cpython-399")
    file.write_bytes(b"\xff\xff" + file.read_bytes()[2:])
    found = checksig.verify_environment(root, complete=True, compiled=True)
    [told] = [aside for aside in found.asides if "another Python" in aside.detail]
    assert f"{SITE}/__pycache__/single.cpython-399.pyc" in told.names


def test_compiled_needs_complete(tmp_path: Path, cli: Callable[..., Answer]) -> None:
    with pytest.raises(TypeError, match="compiled needs complete"):
        checksig.audit_environment(tmp_path, compiled=True)
    assert cli("env", "--compiled").code == 2


def test_a_module_that_is_listed_without_a_digest_is_unlisted(tmp_path: Path) -> None:
    root = two_packages(tmp_path / "env")
    install(root, "three", {"three/__init__.py": b""}, "three/x.py,,\n", "four.py,,\n", "t.txt,,\n")
    for name in ("three/x.py", "four.py", "t.txt"):
        (root / SITE / name).write_text(PAYLOAD)
    found = {(path, detail) for path, _, detail in audit(root)}
    why = "it is listed without a digest"
    assert found == {(f"{SITE}/three/x.py", why), (f"{SITE}/four.py", why)}


def test_a_folder_that_pip_installed_to_is_an_environment(
    tmp_path: Path, made: Path, cli: Callable[..., Answer]
) -> None:
    target = tmp_path / "target"
    pip("install", "--target", target, made)
    assert (target / "bin/one").exists()
    found = checksig.verify_environment(target, complete=True, compiled=True)
    assert (found.kind, [package.name for package in found.packages]) == ("target", ["p"])
    assert found.report.counts[Status.OK] >= 9, "the command is among them"
    for name in ("evil.py", "evil/x.py", "bin/evil", "one/evil.py"):
        path = target / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        [(wrong, status, _)] = audit(target)
        assert (wrong, status) == (name.removesuffix("/x.py"), Status.UNLISTED)
        path.unlink()
    (target / "bin/one").write_text("#!/bin/sh\n")
    assert cli("env", "--prefix", target).code == 1


def test_a_directory_in_such_a_folder_does_not_hide_it(tmp_path: Path, made: Path) -> None:
    target = tmp_path / "target"
    pip("install", "--target", target, made)
    install(target, "decoy", {"decoy.py": b""})
    (target / "one/__init__.py").write_text(PAYLOAD)
    assert ("one/__init__.py", Status.MISMATCH) in {(p, s) for p, s, _ in audit(target)}


def test_what_nobody_lists_is_said(venv: Path) -> None:
    config = venv / "pyvenv.cfg"
    config.write_text(config.read_text().replace("packages = false", "packages = true"))
    outside = venv.parent / "src"
    install(venv.parent / "other", "q", {})
    (venv / HOME / "q.pth").write_text(f"# {outside}\n{outside}\none\nimport sys\n")
    name, record = f"{HOME}/q.pth", venv / HOME / "p-1.dist-info/RECORD"
    with record.open("a") as file:
        file.write("q.pth,,\n")
    found = checksig.audit_environment(venv)
    asides = {aside.path: aside for aside in found.asides}
    assert found.kind == "venv"
    assert "python" in asides["bin"].names
    assert "one" not in asides["bin"].names, "the command of a package"
    assert "the packages there are imported too" in asides["pyvenv.cfg"].detail
    assert asides[name].names == (str(outside),)
