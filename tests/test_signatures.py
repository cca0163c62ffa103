"""Editors that complete by Jedi get every option as a keyword, as the table has it."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY

import checksig

if TYPE_CHECKING:
    from collections.abc import Iterator

STUB = REPOSITORY / "src/checksig/_signatures.pyi"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = REPOSITORY / "tools/signatures.py"
    module = ModuleType("signatures")
    module.__file__ = str(path)
    exec(compile(path.read_text(), path, "exec"), vars(module))  # noqa: S102 (our own tool)
    return module


def test_what_is_spelled_out_is_what_the_tool_writes(tool: ModuleType) -> None:
    assert STUB.read_text() == tool.text(), "run: python tools/signatures.py"


def functions() -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.parse(STUB.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_it_is_what_python_says_of_the_functions() -> None:
    found = {node.name: node for node in functions()}
    assert len(found) == 19
    for name, node in found.items():
        parameters = inspect.signature(getattr(checksig, name)).parameters
        names = [each.arg for each in (*node.args.args, *node.args.kwonlyargs)]
        assert names == list(parameters)
        function = inspect.unwrap(getattr(checksig, name))
        assert isinstance(node, ast.AsyncFunctionDef) == inspect.iscoroutinefunction(function)
    takers = {n for n in checksig.__all__ if hasattr(getattr(checksig, n), "__signature__")}
    assert takers == set(found)


def test_type_checkers_and_editors_get_the_functions_from_there() -> None:
    source = (REPOSITORY / "src/checksig/__init__.py").read_text()
    imports = {
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module == "checksig._signatures"
        for alias in node.names
    }
    assert imports == {node.name for node in functions()}


@pytest.mark.parametrize("code", ["checksig.verify('x', tru", "checksig.hash_files([], work"])
def test_jedi_completes_a_keyword(code: str) -> None:
    import jedi  # as IPython does

    environment = jedi.InterpreterEnvironment()
    script = jedi.Script(f"import checksig\n{code}", environment=environment)
    names = [each.name for each in script.complete()]
    assert {"trust=", "workers="} & set(names)
