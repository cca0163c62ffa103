"""The lists that Go and Python read are the same: both read the same vectors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY, ZERO, sha256

import checksig
from checksig import Status
from checksig import _formats as formats
from checksig._bridge import algorithms
from checksig._entries import Entry
from checksig._formats import Hint, coreutils
from checksig._making import listed

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {"comment", "expect", "line", "name", "style", "algorithm"}
OUTCOMES = {"entry", "unsupported", "malformed", "empty"}


def read(path: Path) -> tuple[dict[str, str], bytes]:
    """Read a vector: see testdata/vectors/README.md."""
    header, _, data = path.read_bytes().partition(b"\n\n")
    fields = dict(line.split(": ", 1) for line in header.decode().splitlines())
    assert set(fields) <= KEYS
    assert fields["expect"] in OUTCOMES
    return fields, data


VECTORS = {
    path.name: read(path)
    for path in sorted((REPOSITORY / "testdata/vectors").iterdir())
    if path.is_file() and path.name != "README.md"
}


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 44
    assert {fields["expect"] for fields, _ in VECTORS.values()} == OUTCOMES


@pytest.mark.parametrize("name", VECTORS)
def test_every_vector_is_what_it_says(tmp_path: Path, name: str) -> None:
    fields, data = VECTORS[name]
    (tmp_path / "list").write_bytes(data)
    if fields["expect"] == "empty":
        with pytest.raises(checksig.ManifestError, match="the list is empty"):
            checksig.audit(tmp_path / "list")
        return
    if what := formats.misfit(data):
        with pytest.raises(checksig.ManifestError, match=what):
            checksig.audit(tmp_path / "list")
        return
    # A list without an entry is an error of its own; one more entry keeps it a list.
    root = tmp_path / "root"
    root.mkdir()
    newline = b"" if data.endswith(b"\n") else b"\n"
    (root / "list").write_bytes(data + newline + b"00000000  other\n")
    results = {r.line: r for r in checksig.iter_verify(root / "list")}
    result = results[int(fields["line"])]
    if fields["expect"] == "malformed":
        assert result.status is Status.MALFORMED
        assert result.detail
    else:
        wanted = {"entry": Status.MISSING, "unsupported": Status.UNSUPPORTED}
        assert result.status is wanted[fields["expect"]]
        assert result.path == bytes.fromhex(fields["name"]).decode("utf-8", "surrogateescape")
        assert result.algorithm == fields.get("algorithm")


@pytest.mark.parametrize("name", VECTORS)
def test_python_reads_every_vector_as_the_core_does(tmp_path: Path, name: str) -> None:
    """The grammar is there twice: in Go, for checking, and in Python, for what is in a list."""
    fields, data = VECTORS[name]
    path = tmp_path / "list"
    path.write_bytes(data)
    if fields["expect"] != "entry":
        reason = formats.misfit(data) or f"line {fields.get('line')}: "
        if fields["expect"] == "empty":
            reason = "the list is empty"
        with pytest.raises(checksig.ManifestError, match=reason):
            listed.read(os.fsencode(path))
        return
    wanted = bytes.fromhex(fields["name"]).decode("utf-8", "surrogateescape")
    [file] = [f for f in listed.read(os.fsencode(path)).files if f.path == wanted]
    assert fields["algorithm"] in file.digests
    assert coreutils.FORMAT.read
    read = coreutils.FORMAT.read(data, Hint("list"))
    [entry] = [each for each in read if each.line == int(fields["line"])]
    assert isinstance(entry, Entry)
    assert (entry.path, entry.digest.lower()) == (wanted, file.digests[fields["algorithm"]])


@pytest.mark.parametrize("name", VECTORS)
def test_what_looks_like_a_list_is_sniffed_as_one(name: str) -> None:
    fields, data = VECTORS[name]
    if fields["expect"] in {"entry", "unsupported"}:
        assert coreutils.FORMAT.sniff(data)
        assert formats.detect("nameless", data, {}).format is coreutils.FORMAT


@pytest.mark.parametrize("data", [b"", b"# only\n", b"<html>\n", b"\x7fELF\x02\x01", b"a b c\n"])
def test_what_does_not_is_not(data: bytes) -> None:
    assert not coreutils.FORMAT.sniff(data)


def test_a_byte_order_mark_before_the_first_line_is_read_past(good: Path) -> None:
    data = (good / "sha1sum.txt").read_bytes()
    (good / "sha1sum.txt").write_bytes(b"\xef\xbb\xbf" + data)
    checksig.check_signatures(good)
    assert checksig.verify(good).files == 3
    (good / "sha1sum.txt").rename(good / "nameless")
    assert checksig.verify(good / "nameless").files == 3


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (f"{ZERO}  a\n".encode("utf-16") + b"\0", "UTF-16"),
        (b"<!DOCTYPE html>\n<title>404</title>\n", "HTML"),
        (b"<html>\n<title>404</title>\n", "HTML"),
    ],
)
def test_what_was_saved_in_place_of_a_list_is_named(tmp_path: Path, data: bytes, what: str) -> None:
    (tmp_path / "sha1sum.txt").write_bytes(data)
    for call in (checksig.verify, checksig.check_signatures):
        with pytest.raises(checksig.ManifestError, match=what):
            call(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
@pytest.mark.parametrize("name", ["SHA256SUMS", "a.sha256", "list.sfv"])
def test_text_in_utf_16_with_a_byte_order_mark_is_read(
    tmp_path: Path, encoding: str, name: str
) -> None:
    """As PowerShell writes it."""
    (tmp_path / "a").write_bytes(b"a")
    text = f"{sha256(b'a')}\n" if name == "a.sha256" else f"{sha256(b'a')}  a\r\n"
    text = "a e8b7be43\n" if name == "list.sfv" else text
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    (tmp_path / name).write_bytes(mark + text.encode(encoding))
    assert checksig.verify(tmp_path).files == 1
    (tmp_path / "a").write_bytes(b"b")
    assert not checksig.audit(tmp_path).ok


@pytest.mark.parametrize(
    ("name", "algorithm"),
    [
        ("sha1sum.txt", "sha1"), ("SHA256SUMS", "sha256"), ("md5sums", "md5"),
        ("SHA3-256SUMS", "sha3-256"), ("sha512_256sum.txt", "sha512_256"),
        ("SHASUMS256.txt", "sha256"), ("checksums.txt", None), ("CHECKSUM", None),
        ("SHA256", "sha256"),
        ("checksums.sha512", "sha512"), ("tool_1.0_SHA256SUMS", "sha256"),
        ("tool-1.0-checksums-sha256.txt", "sha256"), ("sha256.sum", "sha256"),
    ],
)  # fmt: skip
def test_names_of_lists_say_which_algorithm(name: str, algorithm: str | None) -> None:
    known = algorithms.by_name()
    match = formats.match_name(name, known)
    assert match is not None
    assert match.algorithm == algorithm
    assert match.format is coreutils.FORMAT


def test_the_table_of_formats_has_no_two_of_a_name() -> None:
    names = [format_.name for format_ in formats.FORMATS]
    assert len(set(names)) == len(names) >= 18
    assert names[-1] == "coreutils"
