"""What is written is read again as it was."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listed import WRITTEN, named, parse

from checksig import Entry
from checksig._entries import Listed
from checksig._formats import Hint, jsonl
from checksig._names import escape
from checksig.errors import UnwritableNameError

if TYPE_CHECKING:
    from checksig._formats import Format

#: What each format that is written can hold.
ALGORITHMS = {
    "jsonl": ("md5", "sha256", "blake3"),
    "hashdeep": ("md5", "sha256"),
    "table": ("md5", "sha256"),
    "cksum": ("crc",),
    "bagit": ("sha512",),
    "pooch": ("blake2b",),
    "sfv": ("crc32",),
    "bare": ("sha256",),
    "coreutils": ("sha256",),
}
#: Those that say sizes.
SIZED = ("jsonl", "hashdeep", "table", "cksum")
HOSTILE = st.text(
    st.sampled_from("ab/ \t\n\r\\'\"%,;#*=:~\u00e9\u00a0\u202e\x1b\x85\u2028"),
    min_size=1,
    max_size=12,
)
BYTES = st.binary(min_size=1, max_size=8).filter(lambda name: b"\0" not in name)
PATHS = st.one_of(HOSTILE, BYTES.map(os.fsdecode))


def listed(path: str, algorithms: tuple[str, ...]) -> Listed:
    """A file with digests that look like some."""
    content = os.fsencode(path)
    digests = {
        name: hashlib.sha512(content + name.encode()).hexdigest()[: 8 if name == "crc" else 64]
        for name in algorithms
    }
    return Listed(path, len(content), digests, mtime_ns=-len(content))


def writable(format_: Format, file: Listed) -> bool:
    """Whether a list can hold a name; if not, the message says which and what can."""
    assert format_.write
    try:
        format_.write([file])
    except UnwritableNameError as error:
        message = str(error)
    else:
        return True
    assert escape(file.path) in message
    assert "JSON Lines" in message
    return False


def test_all_that_is_written_is_tested() -> None:
    assert [format_.name for format_ in WRITTEN] == [*ALGORITHMS]


@pytest.mark.parametrize("name", ALGORITHMS)
@settings(max_examples=300, deadline=None, derandomize=True)
@given(paths=st.sets(PATHS, min_size=1, max_size=5))
def test_what_is_written_is_read_again(name: str, paths: set[str]) -> None:
    format_, algorithms = named(name), ALGORITHMS[name]
    files = [listed(path, algorithms) for path in sorted(paths)]
    files = [file for file in files if writable(format_, file)]
    if name == "bare":
        files = files[:1]
    if not files:
        return
    assert format_.write
    list_name = f"{files[0].path}.sha256" if name == "bare" else "list"
    found = parse(format_, format_.write(files), Hint(list_name, algorithms[0]))
    assert all(isinstance(line, Entry) for line in found)
    assert [(e.path, e.algorithm, e.digest) for e in found if isinstance(e, Entry)] == [
        (file.path, *digest) for file in files for digest in file.digests.items()
    ]
    sizes = {e.size for e in found if isinstance(e, Entry)}
    assert sizes == ({file.size for file in files} if name in SIZED else {None})


@pytest.mark.parametrize(
    ("name", "unwritable"),
    [
        ("sfv", ["a\nb", "a\rb", ";a", " a", "a\t"]),
        ("hashdeep", ["a\nb", "a\r"]),
        ("bagit", [" a", "*a", "\ta"]),
        ("pooch", ["a\nb", "\udcff", "'" * 10_000]),
        ("jsonl", []),
        ("bare", []),
        ("coreutils", []),
    ],
)
def test_names_that_a_format_cannot_hold_are_refused(name: str, unwritable: list[str]) -> None:
    for path in unwritable:
        assert not writable(named(name), listed(path, ALGORITHMS[name]))


@pytest.mark.parametrize(
    ("name", "files", "why"),
    [
        ("sfv", [("md5",)], "holds CRC-32 alone, not md5"),
        ("hashdeep", [("sha512",)], "cannot hold sha512"),
        ("hashdeep", [("md5",), ("sha1",)], "the same digests for each file"),
        ("hashdeep", [()], "at least one"),
        ("bagit", [("md5", "sha1")], "one digest for each file, not 2"),
        ("bagit", [("md5",), ("sha1",)], "one algorithm, not md5, sha1"),
        ("pooch", [("md5", "sha1")], "one digest for each file, not 2"),
        ("bare", [("md5",), ("md5",)], "for one file, not for 2"),
        ("bare", [()], "one digest for each file, not 0"),
    ],
)
def test_digests_that_a_format_cannot_hold_are_refused(
    name: str, files: list[tuple[str, ...]], why: str
) -> None:
    format_ = named(name)
    assert format_.write
    with pytest.raises(ValueError, match=why):
        format_.write([listed(f"{number}", names) for number, names in enumerate(files)])


def test_json_lines_keep_times() -> None:
    files = [listed("a", ("md5",)), listed("\udcff", ("md5",))._replace(mtime_ns=None)]
    found = list(jsonl.records(named("jsonl").write(files)))  # type: ignore[misc]
    assert [file for _, file in found] == files
