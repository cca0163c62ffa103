"""The stand-ins for the commands of the coreutils themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig._cli.coreutils import check, generate, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._cli.coreutils.output import Output


def run(arguments: Sequence[bytes], out: Output) -> int:
    """Run the command, and return its exit code."""
    settings = options.read(out.tool, arguments, out)
    if isinstance(settings, int):
        return settings
    return check.run(settings, out) if settings.check else generate.run(settings, out)
