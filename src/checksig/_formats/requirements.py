"""Requirement files of pip with ``--hash``.

Sources: the documentation of pip, "Requirements File Format" and "Secure installs"; names and
versions as PEP 503 and PEP 440 have them, names of archives as PEP 427 and PEP 625. An archive has
to have one of the digests of its line: they are of archives for several systems.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed, Unverified
from checksig._formats._archives import tagged
from checksig._formats._format import Format, Packages
from checksig._formats._lines import head, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_NAME: Final = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_PINNED: Final = rf"({_NAME})(?:\[[^\]]*\])? *===? *([A-Za-z0-9.!+_-]+) *(?:;.*)?"
_HASH: Final = r"--hash[= ](\S+)"
_LIKE_IT: Final = rb"(?m)^\s*[A-Za-z0-9][^#\n]*==[^#\n]*(?:\\\r?\n\s+)?--hash[= ]\w+:"
_COMMENT: Final = r"(?:^|\s)#.*"
_WHEEL: Final = r"([A-Za-z0-9._]+)-([A-Za-z0-9.!+_]+)(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl"
_SDIST: Final = rf"({_NAME}?)-(\d[A-Za-z0-9.!+_-]*?)\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)"


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    whole, start = "", 0
    for number, line in enumerate(lines(data), 1):
        text = (re.sub(_COMMENT, "", line) if "#" in line else line).rstrip()
        start = start if whole else number
        whole += text.removesuffix("\\") + " "
        if text.endswith("\\"):
            continue
        yield from _lines(whole.strip(), start)
        whole = ""
    if whole:
        yield Malformed(start, "it ends in the middle of a line")


def _lines(text: str, number: int) -> Iterator[Line]:
    digests = re.findall(_HASH, text)
    rest = re.sub(_HASH, "", text).strip() if digests else text.strip()
    if not rest and not digests:
        return
    if not digests:
        if re.match(r"-[rc]|--requirement|--constraint", rest):
            yield Unverified("", number, "it names another file, which is not read")
        elif not rest.startswith("-"):  # else it is another option
            yield Unverified("", number, "listed without a digest")
        return
    match = re.fullmatch(_PINNED, rest)
    if not match:
        yield Malformed(number, "the requirement is not of one version: NAME==VERSION")
        return
    path = f"{_plain(match[1])}=={_version(match[2])}"
    for each in dict.fromkeys(digests):
        try:
            kind, digest = tagged(each)
            yield Entry(path, digest, kind, number)
        except ValueError as error:
            yield Malformed(number, str(error))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@lru_cache(1024)
def _version(version: str) -> str:
    """Return a version as it is compared: without zeros at its end, and written in one way."""
    text = version.lower().removeprefix("v")
    epoch, mark, rest = text.rpartition("!")
    release, local = (*rest.split("+", 1), "")[:2]
    release = re.sub(r"[-_.]?(?:alpha|a)[-_.]?(?=\d|$)", "a", release)
    release = re.sub(r"[-_.]?(?:beta|b)[-_.]?(?=\d|$)", "b", release)
    release = re.sub(r"[-_.]?(?:preview|pre|rc|c)[-_.]?(?=\d|$)", "rc", release)
    release = re.sub(r"[-_.]?(?:post|rev|r)[-_.]?(?=\d|$)|-(?=\d+$)", ".post", release)
    release = re.sub(r"[-_.]?dev[-_.]?(?=\d|$)", ".dev", release)
    release = re.sub(r"^(\d+(?:\.\d+)*?)(?:\.0)+(?=$|[^.\d]|\.[a-z])", r"\1", release)
    local = re.sub(r"[-_.]", ".", local)
    return f"{epoch}{mark}{release}" + (f"+{local}" if local else "")


def _key(name: str) -> str:
    """Return NAME==VERSION of an archive, or of a line, which has it already."""
    if "==" in name:
        return name
    match = re.fullmatch(_WHEEL, name) or re.fullmatch(_SDIST, name)
    return f"{_plain(match[1])}=={_version(match[2])}" if match else ""


def _sniff(data: bytes) -> bool:
    return re.search(_LIKE_IT, head(data)) is not None


FORMAT: Final = Format(
    name="requirements",
    title="requirement file of pip",
    used_by="programs in Python",
    sniff=_sniff,
    names=r"(?ai:(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in))",
    weak=True,
    packages=Packages(_key, any_digest=True),
    parse=_parse,
)
