"""The layout of SFV with MD5, as cfv writes it with ``-t sfvmd5``.

Source: cfv(1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._formats._blocks import by_line
from checksig._formats._format import Format
from checksig._formats._values import untagged
from checksig._formats.sfv import rows, sniffer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block
    from checksig._formats._format import Hint


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    return rows(data, untagged(hint, "md5"))


# cfv calls them NAME.md5, like those of md5sum: names say nothing.
FORMAT: Final = Format(
    name="sfvmd5",
    title="SFV with MD5",
    used_by="users of SFV programs",
    sniff=sniffer(32),
    parse=by_line(_blocks),
    blocks=_blocks,
    backslashes=True,
)
