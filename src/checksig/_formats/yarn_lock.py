"""``yarn.lock`` of Yarn: version 1, and that of Yarn 2 and later.

Sources: the documentation of Yarn, and its ``@yarnpkg/lockfile``. In version 1 ``resolved`` ends in
``#SHA-1``, and ``integrity`` is that of W3C. Later versions have a ``checksum``, SHA-512 of the zip
archive in Yarn's cache, which is called SLUG-npm-VERSION-DIGITS-DIGITS.zip: the last are those of
the checksum.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed, Unverified
from checksig._formats._archives import integrity, name_in
from checksig._formats._format import Format, Packages
from checksig._formats._lines import head, lines
from checksig._formats._values import hexadecimal
from checksig._formats.npm_lock import scoped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_KEY: Final = r' {2}"?([A-Za-z]+)"?(?:: | )(?:"((?:[^"\\]|\\.)*)"|(\S.*))'
_NAME: Final = r'"?((?:@[^@/"]+/)?[^@/"]+)@'
_CHECKSUM: Final = r"(?:[0-9a-z]+/)?([0-9a-f]{128})"
#: An archive of Yarn's cache, without the digits of what it was asked for.
_CACHED: Final = r"(.+)-[0-9a-f]{10}-([0-9a-f]{10})\.zip"
_PREFIX: Final = 10  # digits of a checksum in the name of its archive

#: Keys that count, by the first lines of a block.
_KEYS: Final = ("version", "resolved", "integrity", "resolution", "checksum")


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    title, start = "", 0
    fields: dict[str, str] = {}
    for number, line in enumerate((*lines(data), "."), 1):
        if not line.strip() or line.startswith((" ", "#")):
            match = re.fullmatch(_KEY, line)
            if (
                match
                and match[1] in _KEYS
                and fields.setdefault(match[1], _value(match)) != (_value(match))
            ):
                yield Malformed(number, f'the key "{match[1]}" is there twice')
            elif not match and re.match(r" {2}\S", line) and not line.endswith(":"):
                yield Malformed(number, "it is not a key and a value")
            continue
        if title and not title.startswith("__metadata"):
            try:
                yield from _lines(title, fields, start)
            except ValueError as error:
                yield Malformed(start, str(error))
        title, start, fields = line, number, {}
        if line != "." and not line.endswith(":"):
            yield Malformed(number, "it is not the name of a package")
            title = ""


def _value(match: re.Match[str]) -> str:
    return match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])


def _lines(title: str, fields: dict[str, str], number: int) -> Iterator[Line]:
    match = re.match(_NAME, title)
    version = fields.get("version", "")
    if not match or not version:
        raise ValueError("the package has no name, or no version")
    name = match[1]
    if checksum := fields.get("checksum"):
        found = re.fullmatch(_CHECKSUM, checksum)
        if not found:
            raise ValueError("the checksum is not SHA-512 in hexadecimal")
        slug = name.replace("/", "-")
        path = f"{slug}-npm-{version}-{'0' * _PREFIX}-{found[1][:_PREFIX]}.zip"
        yield Entry(path, found[1], "sha512", number)
        return
    address, hash_, sha1 = fields.get("resolved", "").partition("#")
    digests = list(integrity(fields.get("integrity", "")))
    if hash_:
        digests.append(("sha1", hexadecimal(sha1)))
    if not digests:
        yield Unverified("", number, "it has no digest: it comes from no registry")
        return
    for kind, digest in digests:
        for path in dict.fromkeys((name_in(address), *scoped(name, version))):
            yield Entry(path, digest, kind, number)


def _key(name: str) -> str:
    match = re.fullmatch(_CACHED, name)
    return f"{match[1]} {match[2]}" if match else name


def _sniff(data: bytes) -> bool:
    found = b"\n" + head(data)
    return b"\n# yarn lockfile v1" in found or b"\n__metadata:" in found


FORMAT: Final = Format(
    name="yarn-lock",
    title="yarn.lock",
    used_by="programs in JavaScript",
    sniff=_sniff,
    names=r"(?ai:yarn\.lock)",
    weak=True,
    packages=Packages(_key),
    parse=_parse,
)
