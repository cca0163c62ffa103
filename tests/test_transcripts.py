"""The work of eight kinds of users, and each how-to: what is typed, and what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest
import transcripts
from trees import REPOSITORY

USERS = sorted((REPOSITORY / "tests" / "transcripts").glob("*.md"))
PAGES = sorted((REPOSITORY / "docs" / "how-to").glob("*.md"))


def test_there_are_all_of_them() -> None:
    assert len(USERS) >= 8
    assert len(PAGES) >= 10


@pytest.mark.parametrize("page", [*USERS, *PAGES], ids=lambda path: path.stem)
def test_what_a_page_shows_is_what_is_printed(page: Path, tmp_path: Path) -> None:
    directory = tmp_path / "here"
    directory.mkdir()
    for step, said in transcripts.run(page.read_text(), directory, REPOSITORY=str(REPOSITORY)):
        wanted = step.said or []
        told = "\n".join([f"$ {step.command}", *said])
        assert transcripts.matches(wanted, said, directory), f"line {step.line} prints:\n{told}"
