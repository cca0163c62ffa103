"""Run the Dockerfile without a Docker engine: each stage in a Debian root file system of its own.

Needs root, debootstrap, chroot and unshare. The bare Debian is kept under build/, so that only
the first run has to fetch it. The network settings of this machine (names, proxies,
certificates, pip's index) are lent to the stages and written down nowhere.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import string
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

CONTEXT = Path(__file__).resolve().parent.parent
WORK = CONTEXT / "build" / "image"
ARGUMENTS = ["verify", "examples/logs"]
EXPECTED = (1, "httpd-08.log")

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MOUNTS = [("proc", "proc"), ("sysfs", "sys"), ("tmpfs", "dev/shm"), ("devpts", "dev/pts")]
LENT_FILES = [
    "/etc/hosts",
    "/etc/pip.conf",
    "/etc/resolv.conf",
    "/etc/ssl/certs/ca-certificates.crt",
]
LENT_VARIABLES = re.compile(r"PIP_\w+|(\w+_)?PROXY|\w*(SSL_CERT|CA_BUNDLE)\w*", re.IGNORECASE)
OWN = "CHECKSIG_IMAGE_CHECK"  # set once this process has its own mounts


@dataclass
class Stage:
    """One FROM and what the instructions after it have set."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": SEARCH_PATH})
    directory: str = "/"
    user: str = "root"
    entrypoint: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """Return where a path of the stage is, seen from outside."""
        return self.root / Path(self.directory, path).relative_to("/")

    def run(
        self, command: list[str], stdout: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the stage, as its user, in its directory."""
        lend_files(self.root)
        environment = lent_variables() | {"HOME": self.home()} | self.environment
        enter = ["chroot", f"--userspec={self.user}", str(self.root), "env", "-C", self.directory]
        return subprocess.run(
            [*enter, *command], env=environment, stdout=stdout, text=True, check=False
        )

    def home(self) -> str:
        """Return the home directory of the user."""
        lines = (self.root / "etc/passwd").read_text().splitlines()
        return next(line.split(":")[5] for line in lines if line.startswith(f"{self.user}:"))


def lent_variables() -> dict[str, str]:
    """Return this machine's settings of pip, proxies and certificates, its directories aside."""
    return {
        name: text
        for name, text in os.environ.items()
        if LENT_VARIABLES.fullmatch(name) and not Path(text).is_dir()
    }


def lend_files(root: Path) -> None:
    """Copy this machine's network settings into a root file system.

    Before each step, since the step before may have installed certificates over them.
    """
    for name in {*LENT_FILES, *lent_variables().values()}:
        if name.startswith("/") and Path(name).is_file():
            copy = root / name.lstrip("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(name, copy)
    settings = subprocess.run(["apt-config", "dump", "Acquire"], capture_output=True, check=True)
    (root / "etc/apt/apt.conf.d/00lent").write_bytes(settings.stdout)


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield (WORD, rest) for each instruction of a Dockerfile."""
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word, rest.strip()


def bare_system(image: str) -> Path:
    """Return a directory with the bare Debian that an image name stands for."""
    release = re.fullmatch(r"debian:(\w+)-slim", image)
    if release is None:
        sys.exit(f"image check: cannot make the image {image}")
    system = WORK / release[1]
    if not system.exists():
        unfinished = system.with_suffix(".part")
        remove(unfinished)
        command = ["debootstrap", "--variant=minbase", release[1], str(unfinished)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        unfinished.rename(system)
    return system


def remove(tree: Path) -> None:
    """Remove a root file system, but nothing that is mounted in it."""
    subprocess.run(["rm", "-rf", "--one-file-system", str(tree)], check=True)


def new_stage(image: str, number: int) -> Stage:
    """Make a root file system for a stage, and mount what programs expect there."""
    root = WORK / f"stage-{number}"
    remove(root)
    subprocess.run(["cp", "-a", "--reflink=auto", str(bare_system(image)), str(root)], check=True)
    for kind, place in MOUNTS:
        subprocess.run(["mount", "-t", kind, kind, str(root / place)], check=True)
    return Stage(root)


def ignored(path: Path) -> bool:
    """Tell whether .dockerignore keeps a path of the context out of the image."""
    name = path.relative_to(CONTEXT).as_posix()
    patterns = (CONTEXT / ".dockerignore").read_text().split()
    return any(
        fnmatch(path.name, pattern[3:]) if pattern.startswith("**/") else fnmatch(name, pattern)
        for pattern in patterns
    )


def copy(source: Path, target: Path, *, from_context: bool) -> None:
    """Do COPY: a directory's contents into a directory, a file to a file."""

    def unwanted(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if from_context and ignored(Path(folder, name))]

    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=unwanted, dirs_exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def step(stage: Stage, stages: dict[str, Stage], word: str, rest: str) -> None:
    """Carry out one instruction other than FROM."""
    match word:
        case "RUN":
            if code := stage.run(["/bin/sh", "-c", rest]).returncode:
                sys.exit(f"image check: exit code {code}")
        case "COPY":
            *options, source, target = rest.split()
            origin = stages[options[0].removeprefix("--from=")].inside(source) if options else None
            copy(origin or CONTEXT / source, stage.inside(target), from_context=origin is None)
        case "ENV":
            name, _, value = rest.partition("=")
            stage.environment[name] = string.Template(value).substitute(stage.environment)
        case "WORKDIR":
            stage.inside(rest).mkdir(parents=True, exist_ok=True)
            stage.directory = str(Path(stage.directory, rest))
        case "USER":
            stage.user = rest
        case "ENTRYPOINT":
            stage.entrypoint = json.loads(rest)
        case _:
            sys.exit(f"image check: the instruction {word} is not known here")


def build(dockerfile: Path) -> Stage:
    """Carry out a Dockerfile and return its last stage."""
    stages: dict[str, Stage] = {}
    stage = None
    for word, rest in instructions(dockerfile.read_text()):
        print(f"\n== {word} {rest}", flush=True)
        began = time.monotonic()
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            stage = stages[name or "last"] = new_stage(image, len(stages))
        elif stage is None:
            sys.exit("image check: the first instruction is not FROM")
        else:
            step(stage, stages, word, rest)
        print(f"   {time.monotonic() - began:.1f} s", flush=True)
    return stage or sys.exit("image check: an empty Dockerfile")


def main() -> None:
    """Build the image and use it once."""
    if os.geteuid() != 0:
        sys.exit("image check: debootstrap, mount and chroot need root")
    if OWN not in os.environ:
        # Mounts and processes of a namespace go when it ends, whatever ends it.
        isolated = ["unshare", "--mount", "--pid", "--fork", "--kill-child", sys.executable]
        environment = os.environ | {OWN: "1"}
        sys.exit(subprocess.run([*isolated, *sys.argv], env=environment, check=False).returncode)
    WORK.mkdir(parents=True, exist_ok=True)
    stage = build(CONTEXT / "Dockerfile")
    command = [*stage.entrypoint, *ARGUMENTS]
    print(f"\n== {' '.join(command)}", flush=True)
    result = stage.run(command, stdout=subprocess.PIPE)
    print(result.stdout, end="")
    code, name = EXPECTED
    if result.returncode != code or name not in result.stdout:
        sys.exit(f"image check: exit code {result.returncode}, expected {code} and {name} named")
    print(f"\nAs expected: {name} does not match, and the exit code is {code}.")


if __name__ == "__main__":
    main()
