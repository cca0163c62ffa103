"""The arrows of docs/architecture.md: who may import whom, for types as well."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from trees import REPOSITORY

from checksig import _schemes

SOURCE = REPOSITORY / "src" / "checksig"
FILES = sorted(SOURCE.rglob("*.py"))
#: The rooms, and the modules beside them, from the bottom to the top.
LAYERS = [
    {"_classes", "_forking", "_names", "_entries", "_json"},
    {"_results", "errors", "_options"},
    {"_files"},
    {"_formats", "_schemes"},
    {"_bridge", "_trust"},
    {"_places"},
    {"_claims"},
    {"_checking", "_comparing", "_making", "_measuring", "_reports"},
    {"_shards"},
    {"__init__", "_cli", "__main__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """All imports of a file, when it runs or for types, as dotted names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_of(path: Path) -> set[str]:
    """The rooms that a file imports from. The version is no module's: it is the package's."""
    own = {name.split(".")[1] for name in imports(path) if name.startswith("checksig.")}
    return {name if name in LEVEL else "__init__" for name in own - {"__version__"}}


def test_every_file_has_a_layer_and_few_stand_outside_of_rooms() -> None:
    assert {room(path) for path in FILES} == set(LEVEL)
    assert len(FILES) > 100
    assert max(len(LAYERS), len(list(SOURCE.glob("*.py")))) <= 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    own = room(path)
    above = {name for name in rooms_of(path) - {own} if LEVEL[name] > LEVEL[own]}
    assert not above, f"{own} imports {above}"
    assert len(path.read_text().splitlines()) <= 300


def test_neither_rooms_nor_modules_import_each_other_in_a_circle() -> None:
    names = {".".join(["checksig", *p.relative_to(SOURCE).with_suffix("").parts]): p for p in FILES}
    names = {name.removesuffix(".__init__"): path for name, path in names.items()}
    modules, rooms = dict[str, set[str]](checksig=set()), {name: set[str]() for name in LEVEL}
    for own, path in names.items():
        rooms[room(path)] |= rooms_of(path) - {room(path)}
        found = {m for n in imports(path) for m in (n, n.rpartition(".")[0]) if m in names}
        if own != "checksig":  # it loads the others when their names are used
            modules[own] = {m for m in found if not f"{own}.".startswith(f"{m}.")}
    assert len(list(TopologicalSorter(rooms).static_order())) == len(LEVEL)
    assert len(list(TopologicalSorter(modules).static_order())) == len(names)


def test_formats_and_schemes_open_no_file_and_call_no_core() -> None:
    for path in [p for p in FILES if room(p) in {"_formats", "_schemes"}]:
        names = {part for name in imports(path) for part in name.split(".")}
        assert not names & {"os", "io", "pathlib", "_bridge", "ctypes", "subprocess"}
        assert not re.search(r"\bopen\(", path.read_text())


def test_no_name_of_a_scheme_is_compared_outside_of_schemes() -> None:
    for path in [p for p in FILES if room(p) not in {"_schemes", "_formats"}]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare):
                compared = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
                assert not compared & _schemes.SCHEMES.keys(), f"{path}: {ast.unparse(node)}"


def test_no_docstring_begins_with_a_question() -> None:
    for node in [node for path in FILES for node in ast.walk(ast.parse(path.read_text()))]:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            assert not re.match("Wh(at|ich|om?|y) |How ", ast.get_docstring(node) or "")


def test_only_the_bridge_uses_ctypes_and_only_the_command_line_prints_or_exits() -> None:
    for path in FILES:
        assert room(path) == "_bridge" or "ctypes" not in {i.split(".")[0] for i in imports(path)}
        calls = [n.func for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
        printing = {"print", "sys.exit", "exit", "sys.stdout.write", "sys.stderr.write"}
        if room(path) not in {"_cli", "__main__"}:
            assert not {ast.unparse(call) for call in calls} & printing
