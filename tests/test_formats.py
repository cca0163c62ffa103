"""Which list is this?"""

from __future__ import annotations

import ast
import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from listed import CASES, KNOWN, named
from trees import REPOSITORY, ZERO

from checksig import _formats as formats
from checksig._formats import Hint

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = REPOSITORY / "src/checksig"

#: Words that are names of formats, and of something else outside of them: a value of ``symlinks``,
#: a scheme of signatures, an algorithm.
OTHER_WORDS = {"record", "model", "crc", "conda", "conda-meta", "cksum", "sum", "table"} | {
    "repository"
}

#: Formats that only the content of a list tells.
NAMELESS = {
    "certutil",
    "cksum",
    "conda-meta",
    "csv",
    "getfilehash",
    "magnet",
    "model",
    "repository",
    "rhash",
    "s3-batch",
    "s3-inventory",
    "sfvmd5",
    "sum",
    "table",
    "tags",
    "torrent",
}

PAGE = (REPOSITORY / "docs/formats.md").read_text()
ROWS = [
    [cell.strip() for cell in row.strip("|").split("|")]
    for row in PAGE.splitlines()
    if row.startswith("| `")
]
MD5 = "d41d8cd98f00b204e9800998ecf8427e"


def test_the_page_has_a_row_for_every_format_in_the_order_of_the_table() -> None:
    assert [row[:2] for row in ROWS] == [[f"`{f.name}`", f.title] for f in formats.FORMATS]
    assert f"in [{len(formats.FORMATS)} formats]" in (REPOSITORY / "README.md").read_text()


def test_a_pattern_of_names_goes_with_texts_that_the_names_are_told_by() -> None:
    for format_, told_by in zip(formats.FORMATS, formats.MODULES.values(), strict=True):
        assert bool(told_by) == bool(format_.names)
        assert all(text == text.lower() for text in told_by)


def texts_outside_of_the_room() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(SOURCE.rglob("*.py")):
        # Commands of others, and their options, have names of their own.
        if path.parent not in (SOURCE / "_formats", SOURCE / "_cli/coreutils"):
            for node in ast.walk(ast.parse(path.read_text())):
                yield str(path.relative_to(SOURCE)), node


def test_no_name_of_a_format_stands_outside_of_the_room_of_formats() -> None:
    """What is to be known of a format stands in its row, and nothing is compared with its name."""
    names = {format_.name for format_ in formats.FORMATS} - OTHER_WORDS
    found = {
        (name, ast.unparse(node))
        for name, node in texts_outside_of_the_room()
        if (isinstance(node, ast.Constant) and node.value in names)
        or (isinstance(node, ast.Attribute) and node.attr == "FORMAT")
    }
    assert not found


def test_names_of_formats_for_people_come_from_the_table() -> None:
    page = (REPOSITORY / "docs/command-line.md").read_text()
    row, _ = [line for line in page.splitlines() if line.startswith("| `-f FORMAT`, `--format")]
    shown = re.findall("`([a-z]+)`", row)
    names = [format_.name for format_ in formats.written()]
    assert sorted(shown) == sorted(names)
    assert formats.for_people() == f"{', '.join(shown[:-1])}, or {shown[-1]} for one file"
    for format_ in formats.written():
        assert format_.default_name, format_.name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_the_page_says_of_a_format_is_true(row: list[str]) -> None:
    format_ = named(row[0].strip("`"))
    assert row[3:] == [
        "yes",
        "yes" if format_.write or format_.parse is None else "no",
        f"`{format_.base}`",
    ]
    names = re.findall("`([^`]+)`", row[2])
    assert bool(names) is (format_.name not in NAMELESS)
    for name in names:
        assert format_.match_name(name, KNOWN), name
    for name in ("photo.jpg", "data.csv", "README.md", "a.json", "manifest.txt", "a.txt", ""):
        assert not format_.match_name(name, KNOWN), name


def test_the_core_reads_one_format_and_it_comes_last() -> None:
    assert [f.name for f in formats.FORMATS if f.parse is None] == [formats.FORMATS[-1].name]


@pytest.mark.parametrize(
    "algorithm",
    sorted(
        name
        for name, row in KNOWN.items()
        if re.fullmatch("[a-z0-9_-]+", name) and row.strength != "none"
    ),
)
def test_every_name_of_an_algorithm_is_an_extension(algorithm: str) -> None:
    size = KNOWN[algorithm].size
    if size < 4:  # the sums of 16 bits are written in decimal, with the number of blocks
        return
    bare = f"{'0' * 2 * size}\n".encode()
    listed = f"{'0' * 2 * size}  a.iso\n".encode()
    for name in (f"a.iso.{algorithm}", f"a.iso.{algorithm}sum", f"a.iso.{algorithm.upper()}"):
        assert formats.detect(name, bare, KNOWN)[:2] == (named("bare"), algorithm)
        assert formats.detect(name, listed, KNOWN)[:2] == (named("coreutils"), algorithm)
        assert formats.match_name(name, KNOWN)


@pytest.mark.parametrize(
    ("name", "data", "format_name"),
    [
        ("list", f"{MD5}  photo deadbeef\n", "coreutils"),
        ("list", f"MD5 (a) = {MD5}\n", "coreutils"),
        ("list", f"{MD5}  deadbeef\n", "coreutils"),
        ("list", f"{MD5} *deadbeef\n", "coreutils"),
        ("list", f"{MD5} a\n", "coreutils"),
        ("list", f"{MD5}  data/a\n", "coreutils"),
        ("list", f"a {MD5}\n", "sfvmd5"),
        ("a.sfv", f"{MD5} deadbeef\n", "sfv"),
        ("list", "photo deadbeef\n", "sfv"),
        ("SHA256SUMS", "photo deadbeef\n", "sfv"),
        ("list.sfv", f"{MD5}  a\n", "coreutils"),
        ("list", f"{MD5}\n", "coreutils"),
        ("checksums.md5", f"{MD5}  a\n", "coreutils"),
        ("datapackage.json", '{"long": "' + "x" * 9000 + '", "resources": []}', "frictionless"),
        ("list", "nonsense\n", "coreutils"),
        ("a.sfv", "", "sfv"),
        ("list", "", "coreutils"),
        ("manifest-md5.txt", f"{MD5}  data/a\n", "bagit"),
        ("manifest-md5.txt", "", "bagit"),
        ("RECORD", "a,,\n", "record"),
        ("paths.json", "{}", "conda"),
    ],
)  # fmt: skip
def test_the_content_counts_more_than_the_name(name: str, data: str, format_name: str) -> None:
    assert formats.detect(name, data.encode(), KNOWN).format.name == format_name


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c.fields["expect"] == "entry"])
def test_a_byte_order_mark_hides_no_list(name: str) -> None:
    case = CASES[name]
    if case.format == "mtree" and case.data.startswith(b"\x1f"):
        return
    data = b"\xef\xbb\xbf" + case.data.removeprefix(b"\xef\xbb\xbf")
    assert formats.detect(case.fields["list"], data, KNOWN).format.name == case.format
    format_ = named(case.format)
    assert format_.parse
    hint = Hint(case.fields["list"], case.fields["algorithm"])
    assert list(format_.parse(data, hint)) == list(format_.parse(case.data, hint))


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c.fields["expect"] == "entry"])
def test_no_list_is_taken_for_something_else(name: str) -> None:
    assert formats.misfit(CASES[name].data) is None


def archive(kind: str) -> bytes:
    file = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(file, "w") as found:
            found.writestr("a", "a")
    else:
        with tarfile.open(fileobj=file, mode="w") as made:
            made.addfile(tarfile.TarInfo("a"))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (f"{ZERO}  a\n".encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + f"{ZERO}  a\n".encode("utf-16-be"), "UTF-16"),
        (f"{ZERO}  a\n".encode("utf-16-le"), "UTF-16"),
        (f"{ZERO}  a\n".encode("utf-32"), "UTF-32"),
        (b"<!DOCTYPE html>\n<title>404</title>\n", "an HTML page"),
        (b"\xef\xbb\xbf\n <HTML><body>", "an HTML page"),
        (b'<?xml version="1.0"?><html xmlns="x">', "an HTML page"),
        (b'<?xml version="1.0"?><Error/>', "XML of another kind"),
        (gzip.compress(b"a", mtime=0), "compressed with gzip"),
        (bz2.compress(b"a"), "compressed with bzip2"),
        (lzma.compress(b"a"), "compressed with xz"),
        (b"\x28\xb5\x2f\xfd\x00", "compressed with zstd"),
        (archive("zip"), "a zip archive"),
        (archive("tar"), "a tar archive"),
        (b"\x7fELF\x02\x01\x01\0", "a program"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PAR1\x15\0", "a Parquet file"),
        (b"ORC\x0a\x0b\0", "an ORC file"),
        (b"\x01\x02\0\x03" * 100, "binary data"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_called_what_it_is(data: bytes, what: str) -> None:
    found = formats.misfit(data)
    assert found is not None
    assert what in found
    assert found.startswith("this is ")


@pytest.mark.parametrize(
    "data", [b"", b"nonsense", f"{ZERO}  good\0.txt\n".encode(), f"{ZERO}  a\0{ZERO}  b\0".encode()]
)
def test_what_may_be_a_list_is_not_called_something_else(data: bytes) -> None:
    assert formats.misfit(data) is None
