"""Sphinx configuration."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(Path(__file__).resolve().parent))
from option_tables import markdown

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
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "checksig"
html_static_path = ["_static"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"
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


def setup(app: Sphinx) -> None:
    """Add the directive."""
    app.add_directive("options", OptionTable)
