"""Files that tests put on servers, and their list."""

from __future__ import annotations

import hashlib
import os
from typing import Final

FILES: Final = {
    "a.bin": os.urandom(100_003),
    "empty": b"",
    "sub/b c.txt": b"hello\n",
    "sub/deep/ü+%41&=;.txt": b"a name that has to be quoted",
    "large": os.urandom(17 << 20),
}


def listed(files: dict[str, bytes]) -> str:
    """Return a list of files by SHA-256."""
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    return "".join(lines)
