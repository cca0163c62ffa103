"""Lists of many lines are read by column, and say what they say when they are read with care."""

from __future__ import annotations

import hashlib
import json
import os
import random
from typing import TYPE_CHECKING, Any

import pytest
from listed import GOOD, READ, hint_for, named

from checksig._bridge import packed
from checksig._entries import Columns
from checksig._formats import Hint, _blocks, _records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checksig._formats import Format

#: Formats of which long lists are read by column.
BY_COLUMN = [format_ for format_ in READ if format_.blocks]

#: The same lists every time; with CHECKSIG_FUZZ, so many other ones for each format.
LISTS = int(os.environ.get("CHECKSIG_FUZZ", "0"))

MD5, SHA256 = "0123456789abcdef" * 2, "0123456789ABCDEF" * 4
METALINK = "urn:ietf:params:xml:ns:metalink"


def lined(row: str, head: str = "", tail: str = "") -> Callable[[list[str]], str]:
    """A list with a line for each file, in which ``@`` is its name and ``#`` its number."""
    return lambda names: (
        head
        + "".join(
            row.replace("@", name).replace("#", str(number)) for number, name in enumerate(names)
        )
        + tail
    )


def listed(key: str | None, record: dict[str, Any], **others: Any) -> Callable[[list[str]], str]:
    """A JSON document with a record for each file, in which ``@`` is its name."""

    def text(names: list[str]) -> str:
        records = [
            {key: name if value == "@" else value for key, value in record.items()}
            for name in names
        ]
        return json.dumps(others | {key: records} if key else records, ensure_ascii=False)

    return text


def statement(names: list[str]) -> str:
    whole = hashlib.sha256(bytes.fromhex(SHA256 * len(names))).hexdigest()
    resources = [{"name": name, "algorithm": "sha256", "digest": SHA256} for name in names]
    return json.dumps(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": "https://model_signing/signature/v1.0",
            "subject": [{"name": "model", "digest": {"sha256": whole}}],
            "predicate": {"serialization": {"method": "files"}, "resources": resources},
        },
        indent=1,
    )


#: Lists by format: the name of one, and what writes it.
LAYOUTS: dict[str, list[tuple[str, Callable[[list[str]], str]]]] = {
    "bagit": [("manifest-sha256.txt", lined(f"{SHA256}  data/@\n"))],
    "conda": [
        (
            "paths.json",
            listed(
                "paths",
                {"_path": "@", "path_type": "hardlink", "sha256": SHA256, "size_in_bytes": 7},
                paths_version=1,
            ),
        )
    ],
    "cksum": [("cksum.txt", lined("2114201381 # @\n"))],
    "distinfo": [("distinfo", lined(f"SHA256 (@) = {SHA256}\nSIZE (@) = #\n"))],
    "go-sum": [
        ("go.sum", lined("@ v1.# h1:3r0pJB0P8RTvX1kUBj+nSruXp3Vz4uHDIOrBaR8mRFo=\n")),
        ("go.sum", lined("@ v1.#/go.mod h1:3r0pJB0P8RTvX1kUBj+nSruXp3Vz4uHDIOrBaR8mRFo=\n")),
    ],
    "sum": [("a.txt", lined("02114     1 @\n")), ("a.txt", lined("2114 # @\n"))],
    "module-signature": [("SIGNATURE", lined(f"SHA256 {SHA256} @\n"))],
    "rhash": [
        ("a.txt", lined(f"@  {MD5}  {SHA256}\n", "; RHash\n")),
        ("a.txt", lined(f"@  0123abcd  {MD5}  {SHA256}\n")),
    ],
    "magnet": [
        ("a.txt", lined(f"ed2k://|file|@|#|{MD5}|h={'ab27' * 8}|/\n")),
        ("a.txt", lined(f"magnet:?xl=#&dn=@&xt=urn:tree:tiger:{'a2' * 19}a&xt=urn:md5:{MD5}\n")),
    ],
    "tags": [("a.txt", lined("SHA256 (@) = 3r0pJB0P8RTvX1kUBj+nSruXp3Vz4uHDIOrBaR8mRFo=\n"))],
    "crc": [("a.crc", lined("@   #  0123abcd\n", "Filename Filesize CRC-32\n-- --\n", "-- --\n"))],
    "csv": [("a.csv", lined("@,#,0123abcd,\n"))],
    "debian": [("Release", lined(f" {SHA256}   # @\n", "Codename: a\nSHA256:\n", "Suite: b\n"))],
    "dvc": [("a.dir", listed(None, {"md5": MD5, "relpath": "@"}))],
    "frictionless": [
        ("datapackage.json", listed("resources", {"path": "@", "bytes": 7, "hash": MD5})),
        ("datapackage.json", listed("resources", {"hash": f"sha256:{SHA256}", "path": "@"})),
    ],
    "gentoo": [
        ("Manifest", lined(f"DATA @ # SHA256 {SHA256}\n", "TIMESTAMP 2026-01-01T00:00:00Z\n")),
        ("Manifest", lined(f"AUX @ # MD5 {MD5} SHA256 {SHA256}\n", tail="IGNORE a\n")),
    ],
    "hashdeep": [
        (
            "hashdeep.txt",
            lined(f"#,{MD5},{SHA256},@\n", "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n"),
        )
    ],
    "jsonl": [
        (
            "checksums.jsonl",
            lined(
                f'{{"path": "@", "size": #, "digests": {{"md5": "{MD5}", "sha512": "{MD5}"}}}}\n',
                '{"schema": "checksig.list/1"}\n',
            ),
        )
    ],
    "metalink": [
        (
            "a.meta4",
            lined(
                f'<file name="@">\n <size>#</size>\n <hash type="sha-256">{SHA256}</hash>\n'
                f'<hash type="md5">{MD5}</hash></file>\n',
                f'<?xml version="1.0"?>\n<metalink xmlns="{METALINK}">\n',
                "</metalink>",
            ),
        )
    ],
    "model": [("model.sig", statement)],
    "mtree": [
        (
            "a.mtree",
            lined(
                f"@ mode=644 size=# md5digest={MD5} sha256digest={SHA256} time=1.0\n",
                "#mtree\n/set type=file uid=0\n. type=dir\nd type=dir\n",
                f"..\n./a size=1 sha256={SHA256}\n",
            ),
        )
    ],
    "pooch": [("registry.txt", lined(f"@ sha256:{SHA256}\n")), ("a", lined(f"@ {SHA256}\n"))],
    "record": [("RECORD", lined("@,sha256=" + "Ab-_" * 10 + "abc,#\n", tail="a/RECORD,,\n"))],
    "sfv": [("a.sfv", lined("@ 0123abcd\n", "; a comment\n"))],
    "sfvmd5": [("a", lined(f"@ {MD5}\n"))],
    "table": [
        ("a.csv", lined(f"@,#,{MD5}\n", "filename,size,md5\n")),
        ("a.tsv", lined(f"{SHA256}\t{MD5}\t@\n", "sha-256\tMD5 sum\tFile Name\n")),
    ],
}

#: Parts of names, the first of which are plain in all formats.
PARTS = [
    "a",
    "b.c",
    "0",
    "é",
    " ",
    "d/",
    ",",
    "%0A",
    "'",
    '"',
    "\\",
    "&amp;",
    "<",
    "#",
    ";",
    "  ",
    "\r",
]

#: What is put into a list, or in the place of some of it.
PIECES = [
    *(b"\n", b"\r\n", b"\r", b" ", b"\t", b"\0", b",", b'"', b"'", b"\\", b"\\u0041", b"=", b":"),
    *(b"#", b";", b"/", b"..", b"[", b"]", b"{", b"}", b"<", b">", b"<!--", b"-->", b"<![CDATA["),
    *(
        b"-Infinity",
        b"NaN",
        b"checksig-files",
        b"<checksig-files/>",
        b'<hash type="md5">00</hash>',
        b"</file>",
        b"0",
        b"00",
        b"-1",
        b"1e3",
    ),
    *(
        b"9" * 30,
        b"a",
        b"g",
        b"\xff",
        b"\xc2\xa0",
        b"\xed\xa0\x80",
        b"\xef\xbf\xbe",
        b"\xef\xbb\xbf",
    ),
    *(
        "\u0661".encode(),
        b"_",
        b"\x1c",
        b"\x7f",
        b"type=dir",
        b"/set size=3\n",
        b"SHA9:\n",
        b"x" * 20_000,
    ),
]


def lists(format_: Format, rng: random.Random) -> Iterator[tuple[bytes, Hint]]:
    """Lists of a format, and what becomes of them."""
    vectors = [(case.data, hint_for(case)) for case in GOOD[format_.name]]
    for _ in range(LISTS or 60):
        name, layout = rng.choice(LAYOUTS[format_.name])
        odd = rng.choice((0, 0, 0.02, 0.2))
        names = [
            "".join(rng.choice(PARTS if rng.random() < odd else PARTS[:3]) for _ in range(5))
            for _ in range(rng.choice((1, 2, 9, 40)))
        ]
        data = layout(names).encode()
        yield data, Hint(name, "sha256" if format_.name == "bagit" else None)
        for text in (data, rng.choice(vectors)[0] * rng.choice((1, 9))):
            for _ in range(3):
                yield mutated(text, rng), Hint(name, "sha256" if format_.name == "bagit" else None)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A list with some faults."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((0, 1, 2, 8, 100)))
        between = rng.choice((b"", rng.choice(PIECES), data[start:end] * 2, rng.randbytes(1)))
        data = data[:start] + between + data[end:]
    if rng.random() < 0.1:
        data = data.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n")))
    return data[: rng.randrange(len(data) + 1)] if rng.random() < 0.05 else data


def read(format_: Format, data: bytes, hint: Hint) -> tuple[list[object], int]:
    """What a list says, and how many blocks of it were read by column."""
    assert format_.blocks
    found: list[object] = []
    by_column = 0
    try:
        for block in format_.blocks(data, hint):
            lines = list(block.entries()) if isinstance(block, Columns) else block
            found += [(type(line), line) for line in lines]
            if isinstance(block, Columns):
                by_column += 1
                assert packed.pack_blocks([block], pytest.fail) == packed.pack_lines(
                    lines, pytest.fail
                )
    except ValueError as error:
        found.append(str(error))
    return found, by_column


def test_there_are_lists_of_all_formats_that_are_read_by_column() -> None:
    assert {format_.name for format_ in BY_COLUMN} == LAYOUTS.keys()
    assert len(BY_COLUMN) == 26
    for format_ in BY_COLUMN:
        for name, layout in LAYOUTS[format_.name]:
            names = [f"d/{number}.x" for number in range(40)]
            hint = Hint(name, "sha256" if format_.name == "bagit" else None)
            found, by_column = read(format_, layout(names).encode(), hint)
            assert by_column, format_.name
            assert len(found) >= 40


@pytest.mark.parametrize("name", [format_.name for format_ in BY_COLUMN])
def test_a_line_says_the_same_by_itself_and_among_a_million(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quick way through a list is held to the careful one, line by line and fault by fault."""
    format_, rng = named(name), random.Random(LISTS or name)
    monkeypatch.setattr(_blocks, "FEW", 2)
    monkeypatch.setattr(_blocks, "_PIECE", 1 << 11)
    monkeypatch.setattr(_records, "_PIECE", 1 << 11)
    count = 0
    for data, hint in lists(format_, rng):
        found, by_column = read(format_, data, hint)
        with monkeypatch.context() as patch:
            patch.setattr(_blocks, "FEW", 1 << 31)
            patch.setattr(_records.Layout, "runs", lambda *_: iter(()))
            assert read(format_, data, hint) == (found, 0), data
        count += by_column
    assert count >= 60


def test_a_mark_that_a_document_has_already_is_none() -> None:
    """What stands for plain records while the others are read cannot come from a list."""
    paths = json.loads(LAYOUTS["conda"][0][1](["a", "b", "c"]))
    hidden = {"hidden": paths["paths"], "paths": [], "paths_version": 1}
    for mark in ('"\\u002dInfinity"', '"-Infinity"', "-Infinity", '["-Infinity"]', "{}"):
        data = json.dumps(hidden).replace('"paths": []', f'"paths": [{mark}]').encode()
        found, by_column = read(named("conda"), data, Hint("paths.json"))
        assert by_column == 0
        assert len(found) == 1
        assert "'a'" not in str(found)
