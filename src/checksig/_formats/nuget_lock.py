"""``packages.lock.json`` of NuGet: digests of packages without their signatures.

Sources: NuGet's documentation, "Locking dependencies", and its wiki, "Repeatable build using lock
file implementation". A package is ID.VERSION.nupkg, in any case. A package is there once for each
framework that needs it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Entry, Malformed, Unverified
from checksig._formats._format import Format, Packages
from checksig._formats._lines import head
from checksig._formats._values import from_base64, text_name
from checksig._json import as_object, as_string, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_PLAIN: Final = r"[\w.+-]+"
_SHA512: Final = 128  # hexadecimal digits


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    document = as_object(load(data), "the list")
    frameworks = as_object(document.get("dependencies"), "dependencies")
    seen: dict[str, Line] = {}
    number = 0
    for framework in frameworks.values():
        for name, fields in as_object(framework, "a framework").items():
            number += 1
            try:
                line = _line(text_name(name), as_object(fields, "a package"), number)
            except ValueError as error:
                line = Malformed(number, str(error))
            if not isinstance(line, Entry) or (before := seen.setdefault(line.path, line)) is line:
                yield line
            elif before._replace(line=number) != line:
                yield Malformed(number, "the package is listed with two digests")


def _line(name: str, fields: dict[str, Any], number: int) -> Line:
    kind, digest = fields.get("type"), fields.get("contentHash")
    if digest is None:
        why = "it is a project" if kind == "Project" else "listed without a digest"
        return Unverified("", number, why)
    version = as_string(fields.get("resolved", ""), "the version")
    if not re.fullmatch(_PLAIN, name) or not re.fullmatch(_PLAIN, version):
        raise ValueError("the package has no name, or no version")
    found = from_base64(as_string(digest, "the digest"))
    if len(found) != _SHA512:
        raise ValueError("the digest is not one of SHA-512")
    return Entry(f"{name}.{version}.nupkg".lower(), found, "nuget", number)


def _sniff(data: bytes) -> bool:
    found = head(data)
    return (
        found.lstrip().startswith(b"{") and b'"dependencies"' in found and b'"contentHash"' in found
    )


FORMAT: Final = Format(
    name="nuget-lock",
    title="packages.lock.json of NuGet",
    used_by="programs for .NET",
    sniff=_sniff,
    names=r"(?ai:packages(?:\..+)?\.lock\.json)",
    weak=True,
    packages=Packages(str.lower, contents=True),
    parse=_parse,
)
