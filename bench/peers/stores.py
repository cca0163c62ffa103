"""The peers that read stores: each checks all objects of a list, by as many threads as suit it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from buckets import REPOSITORY, Bucket
from command import Command

MADE = REPOSITORY / "build" / "peers"
HERE = Path(__file__).parent
PYTHON = MADE / "venv/bin/python"
RCLONE = MADE / "rclone"
#: Objects that are read at a time, for whoever has to be told.
THREADS = (8, 16)


@dataclass(frozen=True)
class Reader:
    """A program that checks the objects of a bucket."""

    name: str
    needs: Path | None  #: what it takes, besides this Python
    variants: Callable[[Bucket, str, str], list[Command]]  #: of an algorithm and a server
    version: Command
    note: str = ""

    @property
    def is_there(self) -> bool:
        """Whether it can be timed."""
        return self.needs is None or self.needs.exists()


def _checksig(bucket: Bucket, algorithm: str, _: str) -> list[Command]:
    given = ["--manifest", str(bucket.list(algorithm)), f"s3://bucket/{bucket.name}/"]
    return [["checksig", "verify", "--no-unlisted", *given]]


def _rclone(bucket: Bucket, algorithm: str, server: str) -> list[Command]:
    check = [str(RCLONE), "hashsum", algorithm, "--download", "-C", str(bucket.list(algorithm))]
    endpoint = bucket.variables[server]["AWS_ENDPOINT_URL"]
    store = ["--s3-provider", "Other", "--s3-env-auth", "--s3-endpoint", endpoint]
    trusted = bucket.variables[server].get("SSL_CERT_FILE")
    store += ["--ca-cert", trusted] if trusted else []
    return [[*check, *store, "--checkers", str(n), f":s3:bucket/{bucket.name}"] for n in THREADS]


def _library(name: str) -> Callable[[Bucket, str, str], list[Command]]:
    def variants(bucket: Bucket, algorithm: str, _: str) -> list[Command]:
        given = [name, str(bucket.list(algorithm)), algorithm, "bucket", f"{bucket.name}/"]
        return [[str(PYTHON), str(HERE / "objects.py"), *given, str(n)] for n in THREADS]

    return variants


def _imported(name: str) -> Command:
    return [str(PYTHON), "-c", f"import importlib.metadata as m; print(m.version({name!r}))"]


CHECKSIG = Reader("checksig", None, _checksig, ["checksig", "--version"])
PEERS = (
    Reader("rclone", RCLONE, _rclone, [str(RCLONE), "version"], "hashsum --download"),
    *(
        Reader(name, PYTHON, _library(name), _imported(name), "and hashlib: bench/peers/objects.py")
        for name in ("obstore", "boto3", "s3fs")
    ),
)


def shown(command: Command, bucket: Bucket) -> str:
    """Return a command line without the paths of this machine."""
    text = " ".join(command)
    for path, name in (
        (f"{bucket.directory}/authority/", ""),
        (f"{bucket.directory}/", ""),
        (f"{HERE}/", "bench/peers/"),
        (str(PYTHON), "python"),
        (f"{MADE}/", ""),
    ):
        text = text.replace(path, name)
    for address in (each["AWS_ENDPOINT_URL"] for each in bucket.variables.values()):
        text = text.replace(address, "ENDPOINT")
    return text
