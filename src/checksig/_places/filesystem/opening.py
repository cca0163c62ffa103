"""Addresses and objects that become file systems."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from checksig._names import escape
from checksig._places.filesystem.address import shown, without_secrets
from checksig._places.filesystem.driver import of_fsspec
from checksig._places.filesystem.place import FileSystem
from checksig._schemes import MissingExtraError
from checksig._trust import extras
from checksig.errors import ManifestError

#: By the names of their modules and classes: those that are more than file systems.
_KINDS: Final = {("huggingface_hub.hf_file_system", "HfFileSystem"): "hub.Hub"}


def opened(address: str) -> FileSystem:
    """Return the place at an address; of a file in it, that has its name.

    Raises:
        ManifestError: there is none, or it cannot be asked.
    """
    where = shown(address)
    try:
        url_to_fs = of_fsspec(".core", "url_to_fs")
    except ImportError:
        error = MissingExtraError(f'a file system, as of "{escape(where)}",', "fsspec")
        raise ManifestError(extras.sentence(error)) from None
    try:
        # One of its own: others may have listings from before.
        system, path = url_to_fs(address, skip_instance_cache=True)
        place = _kind(system)(system, path, where, address)
        place.enter(path)
    except Exception as error:
        if isinstance(error, ManifestError):
            raise
        raise ManifestError(f'cannot open "{escape(where)}": {_why(error, address)}') from None
    return place


def _why(error: Exception, address: str) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or directory"
    said = " ".join(str(error).split()) or type(error).__name__
    return escape(without_secrets(said, address))


def of_object(system: Any) -> FileSystem:
    """Return the place that a file system is, from its root on; if that is a file, where it lies.

    Raises:
        ManifestError: it cannot be asked.
        TypeError: it is no file system.
    """
    try:
        is_one = isinstance(system, of_fsspec("", "AbstractFileSystem"))
    except ImportError:
        is_one = False
    if not is_one:
        raise TypeError(f"a path or a file system is needed, not {type(system).__name__}")
    path, within = "", of_fsspec(".implementations.dirfs", "DirFileSystem")
    while isinstance(system, within):
        path, system = system._join(path), system.fs
    where = shown(system.unstrip_protocol(path))
    try:
        place = _kind(system)(system, path, where, "")
        if path.strip("/"):
            place.enter(path)
    except Exception as error:
        raise ManifestError(f'cannot open "{escape(where)}": {_why(error, "")}') from None
    return place


def _kind(system: Any) -> type[FileSystem]:
    named = [_KINDS.get((each.__module__, each.__name__)) for each in type(system).__mro__]
    module, _, name = next(filter(None, named), "place.FileSystem").partition(".")
    found: type[FileSystem] = getattr(import_module(f"{__package__}.{module}"), name)
    return found
