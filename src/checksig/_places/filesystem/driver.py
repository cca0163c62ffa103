"""The classes of fsspec, and what they can do."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final, cast

#: How many files are read at the same time: of one file system, or each through one of its own.
SHARED: Final = 16
OWN: Final = 4
#: Whose objects may be used by several threads, besides those that are asynchronous.
_SAFE: Final = frozenset({"memory", "hf", "github"})


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


def has_own(name: str, system: Any) -> bool:
    """Whether a file system has a way of its own to do something."""
    kind = cast("Any", type(system))
    base = of_fsspec("", "AbstractFileSystem")
    asynchronous = of_fsspec(".asyn", "AsyncFileSystem")
    if issubclass(kind, asynchronous):
        return getattr(kind, f"_{name}") is not getattr(asynchronous, f"_{name}")
    return getattr(kind, name) is not getattr(base, name)
