"""The check of a directory against its ``sha1sum.txt``, and against nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig._bridge import wire

if TYPE_CHECKING:
    from checksig._options import StrPath


def check_signatures(root_dir: StrPath) -> None:
    """Check every file listed in ``root_dir/sha1sum.txt``.

    This is about digests. :func:`check_signature`, the singular, is about one file and a key.

    Raises:
        SignatureError: files are wrong. The message has one line for each of them,
            ``"<root_dir>/<name>" - <status>``.
        ManifestError: ``sha1sum.txt`` is missing or lists nothing.
    """
    for _ in wire.batches(wire.request("check", root=os.fsencode(root_dir))):
        pass
