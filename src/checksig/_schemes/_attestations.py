"""Files of attestations, taken apart into bundles of Sigstore.

Source: PEP 740 ("attestation object", "provenance object"); the attestations of the npm registry;
``gh attestation download``, which writes one bundle a line; the Sigstore bundle 0.3, in JSON. What
a registry says besides, of the publisher for instance, is not signed, and not shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from checksig._json import as_array, as_object, as_string, load
from checksig._schemes._ssh_wire import decoded
from checksig._schemes._statement import BUNDLE, PAYLOAD

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What bundles sign: bytes that lie elsewhere, or a statement that they hold.
MESSAGE, ENVELOPE = "messageSignature", "dsseEnvelope"
_CERTIFICATES: Final = ("certificate", "x509CertificateChain")
#: Words of which one stands in each of these files.
_WORDS: Final = (MESSAGE, ENVELOPE, "verification_material")


def looks_like(data: bytes) -> bool:
    """Whether a file may hold bundles."""
    return data.lstrip()[:1] == b"{" and any(f'"{word}"'.encode() in data for word in _WORDS)


def bundles(data: bytes) -> list[dict[str, Any]]:
    """Return the bundles in a file.

    Raises:
        ValueError: it is damaged, or has something in it that is not known.
    """
    rows = [row for row in data.split(b"\n") if row.strip()]
    if len(rows) > 1 and all(
        row.lstrip()[:1] == b"{" and row.rstrip()[-1:] == b"}" for row in rows
    ):
        documents = [load(row) for row in rows]
    else:
        documents = [load(data)]
    found = [each for document in documents for each in _bundles(as_object(document, "it"))]
    if not found:
        raise ValueError("there is no bundle in it")
    return found


def _bundles(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "verification_material" in document:
        yield _of_attestation(document)
    elif "attestation_bundles" in document:
        found = exactly(document, "the provenance", "version", "attestation_bundles")
        if found["version"] != 1:
            raise ValueError("the provenance is of a version that is not known")
        for bundle in as_array(found["attestation_bundles"], "the bundles"):
            each = exactly(bundle, "a bundle", "publisher", "attestations")
            for attestation in as_array(each["attestations"], "the attestations"):
                yield _of_attestation(attestation)
    elif "attestations" in document:
        found = exactly(document, "it", "attestations")
        for attestation in as_array(found["attestations"], "the attestations"):
            each = exactly(attestation, "an attestation", "predicateType", "bundle")
            yield as_object(each["bundle"], "a bundle")
    else:
        yield document


def _of_attestation(value: Any) -> dict[str, Any]:
    """Return an attestation of PEP 740 as a bundle."""
    found = exactly(value, "an attestation", "version", "verification_material", "envelope")
    if found["version"] != 1:
        raise ValueError("an attestation is of a version that is not known")
    names = ("certificate", "transparency_entries")
    material = exactly(found["verification_material"], "the verification material", *names)
    envelope = exactly(found["envelope"], "the envelope", "statement", "signature")
    return {
        "mediaType": BUNDLE,
        "verificationMaterial": {
            "certificate": {"rawBytes": material["certificate"]},
            "tlogEntries": material["transparency_entries"],
        },
        ENVELOPE: {
            "payload": envelope["statement"],
            "payloadType": PAYLOAD,
            "signatures": [{"sig": envelope["signature"]}],
        },
    }


def is_certified(bundle: dict[str, Any]) -> bool:
    """Whether a bundle is by a certificate, and in a log if it is over a statement.

    One over a statement may be by a certificate without a log: then it is a model's.
    """
    try:
        material = as_object(bundle.get("verificationMaterial"), "the verification material")
    except ValueError:
        return False
    if material.keys().isdisjoint(_CERTIFICATES):
        return False
    return MESSAGE in bundle or (ENVELOPE in bundle and bool(material.get("tlogEntries")))


def payload(bundle: dict[str, Any]) -> bytes | None:
    """Return the statement that a bundle holds; None if it holds none.

    Raises:
        ValueError: it is damaged.
    """
    if ENVELOPE not in bundle:
        return None
    envelope = as_object(bundle[ENVELOPE], "the envelope")
    return decoded(as_string(envelope.get("payload"), "the payload"))


def exactly(value: Any, what: str, *names: str, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an object that has these fields, and no others.

    Raises:
        ValueError: it has not.
    """
    found = as_object(value, what)
    if not set(names) <= found.keys() <= {*names, *optional}:
        raise ValueError(f"{what} has other fields than it should")
    return found
