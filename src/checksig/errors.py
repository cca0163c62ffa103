"""Everything that checksig raises has one base, ``ChecksigError``."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._entries import Changes
    from checksig._results import Report


class ChecksigError(Exception):
    """Base of all errors of this package."""


class SignatureError(ChecksigError, ValueError):
    """Files do not match ``sha1sum.txt``; the message has one line for each of them.

    It is about digests. Errors about signatures by keys are ``TrustError``.
    """


class VerificationError(ChecksigError):
    """Not everything that was checked is ok. ``report`` says what is not."""

    def __init__(self, report: Report) -> None:
        """Keep the report that is not ok."""
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        """Return the counts, and the first failures."""
        return self.report.summary()


class ManifestError(ChecksigError, ValueError):
    """There is no list to check against: it is missing, unreadable or empty."""

    def __init__(self, message: str, number: int = 0) -> None:
        """Keep the message, and the number of the list among those of a run."""
        super().__init__(message)
        self.number = number


class KeyFileError(ChecksigError, ValueError):
    """A file of keys, or a signature that was given, cannot be read."""


class TrustError(ChecksigError):
    """Base of the errors about signatures: catch this to catch both. No file was read.

    ``SignatureError`` is something else: it is about digests of files.
    """


class SignatureUntrusted(TrustError):  # noqa: N818 (a verdict, and called so in all docs)
    """No trusted key vouches for the list, now and for this; or a key cannot be read."""


class SignatureInvalid(TrustError):  # noqa: N818 (as above)
    """A signature is not one over the list, or is damaged."""


class PlanError(ChecksigError, ValueError):
    """A plan for many machines, or what one of them found, cannot be used."""


class ArchiveError(ChecksigError, ValueError):
    """An archive cannot be read, or is beyond the limits of size and number of members."""


class UnknownAlgorithmError(ChecksigError, ValueError):
    """No algorithm has this name; the message lists those that exist."""


class CreateError(ChecksigError):
    """A list or a bag could not be made or written.

    Nothing was left in its place, or the message says what is where.
    """


class DamagedError(CreateError):
    """An update found damaged files; ``changes`` has them. The list is as it was."""

    def __init__(self, message: str, changes: Changes) -> None:
        """Keep the message, and what has become of all files."""
        super().__init__(message)
        self.changes = changes


class UnwritableNameError(CreateError, ValueError):
    """A list of this format cannot hold the name of a file; the message says what can."""


class CancelledError(ChecksigError):
    """The caller cancelled the run: see ``cancel``. There is no verdict."""


class ForkedProcessError(ChecksigError, RuntimeError):
    """The process was forked, and the library belongs to its parent.

    Start processes with the ``spawn`` or ``forkserver`` method of ``multiprocessing``.
    """


class LibraryError(ChecksigError, RuntimeError):
    """The shared library is missing, does not fit this package, or failed inside."""
