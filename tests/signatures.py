"""The vectors for signatures that lie in ``testdata/vectors/signature``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from trees import REPOSITORY

import checksig
from checksig import Signature, SignatureInvalid, SignatureUntrusted
from checksig._options import TrustOptions
from checksig._options.values import settle
from checksig._trust import checking
from checksig._trust.policy import policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

VECTORS = REPOSITORY / "testdata/vectors/signature"
CASES = sorted(path.parent for path in VECTORS.rglob("expect"))
FILES = {"signature", "list", "key", "revoked", "certificate", "files", "expect"}
KEYS = {
    *("comment", "expect", "at", "ask-identity", "ask-issuer", "ask-namespace", "ask-source"),
    *("key-id", "identity", "issuer", "namespace", "trusted-comment", "content", "reason"),
    *("signers", "others", "source", "builder"),
}
PROVED = {"proved", "incomplete"}
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
    assert found["expect"] in PROVED | REFUSED.keys()
    assert len(found) == len(rows)
    return found


def terms(case: Path, expected: dict[str, str]) -> TrustOptions:
    """Return what a case asks of a signature."""
    options: TrustOptions = {
        "trust": case / "key",
        "identity": expected.get("ask-identity"),
        "issuer": expected.get("ask-issuer"),
        "namespace": expected.get("ask-namespace"),
        "source": expected.get("ask-source"),
        "at": datetime.fromisoformat(expected["at"]) if "at" in expected else datetime.now(UTC),
    }
    if (case / "revoked").exists():
        options["revoked"] = case / "revoked"
    return options


def check(
    case: Path, expected: dict[str, str], changed: Mapping[str, bytes] | None = None
) -> tuple[tuple[Signature, ...], bytes]:
    """Check the signatures of a case, and return them and what is signed.

    The signature, the list and the certificate may be others than lie there.
    """
    asked = policy(settle(TrustOptions, terms(case, expected)))
    files = dict(changed or {})
    for name in {"signature", "list", "certificate"} - files.keys():
        if (case / name).exists():
            files[name] = (case / name).read_bytes()
    beside = files.get("certificate")
    rest = asked.beside([beside] if beside else [])
    return checking.check(b"signature", files["signature"], files.get("list"), rest)


def damaged(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Any bytes, or those of a seed with a piece of it replaced."""

    def spoilt(seed: bytes, where: float, piece: bytes, gone: int) -> bytes:
        at = int(where * len(seed))
        return seed[:at] + piece + seed[at + gone :]

    pieces = (st.floats(0, 1), st.binary(max_size=9), st.integers(0, 9))
    return st.binary(max_size=300) | st.builds(spoilt, st.sampled_from(seeds), *pieces)
