"""Lists in every format that is written: found, verified, and not fooled."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import sha1, sha256

import checksig
from checksig import Status
from checksig._making import layout as _layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Answer

#: The format, the algorithms, and more options: every way in which a list is laid out.
LAYOUTS = {
    "text": ("coreutils", ["sha256"], {}),
    "several lists": ("coreutils", ["sha256", "md5"], {}),
    "binary": ("coreutils", ["sha1", "blake3"], {"style": "binary"}),
    "tags": ("coreutils", ["sha512", "md5", "sha3-256"], {"style": "tag"}),
    "zero": ("coreutils", ["sha256", "sha1"], {"zero": True}),
    "zero tags": ("coreutils", ["sha256", "crc32"], {"zero": True, "style": "tag"}),
    "jsonl": ("jsonl", ["sha256", "md5"], {}),
    "hashdeep": ("hashdeep", ["md5", "sha256"], {}),
    "bagit": ("bagit", ["sha512", "sha3-256"], {}),
    "pooch": ("pooch", ["blake2b"], {}),
    "sfv": ("sfv", ["crc32"], {}),
    "table": ("table", ["sha256", "md5"], {}),
}
PARTS = st.one_of(
    st.text(
        st.sampled_from("ab \t\n\r\\'\"%,;#*=:~()\u00e9\u202e\x1b\x85"), min_size=1, max_size=8
    ),
    st.binary(min_size=1, max_size=6)
    .filter(lambda name: not {0, ord("/")} & set(name))
    .map(os.fsdecode),
).filter(lambda part: part not in (".", "..") and "/" not in part)
NAMES = st.lists(PARTS, min_size=1, max_size=2).map("/".join)
TREES = st.dictionaries(NAMES, st.binary(min_size=1, max_size=40), min_size=1, max_size=4)
#: ``CHECKSIG_FUZZ=2000`` tries as many trees with each layout.
EXAMPLES = int(os.environ.get("CHECKSIG_FUZZ", "8"))


def plant(root: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    """Write the files that do not lie below each other, or go by names of lists."""
    written: dict[str, bytes] = {}
    for name, content in files.items():
        path = root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except (OSError, UnicodeEncodeError):  # a file where a directory is wanted
            continue
        written[name] = content
    return written


def flip(path: Path, rng: random.Random, within: tuple[int, int] | None = None) -> bytes:
    """Change a bit of a file, and return what was in it."""
    before = path.read_bytes()
    low, high = within or (0, len(before))
    after = bytearray(before)
    after[rng.randrange(low, high)] ^= 1
    path.write_bytes(after)
    return before


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(tree=TREES, seed=st.integers(0, 1 << 32))
def test_what_is_created_verifies_until_a_bit_flips(
    layout: str, tree: dict[str, bytes], seed: int
) -> None:
    """In any file, or in any digest of any list; names are as hostile as they get."""
    name, algorithms, options = LAYOUTS[layout]
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory, "tree")
        root.mkdir()
        files = plant(root, tree)
        created = create(root, name, algorithms, options)
        if created is None:
            return
        assert created.files == len(files)
        lists = [Path(path) for path in created.paths]

        def audit() -> checksig.Report:
            return checksig.audit(root, manifest=lists, complete=True)

        assert audit().ok, audit().summary()
        victim = root / rng.choice(sorted(files))
        before = flip(victim, rng)
        assert audit().counts[Status.MISMATCH] == 1
        victim.write_bytes(before)
        for path in lists:
            data = path.read_bytes()
            digest = digests_in(files, algorithms, data)
            at = data.index(digest)
            before = flip(path, rng, (at, at + len(digest)))
            with pytest.raises((checksig.VerificationError, checksig.ManifestError)):
                checksig.verify(root, manifest=lists, complete=True)
            path.write_bytes(before)
        assert audit().ok


def create(
    root: Path, name: str, algorithms: list[str], options: dict[str, object]
) -> checksig.Created | None:
    """Make lists, unless the format cannot hold a name."""
    if name in ("coreutils", "jsonl"):  # they hold any
        return checksig.create(root, algorithm=algorithms, format=name, **options)  # type: ignore[arg-type]
    with suppress(checksig.UnwritableNameError):
        return checksig.create(root, algorithm=algorithms, format=name)
    return None


def digests_in(files: dict[str, bytes], algorithms: list[str], data: bytes) -> bytes:
    """A digest of a file that is in a list, by the core."""
    with tempfile.TemporaryDirectory() as directory:
        for algorithm in algorithms:
            for content in files.values():
                path = Path(directory, "file")
                path.write_bytes(content)
                [result] = checksig.hash_files([path], algorithm)
                if result.found and result.found.encode() in data:
                    return result.found.encode()
    raise AssertionError("none of the digests is in the list")


def test_every_format_that_is_written_is_tested() -> None:
    # Digests of cksum are in decimal digits: see test_no_false_ok.
    written = {name for name, _, _ in LAYOUTS.values()}
    assert written | {"bare", "cksum"} == {*_layout.writable()}


def test_several_algorithms_are_one_read(good: Path) -> None:
    (good / "sha1sum.txt").unlink()
    once = checksig.create(good, output=good.parent / "one")
    created = checksig.create(good, algorithm=["sha1", "sha256", "SHA-1"], style="tag")
    assert created.bytes == once.bytes
    assert [algorithm.name for algorithm in created.algorithms] == ["sha1", "sha256"]
    assert created.path == str(good / "CHECKSUMS")
    assert (good / "CHECKSUMS").read_text().splitlines()[:2] == [
        f"SHA1 (a) = {sha1(b'a')}",
        f"SHA256 (a) = {sha256(b'a')}",
    ]


def test_the_text_style_has_a_list_for_each_algorithm(good: Path) -> None:
    (good / "sha1sum.txt").unlink()
    created = checksig.create(good, algorithm=["sha1", "sha256"])
    assert created.paths == (str(good / "SHA1SUMS"), str(good / "SHA256SUMS"))
    for path in created.paths:
        assert [line.split("  ")[1] for line in Path(path).read_text().splitlines()] == [
            "a",
            "b",
            "sub/c",
        ]
    assert len(checksig.verify(good, complete=True).manifests) == 2
    with pytest.raises(checksig.CreateError, match="leave out the output"):
        checksig.create(good, algorithm=["sha1", "sha256"], output=good / "LIST")


@pytest.mark.parametrize("layout", ["text", "tags", "zero"])
def test_lines_of_several_algorithms_are_those_of_one(good: Path, layout: str) -> None:
    """Python writes the lines that the core writes."""
    (good / "new\nline \\").touch()
    options = {"text": {}, "tags": {"style": "tag"}, "zero": {"zero": True}}[layout]
    out = good.parent / "out"
    checksig.create(good, algorithm="sha256", output=out, **options)  # type: ignore[arg-type]
    alone = out.read_bytes()
    checksig.create(good, algorithm=["sha256", "md5"], **options)  # type: ignore[arg-type]
    found = (good / ("CHECKSUMS" if layout == "tags" else "SHA256SUMS")).read_bytes()
    assert [line for line in found.splitlines() if b"MD5 (" not in line] == alone.splitlines()


def test_the_coreutils_write_the_same_list_with_zero_ends(good: Path) -> None:
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("needs sha256sum of the coreutils")
    (good / "new\nline \\").touch()
    names = sorted(str(p.relative_to(good)) for p in good.rglob("*") if p.is_file())
    done = subprocess.run([tool, "-z", *names], cwd=good, capture_output=True, check=True)
    checksig.create(good, output=good.parent / "list", zero=True)
    assert (good.parent / "list").read_bytes() == done.stdout


def test_json_lines_remember_sizes_and_times(good: Path) -> None:
    checksig.create(good, format="jsonl", algorithm=["md5", "sha1"])
    header, first, *_ = (good / "checksums.jsonl").read_text().splitlines()
    assert json.loads(header) == {"schema": "checksig.list/1"}
    assert json.loads(first) == {
        "path": "a",
        "size": 1,
        "mtime_ns": (good / "a").stat().st_mtime_ns,
        "digests": {"md5": hashlib.md5(b"a").hexdigest(), "sha1": sha1(b"a")},  # noqa: S324
    }


def test_a_file_may_have_a_bare_digest_of_its_own(good: Path) -> None:
    created = checksig.create(good / "a", format="bare")
    assert created.path == str(good / "a.sha256")
    assert (good / "a.sha256").read_text() == f"{sha256(b'a')}\n"
    assert checksig.verify(good / "a.sha256").ok
    with pytest.raises(checksig.CreateError, match=r'is "a\.sha256"'):
        checksig.create(good / "a", format="bare", output=good / "other")
    with pytest.raises(checksig.CreateError, match="one file"):
        checksig.create(good, format="bare")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "mtree"}, "choose from"),
        ({"format": "nonsense"}, "choose from"),
        ({"format": "sfv", "algorithm": "md5"}, "CRC-32 alone"),
        ({"format": "hashdeep", "algorithm": "sha512"}, "cannot hold sha512"),
        ({"format": "pooch", "algorithm": ["md5", "sha1"]}, "one digest"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_before_anything_is_read(
    good: Path, options: dict[str, str], message: str
) -> None:
    (good / "loop").symlink_to("loop")  # would fail
    with pytest.raises(checksig.CreateError, match=message):
        checksig.create(good, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "options",
    [{"format": "jsonl", "zero": True}, {"style": "wide"}, {"symlinks": "maybe"}],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(good: Path, options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"only lists of|must be"):
        checksig.create(good, **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no algorithm"):
        checksig.create(good, algorithm=[])
    with pytest.raises(TypeError, match="unexpected keyword 'colour'"):
        checksig.create(good, colour=1)  # type: ignore[call-arg]


def test_a_name_that_a_format_cannot_hold_leaves_no_list(good: Path) -> None:
    (good / "new\nline").touch()
    with pytest.raises(checksig.UnwritableNameError, match=r'"new\\nline".*JSON Lines'):
        checksig.create(good, format="sfv")
    assert not list(good.glob("*.sfv"))


def test_a_list_whose_name_would_mislead_is_refused(good: Path) -> None:
    """A BagIt manifest is told by its name alone."""
    with pytest.raises(checksig.CreateError, match="another name"):
        checksig.create(good, format="bagit", output=good / "LIST")
    assert not (good / "LIST").exists()


def test_patterns_choose_what_is_listed(good: Path) -> None:
    created = checksig.create(good, exclude=["*.txt", "/sub/"], output=good.parent / "list")
    assert created.files == 2
    created = checksig.create(good, include=["sub/"], output=good.parent / "other")
    assert created.files == 1


def test_links_may_be_left_out(good: Path) -> None:
    (good / "link").symlink_to("a")
    created = checksig.create(good, symlinks="refuse")
    assert [(r.path, r.status) for r in created.left_out] == [("link", Status.NOT_REGULAR)]
    assert "link" not in (good / "SHA256SUMS").read_text()


def test_the_command_writes_any_format(cli: Callable[..., Answer], good: Path) -> None:
    (good / "sha1sum.txt").unlink()
    answer = cli("create", good, "-f", "hashdeep", "-a", "md5", "-a", "sha256")
    assert answer.code == 0
    assert "hashdeep.txt · MD5 (detects accidents, not attackers), SHA-256" in answer.out
    answer = cli("create", good, "-f", "jsonl", "-o", "-", "--exclude", "hashdeep.txt")
    assert answer.out.startswith('{"schema": "checksig.list/1"}\n{"path": "a", ')
    answer = cli("create", good, "-f", "sfv", "-z")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("checksig: only lists of the coreutils")
