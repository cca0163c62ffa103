"""The vectors for signatures are what they say."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from signatures import CASES, FILES, KEYS, PROVED, REFUSED, VECTORS, check, expectation, terms

import checksig
from checksig import _schemes as trust
from checksig._trust import checking

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_vector_is_what_it_says(case: Path) -> None:
    assert {path.name for path in case.iterdir()} <= FILES
    expected = expectation(case)
    if expected["expect"] not in PROVED:
        with pytest.raises(REFUSED[expected["expect"]], match=expected.get("reason")):
            check(case, expected)
        return
    signatures, content = check(case, expected)
    assert checking.signers(signatures) == int(expected.get("signers", "1"))
    signature = signatures[0]
    assert signature.scheme == case.parent.name
    assert signature.key_id == expected["key-id"]
    assert signature.identity == expected.get("identity")
    assert signature.issuer == expected.get("issuer")
    assert signature.namespace == expected.get("namespace")
    assert signature.source == expected.get("source")
    assert signature.builder == expected.get("builder")
    if "others" in expected:
        assert sorted(signature.others) == expected["others"].split()
    assert signature.comment == expected.get("trusted-comment", "").replace("\\t", "\t") or (
        signature.comment is None and "trusted-comment" not in expected
    )
    if "content" in expected:
        assert content.decode() == expected["content"].replace("\\n", "\n")


@pytest.mark.parametrize("scheme", trust.SCHEMES)
def test_a_file_that_is_not_in_a_signed_list_fails_a_complete_check(
    scheme: str, tmp_path: Path
) -> None:
    case = VECTORS / scheme / "extra-file"
    expected = expectation(case)
    assert expected["expect"] == "incomplete"
    tree = shutil.copytree(case / "files", tmp_path / "tree")
    if (case / "list").exists():
        shutil.copy(case / "list", tree / "SHA256SUMS")
        shutil.copy(case / "signature", tree / f"SHA256SUMS{trust.SCHEMES[scheme][0]}")
    else:
        shutil.copy(case / "signature", tree / "model.sig")
    options = terms(case, expected)
    assert checksig.verify(tree, **options).signature
    report = checksig.audit(tree, complete=True, **options)
    assert not report.ok
    assert [(each.path, str(each.status)) for each in report.failures] == [("extra", "unlisted")]


def test_every_scheme_has_vectors_for_what_can_go_wrong() -> None:
    usual = {"wrong-key", "another-list", "a-file", "revoked", "extra-file"}
    for name in trust.SCHEMES:
        cases = {case.name for case in CASES if case.parent.name == name}
        assert usual <= cases, name
        assert any("right" in case for case in cases)


def test_the_page_has_every_key() -> None:
    page = (VECTORS / "README.md").read_text()
    for word in (*KEYS, *FILES, *REFUSED, *PROVED):
        assert f"`{word}`" in page
