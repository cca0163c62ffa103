"""Who may import whom: the arrows of docs/architecture.md."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = REPOSITORY / "src" / "checksig"
FILES = sorted(SOURCE.rglob("*.py"))

#: From the bottom to the top. A module imports what stands before it, and its own kind.
LAYERS = [
    {"errors", "_text", "_limit", "_json"},
    {"_atomic", "_place"},
    {"_types"},
    {"_ffi", "_report", "formats", "trust"},
    {"_algorithms", "_packed"},
    {"_request"},
    {"_run", "_manifest", "_hasher", "_archive_read"},
    {"_trust", "_sign"},
    {"_signed"},
    {"_check_signature"},
    {"_archive_members"},
    {"_archive", "_bag", "_bag_info", "_packages", "diagnose", "_layout", "_sums"},
    {"_archive_lists", "_archive_check", "_listed"},
    {"_check", "_update", "_measure"},
    {"_prepare", "_task"},
    {"_create", "_convert"},
    {"_bagging"},
    {"_verify"},
    {"_environment"},
    {"__init__"},
    {"cli"},
    {"__main__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def layer(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The modules that a file imports when it runs: what is only for types does not count."""
    found: set[str] = set()
    pending: list[ast.AST] = [ast.parse(path.read_text())]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        pending += ast.iter_child_nodes(node)
    return found


def test_every_file_has_a_layer() -> None:
    assert len(FILES) > 15
    assert {layer(path) for path in FILES} == set(LEVEL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    own = layer(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "checksig" or parts[1] == "__version__":
            continue
        other = parts[1]
        if other not in LEVEL:  # a name of the package itself
            other = "__init__"
        assert other == own or LEVEL[other] < LEVEL[own], f"{own} imports {name}"


@pytest.mark.parametrize("package", ["formats", "trust"])
def test_formats_and_schemes_open_no_file_and_call_no_core(package: str) -> None:
    for path in (SOURCE / package).glob("*.py"):
        names = {part for name in imports(path) for part in name.split(".")}
        assert not names & {"os", "io", "pathlib", "_ffi", "_run", "ctypes", "subprocess"}
        assert not re.search(r"\bopen\(", path.read_text())


def test_only_the_bridge_uses_ctypes() -> None:
    users = {path.name for path in FILES if "ctypes" in {i.split(".")[0] for i in imports(path)}}
    assert users == {"_ffi.py"}


def test_only_the_command_line_prints_or_exits() -> None:
    for path in FILES:
        if layer(path) in {"cli", "__main__"}:
            continue
        calls = [n.func for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
        names = {ast.unparse(call) for call in calls}
        assert not names & {"print", "sys.exit", "exit", "sys.stdout.write", "sys.stderr.write"}


def test_nothing_heavy_is_imported_at_the_top() -> None:
    for path in FILES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert "rich" not in ast.unparse(node)
