"""Run the tests of the kernels on processors that this machine does not have.

The emulators of qemu-user stand in for them: x86-64 without AVX-512, without AVX2, and arm64. A
kernel whose instructions a processor lacks must not run there, and all others must. A kernel
that neither an emulator nor this machine can run is named at the end, and is a failure: nobody
tested it.

Needs Go, ziglang and, if the emulators are not installed, root and apt-get.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

LANES = Path(__file__).resolve().parent.parent / "core" / "internal" / "lanes"
PACKAGES = [LANES, LANES / "blake3"]
EMULATORS = {"amd64": "qemu-x86_64-static", "arm64": "qemu-aarch64-static"}
TARGETS = {"amd64": "x86_64-linux-musl", "arm64": "aarch64-linux-musl"}
OURS = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine())

#: Kernels that are not built for an architecture.
FOREIGN = {"amd64": re.compile(r".*/(neon|ce).*"), "arm64": re.compile(r".*/(avx|shani).*")}

#: What the test that runs every kernel says of each.
OUTCOME = re.compile(r"--- (PASS|SKIP): TestEveryLength/(?:\S+_by_)?(\w+/\w+)")

#: Tests that compare with what the system says, which under an emulator is this machine's.
BY_THE_SYSTEM = "TestTheKernelForThisProcessor|TestFeaturesAreThoseOfTheSystem"


@dataclass(frozen=True)
class Processor:
    """A processor, and what is known of it without asking the code that is tested."""

    architecture: str
    model: str  # of the emulator; "" is this machine
    flags: str | None = None  # in the words of /proc/cpuinfo; None if the emulator's age decides
    runs: str | None = None  # a pattern for the kernels that must run, and no others
    refuses: str | None = None  # a kernel whose instructions it does not know

    def __str__(self) -> str:
        """Name it as in the messages."""
        return f"{self.architecture} {self.model or 'as this machine has it'}"

    def command(self, binary: Path) -> list[str]:
        """Return how a program is run on it."""
        emulator = [EMULATORS[self.architecture], "-cpu", self.model] if self.model else []
        return [*emulator, str(binary), "-test.v", "-test.short"]


PLAIN = r".*/(portable|standard|c)"
PROCESSORS = [
    Processor("amd64", "Nehalem", "ssse3 sse4_1", PLAIN, "md5/avx2"),
    Processor("amd64", "Haswell", "ssse3 sse4_1 avx2", rf"{PLAIN}|.*/avx2(x2)?", "md5/avx512"),
    Processor("amd64", "max"),
    Processor(
        "arm64",
        "cortex-a72",
        "asimd sha1 sha2",
        rf"{PLAIN}|.*/neon(x2)?|sha(1|256)/ce\d",
        "sha512/ce1",
    ),
    Processor("arm64", "max", "asimd sha1 sha2 sha512", rf"{PLAIN}|.*/neon(x2)?|.*/ce\d"),
]
if OURS:
    PROCESSORS.append(Processor(OURS, ""))


def main() -> None:
    """Run everything, and say at the end what failed."""
    install()
    failures: list[str] = []
    ran: set[str] = set()
    known: set[str] = set()
    with tempfile.TemporaryDirectory() as directory:
        for architecture in TARGETS:
            binaries = {p: build(architecture, p, Path(directory)) for p in PACKAGES}
            for processor in PROCESSORS:
                if processor.architecture == architecture:
                    passed, skipped = check(processor, binaries, failures)
                    ran |= {f"{architecture} {kernel}" for kernel in passed}
                    known |= {f"{architecture} {kernel}" for kernel in passed | skipped}
    failures += [f"NOT RUN, for want of a processor: {kernel}" for kernel in sorted(known - ran)]
    print(f"{len(ran)} of {len(known)} kernels ran")
    if failures or not ran:
        sys.exit("\n".join(["kernel-check failed:", *failures]))


def install() -> None:
    """Install the emulators, if they are missing."""
    if not all(map(shutil.which, EMULATORS.values())):
        subprocess.run(["apt-get", "update", "-q"], check=True)
        subprocess.run(["apt-get", "install", "-q", "-y", "qemu-user-static"], check=True)


def build(architecture: str, package: Path, directory: Path) -> Path:
    """Compile the tests of a package into one file that needs no other."""
    binary = directory / f"{package.name}.{architecture}"
    environment = os.environ | {
        "CC": f"'{sys.executable}' -m ziglang cc -target {TARGETS[architecture]}",
        "CGO_CFLAGS": "-O2 -g0",
        "CGO_ENABLED": "1",
        "GOARCH": architecture,
        "GOOS": "linux",
    }
    static = "-linkmode external -extldflags -static"
    command = ["go", "test", "-c", "-ldflags", static, "-o", str(binary), "."]
    subprocess.run(command, cwd=package, env=environment, check=True)
    return binary


def check(
    processor: Processor, binaries: dict[Path, Path], failures: list[str]
) -> tuple[set[str], set[str]]:
    """Run all tests on a processor; return the kernels that ran there, and those that did not."""
    print(f"{processor}:", end=" ", flush=True)
    outcomes: dict[str, set[str]] = {"PASS": set(), "SKIP": set()}
    for package, binary in binaries.items():
        output, code = run(processor, package, binary)
        if code:
            failures.append(f"{processor}: the tests in {package.name} failed\n{tail(output)}")
        for outcome, kernel in OUTCOME.findall(output):
            if not FOREIGN[processor.architecture].fullmatch(kernel):
                outcomes[outcome].add(kernel)
    passed, skipped = outcomes["PASS"], outcomes["SKIP"]
    print(f"{len(passed)} kernels ran, {len(skipped)} were left alone")
    if processor.runs:
        wanted = {k for k in passed | skipped if re.fullmatch(processor.runs, k)}
        failures += [f"{processor}: {k} ran, or should have" for k in sorted(wanted ^ passed)]
    if processor.refuses:
        output, _ = run(processor, LANES, binaries[LANES], KERNEL_ANYWAY=processor.refuses)
        if "SIGILL" not in output:
            failures.append(f"{processor} does not refuse {processor.refuses}: it proves nothing")
    return passed, skipped


def run(processor: Processor, package: Path, binary: Path, **settings: str) -> tuple[str, int]:
    """Run the tests of a package; return what they printed, and the exit code."""
    command = processor.command(binary)
    if processor.flags is not None:
        settings["CPU_FLAGS"] = processor.flags
    elif processor.model:
        command += ["-test.skip", BY_THE_SYSTEM]
    done = subprocess.run(
        command,
        cwd=package,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout, done.returncode


def tail(output: str) -> str:
    """Return the lines that say what failed, or else the last."""
    lines = output.splitlines()
    faults = [line for line in lines if re.search("FAIL|panic|SIG|_test.go", line)]
    return "\n".join((faults or lines)[-20:])


if __name__ == "__main__":
    main()
