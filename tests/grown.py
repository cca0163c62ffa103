"""Random trees with lists, of which some things are wrong; and reports, to be compared."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import strategies as st

import checksig

if TYPE_CHECKING:
    from pathlib import Path

NAMES = st.sampled_from(
    [
        *("a", "b", "c", "d.txt", "sub/e", "sub/f", "sub/g", "sub/deep/h", "sub/deep/i", "sub.j"),
        *("\udcff", "k l", "other/m", "other/deep/n"),
    ]
)
#: What becomes of a file after it was listed, and how often it is listed.
FATES = st.sampled_from(["right", "wrong", "gone", "unlisted", "twice", "both", "contradicted"])


def grow(root: Path, tree: dict[str, str], nonsense: int, *, plain: bool = False) -> None:
    """Make files, and two lists of them; or one that is ``plain``: it can be cut anywhere."""
    rows: list[bytes] = []
    others: list[bytes] = []
    for name, fate in tree.items():
        path = os.fsencode(name)
        target = os.path.join(os.fsencode(root), path)  # noqa: PTH118 (bytes)
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        with open(target, "wb") as file:  # noqa: PTH123
            file.write(path)
        if fate == "unlisted":
            continue
        [result] = checksig.hash_files([target], "sha256")
        row = (result.found or "").encode() + b"  " + path + b"\n"
        rows += [row, row] if fate == "twice" else [row]
        if fate == "contradicted" and not plain:
            rows.append(b"0" * 64 + b"  ./" + path + b"\n")
        if fate == "both" and not plain:
            [result] = checksig.hash_files([target], "md5")
            others.append((result.found or "").encode() + b"  " + path + b"\n")
        if fate == "wrong":
            with open(target, "ab") as file:  # noqa: PTH123
                file.write(b"!")
        if fate == "gone":
            os.unlink(target)  # noqa: PTH108
    if plain:
        rows.insert(len(rows) // 2, b"# in the middle\n")
    else:
        rows += [b"nonsense\n"] * nonsense + [b"0" * 64 + b"  ../outside\n"]
    (root / "SHA256SUMS").write_bytes(b"".join(rows))
    if others:
        (root / "MD5SUMS").write_bytes(b"".join(others))


def comparable(report: checksig.Report) -> dict[str, object]:
    fields = dict(vars(report))
    del fields["seconds"], fields["parts"]
    return fields | {"ok": report.ok}


OPTIONS = st.fixed_dictionaries(
    {
        "complete": st.booleans(),
        "ignore_missing": st.booleans(),
        "exclude": st.sampled_from([(), ("sub/",), ("*.txt",)]),
        "require": st.sampled_from([(), ("a", "lost")]),
    }
)
