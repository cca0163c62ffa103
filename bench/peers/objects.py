"""The checker that one would write in Python for a bucket: a client library, threads and hashlib.

    python bench/peers/objects.py LIBRARY LIST ALGORITHM BUCKET PREFIX THREADS

Prints names of objects that are not what the list says. The account, the endpoint and the
certificates are those of the environment, as the libraries have them.
"""
# One library is there for one process: each is imported where it is used.

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

#: In bytes: how much is hashed at a time.
PIECE = 1 << 20
#: In bytes: smaller objects are read at once.
SMALL = 1 << 16
#: How many of these s3fs reads by one call.
BATCH = 256

#: Yields the bytes of an object in pieces, by key and size.
Reader = Callable[[str, int], Iterable[bytes]]


def check(library: str, manifest: str, algorithm: str, place: tuple[str, str], workers: int) -> int:
    """Return how many objects are not what the list says."""
    bucket, prefix = place
    with open(manifest, encoding="utf-8") as lines:  # noqa: PTH123
        listed = {
            name: digest for digest, name in (line.rstrip("\n").split("  ", 1) for line in lines)
        }
    sizes, read, read_many = LIBRARIES[library](bucket, prefix, workers)
    keys = [(f"{prefix}{name}", sizes.get(f"{prefix}{name}", -1)) for name in listed]

    def digest(key: str, size: int) -> str:
        found = hashlib.new(algorithm)
        for piece in read(key, size):
            found.update(piece)
        return found.hexdigest()

    if read_many and max(sizes.values()) <= SMALL:
        found = _of_batches([key for key, _ in keys], algorithm, read_many)
    else:
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(lambda each: digest(*each), keys))
    wrong = [name for name, each in zip(listed, found, strict=True) if each != listed[name]]
    for name in wrong:
        print(f"{name}: FAILED")
    return len(wrong)


def _of_batches(
    keys: list[str], algorithm: str, read: Callable[[list[str]], list[bytes]]
) -> list[str]:
    return [
        hashlib.new(algorithm, body).hexdigest()
        for start in range(0, len(keys), BATCH)
        for body in read(keys[start : start + BATCH])
    ]


def _boto3(bucket: str, prefix: str, workers: int) -> tuple[dict[str, int], Reader, None]:
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    client = boto3.client(
        "s3", config=Config(max_pool_connections=workers, s3={"addressing_style": "path"})
    )
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    sizes = {each["Key"]: each["Size"] for page in pages for each in page.get("Contents", ())}

    def read(key: str, size: int) -> Iterator[bytes]:
        body = client.get_object(Bucket=bucket, Key=key)["Body"]
        return iter(lambda: body.read(PIECE), b"")

    return sizes, read, None


def _s3fs(bucket: str, prefix: str, workers: int) -> tuple[dict[str, int], Reader, Any]:
    import s3fs  # noqa: PLC0415

    verify = os.environ.get("AWS_CA_BUNDLE")
    client = {"verify": verify} if verify else {}
    store = s3fs.S3FileSystem(
        endpoint_url=os.environ["AWS_ENDPOINT_URL"],
        client_kwargs=client,
        config_kwargs={"max_pool_connections": 64},
    )
    found = store.find(f"{bucket}/{prefix}", detail=True)
    sizes = {name.partition("/")[2]: each["size"] for name, each in found.items()}

    def read(key: str, size: int) -> Iterator[bytes]:
        with store.open(f"{bucket}/{key}", "rb", block_size=8 * PIECE) as file:
            yield from iter(lambda: file.read(8 * PIECE), b"")

    def read_many(keys: list[str]) -> list[bytes]:
        bodies = store.cat([f"{bucket}/{key}" for key in keys])
        return [bodies[f"{bucket}/{key}"] for key in keys]

    return sizes, read, read_many


def _obstore(bucket: str, prefix: str, workers: int) -> tuple[dict[str, int], Reader, None]:
    import obstore  # noqa: PLC0415
    from obstore.store import S3Store  # noqa: PLC0415

    store = S3Store(bucket)
    sizes = {
        each["path"]: each["size"]
        for page in obstore.list(store, prefix, chunk_size=1000)
        for each in page
    }

    def read(key: str, size: int) -> Iterable[bytes]:
        got = obstore.get(store, key)
        return [got.bytes()] if size <= SMALL else got.stream(min_chunk_size=PIECE)

    return sizes, read, None


LIBRARIES = {"boto3": _boto3, "obstore": _obstore, "s3fs": _s3fs}

if __name__ == "__main__":
    library, manifest, algorithm, bucket, prefix, workers = sys.argv[1:]
    sys.exit(1 if check(library, manifest, algorithm, (bucket, prefix), int(workers)) else 0)
