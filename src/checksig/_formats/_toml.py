"""TOML, as lists have it."""

from __future__ import annotations

import tomllib
from typing import Any


def load(data: bytes) -> dict[str, Any]:
    """Return what a TOML document says.

    Raises:
        ValueError: it is none, or is nested too deeply.
    """
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("the TOML is not UTF-8") from None
    except RecursionError:
        raise ValueError("the TOML is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"it is not TOML: {str(error).lower()}") from None
