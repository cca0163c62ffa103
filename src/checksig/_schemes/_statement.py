"""Statements about files: the list of a model, or who built a file, and from what.

Source: the in-toto statement, v1 and v0.1; the predicate ``https://model_signing/signature/v1.0``;
SLSA provenance v1 and v0.2; the predicates by which PyPI, npm and GitHub say that a file was
published. Statements of other kinds, such as the results of a test, say no such thing.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final, NamedTuple

from checksig._json import as_array, as_object, as_string, load
from checksig._names import escape
from checksig._schemes._scheme import SchemeError, UntrustedError

#: The type of the payload in DSSE.
PAYLOAD: Final = "application/vnd.in-toto+json"
#: The type of the bundle that the envelope is in.
BUNDLE: Final = "application/vnd.dev.sigstore.bundle.v0.3+json"
_STATEMENT: Final = "https://in-toto.io/Statement/v1"
_STATEMENTS: Final = (_STATEMENT, "https://in-toto.io/Statement/v0.1")
_MODEL: Final = "https://model_signing/signature/v1.0"

_SLSA_1, _SLSA_0 = "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"
#: By which an index publishes a file under its name.
_PYPI: Final = "https://docs.pypi.org/attestations/publish/v1"
#: Predicates that say that a file was published, or how it was built.
_PUBLISHED: Final = (
    _SLSA_1,
    _SLSA_0,
    _PYPI,
    "https://github.com/npm/attestation/tree/main/specs/publish/v0.1",
    "https://in-toto.io/attestation/release/v0.1",
    "https://in-toto.io/attestation/release/v0.2",
)
#: Digests that prove what a statement is about, as in-toto calls them, and hashlib.
_DIGESTS: Final = {"sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}


class Provenance(NamedTuple):
    """The origin of a file, as a statement has it."""

    builder: str | None = None
    source: str | None = None


def encoded(payload: bytes) -> bytes:
    """Return what is signed of a payload: DSSE's "pre-authentication encoding"."""
    return b"DSSEv1 %d %b %d %b" % (len(PAYLOAD), PAYLOAD.encode(), len(payload), payload)


def subject(payload: bytes) -> str | None:
    """Return the name of the model that a statement is about.

    Raises:
        ValueError: it is a statement about something else.
    """
    statement = as_object(load(payload), "the statement")
    if statement.get("_type") != _STATEMENT or statement.get("predicateType") != _MODEL:
        raise SchemeError(
            "what is signed is not the list of a model, or is from before version 1.0"
        )
    subjects = as_array(statement.get("subject"), "the subjects")
    if len(subjects) != 1:
        raise SchemeError(f"it is about {len(subjects)} models, not one")
    name = as_string(as_object(subjects[0], "the subject").get("name", ""), "the name")
    return f"model {name}" if name else None


def is_about_others(payload: bytes) -> bool:
    """Whether a statement is about files that lie elsewhere, and is no list itself."""
    try:
        statement = as_object(load(payload), "the statement")
    except ValueError:
        return False
    known = statement.get("predicateType")
    return isinstance(known, str) and "model_signing" not in known


def about(payload: bytes, message: bytes, name: str | None) -> Provenance:
    """Return where a file is from, by a statement about it, and about that name if there is one.

    Raises:
        ValueError: the statement is about other files, or does not say that this was published.
    """
    statement = as_object(load(payload), "the statement")
    if statement.get("_type") not in _STATEMENTS:
        raise SchemeError("what is signed is not an in-toto statement of a known version")
    kind = as_string(statement.get("predicateType"), "the type of the predicate")
    if kind not in _PUBLISHED:
        raise SchemeError(f"it says nothing of who made the file: it is of the type {escape(kind)}")
    subjects = as_array(statement.get("subject"), "the subjects")
    found = [each for each in subjects if _is(as_object(each, "a subject"), message)]
    if not found:
        raise SchemeError("it is about other files, or the file was changed")
    if kind == _PYPI and name is not None and all(each.get("name") != name for each in found):
        raise SchemeError("it is about a file of another name")
    predicate = statement.get("predicate")
    if not isinstance(predicate, dict) or kind not in (_SLSA_0, _SLSA_1):
        return Provenance()
    if kind == _SLSA_1:
        builder = _text(predicate, "runDetails", "builder", "id")
        workflow = _text(
            predicate, "buildDefinition", "externalParameters", "workflow", "repository"
        )
        other = _text(predicate, "buildDefinition", "externalParameters", "source")
        return Provenance(builder, workflow or other)
    uri = _text(predicate, "invocation", "configSource", "uri")
    return Provenance(_text(predicate, "builder", "id"), uri)


def _is(found: dict[str, Any], message: bytes) -> bool:
    """Whether a subject is these bytes: all of its digests that are strong are theirs."""
    digests = as_object(found.get("digest"), "the digests")
    known = [(name, value) for name, value in digests.items() if name in _DIGESTS]
    return bool(known) and all(
        hashlib.new(_DIGESTS[name], message).hexdigest() == value for name, value in known
    )


def _text(value: Any, *names: str) -> str | None:
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
    return value if isinstance(value, str) and value else None


def repository(text: str) -> str:
    """Return the address of a repository, spelled one way: ``owner/name`` is one of GitHub."""
    found = re.sub(r"@(?:refs/.*|[0-9a-f]{40,64})\Z", "", text.removeprefix("git+"))
    found = found.removesuffix("/").removesuffix(".git")
    if re.fullmatch(r"[\w.-]+/[\w.-]+", found):
        return f"https://github.com/{found}"
    return found if "://" in found else f"https://{found}"


def expected_source(said: list[str], wanted: str | None) -> str | None:
    """Return the repository that something is from: what those who say it agree about.

    Raises:
        UntrustedError: it is not the one that is asked for, or they differ.
    """
    found = [*dict.fromkeys(map(repository, said))]
    if len(found) > 1:
        raise UntrustedError(f"its certificate names {found[0]}, and its statement {found[1]}")
    if wanted is not None and "@refs/" in wanted:
        raise UntrustedError("name the repository without a branch or a tag: the identity has that")
    if wanted is not None and [repository(wanted)] != found:
        by = found[0] if found else "no repository that it names"
        raise UntrustedError(f"it is from {by}, and not from {repository(wanted)}")
    return found[0] if found else None
