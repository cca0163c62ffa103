"""``package-lock.json`` and ``npm-shrinkwrap.json`` of npm.

Source: the documentation of npm, "package-lock.json", of the versions 1 to 3. ``integrity`` has
digests as W3C's Subresource Integrity has them, and ``resolved`` the address of the archive. What
``npm pack`` and Yarn call an archive with a scope is taken as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Entry, Malformed, Unverified
from checksig._formats._archives import integrity, name_in
from checksig._formats._format import Format, Packages
from checksig._formats._lines import head
from checksig._formats._values import is_url, text_name
from checksig._json import as_object, as_string, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

#: Nothing that a registry has is nested so deeply.
_DEEPEST: Final = 200
_SCOPED: Final = r"(?:@([a-z0-9~._-]+)/)?([A-Za-z0-9~._!'()*-]+)"


def scoped(package: str, version: str) -> list[str]:
    """Return what programs call the archive of a package with a scope; nothing if it has none."""
    match = re.fullmatch(_SCOPED, package)
    if not match or not match[1]:
        return []
    return [f"{match[1]}-{match[2]}-{version}.tgz", f"@{match[1]}-{match[2]}-{version}.tgz"]


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    document = as_object(load(data), "the list")
    if "packages" in document:
        found = _packages(as_object(document["packages"], "packages"))
    else:
        found = _dependencies(as_object(document.get("dependencies", {}), "dependencies"), 0)
    for number, (name, fields) in enumerate(found, 1):
        try:
            yield from _lines(name, as_object(fields, "a package"), number)
        except ValueError as error:
            yield Malformed(number, str(error))


def _packages(packages: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for path, fields in packages.items():
        if path:  # else it is the project itself
            yield path.rpartition("node_modules/")[2], fields


def _dependencies(dependencies: dict[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _DEEPEST:
        raise ValueError("packages are nested too deeply")
    for name, fields in dependencies.items():
        yield name, fields
        below = as_object(fields, "a package").get("dependencies", {})
        yield from _dependencies(as_object(below, "dependencies"), depth + 1)


def _lines(name: str, fields: dict[str, Any], number: int) -> Iterator[Line]:
    version = text_name(fields.get("version", ""))
    resolved, digests = fields.get("resolved"), fields.get("integrity")
    if any(fields.get(key) is True for key in ("link", "inBundle", "bundled")):
        yield Unverified("", number, "it is a link, or part of another package")
        return
    address = version if resolved is None and is_url(version) else resolved
    if digests is None:
        yield Unverified("", number, "it has no digest: it comes from no registry")
        return
    names = [name_in(as_string(address, "the address"))] if isinstance(address, str) else []
    if not names:
        names = [f"{text_name(name).rpartition('/')[2]}-{version}.tgz"]
    names += [each for each in scoped(fields.get("name", name), version) if each not in names]
    for kind, digest in integrity(as_string(digests, "the integrity")):
        for each in names:
            yield Entry(each, digest, kind, number)


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip().startswith(b"{") and b'"lockfileVersion"' in found


FORMAT: Final = Format(
    name="npm-lock",
    title="package-lock.json of npm",
    used_by="programs in JavaScript",
    sniff=_sniff,
    names=r"(?ai:package-lock\.json|npm-shrinkwrap\.json)",
    weak=True,
    packages=Packages(),
    parse=_parse,
)
