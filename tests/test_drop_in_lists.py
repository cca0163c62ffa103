"""Stand-ins and the installed coreutils, on lists and names that nobody would think of."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from stand_ins import both, needs_coreutils

from checksig._cli.coreutils import families
from checksig._cli.coreutils.lines import Grammar
from checksig._formats import sums

if TYPE_CHECKING:
    from checksig._cli.coreutils.lines import Line

#: Both commands take about 60 ms, so an example has many names or lines.
FEW = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

#: Not the apostrophe: how the coreutils quote it in messages beside what cannot be printed
#: depends on what else there is in the name.
SPECIAL = b'ab .*\\\n\r\t()="#$~{}:;=+@-_\xc3\xa9\xff\x01\x7f'

NAMES = st.lists(
    st.lists(st.sampled_from(SPECIAL), min_size=1, max_size=8)
    .map(bytes)
    .filter(lambda name: name not in {b".", b"..", b"-"}),
    min_size=1,
    max_size=20,
)

CONTENT = {b"a": b"abc", b"b": b"", b" c": b"c", b"*d": b"d", b"e) = f": b"e", b"g h": b"g"}


@pytest.fixture(scope="module", autouse=True)
def _coreutils() -> None:
    needs_coreutils()


@FEW
@given(
    NAMES,
    st.binary(max_size=300),
    st.sampled_from([[], ["-b"], ["--tag"], ["-z"], ["--tag", "-z"]]),
    st.sampled_from(["md5sum", "b2sum", "sha512sum"]),
)
def test_lines_for_odd_names_are_the_same(
    names: list[bytes], content: bytes, options: list[str], tool: str
) -> None:
    with tempfile.TemporaryDirectory() as place:
        for name in names[::2]:  # the others are missing, and their names are in messages
            with open(os.path.join(os.fsencode(place), name), "wb") as file:  # noqa: PTH118, PTH123
                file.write(content)
        both(tool, *options, "--", *names, cwd=place)


@FEW
@given(NAMES, st.sampled_from([["-a", "sysv"], ["-a", "bsd"], [], ["-a", "sm3"], ["-z"]]))
def test_cksum_writes_the_same(names: list[bytes], options: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        for name in names:
            with open(os.path.join(os.fsencode(place), name), "wb") as file:  # noqa: PTH118, PTH123
                file.write(name * 100)
        both("cksum", *options, "--", *names, cwd=place)


@st.composite
def lines(draw: st.DrawFn, algorithm: str, tag: bytes) -> bytes:
    """A line of a list, more or less."""
    front = draw(st.sampled_from([b"", b"", b"", b"", b" ", b"\t ", b"\\", b" \\", b"\\\\"]))
    # A backslash in a name, and a second CR behind it: 9.1 prints them as they are, and 9.10 with
    # backslashes.
    odd = [b"a\\nb", b"a\\x"] if b"\\" in front else []
    name = draw(st.sampled_from([*CONTENT, b"missing", b"", b"-", *odd]))
    made = hashlib.new(algorithm, CONTENT.get(name, b"?"), usedforsecurity=False).hexdigest()
    digits = draw(st.sampled_from([made, made, made.upper(), made[:-1], made[:-2], "0" * 32, "x"]))
    text = draw(
        st.sampled_from([
            b"%s  %s", b"%s *%s", b"%s %s", b"%s\t*%s", b"%s\t %s", b"%s%s", b"%s   %s", b"%s ",
        ])
    )  # fmt: skip
    tagged = [b"%s (%s) = %s", b"%s(%s)= %s", b"%s(%s) = %s", b"%s (%s)  =\t%s", b"%s  (%s) = %s",
              b"%s (%s = %s"]  # fmt: skip
    # Behind other tags, 9.1 compares no more than so many bits; the stand-ins call that malformed.
    if tag in {b"MD5", b"BLAKE2b"}:
        tagged.append(b"%s-128 (%s) = %s")
    plain = text.replace(b"%s", digits.encode(), 1).replace(b"%s", name)
    shapes = [shape % (tag, name, digits.encode()) for shape in tagged]
    shapes += [plain, plain, b"# a comment", b"", b"nonsense"]
    back = draw(st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b" \n"]))
    return front + draw(st.sampled_from(shapes)) + back


OPTIONS = st.lists(
    st.sampled_from(["--quiet", "--status", "--warn", "--strict", "--ignore-missing"]), max_size=3
)

TOOLS = {
    "md5sum": ("md5", b"MD5"),
    "sha256sum": ("sha256", b"SHA256"),
    "b2sum": ("blake2b", b"BLAKE2b"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    directory = tmp_path_factory.mktemp("lists")
    for name, content in CONTENT.items():
        (directory / os.fsdecode(name)).write_bytes(content)
    return str(directory)


@pytest.mark.parametrize("tool", TOOLS)
def test_verdicts_on_odd_lists_are_the_same(place: str, tool: str) -> None:
    @FEW
    @given(st.lists(lines(*TOOLS[tool]), max_size=30), OPTIONS, st.booleans())
    @example([], [], False)
    def agree(listed: list[bytes], options: list[str], whole: bool) -> None:
        text = b"".join(listed)
        both(tool, "-c", *options, cwd=place, input=text if whole else text.removesuffix(b"\n"))

    agree()


def test_verdicts_on_tags_of_all_kinds_are_the_same(place: str) -> None:
    """cksum, which takes the algorithm of each line from its tag."""
    tags = [("md5", b"MD5"), ("sha1", b"SHA1"), ("sha384", b"SHA384"), ("sm3", b"SM3")]

    @FEW
    @given(st.lists(st.one_of(*(lines(*tag) for tag in tags)), max_size=30), OPTIONS)
    def agree(listed: list[bytes], options: list[str]) -> None:
        both("cksum", "-c", *options, cwd=place, input=b"".join(listed))

    agree()


@given(st.binary(max_size=60))
def test_escaped_names_come_back(name: bytes) -> None:
    if b"\0" not in name:
        assert sums.unescape(sums.escape(name)) == name
    assert sums.needs_escape(name) == (sums.escape(name) != name)


@given(st.one_of(st.binary(max_size=200), lines("md5", b"MD5")))
def test_any_bytes_are_a_line_or_malformed(text: bytes) -> None:
    """No grammar raises, and none lets a NUL or an empty digest through to the file system."""
    for tool, family in (("md5sum", families.ALL[4]), ("cksum", None), ("b2sum", families.BLAKE2B)):
        line: Line | None = Grammar(tool, family).parse(text)
        if line is not None:
            assert b"\0" not in line.name
            assert set(line.digest) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "text",
    [
        b" " * 5_000_000,
        b"0" * 5_000_000,
        b"MD5 (" + b")" * 5_000_000,
        b"MD5 (" + b"(" * 5_000_000,
        b"\\" + b"0" * 32 + b"  " + b"\\\\" * 2_500_000,
        b"\\" + b"0" * 32 + b"  " + b"\\" * 4_999_999,
        b"BLAKE2b-" + b"1" * 5_000_000,
        b"0" * 32 + b"  " + b"a" * 5_000_000,
    ],
    ids=lambda text: text[:9].decode() + text[-3:].decode(),
)
def test_a_line_takes_time_in_proportion_to_its_length(text: bytes) -> None:
    """Five million bytes, where a quadratic parser would take hours."""
    began = time.perf_counter()
    for tool, family in (("md5sum", families.ALL[4]), ("cksum", None), ("b2sum", families.BLAKE2B)):
        Grammar(tool, family).parse(text)
    assert time.perf_counter() - began < 10
