"""Small files, read and written whole: lists, keys, signatures, tag files.

A file is read only if it is a regular one and has a bounded size, so that a FIFO holds nobody up
and a list uses up nobody's memory. It is written under another name first, so that half of it is
never seen.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import suppress

from checksig._names import escape, may_be_secret, quoted
from checksig.errors import ChecksigError, CreateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Final, TypeVar

    _Error = TypeVar("_Error", bound=ChecksigError)

#: In bytes: who can write a list should not be able to use up the memory of who reads it.
MAX_SIZE: Final = 1 << 30

#: In bytes. Else a file system says it, which may say nonsense.
_BUFFER: Final = 1 << 16

_BINARY: Final = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

#: Names of files that are being written: nobody else calls a file like that.
_TEMPORARY: Final = r"(?s)\.(.+)\.[0-9a-f]{8}\.checksig\.tmp"
TEMPORARY_END: Final = b".checksig.tmp"


def read_regular(path: bytes, limit: int | None = MAX_SIZE) -> bytes:
    """Return the bytes of a small file, of ``limit`` bytes at most.

    Raises:
        OSError: it is no regular file, too large, or changes while it is read.
    """
    # A FIFO without a writer would hold up open().
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        if limit is not None and status.st_size > limit:
            raise OSError(f"it is larger than {limit} bytes")
        with open(descriptor, "rb", _BUFFER, closefd=False) as file:
            data = file.read(status.st_size + 1) or b""  # None: nothing to be had without waiting
        if len(data) != status.st_size:
            raise OSError("it changed while it was read")
        return data
    finally:
        os.close(descriptor)


def opened(path: bytes) -> BinaryIO:
    """Open a regular file of any size for reading.

    Raises:
        OSError: it is none, or cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        return open(descriptor, "rb", _BUFFER)
    except BaseException:
        os.close(descriptor)
        raise


def read(path: bytes, error: type[ChecksigError], limit: int | None = MAX_SIZE) -> bytes:
    """Return the bytes of a small file, of ``limit`` bytes at most.

    Raises:
        ChecksigError: of the kind ``error``: it cannot be read.
    """
    try:
        return read_regular(path, limit)
    except OSError as why:
        raise unreadable(path, why, error) from why


def unreadable(path: bytes, why: OSError, error: type[_Error]) -> _Error:
    """Return the error about a path that cannot be read."""
    if may_be_secret(path):
        return error("cannot read a file: its name may be the text of a key, and is not shown")
    if b"://" in path and isinstance(why, FileNotFoundError):
        # Without a user, a password and a query, whoever reads the message may see it.
        shown = re.sub(rb"://.*@", b"://", path.partition(b"?")[0], flags=re.DOTALL)
        return error(f"cannot read {quoted(shown)}: it is an address, and has to be a file here")
    return error(f"cannot read {quoted(path)}: {reason(why)}")


def reason(why: OSError) -> str:
    """Return why the operating system, or this package, does not read something."""
    return why.strerror or escape(str(why))


def write(
    target: bytes,
    data: bytes,
    *,
    overwrite: bool,
    mtime_ns: int | None = None,
    mode: int = 0o666,
) -> None:
    """Write a file that is whole, or not there at all.

    Args:
        target: Its path.
        data: Its bytes.
        overwrite: Whether it may take the place of another.
        mtime_ns: When it was last changed, in nanoseconds since the epoch; None is now.
        mode: Who may do what with it, as far as the umask lets them.

    Raises:
        CreateError: it is there already, or cannot be written; or it is in its place, and may not
            outlast a crash.
    """
    try:
        _write(target, data, overwrite=overwrite, mtime_ns=mtime_ns, mode=mode)
    except FileExistsError:
        raise exists(target) from None
    except OSError as error:
        raise CreateError(f"cannot write {quoted(target)}: {error.strerror}") from error
    try:
        sync_directory(os.path.dirname(target) or b".")
    except OSError as error:
        text = f"{quoted(target)} is written, but may not outlast a crash: {error.strerror}"
        raise CreateError(text) from error


def written_there(path: str) -> str | None:
    """Return the name of the file that is, or was, being written at a path; None if none is."""
    match = path.endswith(".tmp") and re.fullmatch(_TEMPORARY, path.rpartition("/")[2])
    return match[1] if match else None


def exists(target: bytes) -> CreateError:
    """Return the error about a file that is there already."""
    return CreateError(f"{quoted(target)} exists already")


def _write(target: bytes, data: bytes, *, overwrite: bool, mtime_ns: int | None, mode: int) -> None:
    directory, name = os.path.split(target)
    number = os.urandom(4).hex().encode()
    temporary = os.path.join(directory, b".%b.%b%b" % (name, number, TEMPORARY_END))
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(descriptor, "wb", _BUFFER) as file:
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


def sync_directory(directory: bytes) -> None:
    """Make names in a directory outlast a crash, where that can be asked for.

    Raises:
        OSError: they may not.
    """
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except PermissionError:  # it may only be written to; or no directory is ever opened (Windows)
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that does not do this
            raise
    finally:
        os.close(descriptor)
