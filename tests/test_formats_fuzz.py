"""No input makes a format fail in a way of its own, or take time that grows with its square."""

from __future__ import annotations

import os
import re
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from listed import CASES, GOOD, KNOWN, READ, hint_for, named, parse

from checksig import Entry
from checksig import _formats as formats
from checksig._entries import Malformed, Unverified
from checksig._formats import Hint, jsonl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any

    from checksig._entries import Line
    from checksig._formats import Format

#: Of the specification of OCFL.
CODE = "E[0-9]{3}: "

HINT = Hint("a.sha256", "sha256")

#: The same examples every time; with CHECKSIG_FUZZ, so many new ones for each format.
EXAMPLES = int(os.environ.get("CHECKSIG_FUZZ", "0"))
FUZZED = settings(
    max_examples=EXAMPLES or 150,
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
NAMES = [format_.name for format_ in READ]


def expect_lines_or_refusal(format_: Format, data: bytes, hint: Hint) -> None:
    """Read a list, and look at everything that it says."""
    try:
        found = parse(format_, data, hint)
    except ValueError as error:
        expect_reason(error)
        return
    for line in found:
        expect_sense(line)


def expect_reason(error: ValueError) -> None:
    """Look at why a list was refused."""
    assert type(error) is ValueError
    message = str(error)
    assert message
    assert not message[0].isupper() or re.match(CODE, message)
    assert not message.endswith(".")


def expect_sense(line: Line) -> None:
    """Look at a line as the core would have it."""
    assert line.line >= 1
    if isinstance(line, Malformed):
        assert line.reason
        assert not line.reason[0].isupper() or re.match(CODE, line.reason)
        return
    line.path.encode("utf-8", "surrogateescape")
    if isinstance(line, Unverified):
        assert line.reason
        return
    assert type(line) is Entry
    assert bytes.fromhex(line.digest)
    assert line.algorithm.isascii()
    assert line.algorithm
    assert line.size is None or 0 <= line.size < 1 << 63


@st.composite
def mutated(draw: st.DrawFn, name: str) -> tuple[bytes, Hint]:
    """A list that was right once."""
    case = draw(st.sampled_from(GOOD[name]))
    data = case.data
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 8)))
        data = data[:start] + draw(PIECES) + data[end:]
    return data, hint_for(case)


PIECES = st.one_of(
    st.binary(max_size=4),
    st.sampled_from(
        [b"\n", b"\r", b"\0", b'"', b"'", b"\\", b"\\ud800", b",", b"=", b":", b" ", b"\t", b"%"]
    ),
    st.sampled_from(
        [b"[", b"{", b"}", b"<", b"&", b"- ", b"..", b"/", b"\xff", b"\xc2\xa0", b"9" * 30, b"-1"]
    ),
)


@pytest.mark.parametrize("name", NAMES)
@FUZZED
@given(data=st.binary(max_size=300))
def test_any_bytes_are_lines_or_refused(name: str, data: bytes) -> None:
    expect_lines_or_refusal(named(name), data, HINT)


@pytest.mark.parametrize("name", NAMES)
@FUZZED
@given(draw=st.data())
def test_a_list_with_faults_is_lines_or_refused(name: str, draw: st.DataObject) -> None:
    data, hint = draw.draw(mutated(name))
    expect_lines_or_refusal(named(name), data, hint)
    formats.detect(hint.name, data, KNOWN)
    formats.misfit(data)


@FUZZED
@given(draw=st.data())
def test_the_short_way_through_json_lines_leads_to_the_same_place(draw: st.DataObject) -> None:
    data, _ = draw.draw(mutated("jsonl"))
    for line in data.decode("utf-8", "surrogateescape").splitlines():
        for versions in (False, True):
            if found := jsonl._plain(line, versions=versions):
                path, size, digests, version = found
                short = [Entry(path, digest, name, 1, size) for name, digest in digests.items()]
                assert short == list(jsonl._careful(line, 1, versions=versions)) != []
                assert version == "" or versions


@pytest.mark.parametrize("name", CASES)
def test_a_list_that_is_cut_off_anywhere_is_lines_or_refused(name: str) -> None:
    case = CASES[name]
    for end in range(0, len(case.data), max(1, len(case.data) // 100)):
        expect_lines_or_refusal(named(case.format), case.data[:end], hint_for(case))


#: In characters: so many that what grows with the square takes minutes; with CHECKSIG_FUZZ, hours.
LENGTH = 1_000_000 if EXAMPLES else 250_000

#: What a line may be made of that is as long.
LONG = [
    b"a",
    b" ",
    b"a ",
    b'"',
    b"'",
    b"\\",
    b",",
    b"0",
    b"\t",
    b"{",
    b"[",
    b"<",
    b"a=",
    b"\xff",
    b"%0",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_line_of_any_length_takes_no_time_to_speak_of(name: str) -> None:
    """What takes time that grows with the square of a line takes minutes for these."""
    format_ = named(name)
    case = GOOD[name][0]
    start = time.process_time()
    for piece in LONG:
        line = piece * (LENGTH // len(piece))
        for data in (line, case.data + line, line + case.data, case.data.replace(b"a", line, 1)):
            expect_lines_or_refusal(format_, data, hint_for(case))
            formats.detect(case.fields["list"], data, KNOWN)
    assert time.process_time() - start < LENGTH / 50_000


def steps(format_: Format, data: bytes, hint: Hint) -> int:
    """How many lines of Python run while a list is read."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        del frame, argument
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert format_.parse
        for _ in format_.parse(data, hint):
            pass
    except ValueError:
        pass
    finally:
        sys.settrace(before)
    return count


def repeated(name: str) -> Iterator[tuple[bytes, Hint]]:
    """Lists whose last line, or whole, is there many times over."""
    for case in GOOD[name]:
        *head, last = case.data.splitlines(keepends=True)
        for count in (200, 400):
            yield b"".join(head) + last * count, hint_for(case)
        for count in (200, 400):
            yield case.data * count, hint_for(case)


@pytest.mark.parametrize("name", NAMES)
def test_twice_as_many_lines_take_twice_as_many_steps(name: str) -> None:
    format_ = named(name)
    lists = list(repeated(name))
    assert lists
    for (data, hint), (doubled, _) in zip(lists[::2], lists[1::2], strict=True):
        steps(format_, data, hint)  # expressions are compiled by the first
        assert steps(format_, doubled, hint) < 2.2 * steps(format_, data, hint) + 100
