"""Sphinx configuration."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, cast

from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(Path(__file__).resolve().parent))
from option_tables import every_option, markdown
from scale_figures import figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils import nodes
    from sphinx.application import Sphinx

project = "checksig"
copyright = "2026, the checksig authors"
author = "the checksig authors"
release = version = installed_version("checksig")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["_build", "how-to/files"]
html_theme = "furo"
html_title = "checksig"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
myst_enable_extensions = ["colon_fence", "substitution"]
#: Pages that say what was measured take it from the results.
myst_substitutions = figures()
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"
#: Options have their types in tables, and fields theirs beside them.
autodoc_typehints_description_target = "documented_params"
#: Attributes named bytes, for a reader of a report, are not what a type called bytes refers to.
suppress_warnings = ["ref.python"]

#: The examples of the pages run in the repository's root, where examples/logs is.
REPOSITORY: Final = Path(__file__).resolve().parent.parent
doctest_global_setup = f"import os; os.chdir({str(REPOSITORY)!r}); import checksig"


class OptionTable(SphinxDirective):
    """The options of groups, as a table: see ``markdown``, whose arguments are its options."""

    required_arguments = 1
    optional_arguments = 9
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "python": directives.flag,
        "archives": directives.flag,
        "but": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        table = markdown(
            self.arguments,
            python="python" in self.options,
            archives="archives" in self.options,
            but=self.options.get("but", "").split(),
        )
        return self.parse_text_to_nodes(table)


class EveryOption(SphinxDirective):
    """The options of all commands, as a table: see ``every_option``."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        return self.parse_text_to_nodes(every_option())


def keep_sentences_whole(_: Sphinx, what: str, *of_what: object) -> None:
    """Keep what is said of attributes and properties from being divided at a colon.

    Napoleon takes what stands before a colon in their first line for a type. So that line is an
    empty comment. And what a named tuple says of a field that has no comment is no use.
    """
    lines = cast("list[str]", of_what[-1])
    if lines and lines[0].startswith("Alias for field number"):
        lines.clear()
    elif what in ("attribute", "property", "data"):
        lines[:0] = ["..", ""]


def setup(app: Sphinx) -> None:
    """Add the directives, and what goes before Napoleon, whose priority is 500."""
    app.add_directive("options", OptionTable)
    app.add_directive("every-option", EveryOption)
    app.connect("autodoc-process-docstring", keep_sentences_whole, priority=400)
