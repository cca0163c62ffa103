"""Write src/checksig/_signatures.pyi: the public functions with each option as a keyword.

Python makes these signatures when it runs, out of the table of options, and type checkers follow
``Unpack``. Editors that complete by Jedi do neither: they get them spelled out.
"""

from __future__ import annotations

import ast
from pathlib import Path

from checksig import _options
from checksig._options import table

SOURCE = Path(__file__).resolve().parent.parent / "src" / "checksig"
TARGET = SOURCE / "_signatures.pyi"

#: The modules whose functions take options of the table.
MODULES = (
    "_shards/checks.py",
    "_checking/verifying.py",
    "_checking/hashing.py",
    "_checking/awaiting.py",
    "_checking/environment.py",
    "_making/creating.py",
    "_making/converting.py",
    "_making/bags.py",
    "_comparing.py",
    "_trust/check_signature.py",
)
HEADER = '''"""Written by tools/signatures.py: public functions with each option as a keyword."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from checksig import _formats as formats
from checksig._checking.async_results import AsyncResults
from checksig._checking.environment import Environment
from checksig._checking.results import Results
from checksig._entries import Entry
from checksig._making.bags import Bagged
from checksig._making.converting import Converted
from checksig._making.creating import Created
from checksig._options import StrPath, Style, Symlinks
from checksig._options.reading import Cancel
from checksig._places.place import AnyFileSystem
from checksig._results import Progress, Report, Signature, Strength
from checksig._shards.partial import Partial
from checksig._shards.plan import Plan
from checksig._trust.signing import Signer
'''


def text() -> str:
    """Return the file."""
    types = _types()
    functions = [
        _spelled_out(node, group, types)
        for name in MODULES
        for node in ast.parse((SOURCE / name).read_text()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (group := _group(node))
    ]
    return "\n".join([HEADER, *functions])


def _types() -> dict[str, str]:
    """Return the types of all options, as the table has them."""
    found: dict[str, str] = {}
    for path in sorted((SOURCE / "_options").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.AnnAssign(
                    target=ast.Name(name),
                    annotation=ast.Subscript(
                        value=ast.Name("Annotated"), slice=ast.Tuple(elts=[type_, _])
                    ),
                ):
                    found[name] = _unquoted(type_)
                case _:
                    pass
    return found


def _unquoted(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


def _group(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Call | None:
    """Return the decorator that says which options a function takes."""
    return next(
        (
            each
            for each in function.decorator_list
            if isinstance(each, ast.Call) and ast.unparse(each.func) == "takes"
        ),
        None,
    )


def _names(node: ast.expr) -> tuple[str, ...]:
    return tuple(each.value for each in ast.walk(node) if isinstance(each, ast.Constant))  # type: ignore[misc]


def _spelled_out(
    function: ast.FunctionDef | ast.AsyncFunctionDef, group: ast.Call, types: dict[str, str]
) -> str:
    """Return a function with each option in its signature, and without a body."""
    # No more than literals and names of types: nothing of a file is run.
    but = _names(group.keywords[0].value) if group.keywords else ()
    rows = table(getattr(_options, ast.unparse(group.args[0])))
    arguments = function.args
    own = ast.unparse(ast.arguments([], arguments.args, None, [], [], None, arguments.defaults))
    keywords = [
        f"{each.arg}: {ast.unparse(each.annotation or ast.Constant(None))}"
        + (f" = {ast.unparse(default)}" if default else "")
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    keywords += [
        f"{name}: {types[name]} = {row.default!r}" for name, row in rows.items() if name not in but
    ]
    keyword = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    returns = ast.unparse(function.returns or ast.Constant(None))
    documentation = ast.get_docstring(function, clean=False) or ""
    lines = [f"{keyword} {function.name}(", f"    {own},", "    *,"]
    lines += [f"    {each}," for each in keywords]
    return "\n".join([*lines, f") -> {returns}:", f'    """{documentation}"""', ""])


if __name__ == "__main__":
    TARGET.write_text(text())
