"""Bags are made, and updated, as a whole: what is new is staged in the directory, and then moves.

The staging directory holds tag files (``new``, ``old``), the payload on its way (``data``), and
the journal, which says what moves. It is written and synced before anything moves, so that the run
after one that was stopped knows what to undo: see ``recovery``.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from checksig import _files
from checksig._making.moves import HOLDER, NEW, OLD, Plan
from checksig._names import JOURNAL, UNFINISHED, quoted
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

_P = ParamSpec("_P")
_T = TypeVar("_T")


def apply(
    root: bytes, payload: Iterable[bytes], old: Iterable[bytes], tags: Mapping[bytes, bytes]
) -> None:
    """Move a payload, and put tag files in their place; or change nothing.

    Args:
        root: The directory.
        payload: Names in it that go to the payload; none if that is there.
        old: Names of tag files that go.
        tags: Tag files that come, the declaration among them.

    Raises:
        CreateError: it cannot be done. All is where it was, or the message says what is not.
    """
    plan = Plan(root, [*payload], [*old], [*tags])
    with _begun(root):
        # Before all is staged, nothing has moved, and it cannot be told from what is staged.
        undo: Callable[[], list[str]] = list
        try:
            _stage(plan, tags)
            undo = plan.undo
            plan.make()
        except BaseException as error:
            _take_back(root, undo, error)
            raise
        if why := _through(finish, root):
            raise CreateError(f"the bag {quoted(root)} is made, but {why}")


@contextmanager
def _begun(root: bytes) -> Generator[None, None, None]:
    """Make the directory for what is staged, and lock it."""
    path = os.path.join(root, UNFINISHED)
    with ExitStack() as stack:
        try:
            os.mkdir(path)
            stack.enter_context(locked(root, must=False))
        except FileExistsError:
            raise _another_run(root) from None
        except BaseException as error:
            with suppress(OSError):
                os.rmdir(path)
            if isinstance(error, OSError):
                text = f"cannot write to {quoted(root)}: {_files.reason(error)}"
                raise CreateError(text) from error
            raise
        yield


def _another_run(root: bytes) -> CreateError:
    return CreateError(f"another run is making a bag of {quoted(root)}")


@contextmanager
def locked(root: bytes, *, must: bool = True) -> Generator[None, None, None]:
    """Keep other runs away from what is staged, as long as this one lives.

    Args:
        root: The directory in which something is staged.
        must: Whether a file system without locks is an error.

    Raises:
        CreateError: another run is at it, or it cannot be told whether one is.
    """
    path = os.path.join(root, UNFINISHED)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise _files.unreadable(path, error, CreateError) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = os.path.samestat(os.fstat(descriptor), os.lstat(path))
        except (BlockingIOError, FileNotFoundError):
            alone = False
        except OSError as error:
            if must:
                raise CreateError(f"cannot lock {quoted(path)}: {_files.reason(error)}") from error
            alone = True
        if not alone:
            raise _another_run(root)
        yield
    finally:
        os.close(descriptor)


def _stage(plan: Plan, tags: Mapping[bytes, bytes]) -> None:
    """Write all that is new, and then the journal."""
    for directory in (NEW, OLD, *([HOLDER] if plan.payload else [])):
        os.mkdir(os.path.join(plan.root, directory))
    for name, data in tags.items():
        _files.write(os.path.join(plan.root, NEW, name), data, overwrite=True)
    names = {"payload": plan.payload, "old": plan.old, "new": plan.new}
    journal = {key: [*map(os.fsdecode, value)] for key, value in names.items()}
    path = os.path.join(plan.root, JOURNAL)
    _files.write(path, json.dumps(journal).encode(), overwrite=True)
    _files.sync_directory(plan.root)


def _take_back(root: bytes, undo: Callable[[], list[str]], error: BaseException) -> None:
    """Undo everything.

    Raises:
        CreateError: the error was one of the system, or something is not as it was.
    """
    left = _through(undo)
    said = [f"cannot make a bag of {quoted(root)}"]
    if isinstance(error, OSError):
        at = f"{quoted(error.filename)}: " if isinstance(error.filename, bytes) else ""
        said[0] += f": {at}{_files.reason(error)}"
    elif isinstance(error, CreateError):
        said = [str(error)]
    if left:
        said += ["not all is where it was; run checksig bag again to undo the rest", *left]
    elif why := _through(drop, root):
        said.append(f"all is where it was, but {why}")
    if len(said) > 1 or isinstance(error, OSError):
        raise CreateError("\n  ".join(said)) from error


def _through(step: Callable[_P, _T], *arguments: _P.args, **options: _P.kwargs) -> _T:
    """Run something that may be run again to its end, however often it is interrupted."""
    while True:
        with suppress(KeyboardInterrupt):
            return step(*arguments, **options)


def drop(root: bytes) -> str:
    """Remove what is staged, if no move is made; return why it cannot be removed."""
    # The journal goes first: what is staged does not say any more how far the moves have come.
    return _remove(root, NEW, journal_first=True)


def finish(root: bytes) -> str:
    """Remove what is staged, if all moves are made; return why it cannot be removed."""
    return _remove(root, OLD, journal_first=False)


def _remove(root: bytes, emptied: bytes, *, journal_first: bool) -> str:
    def path(*names: bytes) -> bytes:
        return os.path.join(root, *names)

    def unlink_journal() -> None:
        with suppress(FileNotFoundError):
            os.unlink(path(JOURNAL))

    try:
        _files.sync_directory(root)
        if journal_first:
            unlink_journal()
        for name in _names_in(path(emptied)):
            os.unlink(path(emptied, name))
        for directory in (NEW, OLD, HOLDER):
            with suppress(FileNotFoundError):
                os.rmdir(path(directory))
        for name in _names_in(path(UNFINISHED)):
            if _files.written_there(os.fsdecode(name)):
                os.unlink(path(UNFINISHED, name))
        unlink_journal()
        os.rmdir(path(UNFINISHED))
    except FileNotFoundError:
        return ""
    except OSError as error:
        where = error.filename if isinstance(error.filename, bytes) else path(UNFINISHED)
        return f"cannot remove {quoted(where)}: {_files.reason(error)}"
    return ""


def _names_in(directory: bytes) -> list[bytes]:
    return os.listdir(directory) if os.path.lexists(directory) else []
