"""Are these files exactly what their publisher signed?

>>> import checksig
>>> checksig.check_signatures("examples/logs")
Traceback (most recent call last):
    ...
checksig.errors.SignatureError: "examples/logs/httpd-08.log" - mismatch
"""

from checksig._forking import loading

# To import typing takes 10 ms, in which Ctrl-C is a traceback. That this is false is left for
# Jedi not to see: it would pass over what is only imported for type checkers, and complete nothing.
TYPE_CHECKING = bool()  # noqa: UP018 (as said)
if TYPE_CHECKING:
    from checksig._bridge.algorithms import algorithms
    from checksig._checking.async_results import AsyncResults
    from checksig._checking.check_signatures import check_signatures
    from checksig._checking.environment import Environment
    from checksig._checking.results import Results
    from checksig._claims.asides import Aside
    from checksig._claims.packages import Package
    from checksig._entries import Changes, Entry
    from checksig._making.bags import Bagged
    from checksig._making.converting import Converted
    from checksig._making.creating import Created
    from checksig._making.signing import sign
    from checksig._options import (
        AuditOptions,
        CheckOptions,
        CompareOptions,
        CreateOptions,
        EnvironmentOptions,
        RunOptions,
        TrustOptions,
    )
    from checksig._reports.notebook import NotebookBar
    from checksig._reports.progress import Gauge, Meter
    from checksig._results import (
        Algorithm,
        Digest,
        Progress,
        Report,
        Result,
        Signature,
        Source,
        Status,
    )
    from checksig._shards.partial import Partial
    from checksig._shards.plan import Plan
    from checksig._signatures import (  # pyright: ignore[reportMissingModuleSource] (it is a stub)
        aaudit,
        ahash_files,
        aiter_verify,
        audit,
        audit_environment,
        averify,
        check_signature,
        compare,
        convert,
        create,
        hash_files,
        iter_verify,
        make_bag,
        merge,
        plan,
        run_shard,
        verify,
        verify_environment,
        verify_file,
    )
    from checksig._trust.keygen import KeyPair, keygen
    from checksig._trust.keyless import KeylessSignature, sign_keyless
    from checksig._trust.signing import Signer
    from checksig.errors import (
        ArchiveError,
        CancelledError,
        ChecksigError,
        CreateError,
        DamagedError,
        ForkedProcessError,
        KeyFileError,
        LibraryError,
        ManifestError,
        PlanError,
        SignatureError,
        SignatureInvalid,
        SignatureUntrusted,
        TrustError,
        UnknownAlgorithmError,
        UnwritableNameError,
        VerificationError,
    )

__version__ = "0.1.0"

__all__ = [
    "Algorithm",
    "ArchiveError",
    "Aside",
    "AsyncResults",
    "AuditOptions",
    "Bagged",
    "CancelledError",
    "Changes",
    "CheckOptions",
    "ChecksigError",
    "CompareOptions",
    "Converted",
    "CreateError",
    "CreateOptions",
    "Created",
    "DamagedError",
    "Digest",
    "Entry",
    "Environment",
    "EnvironmentOptions",
    "ForkedProcessError",
    "Gauge",
    "KeyFileError",
    "KeyPair",
    "KeylessSignature",
    "LibraryError",
    "ManifestError",
    "Meter",
    "NotebookBar",
    "Package",
    "Partial",
    "Plan",
    "PlanError",
    "Progress",
    "Report",
    "Result",
    "Results",
    "RunOptions",
    "Signature",
    "SignatureError",
    "SignatureInvalid",
    "SignatureUntrusted",
    "Signer",
    "Source",
    "Status",
    "TrustError",
    "TrustOptions",
    "UnknownAlgorithmError",
    "UnwritableNameError",
    "VerificationError",
    "__version__",
    "aaudit",
    "ahash_files",
    "aiter_verify",
    "algorithms",
    "audit",
    "audit_environment",
    "averify",
    "check_signature",
    "check_signatures",
    "compare",
    "convert",
    "create",
    "hash_files",
    "iter_verify",
    "keygen",
    "make_bag",
    "merge",
    "plan",
    "run_shard",
    "sign",
    "sign_keyless",
    "verify",
    "verify_environment",
    "verify_file",
]

#: In the order in which names are looked for: the first are needed most often.
_MODULES = (
    "_shards.checks",
    "_checking.verifying",
    "_checking.hashing",
    "_checking.check_signatures",
    "errors",
    "_results",
    "_entries",
    "_options",
    "_trust.check_signature",
    "_trust.signing",
    "_trust.keygen",
    "_trust.keyless",
    "_bridge.algorithms",
    "_making.creating",
    "_making.converting",
    "_making.bags",
    "_making.signing",
    "_shards.plan",
    "_shards.partial",
    "_comparing",
    "_claims.packages",
    "_claims.asides",
    "_checking.environment",
    "_checking.results",
    "_checking.awaiting",
    "_checking.async_results",
    "_reports.progress",
    "_reports.notebook",
)


def __getattr__(name: str) -> object:
    """Load the package when one of its names is first used: ``--version`` needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with loading:
        from importlib import import_module  # noqa: PLC0415 (--version needs none of it)

        for module in _MODULES:
            namespace = vars(import_module(f"checksig.{module}"))
            globals().update((n, namespace[n]) for n in __all__ if n in namespace)
            if name in globals():
                break
        # The class knows nothing of HTML: only here everything is in sight.
        import_module("checksig._results").Report._repr_html_ = _repr_html_
    return globals()[name]


def _repr_html_(report: "Report") -> str:
    """Return a report as notebooks show it."""
    from checksig._reports import html  # noqa: PLC0415 (only notebooks need it)

    return html.table(report)


def __dir__() -> list[str]:
    return [*__all__]
