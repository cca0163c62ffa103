"""JSON, read strictly: a list must not mean one thing here and another thing elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable

#: Of a whole number: what int() takes for more grows with the square of their count.
_MAX_DIGITS: Final = 20


def load(data: bytes | str, constant: Callable[[str], object] | None = None) -> Any:
    """Return what a JSON document says.

    Args:
        data: The document.
        constant: Returns what Infinity, -Infinity or NaN is, which JSON does not allow.

    Raises:
        ValueError: it is none, is nested too deeply, or has a key twice in one object.
    """
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
        return (_decoder(constant) if constant else _DECODER).decode(text)
    except UnicodeDecodeError:
        raise ValueError("the JSON is not UTF-8") from None
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {str(error).lower()}") from None


def as_object(value: object, what: str) -> dict[str, Any]:
    """Return a value that has to be an object.

    Raises:
        ValueError: it is none; ``what`` is what it is called.
    """
    if not isinstance(value, dict):
        raise ValueError(f"{what} is not an object")
    return cast("dict[str, Any]", value)


def as_array(value: object, what: str) -> list[Any]:
    """Return a value that has to be an array.

    Raises:
        ValueError: it is none; ``what`` is what it is called.
    """
    if not isinstance(value, list):
        raise ValueError(f"{what} are not an array")
    return [*value]  # pyright: ignore[reportUnknownVariableType] (mypy knows; a cast it calls redundant)


def as_string(value: object, what: str) -> str:
    """Return a value that has to be a string.

    Raises:
        ValueError: it is none; ``what`` is what it is called.
    """
    if not isinstance(value, str):
        raise ValueError(f"{what} is not text")
    return value


def as_size(value: object) -> int | None:
    """Return a number of bytes or None if it is null.

    Raises:
        ValueError: it is something else.
    """
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63:
        return value
    raise ValueError("the size is not a number of bytes")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object of the JSON has a key twice")
    return found


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError("a number of the JSON has too many digits")
    return int(text)


def _refuse(constant: str) -> None:
    raise ValueError(f"the JSON has {constant}, which JSON does not allow")


def _decoder(constant: Callable[[str], object]) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=constant)


#: To make one for each line of a list takes as long as to read the line.
_DECODER: Final = _decoder(_refuse)
