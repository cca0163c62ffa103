"""What each format reads, line by line, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from listed import BARE_ALONE, CASES, KNOWN, OUTCOMES, READ, hint_for, named, parse

from checksig import Entry
from checksig import _formats as formats
from checksig._entries import Malformed

if TYPE_CHECKING:
    from listed import Case

    from checksig._entries import Line


def says(line: Line, case: Case) -> bool:
    """Whether a line is what a vector says of it."""
    fields = case.fields
    if type(line) is not OUTCOMES[fields["expect"]]:
        return False
    if isinstance(line, Malformed):
        return fields["reason"] in line.reason
    if line.path != case.name:
        return False
    size = int(fields["size"]) if "size" in fields else None
    if isinstance(line, Entry):
        return line[1:] == (fields["digest"], fields["algorithm"], int(fields["line"]), size)
    return fields["reason"] in line.reason and line.size == size


def test_there_are_vectors_of_every_format_and_outcome() -> None:
    assert len(CASES) >= 435
    assert {case.format for case in CASES.values()} == {format_.name for format_ in READ}
    for format_ in READ:
        found = {c.fields["expect"] for c in CASES.values() if c.format == format_.name}
        alone = format_.name in BARE_ALONE
        assert {"unverified" if alone else "entry", "malformed"} <= found, format_.name
        assert found <= set(OUTCOMES) - ({"entry"} if alone else set()), format_.name


@pytest.mark.parametrize("name", CASES)
def test_every_vector_is_what_it_says(name: str) -> None:
    case = CASES[name]
    format_ = named(case.format)
    if case.fields["expect"] == "refused":
        with pytest.raises(ValueError, match=case.fields["reason"]):
            parse(format_, case.data, hint_for(case))
        return
    found = parse(format_, case.data, hint_for(case))
    there = [line for line in found if line.line == int(case.fields["line"])]
    assert any(says(line, case) for line in there), found


@pytest.mark.parametrize("name", CASES)
def test_the_name_and_the_content_of_a_list_tell_its_format(name: str) -> None:
    case = CASES[name]
    if name != "bare/no-name":
        found = formats.detect(case.fields["list"], case.data, KNOWN)
        assert found.format.name == case.format
