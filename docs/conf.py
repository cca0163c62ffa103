"""Sphinx configuration."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Final

project = "checksig"
copyright = "2026, the checksig authors"
author = "the checksig authors"
release = version = installed_version("checksig")

sys.path.insert(0, str(Path(__file__).resolve().parent))
extensions = [
    "myst_parser",
    "option_tables",
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
