"""The vectors for signatures, in ``testdata/vectors/signature``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY

import checksig
from checksig import Signature, SignatureInvalid, SignatureUntrusted, _signed, _trust, trust

if TYPE_CHECKING:
    from pathlib import Path

VECTORS = REPOSITORY / "testdata/vectors/signature"
CASES = sorted(path.parent for path in VECTORS.rglob("expect"))
FILES = {"signature", "list", "key", "revoked", "expect"}
KEYS = {
    *("comment", "expect", "at", "ask-identity", "ask-issuer", "ask-namespace"),
    *("key-id", "identity", "issuer", "namespace", "trusted-comment", "content", "reason"),
}
REFUSED = {
    "invalid": SignatureInvalid,
    "untrusted": SignatureUntrusted,
    "refused": checksig.TrustError,
}


def expectation(case: Path) -> dict[str, str]:
    """Return what a case expects."""
    rows = [line.partition(": ") for line in (case / "expect").read_text().splitlines()]
    found = {key: value for key, _, value in rows}
    assert found.keys() <= KEYS
    assert found["expect"] in {"proved", *REFUSED}
    assert len(found) == len(rows)
    return found


def check(case: Path, expected: dict[str, str]) -> tuple[Signature, bytes]:
    """Check the signature of a case."""
    options: _trust.TrustOptions = {
        "trust": case / "key",
        "identity": expected.get("ask-identity"),
        "issuer": expected.get("ask-issuer"),
        "namespace": expected.get("ask-namespace"),
        "at": datetime.fromisoformat(expected["at"]) if "at" in expected else datetime.now(UTC),
    }
    if (case / "revoked").exists():
        options["revoked"] = case / "revoked"
    policy = _trust.policy(options)
    message = (case / "list").read_bytes() if (case / "list").exists() else None
    return _signed.check(b"signature", (case / "signature").read_bytes(), message, policy)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_vector_is_what_it_says(case: Path) -> None:
    assert {path.name for path in case.iterdir()} <= FILES
    expected = expectation(case)
    if expected["expect"] != "proved":
        with pytest.raises(REFUSED[expected["expect"]], match=expected.get("reason")):
            check(case, expected)
        return
    signature, content = check(case, expected)
    assert signature.scheme == case.parent.name
    assert signature.key_id == expected["key-id"]
    assert signature.identity == expected.get("identity")
    assert signature.issuer == expected.get("issuer")
    assert signature.namespace == expected.get("namespace")
    assert signature.comment == expected.get("trusted-comment", "").replace("\\t", "\t") or (
        signature.comment is None and "trusted-comment" not in expected
    )
    if "content" in expected:
        assert content.decode() == expected["content"].replace("\\n", "\n")


def test_every_scheme_has_vectors_for_what_can_go_wrong() -> None:
    usual = {"wrong-key", "another-list", "a-file", "revoked"}
    for name in trust.SCHEMES:
        cases = {case.name for case in CASES if case.parent.name == name}
        assert usual <= cases, name
        assert any("right" in case for case in cases)


def test_the_page_has_every_key() -> None:
    page = (VECTORS / "README.md").read_text()
    for word in (*KEYS, *FILES, *REFUSED, "proved"):
        assert f"`{word}`" in page
