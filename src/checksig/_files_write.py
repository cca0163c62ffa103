"""Files that are written so that nobody ever sees half of one."""

from __future__ import annotations

import os
from contextlib import suppress

from checksig._text import quoted
from checksig.errors import CreateError


def write(target: bytes, data: bytes, *, overwrite: bool, mtime_ns: int | None = None) -> None:
    """Write a file that is whole, or not there at all.

    Args:
        target: Its path.
        data: What is in it.
        overwrite: Whether it may take the place of another.
        mtime_ns: When it was last changed, in nanoseconds since the epoch; None is now.

    Raises:
        CreateError: it is there already, or cannot be written.
    """
    try:
        _write(target, data, overwrite=overwrite, mtime_ns=mtime_ns)
    except FileExistsError:
        raise exists(target) from None
    except OSError as error:
        raise CreateError(f"cannot write {quoted(target)}: {error.strerror}") from error


def exists(target: bytes) -> CreateError:
    """Return the error about a file that is there already."""
    return CreateError(f"{quoted(target)} exists already")


def _write(target: bytes, data: bytes, *, overwrite: bool, mtime_ns: int | None) -> None:
    directory, name = os.path.split(target)
    temporary = os.path.join(directory, b"." + name + b"." + os.urandom(4).hex().encode() + b".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if mtime_ns is not None:
                os.utime(descriptor, ns=(mtime_ns, mtime_ns))
            os.fsync(descriptor)
        if overwrite:
            os.replace(temporary, target)
        else:
            _rename_new(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_directory(directory or b".")


def _rename_new(temporary: bytes, target: bytes) -> None:
    """Rename a file unless the target exists, which only a hard link can tell without a race."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError from None
        os.replace(temporary, target)
    else:
        with suppress(OSError):  # the list is in its place
            os.unlink(temporary)


def _sync_directory(directory: bytes) -> None:
    # Without this a crash may forget the new name. Some file systems cannot; the list is whole
    # all the same.
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
