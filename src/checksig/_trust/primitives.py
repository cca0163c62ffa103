"""The primitives that schemes are given, which call no core themselves."""

from __future__ import annotations

from typing import Final

from checksig._bridge import signatures
from checksig._schemes import Primitives

PRIMITIVES: Final = Primitives(
    signature=signatures.check,
    key=signatures.key,
    certificate=signatures.certificate,
    path=signatures.path,
)
