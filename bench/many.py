"""Lists of many files, in every format that Python reads.

They are laid out as the programs write them that they come from, with one digest for each file and
names of 40 to 60 characters. The digests are made up.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """How a list is laid out: what comes first, a file, what is between files, what comes last."""

    name: str  #: of the list
    row: str
    head: str = ""
    between: str = ""
    tail: str = ""

    def text(self, count: int) -> bytes:
        """Return a list of so many files."""
        rows = (self.row % _File(number) for number in range(count))
        return f"{self.head}{self.between.join(rows)}{self.tail % _Whole(count)}".encode()


class _File:
    """A file, for the operator %: only the fields that a row has are made up."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __getitem__(self, field: str) -> str:
        return _FIELDS[field](self._number)


class _Whole:
    """All files of a list, for the operator %: what lists say about them."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __getitem__(self, field: str) -> str:
        digests = "".join(map(_FIELDS[field], range(self._count)))
        return hashlib.sha256(bytes.fromhex(digests)).hexdigest()


def _path(number: int) -> str:
    return f"archive/2026/{number // 1000:04d}/{number:0{7 + number % 20}d}-measurement.csv.gz"


def _digest(digits: int) -> Callable[[int], str]:
    # A multiple of an odd number: digits of all kinds, and no two alike.
    factor = int("9e3779b97f4a7c15" * (digits // 16 or 1), 16)
    return lambda number: f"{(number + 1) * factor % 16**digits:0{digits}x}"


_SHA256 = _digest(64)

_FIELDS: dict[str, Callable[[int], str]] = {
    "number": str,
    "path": _path,
    "size": lambda number: str(number * 7919 % (1 << 24)),
    "time": lambda number: str(1_700_000_000_000_000_000 + number * 1_000_003),
    "crc32": _digest(8),
    "md5": _digest(32),
    "sha256": _SHA256,
    "sha512": _digest(128),
    "decimal": lambda number: str(number * 2654435761 % (1 << 32) | 1 << 16),
    "short": lambda number: f"{number * 40503 % (1 << 16):05d}",
    "blocks": lambda number: f"{number % 9999 + 1:5d}",
    "padded": lambda number: base64.b64encode(bytes.fromhex(_SHA256(number))).decode(),
    "base64": lambda number: (
        base64.urlsafe_b64encode(bytes.fromhex(_SHA256(number))).decode().rstrip("=")
    ),
}

#: Formats that are not here, and why.
_OF_ONE = "a list of one file, or of those of one release"
_DOCUMENTS = "a document about one object, one item or one project, which a parser reads whole"
LEFT_OUT = {
    **dict.fromkeys(("bare", "certutil", "electron", "gem", "helm", "jar", "print-md"), _OF_ONE),
    **dict.fromkeys(
        (
            *("cargo", "conda-meta", "cpan", "internet-archive", "metalink3", "mhl", "mhl-chain"),
            *("ocfl", "repomd", "repository", "rpm-primary", "safe"),
            *("cargo-lock", "npm-lock", "nuget-lock", "python-lock"),
        ),
        _DOCUMENTS,
    ),
    **dict.fromkeys(("rpm", "torrent"), "no text: it has no lines"),
    **dict.fromkeys(
        ("s3-batch", "s3-inventory"), "what a job of S3 writes, in files of its own size"
    ),
    "getfilehash": "what a person lists in a shell",
}

#: By the name of the format.
LAYOUTS = {
    "debian-index": Layout(
        "Packages",
        "Package: p%(number)s\nVersion: 1.0\nArchitecture: all\nFilename: %(path)s\n"
        "Size: %(size)s\nSHA256: %(sha256)s\nDescription: a package\n\n",
    ),
    "go-sum": Layout("go.sum", "example.org/p%(number)s v1.0.0 h1:%(padded)s\n"),
    "requirements": Layout(
        "requirements.txt", "p%(number)s==1.0.0 \\\n    --hash=sha256:%(sha256)s\n"
    ),
    "yarn-lock": Layout(
        "yarn.lock",
        'p%(number)s@^1.0.0:\n  version "1.0.0"\n'
        '  resolved "https://registry.yarnpkg.com/p/-/p%(number)s-1.0.0.tgz"\n'
        "  integrity sha256-%(padded)s\n\n",
        head="# yarn lockfile v1\n\n\n",
    ),
    "cksum": Layout("cksum.txt", "%(decimal)s %(size)s %(path)s\n"),
    "distinfo": Layout(
        "distinfo",
        "SHA256 (%(path)s) = %(sha256)s\nSIZE (%(path)s) = %(size)s\n",
        head="TIMESTAMP = 1700000000\n",
    ),
    "module-signature": Layout("SIGNATURE", "SHA256 %(sha256)s %(path)s\n"),
    "magnet": Layout("links.txt", "magnet:?xl=%(size)s&dn=%(path)s&xt=urn:sha256:%(sha256)s\n"),
    "rhash": Layout("check.txt", "%(path)s  %(crc32)s  %(sha256)s\n"),
    "sum": Layout("sum.txt", "%(short)s %(blocks)s %(path)s\n"),
    "table": Layout("files.csv", "%(path)s,%(size)s,%(sha256)s\n", head="path,size,sha256\n"),
    "tags": Layout("checksums.txt", "SHA256 (%(path)s) = %(padded)s\n"),
    "jsonl": Layout(
        "checksums.jsonl",
        '{"path": "%(path)s", "size": %(size)s, "mtime_ns": %(time)s, '
        '"digests": {"sha256": "%(sha256)s"}}\n',
        head='{"schema": "checksig.list/1"}\n',
    ),
    "hashdeep": Layout(
        "hashdeep.txt",
        "%(size)s,%(sha256)s,%(path)s\n",
        head="%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n",
    ),
    "metalink": Layout(
        "files.meta4",
        '  <file name="%(path)s">\n    <size>%(size)s</size>\n'
        '    <hash type="sha-256">%(sha256)s</hash>\n  </file>\n',
        head='<?xml version="1.0" encoding="UTF-8"?>\n'
        '<metalink xmlns="urn:ietf:params:xml:ns:metalink">\n',
        tail="</metalink>\n",
    ),
    "conda": Layout(
        "paths.json",
        '    {\n      "_path": "%(path)s",\n      "path_type": "hardlink",\n'
        '      "sha256": "%(sha256)s",\n      "size_in_bytes": %(size)s\n    }',
        head='{\n  "paths": [\n',
        between=",\n",
        tail='\n  ],\n  "paths_version": 1\n}\n',
    ),
    "frictionless": Layout(
        "datapackage.json",
        '    {\n      "name": "file-%(number)s",\n      "path": "%(path)s",\n'
        '      "bytes": %(size)s,\n      "hash": "sha256:%(sha256)s"\n    }',
        head='{\n  "resources": [\n',
        between=",\n",
        tail="\n  ]\n}\n",
    ),
    "dvc": Layout(
        "d41d8cd98f00b204e9800998ecf8427e.dir",
        '{"md5": "%(md5)s", "relpath": "%(path)s"}',
        head="[",
        between=", ",
        tail="]",
    ),
    "model": Layout(
        "statement.json",
        '{"name": "%(path)s", "algorithm": "sha256", "digest": "%(sha256)s"}',
        head='{"_type": "https://in-toto.io/Statement/v1", '
        '"predicateType": "https://model_signing/signature/v1.0", '
        '"predicate": {"serialization": {"method": "files"}, "resources": [',
        between=", ",
        tail=']}, "subject": [{"name": "model", "digest": {"sha256": "%(sha256)s"}}]}',
    ),
    "mtree": Layout(
        "files.mtree",
        "./%(path)s time=1700000000.0 size=%(size)s sha256digest=%(sha256)s\n",
        head="#mtree\n/set type=file uid=0 gid=0 mode=644\n",
    ),
    "debian": Layout(
        "Release",
        " %(sha256)s %(size)8s %(path)s\n",
        head="Origin: Debian\nSuite: stable\nCodename: trixie\nSHA256:\n",
    ),
    "gentoo": Layout("Manifest", "DATA %(path)s %(size)s SHA512 %(sha512)s\n"),
    "record": Layout("RECORD", "%(path)s,sha256=%(base64)s,%(size)s\n"),
    "crc": Layout(
        "files.crc",
        "%(path)-60s  %(size)10s  %(crc32)s\n",
        head="Filename  Filesize  CRC-32\n--------  --------  ------\n",
        tail="--------  --------  ------\n",
    ),
    "csv": Layout("files.csv", "%(path)s,%(size)s,%(crc32)s,\n"),
    "bagit": Layout("manifest-sha256.txt", "%(sha256)s  data/%(path)s\n"),
    "pooch": Layout("registry.txt", "%(path)s sha256:%(sha256)s\n"),
    "sfv": Layout("files.sfv", "%(path)s %(crc32)s\n"),
    "sfvmd5": Layout("files", "%(path)s %(md5)s\n"),
}
