"""Lists of the GNU coreutils: text and binary lines, BSD and OpenSSL tags.

The core reads them by itself (``core/internal/sums``), as there are lists of millions of lines; in
Python their lines are in ``sums.py``. md5deep and its siblings write such lists too.
Source: GNU coreutils 9, "md5sum invocation".
"""

from __future__ import annotations

import re
from types import MappingProxyType

from checksig._entries import Entry
from checksig._formats._format import Format, Hint, NameMatch
from checksig._formats._lines import head
from checksig._formats.sums import encode, read, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from typing import Final

    from checksig._results import Algorithm

#: What is in all names but those that end in an algorithm. To look closely takes longer.
_NAMES: Final = r"(?is:.*?(?:sum|digest|deep|hash|md5|sha|\.chk).*)"

# To know the case of all letters that there are takes twice as long: (?a).
_ALGORITHM: Final = r"(?P<algorithm>[a-z0-9]+(?:[-_]v?[0-9]+)?)"
# sha1sum.txt, SHA256SUMS, SHA512SUMS.txt, tool_1.2_SHA256SUMS, image-sha3-256sums, md5deep.txt
_NAMED_BY_ALGORITHM: Final = rf"(?ai)(?:.*[-_.])??{_ALGORITHM}[-_.]?(?:sums?|deep)(?:\.txt)?"
# checksums.txt, CHECKSUM, tool_1.2_checksums.txt, checksums.sha256, SHASUMS256.txt
_NAMED_BY_PURPOSE: Final = (
    r"(?ai)(?:.*[-_.])?(?:checksums?|digests?|shasums?(?P<bits>[0-9]{3})?)"
    rf"(?:[-_.]{_ALGORITHM})??(?:\.txt)?"
)
# A program is called so: md5sum
_PROGRAM: Final = r"(?ai)[a-z0-9]+sum"

#: An algorithm in a name. Others are short, and words of other things as well.
_SPOKEN: Final = (
    r"(?i)(?<![a-z0-9])(?P<algorithm>(?:md|sha|blake|sm)[0-9][a-z0-9]*?(?:[-_](?:224|256|384|512))?)"
    r"(?=(?:sums?|hash(?:es)?|digests?|checksums?|list|deep)?(?:[^a-z0-9]|\Z))"
)

#: SHASUMS, a.iso.sha
_OF_A_FAMILY: Final = r"(?i)(?<![a-z0-9])sha(?=(?:sums?)?(?:[^a-z0-9]|\Z))"

#: a.iso.sha, a.iso.checksum, a.iso.DIGESTS, a.iso-CHECKSUM
_OF_ONE: Final = r"[-.](?:checksums?|digests?|hash(?:es)?)(?:\.txt)?|\.sha"

#: a.iso-sha256.txt, a.iso_md5: of the file before it, if that is there.
_BESIDE: Final = r"(?is)(?P<stem>.+)[-_](?P<algorithm>[a-z0-9]+?)(?:sum)?(?:\.txt)?"

_COMMON: Final = r"md5|sha-?(?:1|224|256|384|512)|blake2b|blake3"

#: Names that other files have as well.
_WEAK_NAMES: Final = (
    rf"{_ALGORITHM}(?:\.txt)?",  # MD5, as the BSDs have it, md5.txt, SHA-256.txt
    rf"(?:.*[-_.])?{_ALGORITHM}[-_]?checksums?(?:\.txt)?",  # md5checksums.txt of NCBI
    rf"checksums?\.{_ALGORITHM}-.*",  # CHECKSUM.SHA256-FreeBSD-14.0-RELEASE-amd64
    rf".+[-_]{_ALGORITHM}(?:sum)?(?:\.txt)?",  # a.iso-sha256.txt
    rf"{_ALGORITHM}sums?[-_.].*",  # SHA256SUMS.arm64, sha256sums-signed-build.txt
    r"(?:.*[-_.])?(?P<algorithm>)hash(?:es)?(?:\.txt)?",  # hashes.txt of Monero
    r".+(?P<algorithm>)\.sha(?:sums?)?(?:\.txt)?",  # NAME.img.xz.sha of Armbian
    # checksums-1.2.3.txt, checksums_linux, tool_checksums_v1.txt
    r"(?:.*[-_.])?(?:checksum|digest|shasum)s?(?P<algorithm>)(?:[-_][^.]*|[-_.].*\.txt)",
    # FastqMd5.txt, md5list.txt, SHA256HASHES
    rf".*(?P<algorithm>{_COMMON})[-_.]?(?:list|hash(?:es)?|digests?|checksums?)?(?:\.txt)?",
    r"(?:.*[-_.])?(?P<algorithm>)sums?(?:\.txt)?",  # sums.txt
    r".*(?P<algorithm>)\.chk",
)
#: README.md5 may be about MD5, and COPYING.MD5 the terms of its authors.
_DOCUMENTS: Final = (
    r"(?i)(?:readme|licen[cs]e|copying|notice|install|authors|changes|changelog|news)"
)

#: Extensions of lists that are those of other files as well: LICENSE.BSD, .part-0.parquet.crc
_WEAK_EXTENSIONS: Final = ("bsd", "sysv", "crc", "cksum", "b2", "b3")

#: deb-md5sums(5): relative to the root of the package. The manual of Archivematica, "Transfer":
#: metadata/checksum.sha256 lists what is in the directory beside it.
_BASES: Final = MappingProxyType(
    {
        "DEBIAN": (r"md5sums", ".."),
        "metadata": (r"checksum\.(?:md5|sha1|sha256|sha512)", "../objects"),
    }
)

_PLAIN: Final = rb"[0-9A-Fa-f]{8,}[ \t][ *]."
_TAGGED: Final = rb"[A-Za-z0-9/_-]+ ?\(.*\) ?= [0-9A-Fa-f]{8,}"
_LINE: Final = rb"(?s)[ \t]*\\?(?:%b|%b)" % (_PLAIN, _TAGGED)
# One blank alone is what the BSDs write; many a text has short numbers before a blank.
#: A tagged line of which the digest is in base64, as most are that are no digits: see ``tags.py``.
_IN_BASE64: Final = rb"[A-Za-z0-9/_-]+ ?\(.*\) ?= (?=.*[G-Zg-z+/])[A-Za-z0-9+/]{20,}={0,2}\s*"
#: A name that begins like a tag and a colon may be that: see ``tags.py``.
_REVERSED: Final = rb"(?s)[ \t]*\\?[0-9A-Fa-f]{32,}[ \t](?!\([A-Za-z0-9/_-]+\): )."


def named_by_purpose(name: str, algorithms: Container[str]) -> NameMatch | None:
    """Return the match of a name such as ``checksums.sha256`` or ``sha256-checksums.txt``."""
    if match := re.fullmatch(_NAMED_BY_PURPOSE, name):
        algorithm = f"sha{match['bits']}" if match["bits"] else (match["algorithm"] or "").lower()
        algorithm = algorithm or spoken(name, algorithms) or ""
        if not algorithm or algorithm in algorithms:
            return NameMatch(FORMAT, algorithm or None, weak=not algorithm)
    return None


def extension(name: str, algorithms: Container[str]) -> tuple[str, str] | None:
    """Split ``a.iso.sha256`` into the name of a file and an algorithm; None if it is not like it.

    ``a.iso.sha256sum``, ``a.iso.sha256sums`` and ``a.iso.SHA256.txt`` are.
    """
    stem, _, last = without_txt(name).rpartition(".")
    last = last.lower()
    algorithm = last if last in algorithms else last.removesuffix("sum")
    if "." in stem:  # else NAME.md5sums may be those of a package
        algorithm = algorithm.removesuffix("sums")
    return (stem, algorithm) if stem and algorithm in algorithms else None


def called_after(name: str, algorithms: Container[str]) -> str | None:
    """Return the name of the file that ``a.iso.sha256`` or ``a.iso-sha256.txt`` is called after."""
    if named := extension(name, algorithms):
        return None if named_by_purpose(name, algorithms) else named[0]
    match = re.fullmatch(_BESIDE, name)
    return match["stem"] if match and match["algorithm"].lower() in algorithms else None


def spoken(name: str, algorithms: Container[str]) -> str | None:
    """Return the only algorithm that is a word of a name: ``tool-SHA256-linux.txt``; or None."""
    words = {match["algorithm"].lower() for match in re.finditer(_SPOKEN, name)}
    found = {word for word in words | {w.replace("-", "") for w in words} if word in algorithms}
    return found.pop() if len(found) == 1 else None


def family(name: str) -> str:
    """Return the family of algorithms that is a word of a name: ``SHASUMS``; or nothing."""
    return "sha" if re.search(_OF_A_FAMILY, name) else ""


def without_txt(name: str) -> str:
    """Return a name without the extension that mail programs and web servers want."""
    return name[:-4] if name[-4:].lower() == ".txt" else name


def looks_like_a_line(line: bytes) -> bool:
    """Whether a line is like no other format's: with two blanks, or with a tag."""
    return re.match(_LINE, line) is not None


def is_weak(stem: str, algorithm: str) -> bool:
    """Whether NAME.ALGORITHM may be something else than a list."""
    return algorithm in _WEAK_EXTENSIONS or re.fullmatch(_DOCUMENTS, stem) is not None


def _match_name(name: str, algorithms: Container[str]) -> NameMatch | None:
    if found := named_by_purpose(name, algorithms):
        return found
    if match := re.fullmatch(_NAMED_BY_ALGORITHM, name):
        algorithm = match["algorithm"].lower()
        if algorithm in algorithms:
            return NameMatch(FORMAT, algorithm, weak=re.fullmatch(_PROGRAM, name) is not None)
    if named := extension(name, algorithms):
        return NameMatch(FORMAT, named[1], weak=is_weak(*named))
    for pattern in _WEAK_NAMES:
        if match := re.fullmatch(pattern, name, re.IGNORECASE):
            algorithm = match["algorithm"].lower()
            spelled = algorithm if algorithm in algorithms else algorithm.replace("-", "")
            if not algorithm or spelled in algorithms:
                return NameMatch(FORMAT, spelled or None, weak=True)
    return None


def _sniff(data: bytes) -> bool:
    found = head(data)
    # With -z, lines end with NUL, and names may hold line breaks.
    rows = found.split(b"\0") if b"\0" in found else found.splitlines()
    rows = [row for row in rows if row.strip(b" \t") and not row.startswith(b"#")]
    # What stands above the first entry may be a header, of which no line is indented.
    likely = [*rows[:1], *[row for row in rows[1:] if not row[:1].isspace()]]
    if any(re.fullmatch(_IN_BASE64, row) for row in rows):
        return False  # the core reads no base64
    return any(re.match(_LINE, row) or re.match(_REVERSED, row) for row in likely)


def _default_name(algorithms: Sequence[Algorithm], path: str) -> str:
    del path
    return "CHECKSUMS" if len(algorithms) > 1 else f"{algorithms[0].tag}SUMS"


def name_of(text: bytes, digest: bytes, *, zero: bool) -> bytes | None:
    """Return the name in the first line that lists a digest, in hexadecimal; None if none does."""
    mark = b"\0" if zero else b"\n"
    at = text.find(digest)
    while at >= 0:
        start, end = text.rfind(mark, 0, at) + 1, text.find(mark, at)
        end = end if end >= 0 else len(text)
        for line in read(text[start:end] + mark, Hint("")):
            if isinstance(line, Entry) and line.digest.lower().encode() == digest.lower():
                return encode(line.path)
        at = text.find(digest, end)  # it was part of a name
    return None


FORMAT: Final = Format(
    name="coreutils",
    title="GNU coreutils, BSD and OpenSSL",
    used_by="nearly everybody",
    sniff=_sniff,
    names=_NAMES,
    name_rule=_match_name,
    by_core=True,
    read=read,
    write=write,
    write_styled=write,
    default_name=_default_name,
    bases=_BASES,
    one_algorithm=True,
    of_one=_OF_ONE,
    backslashes=True,
)
