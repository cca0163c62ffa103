"""The built page of the API says all that the package says, and nothing is garbled on the way."""

from __future__ import annotations

import html
import inspect
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY

import checksig
from checksig._options import CheckOptions, CreateOptions, EnvironmentOptions, table

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("myst_parser", reason="the pages are built with the packages of the group docs")
from sphinx.pycode import ModuleAnalyzer

DOCS = REPOSITORY / "docs"
FUNCTIONS = sorted(n for n in checksig.__all__ if inspect.isfunction(getattr(checksig, n)))
CLASSES = sorted(
    name
    for name in checksig.__all__
    if inspect.isclass(getattr(checksig, name)) and not name.endswith("Options")
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the API as it is built, without the others."""
    source = tmp_path_factory.mktemp("docs")
    for name in ("conf.py", "option_tables.py", "_static"):
        (source / name).symlink_to(DOCS / name)
    shutil.copy(DOCS / "api.md", source / "index.md")
    # Links to the other pages are what `make docs` looks at.
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html"]
    subprocess.run([*command, source, source / "out"], check=True, timeout=120)
    built = (source / "out/index.html").read_text()
    return built.partition("<article")[2].partition("</article>")[0]


def text(built: str) -> str:
    """Return the words of a page, without its marks."""
    return plain(html.unescape(re.sub(r"<[^>]+>", "", built)))


def plain(said: str) -> str:
    """Return words as they can be compared: without marks, and whatever quotes are typed."""
    said = re.sub(r":\w+:(?=`)", "", said)
    said = re.sub("[`'\"\u2018\u2019\u201c\u201d]|\\(\\)", "", said)
    return " ".join(said.split())


def said_of_attributes() -> Iterator[tuple[str, str]]:
    """Yield public attributes of public classes, and what the source says of them."""
    for name in CLASSES:
        kind = getattr(checksig, name)
        for base in kind.__mro__:
            if not base.__module__.startswith("checksig"):
                continue
            comments = ModuleAnalyzer.for_module(base.__module__).find_attr_docs()
            for (of, attribute), lines in comments.items():
                if of == base.__name__ == name and not attribute.startswith("_"):
                    yield f"{name}.{attribute}", " ".join(lines)
            for attribute, value in vars(base).items():
                if isinstance(value, property) and base is kind and value.__doc__:
                    yield f"{name}.{attribute}", value.__doc__.partition("\n\n")[0]


def test_what_is_said_of_an_attribute_stands_there_whole(page: str) -> None:
    words = text(page)
    said = dict(said_of_attributes())
    assert len(said) > 60
    assert sum(":" in each for each in said.values()) >= 10  # where it was once cut in two
    assert {name: each for name, each in said.items() if plain(each) not in words} == {}


def test_no_sentence_is_taken_for_a_type(page: str) -> None:
    assert not re.findall(r">Type<span|>Type:?</dt>", page)
    assert not re.findall(r"<p>\s*:", page)
    assert "Alias for field number" not in page


def test_no_option_begins_with_a_dash(page: str) -> None:
    assert re.findall(r"\u2013\w+", text(page)) == []
    assert "--update" in text(page)


def test_no_mark_is_left_in_the_text(page: str) -> None:
    words = re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)
    assert not re.findall(r":\w+:<code|:\w+:`[^`]*`|``", words)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_there_with_each_of_its_options(page: str, name: str) -> None:
    shown = re.findall(rf'<dt class="[^"]*" id="checksig\.{name}">(.*?)</dt>', page, re.DOTALL)
    assert len(shown) == 1
    names = re.findall(r'<span class="n">.*?<span class="pre">(\w+)</span>', shown[0], re.DOTALL)
    assert names == list(inspect.signature(getattr(checksig, name)).parameters)


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_there_with_each_of_its_fields(page: str, name: str) -> None:
    kind = getattr(checksig, name)
    ids = set(re.findall(r'id="checksig\.([\w.]+)"', page))
    if issubclass(kind, Exception):
        assert f"errors.{name}" in ids
        return
    assert name in ids
    fields = getattr(kind, "_fields", ()) or getattr(kind, "__match_args__", ())
    public = {f for f in fields if f in inspect.get_annotations(kind)}
    assert {f"{name}.{field}" for field in public} <= ids


@pytest.mark.parametrize("group", [CheckOptions, CreateOptions, EnvironmentOptions])
def test_an_option_is_there_with_type_default_and_sentence(page: str, group: type) -> None:
    rows = [
        [text(cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    ]
    assert len(rows) > 40
    for name, option in table(group).items():
        found = [row for row in rows if row and row[0] == name]
        assert any(plain(option.sentence) in row[3] for row in found), name
        for row in found:
            assert row[1], name
            assert not re.search(r"\bos\b|collections|Literal|\[str\]\s*\|\s*bytes", row[1]), name
