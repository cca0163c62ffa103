"""The statement that a signature of a model signs.

Source: the in-toto statement v1, with the predicate ``https://model_signing/signature/v1.0``.
"""

from __future__ import annotations

from typing import Final

from checksig._json import as_array, as_object, as_string, load
from checksig._schemes._scheme import SchemeError

#: The type of the payload in DSSE.
PAYLOAD: Final = "application/vnd.in-toto+json"
#: The type of the bundle that the envelope is in.
BUNDLE: Final = "application/vnd.dev.sigstore.bundle.v0.3+json"
_STATEMENT: Final = "https://in-toto.io/Statement/v1"
_PREDICATE: Final = "https://model_signing/signature/v1.0"


def encoded(payload: bytes) -> bytes:
    """Return what is signed of a payload: DSSE's "pre-authentication encoding"."""
    return b"DSSEv1 %d %b %d %b" % (len(PAYLOAD), PAYLOAD.encode(), len(payload), payload)


def subject(payload: bytes) -> str | None:
    """Return the name of the model that a statement is about.

    Raises:
        ValueError: it is a statement about something else.
    """
    statement = as_object(load(payload), "the statement")
    if statement.get("_type") != _STATEMENT or statement.get("predicateType") != _PREDICATE:
        raise SchemeError("what is signed is no list of a model, or one from before version 1.0")
    subjects = as_array(statement.get("subject"), "the subjects")
    if len(subjects) != 1:
        raise SchemeError(f"it is about {len(subjects)} models, not one")
    name = as_string(as_object(subjects[0], "the subject").get("name", ""), "the name")
    return f"model {name}" if name else None
