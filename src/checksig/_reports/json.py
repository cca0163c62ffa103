"""Reports and results for programs to read. ``report.schema.json`` describes every document."""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING, Any, Final

from checksig import __version__
from checksig._names import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._results import Algorithm, PathError, Report, Result

REPORT: Final = "checksig.report/1"
RESULT: Final = "checksig.result/1"
SUMMARY: Final = "checksig.summary/1"
ERROR: Final = "checksig.error/1"


class Rendering:
    """One document, or with ``lines`` one for each result and a summary as the last."""

    def __init__(self, *, lines: bool) -> None:
        """Render lines, or one document."""
        self.wants_ok = lines
        self.wants_failures = not lines
        self._lines = lines

    def result(self, result: Result) -> Iterator[str]:
        """Yield a result as it comes."""
        if self._lines:
            yield json.dumps({"schema": RESULT, **result_fields(result)})

    def due(self) -> Iterator[str]:
        """Yield nothing: results do not wait."""
        return iter(())

    def report(self, report: Report) -> Iterator[str]:
        """Yield what there is to say at the end."""
        if self._lines:
            yield json.dumps({"schema": SUMMARY, **summary_fields(report)})
            return
        yield from _streamed({"schema": REPORT, **summary_fields(report)}, report.failures)

    def part(self, report: Report, *, files: bool) -> Iterator[str]:
        """Yield nothing: all is said at the end."""
        del report, files
        return iter(())

    def whole(self, report: Report, right: int, paths: int) -> Iterator[str]:
        """Yield what there is to say of several places at the end."""
        del right, paths
        return self.report(report)

    def error(self, message: str, exit_code: int) -> Iterator[str]:
        """Yield why there is nothing more."""
        fields = error_fields(message, exit_code)
        yield json.dumps(fields, indent=None if self._lines else 2)


def _streamed(fields: dict[str, Any], failures: Sequence[Result]) -> Iterator[str]:
    """Yield a document with failures as its last field, one at a time: there may be millions."""
    if not failures:
        yield document({**fields, "failures": []})
        return
    yield document(fields).removesuffix("\n}") + ',\n  "failures": ['
    for number, failure in enumerate(failures, 1):
        # On a line each: to indent is done in Python, takes ten times as long, and leaves cycles.
        comma = "," if number < len(failures) else ""
        yield f"    {json.dumps(result_fields(failure))}{comma}"
    yield "  ]\n}"


def document(fields: dict[str, Any]) -> str:
    """Return a document for people to read as well."""
    return json.dumps(fields, indent=2)


def error_fields(message: str, exit_code: int) -> dict[str, Any]:
    """Return the fields of a document that stands where there is nothing else."""
    return {
        "schema": ERROR,
        "version": __version__,
        "message": message,
        "exit_code": exit_code,
    }


def algorithm_fields(algorithms: Iterable[Algorithm]) -> list[dict[str, str]]:
    """Return algorithms, and what they are good for."""
    return [{"name": a.name, "strength": a.strength, "proves": a.proves} for a in algorithms]


def summary_fields(report: Report) -> dict[str, Any]:
    """Return the fields of a report, but for its results."""
    return {
        "version": __version__,
        "verdict": report.verdict,
        **path_fields("root", report.root),
        "manifests": [
            {**path_fields("path", source.path), "format": source.format}
            for source in report.manifests
        ],
        "algorithms": algorithm_fields(report.algorithms),
        "signatures": [
            {
                **path_fields("path", signature.path),
                "scheme": signature.scheme,
                "key_id": signature.key_id,
                "identity": signature.identity,
                "comment": signature.comment and escape(signature.comment),
                "signed_at": signature.signed_at and signature.signed_at.isoformat(),
                "namespace": signature.namespace,
                "issuer": signature.issuer,
                "builder": signature.builder,
                "source": signature.source,
                "others": [escape(each) for each in signature.others],
                "first_use": signature.first_use,
            }
            for signature in report.signatures
        ],
        "unchecked_signatures": [path_fields("path", path) for path in report.unchecked],
        "remarks": [escape(remark) for remark in report.remarks],
        "complete": report.complete,
        "unlisted_looked_for": report.looked,
        "files": report.files,
        "repeated": report.repeated,
        "excluded": report.excluded,
        "ignored": report.ignored,
        "unverified": report.unverified,
        "proof": report.proof,
        "served": report.served,
        "size_only": report.size_only,
        "stopped": report.stopped,
        **({"missing_shards": [*report.missing_shards]} if report.missing_shards else {}),
        "counts": {status.value: count for status, count in report.counts.items()},
        "bytes": report.bytes,
        "seconds": report.seconds,
        **({} if report.members is None else {"members": report.members}),
        **({} if report.compared is None else path_fields("compared", report.compared)),
        **({"parts": [summary_fields(part) for part in report.parts]} if report.parts else {}),
        **({"errors": [_error_fields(each) for each in report.errors]} if report.errors else {}),
    }


def _error_fields(error: PathError) -> dict[str, Any]:
    return {
        **path_fields("path", error.path),
        "message": error.message,
        "exit_code": error.exit_code,
    }


def result_fields(result: Result) -> dict[str, Any]:
    """Return the fields of a result."""
    return {
        **path_fields("path", result.path),
        "status": result.status.value,
        "algorithm": result.algorithm,
        "listed": result.listed,
        "found": result.found,
        "size": result.size,
        "listed_size": result.listed_size,
        "line": result.line,
        "proof": result.proof,
        **path_fields("manifest", result.manifest),
        "digests": [
            {
                "algorithm": digest.algorithm,
                "listed": digest.listed,
                "found": digest.found,
                "line": digest.line,
                **path_fields("manifest", digest.manifest),
            }
            for digest in result.digests
        ],
        "detail": result.detail,
        "diagnosis": result.diagnosis,
    }


def path_fields(name: str, path: str | None) -> dict[str, str | None]:
    """Return a path as it is; or escaped for reading, and whole in base64, if it is not UTF-8.

    JSON has no bytes.
    """
    if path is None:
        return {name: None}
    try:
        path.encode()
    except UnicodeEncodeError:
        whole = base64.b64encode(os.fsencode(path)).decode()
        return {name: escape(path), f"{name}_base64": whole}
    return {name: path}
