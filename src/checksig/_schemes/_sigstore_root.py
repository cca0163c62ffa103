"""Trusted roots: the authorities, the logs and the clocks of an instance of Sigstore.

Source: the trusted root 0.1 of Sigstore's protobuf-specs, in JSON. sigstore-python reads it, and
checks with what is in it, but for one thing: that what was retired counts only for its own time.
"""

from __future__ import annotations

import json
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._json import as_array, as_object, as_string, load
from checksig._names import escape
from checksig._schemes._scheme import MissingExtraError

if TYPE_CHECKING:
    from sigstore.verify import Verifier

_TYPE: Final = b"application/vnd.dev.sigstore.trustedroot"
#: What sigstore-python takes a trusted root out of, if it is in memory.
_CONFIG: Final = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json"
_SERVICES: Final = "application/vnd.dev.sigstore.signingconfig.v0.2+json"
_PARTS: Final = ("tlogs", "ctlogs", "certificateAuthorities", "timestampAuthorities")
#: In characters, of what sigstore-python says is wrong: parts of it are the bundle's words.
_MAX_WORDS: Final = 200


class Root(NamedTuple):
    """A trusted root, and what checks by it."""

    document: dict[str, Any]
    verifier: Verifier

    @classmethod
    def of(cls, data: bytes) -> Root:
        """Return the trusted root in a file.

        Raises:
            ValueError: it is damaged, or of a version that is not known.
        """
        root = cls._with(as_object(load(data), "the trusted root"))
        for name in _PARTS:
            for part in root._parts(name):
                _period(part)
        return root

    @classmethod
    def _with(cls, document: dict[str, Any]) -> Root:
        config = {
            "mediaType": _CONFIG,
            "trustedRoot": document,
            "signingConfig": {"mediaType": _SERVICES},
        }
        models, verify = package("models"), package("verify")
        try:
            root = models.ClientTrustConfig.from_json(json.dumps(config)).trusted_root
            return cls(document, verify.Verifier(trusted_root=root))
        except Exception as error:
            raise ValueError(f"the trusted root cannot be used: {said(error)}") from None

    def as_of(self, at: datetime) -> Root:
        """Return what of it is for a moment.

        Raises:
            ValueError: that is not enough to check anything.
        """
        parts = {name: [part for part in self._parts(name) if _lasts(part, at)] for name in _PARTS}
        return self._with(self.document | parts)

    def _parts(self, name: str) -> list[dict[str, Any]]:
        found = as_array(self.document.get(name, []), name)
        return [as_object(part, name) for part in found]


def looks_like_a_root(data: bytes) -> bool:
    """Whether these bytes should be a trusted root."""
    return data.lstrip()[:1] == b"{" and _TYPE in data


def _lasts(part: dict[str, Any], at: datetime) -> bool:
    start, end = _period(part)
    return (start is None or start <= at) and (end is None or at <= end)


def _period(part: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Return since when and until when a log or an authority counts; None if nothing is said.

    Raises:
        ValueError: what is said is no time.
    """
    key = as_object(part.get("publicKey") or part, "the key")
    period = as_object(key.get("validFor") or {}, "the period")
    times = [period.get(name) for name in ("start", "end")]
    start, end = (_time(as_string(time, "the time")) if time else None for time in times)
    return start, end


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time of the trusted root has no time zone")
    return time


def said(error: BaseException) -> str:
    """Return what sigstore-python says is wrong, and of which field, on one line."""
    words = " ".join(str(error).partition(" (encountered")[0].split("\n")[:2])
    return escape(words[:_MAX_WORDS].rstrip(":. ")) or type(error).__name__


def package(name: str) -> Any:
    """Return a module of sigstore-python."""
    try:
        return import_module(f"sigstore.{name}")
    except ImportError:
        raise MissingExtraError("Sigstore", "sigstore") from None
