"""A report as HTML."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from checksig._names import escape

if TYPE_CHECKING:
    from checksig._results import Report

#: How many failures are shown.
_SHOWN: Final = 100


def table(report: Report) -> str:
    """Return the verdict and the failures as a table, for notebooks."""
    colour = "#1a7f37" if report.ok else "#cf222e"
    trust = "" if not report.ok or report.signatures else f"(integrity only: {report.trust}) "
    rows = "".join(
        f"<tr><td>{result.status}</td><td><code>{html.escape(result.subject)}</code></td>"
        f"<td>{html.escape(escape(result.detail))}</td></tr>"
        for result in report.failures[:_SHOWN]
    )
    if (more := len(report.failures) - _SHOWN) > 0:
        rows += f"<tr><td>and {more:,} more</td></tr>"
    rows += "".join(f"<tr><td>{html.escape(escape(each))}</td></tr>" for each in report.remarks)
    return (
        f'<div><b style="color:{colour}">{report.verdict}</b> {html.escape(trust + report.tally)}'
        f"<table>{rows}</table></div>"
    )
