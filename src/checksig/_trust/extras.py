"""The way to install a package that is missing, for how this copy of checksig was installed.

Source: the documentation of uv ("uv-receipt.toml", "pyvenv.cfg") and pipx ("pipx_metadata.json"):
each leaves a file in the environments that it makes.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from checksig._schemes import MissingExtraError

#: Set in images, which have no environment that outlasts a run. See the Dockerfile.
_IMAGE: Final = "CHECKSIG_IMAGE"
#: Files in the prefix, and what installs with an extra there.
_TOOLS: Final = {
    "uv-receipt.toml": "uv tool install",
    "pipx_metadata.json": "pipx install --force",
}


def sentence(error: MissingExtraError) -> str:
    """Return what is missing, and the line that brings it."""
    wanted = f"'checksig[{error.extra}]'"
    return f"{error.title} needs a package: {_line(wanted)}"


def _line(wanted: str) -> str:
    if os.environ.get(_IMAGE):
        return f'in an image of your own FROM this one, as "USER root": RUN pip install {wanted}'
    for name, command in _TOOLS.items():
        if os.path.exists(os.path.join(sys.prefix, name)):
            return f"{command} {wanted}"
    return f"{'uv pip' if _made_by_uv() else 'pip'} install {wanted}"


def _made_by_uv() -> bool:
    """Whether uv made this environment, which has no pip then."""
    try:
        with open(os.path.join(sys.prefix, "pyvenv.cfg"), encoding="utf-8") as file:
            return any(line.partition("=")[0].strip() == "uv" for line in file)
    except (OSError, ValueError):
        return False
