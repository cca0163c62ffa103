"""No bytes make a scheme fail in a way of its own, or prove what nobody signed."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signatures import CASES, PROVED, check, expectation

from checksig import TrustError
from checksig import _schemes as trust

#: The same examples every time; with CHECKSIG_FUZZ, so many new ones for each scheme.
EXAMPLES = int(os.environ.get("CHECKSIG_FUZZ", "0"))
FUZZED = settings(
    max_examples=EXAMPLES or 150,
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
NAMES = list(trust.SCHEMES)

PIECES = st.one_of(
    st.binary(max_size=4),
    st.sampled_from(
        [b"\n", b"\r", b"\0", b"=", b" ", b",", b'"', b"{", b"]", b"-----", b"\xff" * 4]
    ),
)


def contents(case: Path) -> dict[str, bytes]:
    """Return the files of a vector that a check reads."""
    return {
        path.name: path.read_bytes()
        for path in case.iterdir()
        if path.is_file() and path.name != "expect"
    }


@cache
def proved(scheme: str) -> frozenset[tuple[str, bytes]]:
    """Return what the vectors prove: the ids of keys, and what they signed."""
    found: set[tuple[str, bytes]] = set()
    for case in CASES:
        if case.parent.name == scheme and (expected := expectation(case))["expect"] in PROVED:
            signatures, content = check(case, expected)
            found |= {(signature.key_id, content) for signature in signatures}
    return frozenset(found)


def expect_proof_or_refusal(case: Path, files: dict[str, bytes]) -> None:
    """Check a vector whose files have changed. If it proves something, then nothing new."""
    with TemporaryDirectory() as place:
        for name, data in files.items():
            Path(place, name).write_bytes(data)
        with suppress(TrustError):
            signatures, content = check(Path(place), expectation(case))
            for signature in signatures:
                assert (signature.key_id, content) in proved(case.parent.name)


@st.composite
def mutated(draw: st.DrawFn, scheme: str) -> tuple[Path, dict[str, bytes]]:
    """A vector, some of whose files are not what they were."""
    case = draw(st.sampled_from([case for case in CASES if case.parent.name == scheme]))
    files = contents(case)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(files)))
        data = files[name]
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 8)))
        files[name] = data[:start] + draw(PIECES) + data[end:]
    return case, files


@pytest.mark.parametrize("name", NAMES)
@FUZZED
@given(draw=st.data())
def test_what_has_changed_proves_nothing_new(name: str, draw: st.DataObject) -> None:
    expect_proof_or_refusal(*draw.draw(mutated(name)))


@pytest.mark.parametrize("name", NAMES)
@FUZZED
@given(data=st.binary(max_size=400))
def test_any_bytes_are_no_key_and_no_signature(name: str, data: bytes) -> None:
    case = next(case for case in CASES if case.parent.name == name and "right" in case.name)
    files = contents(case)
    for changed in ("signature", "key"):
        expect_proof_or_refusal(case, files | {changed: data})
