"""Tables of options for the pages, made of the one table that the package has."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from checksig import _options
from checksig._options import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils import nodes
    from sphinx.application import Sphinx

    from checksig._options import Option

#: The abilities of archives, of those that options may need.
_OF_ARCHIVES = {"parallel"}


def row_of(name: str, option: Option, *, python: bool) -> str:
    """Return a row of a table in Markdown: an option, its meaning, and if archives lack it."""
    shown = f"`{name}`" if python else _flags(name, option)
    said = [option.sentence]
    if option.several and not python:
        said.append("can be given several times")
    if option.choices and python:
        said.append(", ".join(f'`"{choice}"`' for choice in option.choices))
    more = f". {option.more}" if option.more else ""
    if option.needs and option.needs not in _OF_ARCHIVES:
        which = f" `{option.needs_value}` is" if option.needs_value else " It is"
        more = (more or ".") + f"{which} not for archives."
    return f"| {shown} | {'; '.join(said)}{more} |"


def _flags(name: str, option: Option) -> str:
    value = f" {option.metavar}" if option.metavar else ""
    if option.choices:
        value = " " + "\\|".join(option.choices)
    flags = [f"{option.short}{value}"] if option.short else []
    return ", ".join(f"`{flag}`" for flag in [*flags, f"--{name.replace('_', '-')}{value}"])


class OptionTable(SphinxDirective):
    """A table of the options of groups: of the command line, or with ``:python:`` of functions."""

    required_arguments = 1
    optional_arguments = 9
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "python": directives.flag,
        "but": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        python, but = "python" in self.options, self.options.get("but", "").split()
        lines = ["| option | meaning |", "|---|---|"]
        for group in self.arguments:
            for name, option in table(getattr(_options, group)).items():
                if (python or option.shown) and name not in but:
                    lines.append(row_of(name, option, python=python))
        return self.parse_text_to_nodes("\n".join(lines))


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("options", OptionTable)
    return {"parallel_read_safe": True}
