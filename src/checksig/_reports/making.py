"""Lists, bags, signatures and keys that were made, for programs to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from checksig import __version__
from checksig._names import escape
from checksig._reports.json import algorithm_fields, path_fields, result_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checksig._entries import Changes
    from checksig._making import Bagged, Converted, Created
    from checksig._trust.keygen import KeyPair

CREATED: Final = "checksig.created/1"
CONVERTED: Final = "checksig.converted/1"
BAGGED: Final = "checksig.bagged/1"
SIGNED: Final = "checksig.signed/1"
KEY_PAIR: Final = "checksig.keypair/1"


def created_fields(made: Created) -> dict[str, Any]:
    """Return the fields of lists that were created or updated."""
    return {
        "schema": CREATED,
        "version": __version__,
        "lists": _paths(made.paths),
        "signatures": _paths(made.signatures),
        "removed_signatures": _paths(made.dropped),
        "algorithms": algorithm_fields(made.algorithms),
        "files": made.files,
        "bytes": made.bytes,
        "seconds": made.seconds,
        "left_out": [result_fields(result) for result in made.left_out],
        "not_read": _paths(made.trusted),
        "changes": made.changes and change_fields(made.changes),
    }


def change_fields(changes: Changes) -> dict[str, list[dict[str, str | None]]]:
    """Return the files that are not as a list before has them, by what has become of them."""
    kinds = changes._asdict()
    moved = [
        {**path_fields("from", before), **path_fields("to", after)}
        for before, after in kinds.pop("moved")
    ]
    return {kind: _paths(names) for kind, names in kinds.items()} | {"moved": moved}


def converted_fields(made: Converted) -> dict[str, Any]:
    """Return the fields of lists that were converted."""
    return {
        "schema": CONVERTED,
        "version": __version__,
        "lists": _paths(made.paths),
        "removed_signatures": _paths(made.dropped),
        "source_format": made.source,
        "algorithms": algorithm_fields(made.algorithms),
        "files": made.files,
    }


def bagged_fields(made: Bagged) -> dict[str, Any]:
    """Return the fields of a bag that was made or updated."""
    return {
        "schema": BAGGED,
        "version": __version__,
        **path_fields("path", made.path),
        "new": made.new,
        "algorithms": algorithm_fields(made.algorithms),
        "files": made.files,
        "bytes": made.bytes,
        "seconds": made.seconds,
        "added": _paths(made.added),
        "changed": _paths(made.changed),
        "removed": _paths(made.removed),
        "removed_signatures": _paths(made.dropped),
        "note": escape(made.note),
    }


def signed_fields(
    path: str, signature: str, *, identity: str = "", issuer: str = ""
) -> dict[str, Any]:
    """Return the fields of a signature that was made; by an identity, if there is no key."""
    return {
        "schema": SIGNED,
        "version": __version__,
        **path_fields("path", path),
        **path_fields("signature", signature),
        "identity": identity or None,
        "issuer": issuer or None,
    }


def key_pair_fields(made: KeyPair) -> dict[str, Any]:
    """Return the fields of a key pair that was made. No secret is among them."""
    return {
        "schema": KEY_PAIR,
        "version": __version__,
        **path_fields("key", made.key),
        **path_fields("public", made.public),
        "id": made.id,
        "text": made.text,
    }


def _paths(paths: Iterable[str]) -> list[dict[str, str | None]]:
    return [path_fields("path", path) for path in paths]
