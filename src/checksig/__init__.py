"""Are these files exactly what their publisher signed?

>>> import checksig
>>> checksig.check_signatures("examples/logs")
Traceback (most recent call last):
    ...
checksig.errors.SignatureError: "examples/logs/httpd-08.log" - mismatch
"""

from checksig._algorithms import algorithms
from checksig._create import Created, create
from checksig._types import Algorithm, Entry, Progress, Report, Result, Status
from checksig._verify import (
    CheckOptions,
    audit,
    check_signatures,
    hash_files,
    iter_verify,
    verify,
)
from checksig.errors import (
    ChecksigError,
    CreateError,
    ForkedProcessError,
    LibraryError,
    ManifestError,
    SignatureError,
    UnknownAlgorithmError,
    VerificationError,
)

__version__ = "0.1.0"

__all__ = [
    "Algorithm",
    "CheckOptions",
    "ChecksigError",
    "CreateError",
    "Created",
    "Entry",
    "ForkedProcessError",
    "LibraryError",
    "ManifestError",
    "Progress",
    "Report",
    "Result",
    "SignatureError",
    "Status",
    "UnknownAlgorithmError",
    "VerificationError",
    "__version__",
    "algorithms",
    "audit",
    "check_signatures",
    "create",
    "hash_files",
    "iter_verify",
    "verify",
]
