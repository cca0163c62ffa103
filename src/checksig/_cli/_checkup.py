"""The parts that are installed here, and those that are missing."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checksig import __version__
from checksig._bridge import algorithms as _algorithms
from checksig._bridge import library as _ffi
from checksig._reports.json import path_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA: Final = "checksig.doctor/1"

#: The features of a processor that decide how fast it hashes, as Linux calls them.
_FEATURES: Final = {
    "ssse3", "avx2", "avx512f", "avx512bw", "avx512vl", "bmi2", "sha_ni",
    "asimd", "sha1", "sha2", "sha3", "sha512", "sve",
}  # fmt: skip


def facts() -> Iterator[tuple[str, str]]:
    """Yield what there is to say, each with its name."""
    core = _algorithms.describe()
    yield "checksig", f"{__version__} (core {core['version']}, ABI {core['abi']}, {core['go']})"
    yield "library", _ffi.LIBRARY
    yield "compiler", _compiler(core["compiler"])
    yield "ring", f"not in use: {core['ring']}" if core["ring"] else "in use, for small files"
    yield "python", f"{platform.python_version()} ({sys.executable})"
    yield "platform", platform.platform()
    yield "cores", f"{core['cores']} in use, of {os.cpu_count()}"
    yield "cpu", _cpu_model()
    yield "features", " ".join(sorted(_cpu_features())) or "unknown on this platform"
    yield "missing", "; ".join(_missing()) or "nothing"


def fields() -> dict[str, Any]:
    """Return the same for programs."""
    core = _algorithms.describe()
    return {
        "schema": SCHEMA,
        "version": __version__,
        "core": {name: core[name] for name in ("version", "abi", "go", "compiler", "ring")},
        **path_fields("library", _ffi.LIBRARY),
        "python": platform.python_version(),
        **path_fields("executable", sys.executable),
        "platform": platform.platform(),
        "cores": {"used": core["cores"], "there": os.cpu_count()},
        "cpu": _cpu_model(),
        "features": sorted(_cpu_features()),
        "missing": list(_missing()),
        "algorithms": [
            {
                "name": row["name"],
                "bits": row["size"] * 8,
                "strength": row["strength"],
                "kernels": [
                    {name: kernel[name] for name in ("name", "from", "to", "why")}
                    for kernel in row["kernels"]
                ],
            }
            for row in _algorithms.main_rows()
        ],
    }


def unused() -> dict[str, list[str]]:
    """Return the kernels that are not in use, by the reason why."""
    reasons: dict[str, dict[str, None]] = {}
    for row in _algorithms.main_rows():
        for kernel in row["kernels"]:
            if kernel["why"]:
                reasons.setdefault(kernel["why"], {})[kernel["name"]] = None
    return {why: list(names) for why, names in reasons.items()}


def _missing() -> Iterator[str]:
    if _algorithms.describe()["version"] != __version__:
        yield "a core of the same version: reinstall checksig"
    if not hasattr(os, "memfd_create"):
        yield "use in forked processes: start them with 'spawn' or 'forkserver'"


def _compiler(name: str) -> str:
    """Return what compiled the kernels; without one, there are none."""
    if not name:
        return "none: there are no kernels in this core"
    return name if name.startswith("clang") else f"{name}: with clang, most kernels are faster"


def _cpu_info(*keys: str) -> str:
    """Return the value of the first line of /proc/cpuinfo with one of these keys."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() in keys:
            return value.strip()
    return ""


def _cpu_model() -> str:
    return _cpu_info("model name", "Model") or platform.processor() or platform.machine()


def _cpu_features() -> set[str]:
    return _FEATURES & set(_cpu_info("flags", "Features").split())
