"""The package index shows README, links and classifiers: those of the wheel lead somewhere."""

from __future__ import annotations

import re
from importlib.metadata import distribution

import pytest
from trees import REPOSITORY

INSTALLED = distribution("checksig")
DOCS = "https://checksig.readthedocs.io/en/latest/"
SOURCE = "https://github.com/checksig/checksig/"
RAW = "https://raw.githubusercontent.com/checksig/checksig/main/"


def links() -> list[str]:
    """Return the targets of links and images of the description."""
    description = str(INSTALLED.metadata["Description"] or INSTALLED.metadata.get_payload())
    return re.findall(r"\]\(([^)]+)\)", description)


def test_no_link_of_the_description_is_relative() -> None:
    assert len(links()) > 10
    assert [target for target in links() if not target.startswith("https://")] == []


def test_links_to_pages_and_files_lead_to_those_that_are_there() -> None:
    known = 0
    for target in links():
        path = target.partition("#")[0]
        if path.startswith(DOCS):
            page = REPOSITORY / "docs" / path.removeprefix(DOCS).replace(".html", ".md")
        elif path.startswith((SOURCE, RAW)):
            file = re.sub(rf"^(?:{RAW}|{SOURCE}(?:blob|tree)/main/)", "", path)
            page = REPOSITORY / file
        else:
            continue
        known += 1
        assert page.exists(), target
    assert known > 10


def test_images_are_those_that_the_index_can_show() -> None:
    description = (REPOSITORY / "README.md").read_text()
    images = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", description)
    assert images
    assert [image for image in images if not re.fullmatch(rf"{RAW}.*\.png", image)] == []


def test_the_wheel_has_the_licence_of_everything_in_it() -> None:
    metadata = INSTALLED.metadata
    assert metadata["License-Expression"] == "MIT AND BSD-3-Clause"
    files = {str(path): path for path in INSTALLED.files or []}
    shown = metadata.get_all("License-File")
    assert shown == ["LICENSE", "LICENSES/Go.txt"]
    for name in shown:
        [path] = [path for path in files if path.endswith(f".dist-info/licenses/{name}")]
        assert files[path].read_text() == (REPOSITORY / name).read_text()
    go = (REPOSITORY / "LICENSES/Go.txt").read_text()
    assert "The Go Authors" in go  # the Go runtime and library are linked into the core
    assert "Redistribution and use in source and binary forms" in go


def test_every_classifier_is_one_that_the_index_knows() -> None:
    trove = pytest.importorskip("trove_classifiers", reason="needs trove-classifiers")
    given = INSTALLED.metadata.get_all("Classifier") or []
    assert len(given) > 20
    assert set(given) <= trove.classifiers
