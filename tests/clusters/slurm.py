"""Slurm: a cluster of one node with two processors, all of it below one directory."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from servers.process import HOST, WITH_PARENT, free_port

from clusters.environment import PATIENCE, MissingClusterError, run, variables

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

#: In seconds: how long it may take to start, or to end; and between two questions.
_START, _PAUSE = 60, 0.1

_CONFIGURATION = """\
ClusterName=check
SlurmctldHost={name}({host})
SlurmctldPort={controller}
SlurmdPort={node}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={directory}/munge.socket
StateSaveLocation={directory}/state
SlurmdSpoolDir={directory}/spool
SlurmctldPidFile={directory}/slurmctld.pid
SlurmdPidFile={directory}/slurmd.pid
# No accounts, no control groups.
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
# The node has what is said here, on whatever machine this is.
SlurmdParameters=config_overrides
ReturnToService=2
NodeName=node NodeHostname={name} NodeAddr={host} CPUs=2 RealMemory=4096
PartitionName=check Nodes=node Default=YES
"""


class Slurm:
    """A cluster that runs, and those of its commands that tests need."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        """Take the directory that all lies in, and the environment in which commands reach it."""
        self.directory, self.environment = directory, environment

    def run(self, *command: str | Path, where: Path | None = None) -> str:
        """Run a command, which must succeed, and return what it printed."""
        done = run(*command, where=where or self.directory, environment=self.environment)
        assert done.returncode == 0, f"{command}: {done.stderr}\n{self.logs()}"
        return done.stdout

    def job(self, number: str) -> dict[str, str]:
        """Return what is known of a job, or of one task of an array, once it has ended."""
        until = time.monotonic() + PATIENCE
        while self.run("squeue", "--noheader", "--jobs", number).strip():
            assert time.monotonic() < until, f"job {number} did not end\n{self.logs()}"
            time.sleep(_PAUSE)
        shown = self.run("scontrol", "show", "job", number, "--oneliner")
        return dict(word.split("=", 1) for word in shown.split() if "=" in word)

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Have jobs wait that are submitted meanwhile."""
        self.run("scontrol", "update", "PartitionName=check", "State=DOWN")
        try:
            yield
        finally:
            self.run("scontrol", "update", "PartitionName=check", "State=UP")

    def logs(self) -> str:
        """Return what the daemons have printed."""
        return "\n".join(path.read_text() for path in sorted(self.directory.glob("*.log")))


@contextmanager
def slurm(directory: Path) -> Generator[Slurm]:
    """Start a cluster in a directory, and end it.

    Raises:
        MissingClusterError: Slurm is not installed.
    """
    munged, controller, node = map(_program, ("munged", "slurmctld", "slurmd"))
    for name in ("home", "spool", "state"):
        (directory / name).mkdir(parents=True)
    cluster = Slurm(directory, variables(directory / "home") | _configured(directory))
    with _daemon(cluster, munged, *_munge(directory)):
        _wait(cluster, (directory / "munge.socket").exists)
        with _daemon(cluster, controller, "-D", "-i"), _daemon(cluster, node, "-D", "-N", "node"):
            _wait(cluster, lambda: _said(cluster, "sinfo", "--format=%t") == "idle")
            try:
                yield cluster
            finally:
                cluster.run("scancel", "--user", getpass.getuser())
                _wait(cluster, lambda: not _said(cluster, "squeue"))


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if not found:
        raise MissingClusterError(name)
    return found


def _configured(directory: Path) -> dict[str, str]:
    """Write the configuration, and return the variable with which programs find it."""
    path = directory / "slurm.conf"
    path.write_text(
        _CONFIGURATION.format(
            name=socket.gethostname().partition(".")[0],
            host=HOST,
            controller=free_port(),
            node=free_port(),
            user=getpass.getuser(),
            directory=directory,
        )
    )
    return {"SLURM_CONF": str(path)}


def _munge(directory: Path) -> list[str]:
    """Write a key, and return the options of munged."""
    key = directory / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(128))
    files = {"socket": "socket", "key-file": "key", "pid-file": "pid", "seed-file": "seed"}
    options = [f"--{option}={directory}/munge.{end}" for option, end in files.items()]
    return ["--foreground", "--force", *options]  # forced: pytest's directories are in /tmp


@contextmanager
def _daemon(cluster: Slurm, *command: str) -> Generator[None]:
    """Run a daemon in the foreground, with a log, and end it."""
    name = command[0].rpartition("/")[2]
    with (cluster.directory / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [*WITH_PARENT, *command],
            cwd=cluster.directory,
            env=cluster.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _said(cluster: Slurm, *command: str) -> str | None:
    """Return what a command printed, without a heading; None if it failed."""
    done = run(*command, "--noheader", where=cluster.directory, environment=cluster.environment)
    return done.stdout.strip() if done.returncode == 0 else None


def _wait(cluster: Slurm, done: Callable[[], bool]) -> None:
    until = time.monotonic() + _START
    while not done():
        assert time.monotonic() < until, f"Slurm does not start, or end\n{cluster.logs()}"
        time.sleep(_PAUSE)
