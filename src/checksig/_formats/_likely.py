"""Names that lists are likely to have, for who cannot see which there are."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


#: Of lists of all files of a directory, the strongest first.
_OF_ALL: Final = (
    *("SHA512SUMS", "SHA256SUMS", "SHA1SUMS", "MD5SUMS", "CHECKSUMS", "checksums.txt"),
    *("SHA256SUMS.txt", "SHA512SUMS.txt", "sha256sum.txt", "sha512sum.txt", "checksums.jsonl"),
    *("SHASUMS256.txt", "checksum.txt", "B3SUMS", "SHA256"),
)
#: What stands behind the name of a file in that of a list of its own.
_OF_ONE: Final = (
    *(".sha512", ".sha256", ".sha1", ".md5", ".blake3", ".sha512sum", ".sha256sum", ".sha1sum"),
    *(".md5sum", ".sha256.txt", ".b3", ".DIGESTS"),
)


def likely(name: str) -> list[str]:
    """Return names that a list may have that names a file, and lies beside it."""
    return [*(name + end for end in _OF_ONE), *_OF_ALL]
