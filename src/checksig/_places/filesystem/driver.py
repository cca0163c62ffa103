"""The classes of fsspec, and what they can do."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import Any, Final, cast

#: How many files are read at the same time: of one file system, or each through one of its own.
SHARED: Final = 16
OWN: Final = 4
#: Whose objects may be used by several threads, besides those that are asynchronous.
_SAFE: Final = frozenset({"memory", "hf", "github"})
#: Where file systems keep a connection, as of SFTP and of FTP.
_CONNECTIONS: Final = ("client", "ftp")
#: Parts of a file, of 32 KiB each.
_UNDER_WAY: Final = 64


def of_fsspec(module: str, name: str) -> Any:
    """Return what a module of fsspec has under a name.

    Raises:
        ImportError: there is no fsspec.
    """
    return getattr(import_module(f"fsspec{module}"), name)


def is_shared(system: Any) -> bool:
    """Whether several threads may use a file system at the same time."""
    names = system.protocol
    return bool(system.async_impl or _SAFE & {*([names] if isinstance(names, str) else names)})


def again(system: Any) -> Any:
    """Return a file system that asks the same server, by a connection of its own."""
    return type(system)(*system.storage_args, **system.storage_options, skip_instance_cache=True)


def ahead(file: Any, size: int) -> None:
    """Have several parts of a file under way at the same time, where it does not by itself.

    That is so with paramiko: it asks for 32 KiB, and waits for them.
    """
    if size > 0 and hasattr(file, "prefetch"):
        file.prefetch(size, max_concurrent_requests=_UNDER_WAY)


def forget(system: Any, path: str) -> None:
    """Have a file system forget what it was told of a path, and those that it is made of, too."""
    while system is not None:
        system.invalidate_cache(path)
        system.dircache.clear()
        system = getattr(system, "sync_fs", None) or getattr(system, "fs", None)


def close_all(systems: list[Any]) -> None:
    """Close the connections of file systems, as far as they have one: fsspec has no word for it."""
    for system in systems:
        for name in _CONNECTIONS:
            with suppress(Exception):
                getattr(system, name).close()


def has_own(name: str, system: Any) -> bool:
    """Whether a file system has a way of its own to do something."""
    kind = cast("Any", type(system))
    base = of_fsspec("", "AbstractFileSystem")
    asynchronous = of_fsspec(".asyn", "AsyncFileSystem")
    if issubclass(kind, asynchronous):
        return getattr(kind, f"_{name}") is not getattr(asynchronous, f"_{name}")
    return getattr(kind, name) is not getattr(base, name)
