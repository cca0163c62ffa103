"""Packages for tests, made of the files in dictionaries: deb, jar, gem, conda, tars of zstd."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib
import io
import json
import lzma
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

from trees import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Pack = Callable[[bytes], bytes]

FILES = {"usr/bin/tool": b"#!/bin/sh\n", "usr/share/doc/tool/long": bytes(range(256)) * 300}


def zstd(data: bytes) -> bytes:
    """Return bytes compressed with Zstandard."""
    try:
        module: Any = importlib.import_module("compression.zstd")
    except ImportError:
        module = importlib.import_module("backports.zstd")
    found: bytes = module.compress(data)
    return found


#: Endings of tars, and what compresses them.
PACKERS: dict[str, Pack] = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
}


def tar(files: Mapping[str, bytes], *more: tarfile.TarInfo) -> bytes:
    """A tar of files, and of members without bytes behind them."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in more:
            archive.addfile(info)
    return made.getvalue()


def ar(members: Mapping[str, bytes]) -> bytes:
    """An ar archive."""
    found = b"!<arch>\n"
    for name, data in members.items():
        found += f"{name:16}{0:<12}{0:<6}{0:<6}{'100644':8}{len(data):<10}`\n".encode()
        found += data + b"\n" * (len(data) % 2)
    return found


def md5sums(files: Mapping[str, bytes]) -> bytes:
    """The list that a package of Debian has."""
    lines = [f"{hashlib.md5(d).hexdigest()}  {n}\n" for n, d in files.items()]  # noqa: S324 (theirs)
    return "".join(lines).encode()


def deb(
    files: Mapping[str, bytes] = FILES,
    listed: Mapping[str, bytes] | None = None,
    packer: str = ".xz",
    **control: bytes,
) -> bytes:
    """A package of Debian, whose list may be another."""
    sums = md5sums(files if listed is None else listed)
    inner = {"./control": b"Package: tool\n", "./md5sums": sums}
    inner |= {f"./{name}": data for name, data in control.items()}
    data = PACKERS[packer](tar({f"./{name}": data for name, data in files.items()}))
    control_name = f"control.tar{packer}"
    return ar(
        {
            "debian-binary": b"2.0\n",
            control_name: PACKERS[packer](tar(inner)),
            f"data.tar{packer}": data,
        }
    )


def b64(content: bytes, algorithm: str = "sha256") -> str:
    """A digest in base64."""
    return base64.b64encode(hashlib.new(algorithm, content).digest()).decode()


def jar(path: Path, files: Mapping[str, bytes], listed: Mapping[str, bytes]) -> Path:
    """A Java archive, which has been signed by somebody."""
    manifest = "Manifest-Version: 1.0\r\nCreated-By: 17\r\n\r\n"
    for name, content in listed.items():
        manifest += f"Name: {name}\r\nSHA-256-Digest: {b64(content)}\r\n\r\n"
    own = {"META-INF/MANIFEST.MF": manifest.encode(), "META-INF/K.SF": b"s", "META-INF/K.RSA": b"r"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**own, **files}.items():
            archive.writestr(name, content)
    return path


def gem(files: Mapping[str, bytes], listed: Mapping[str, bytes]) -> bytes:
    """A RubyGem, and the checksums in it."""
    lines = ["---"]
    for kind in ("sha256", "sha512"):
        lines.append(f"{kind.upper()}:")
        lines += [f"  {n}: {hashlib.new(kind, d).hexdigest()}" for n, d in listed.items()]
    sums = gzip.compress("\n".join([*lines, ""]).encode())
    return tar({**files, "checksums.yaml.gz": sums})


def paths_json(files: Mapping[str, bytes]) -> bytes:
    """The list of a package of conda."""
    paths = [
        {
            "_path": name,
            "path_type": "hardlink",
            "sha256": sha256(content),
            "size_in_bytes": len(content),
        }
        for name, content in files.items()
    ]
    return json.dumps({"paths": paths, "paths_version": 1}).encode()


def conda(
    path: Path,
    files: Mapping[str, bytes],
    listed: Mapping[str, bytes],
    method: int = zipfile.ZIP_STORED,
) -> Path:
    """A package of conda, a zip with two tars in it."""
    info = {"info/index.json": b"{}", "info/paths.json": paths_json(listed)}
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        archive.writestr("pkg-tool-1-0.tar.zst", zstd(tar(files)))
        archive.writestr("info-tool-1-0.tar.zst", zstd(tar(info)))
    return path
