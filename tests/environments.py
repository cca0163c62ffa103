"""Python environments for tests, as pip and conda would leave them."""

from __future__ import annotations

import json
import py_compile
from typing import TYPE_CHECKING, Any

from archives import record_line
from trees import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SITE = "lib/python3.12/site-packages"


def install(prefix: Path, name: str, files: Mapping[str, bytes], *lines: str) -> Path:
    """Install a package as pip would, and return its .dist-info."""
    info = f"{name}-1.0.dist-info"
    files = {**files, f"{info}/INSTALLER": b"pip\n"}
    for path, content in files.items():
        place = prefix / SITE / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    text = "".join(record_line(path, content) for path, content in files.items())
    place = prefix / SITE / info
    (place / "RECORD").write_text(f"{text}{''.join(lines)}{info}/RECORD,,\n")
    return place


def cached(source: Path, tag: str = "cpython-312") -> Path:
    """Compile a file as Python would, and return what came out."""
    target = source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"
    target.parent.mkdir(exist_ok=True)
    mode = py_compile.PycInvalidationMode.TIMESTAMP
    py_compile.compile(str(source), str(target), invalidation_mode=mode, doraise=True)
    return target


def two_packages(root: Path) -> Path:
    """Make an environment with two packages that share a folder, and a command."""
    (root / "bin").mkdir(parents=True)
    install(
        root,
        "one",
        {"space/a/x.py": b"x = 1\n", "../../../bin/one": b"#!python\n"},
        "space/a/__pycache__/x.cpython-312.pyc,,\n",
    )
    install(root, "two", {"space/b/y.py": b"y = 2\n", "single.py": b"", "space/a/x.py": b"x = 1\n"})
    cached(root / SITE / "space/a/x.py")
    return root


def conda_install(prefix: Path, name: str, files: Mapping[str, bytes], *paths: Any) -> Path:
    """Install a package as conda would, and return its record."""
    listed = [*paths]
    for path, content in files.items():
        place = prefix / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        digests = dict.fromkeys(("sha256", "sha256_in_prefix"), sha256(content))
        size = len(content)
        listed.append({"_path": path, "path_type": "hardlink", **digests, "size_in_bytes": size})
    record = prefix / f"conda-meta/{name}-1.0-h1_0.json"
    record.parent.mkdir(exist_ok=True, parents=True)
    document = {"build": "h_0", "build_number": 0, "depends": [], "name": name, "version": "1.0"}
    document["files"] = [path["_path"] for path in listed]
    document["paths_data"] = {"paths": listed, "paths_version": 1}
    record.write_text(json.dumps(document))
    return record
