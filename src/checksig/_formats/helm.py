"""``NAME.tgz.prov`` of Helm: the metadata of a chart, and its digest.

Source: the documentation of Helm, "Helm Provenance and Integrity". Text in YAML, an end of a
document, and below ``files:`` names and digests. The whole is clearsigned: what is signed is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._format import Format
from checksig._formats._lines import head, lines
from checksig._formats._values import hexadecimal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_END: Final = "..."
_FILES: Final = "files:"
_FILE: Final = (
    r"(?s)  ?(?P<quote>[\"']?)(?P<name>[^\"']+)(?P=quote): (?P<kind>[a-z0-9-]+):(?P<digest>\S+)"
)


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    ended = files = False
    for number, line in enumerate(lines(data), 1):
        text = line.rstrip()
        if not ended:
            ended = text == _END
        elif not text:
            continue
        elif not files:
            files = text == _FILES
            if not files:
                yield Malformed(number, "it is between the metadata and the files")
        else:
            match = re.fullmatch(_FILE, text)
            try:
                if not match:
                    raise ValueError("it is not a name and a digest with its algorithm")
                digest = hexadecimal(match["digest"])
                yield Entry(match["name"], digest, match["kind"], number)
            except ValueError as error:
                yield Malformed(number, str(error))
    if not files:
        raise ValueError("it has no files behind the metadata")


def _sniff(data: bytes) -> bool:
    # The metadata may be longer than what is looked at; what is not signed is never read.
    found = head(data)
    return re.search(rb"(?m)^\.\.\.\r?\nfiles:\r?$", found) is not None or (
        re.search(rb"(?m)^apiVersion: v[0-9]", found) is not None
        and re.search(rb"(?m)^name: ", found) is not None
    )


FORMAT: Final = Format(
    name="helm",
    title="provenance of Helm",
    used_by="charts of Kubernetes",
    sniff=_sniff,
    names=r"(?as:.+\.prov)",
    weak=True,
    of_one=r"\.prov",
    parse=_parse,
)
