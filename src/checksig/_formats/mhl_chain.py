"""``ascmhl_chain.xml``: the media hash lists of a directory, one for each generation.

Source: the specification of ASC MHL 2.0, "Chain File".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._entries import Entry
from checksig._formats._format import Format, Tree
from checksig._formats._values import from_c4, hexadecimal, text_name
from checksig._formats._xml import nodes, read, sniffer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint
    from checksig._formats._xml import Node

_ROOT: Final = "ascmhldirectory"


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    return read(data, _ROOT, ("hashlist",), _list)


def _list(each: Node) -> list[Line]:
    name = text_name(each.value("path"))
    found: list[Line] = []
    for child in each.children:
        if child.tag == "c4":
            found.append(Entry(name, from_c4(child.text), "sha512", child.line))
        elif child.tag != "path":
            found.append(Entry(name, hexadecimal(child.text), child.tag, child.line))
    if not found:
        raise ValueError("the list has no digest")
    return found


def _tree(data: bytes) -> Tree:
    """Return the lists: those of earlier generations are about files as they were."""
    found = [each.value("path") for each in nodes(data, _ROOT, ("hashlist",))]
    return Tree(tuple(name for name in found[-1:] if name))


FORMAT: Final = Format(
    name="mhl-chain",
    title="chain file of ASC MHL",
    used_by="film sets, laboratories and broadcasters",
    sniff=sniffer(_ROOT),
    names=r"ascmhl_chain\.xml",
    tree=_tree,
    parse=_parse,
)
