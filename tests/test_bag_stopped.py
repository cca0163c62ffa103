"""A bag is made as a whole: whatever stops a run, the next one finds everything, and says so."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

FILES: Final = {"a": b"a", "sub/b": b"b" * 10_000, "data/c": b"c", "bag-info.txt": b"x", "0": b""}
PAYLOAD: Final = {f"data/{name}": content for name, content in FILES.items()}
STAGED: Final = ".checksig-bag"
#: The calls that bags are written with.
CALLS: Final = ("mkdir", "open", "fsync", "rename", "replace", "link", "unlink", "rmdir")


class Killed(BaseException):
    """The process is no more: of what it would have done, nothing is done."""


class Faults:
    """Counts the calls that write, and lets one of them go wrong."""

    def __init__(self, patch: pytest.MonkeyPatch, kind: str = "", at: int = 0) -> None:
        self.count, self.kind, self.at = 0, kind, at
        patch.setattr(os, "fsync", lambda _: None)  # it takes long, and no power fails here
        for name in CALLS:
            patch.setattr(os, name, self.instead_of(getattr(os, name)))

    def instead_of(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a call that may go wrong."""

        def instead(*arguments: Any, **options: Any) -> Any:
            self.count += 1
            here, after = self.count == self.at, self.at and self.count > self.at
            if self.kind == "killed" and (here or after):
                raise Killed
            if (self.kind == "fails" and here) or (self.kind == "all fail" and (here or after)):
                paths = [each for each in arguments[:1] if isinstance(each, bytes)]
                raise OSError(errno.EIO, os.strerror(errno.EIO), *paths)
            if self.kind == "Ctrl-C before" and here:
                raise KeyboardInterrupt
            done = call(*arguments, **options)
            if self.kind == "Ctrl-C after" and here:
                raise KeyboardInterrupt
            return done

        return instead


def plant(root: Path) -> None:
    for name, content in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def tree(root: Path) -> dict[str, bytes]:
    """Everything that is there; directories are empty."""
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else b""
        for path in root.rglob("*")
    }


def is_whole(root: Path, payload: dict[str, bytes]) -> bool:
    """Whether it is a bag of that payload, with nothing left of its making."""
    found = tree(root)
    files = {name: found[name] for name in found if name in payload}
    assert checksig.verify(root).complete
    return files == payload and not any(STAGED in name or ".tmp" in name for name in found)


@pytest.mark.parametrize("kind", ["killed", "fails", "all fail", "Ctrl-C before", "Ctrl-C after"])
@pytest.mark.parametrize("update", [False, True], ids=["new", "update"])
def test_a_bag_that_is_stopped_at_any_call_is_undone_or_whole_after_the_next_run(
    tmp_path: Path, kind: str, *, update: bool
) -> None:
    master, payload = tmp_path / "master", dict(PAYLOAD)
    plant(master)
    if update:
        checksig.make_bag(master, algorithm=["md5", "sha256"])
        (master / "notes.txt").write_text("a tag file")
        (master / "data/a").write_bytes(b"other")
        payload["data/a"] = b"other"
    before, stops, counted = tree(master), 0, 0
    while counted == 0 or stops < counted:
        root = tmp_path / "bag"
        shutil.copytree(master, root)
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, kind, stops)
            try:
                checksig.make_bag(root, algorithm="sha256")
                stopped = ""
            except (checksig.ChecksigError, KeyboardInterrupt, Killed) as error:
                stopped = str(error) or type(error).__name__
        if stops == 0:
            counted = faults.count
            assert not stopped
            assert is_whole(root, payload)
        else:
            look_at(root, before, kind, stopped)
            left = STAGED in tree(root)
            bagged = checksig.make_bag(root, algorithm="sha256")
            assert bool(bagged.note) == left
            assert is_whole(root, payload), stops
        shutil.rmtree(root)
        stops += 1
    assert counted > 30


def look_at(root: Path, before: dict[str, bytes], kind: str, stopped: str) -> None:
    """Hold a directory in which a run was stopped to what may be in it."""
    found = tree(root)
    if STAGED in found:
        assert kind == "killed" or "cannot" in stopped or "not all is where it was" in stopped
        with pytest.raises(checksig.ManifestError, match="unfinished bag"):
            checksig.verify(root)
    elif found != before:
        assert checksig.verify(root).complete
        assert not stopped or kind == "killed" or "Ctrl-C" in kind
    else:
        assert stopped
    if "bagit.txt" not in before:
        kept = Counter(found.values())
        assert not Counter(before.values()) - kept


def stop_after(root: Path, renames: int) -> None:
    """Kill a run once it has renamed so much of the payload."""
    rename, count = os.rename, 0

    def counting(source: bytes, target: bytes) -> None:
        nonlocal count
        if count == renames:
            raise Killed
        count += 1
        rename(source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "rename", counting)
        with pytest.raises(Killed):
            checksig.make_bag(root)


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """A directory half of which has moved when the run was killed."""
    plant(tmp_path / "half")
    stop_after(tmp_path / "half", 2)
    assert "0" not in tree(tmp_path / "half")
    return tmp_path / "half"


def test_an_unfinished_bag_is_not_verified_and_not_listed(
    cli: Callable[..., Answer], half: Path
) -> None:
    for arguments in (["verify", half], ["verify", "--recursive", half], ["create", half]):
        answer = cli(*arguments)
        assert answer.code == 2
        assert answer.out == ""
        assert f'"{half}" is an unfinished bag: run checksig bag "{half}" again' in answer.err
    assert cli("create", half.parent).code == 2
    assert cli("bag", half.parent).code == 2
    assert not (half.parent / "SHA256SUMS").exists()


def test_the_next_run_undoes_what_was_done_and_says_so(
    cli: Callable[..., Answer], half: Path
) -> None:
    answer = cli("bag", half)
    assert answer.code == 0
    assert answer.err == "checksig: an earlier run was stopped: all is back where it was\n"
    assert is_whole(half, PAYLOAD)


def test_what_was_undone_is_said_if_the_next_run_fails_as_well(
    cli: Callable[..., Answer], half: Path
) -> None:
    (half / "link").symlink_to("a")
    answer = cli("bag", half)
    assert answer.code == 2
    assert "all is back where it was\na bag holds regular files" in answer.err
    (half / "link").unlink()
    assert {name: tree(half)[name] for name in FILES} == FILES


def test_nothing_is_undone_while_another_run_is_at_it(half: Path) -> None:
    before = tree(half)
    descriptor = os.open(half / STAGED, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(checksig.CreateError, match="another run is making a bag"):
        checksig.make_bag(half)
    assert tree(half) == before
    os.close(descriptor)
    assert checksig.make_bag(half).note


def test_what_came_meanwhile_is_not_overwritten_and_the_rest_is_put_back(half: Path) -> None:
    (half / "0").write_bytes(b"new")
    with pytest.raises(checksig.CreateError) as caught:
        checksig.make_bag(half)
    assert f'"{half}/0" is at "{half}/{STAGED}/data/0": ' in str(caught.value)
    assert tree(half)["0"] == b"new"
    assert {name: tree(half)[name] for name in FILES if name != "0"} == {
        name: content for name, content in FILES.items() if name != "0"
    }
    (half / "0").unlink()
    checksig.make_bag(half)
    assert is_whole(half, PAYLOAD)


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "/etc/a", "sub/b", STAGED, "a\0"])
def test_a_journal_cannot_move_what_lies_elsewhere(half: Path, name: str) -> None:
    journal = {"payload": [name], "old": [], "new": ["bagit.txt"]}
    (half / STAGED / "journal").write_text(json.dumps(journal))
    before = tree(half.parent)
    with pytest.raises(checksig.CreateError, match=r"nothing is undone: .* is not a name"):
        checksig.make_bag(half)
    assert tree(half.parent) == before


@pytest.mark.parametrize("directory", ["", "/data", "/new", "/old"])
def test_what_is_staged_behind_a_link_is_not_touched(half: Path, directory: str) -> None:
    elsewhere = half.parent / "elsewhere"
    (half / f"{STAGED}{directory}").rename(elsewhere)
    (half / f"{STAGED}{directory}").symlink_to(elsewhere)
    before = tree(half.parent)
    with pytest.raises(checksig.CreateError, match=r"not a directory|Not a directory"):
        checksig.make_bag(half)
    assert tree(half.parent) == before


@pytest.mark.parametrize("journal", [b"", b"[]", b"{}", b'{"payload": 1, "old": [], "new": []}'])
def test_a_journal_that_is_damaged_undoes_nothing(half: Path, journal: bytes) -> None:
    (half / STAGED / "journal").write_bytes(journal)
    before = tree(half)
    with pytest.raises(checksig.CreateError, match="nothing is undone"):
        checksig.make_bag(half)
    assert tree(half) == before


def test_a_directory_of_the_name_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    plant(tmp_path)
    (tmp_path / STAGED / "mine").mkdir(parents=True)
    (tmp_path / STAGED / "file").write_bytes(b"mine")
    before = tree(tmp_path)
    with pytest.raises(checksig.CreateError, match="cannot remove"):
        checksig.make_bag(tmp_path)
    assert tree(tmp_path) == before


def test_a_bag_is_made_again_if_it_was_stopped_with_nothing_but_its_end_missing(
    tmp_path: Path,
) -> None:
    plant(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "rmdir", raise_killed)
        with pytest.raises(Killed):
            checksig.make_bag(tmp_path)
    bagged = checksig.make_bag(tmp_path)
    assert (bagged.new, bagged.note) == (
        False,
        "an earlier run was stopped: the bag was whole already, and what it had left is removed",
    )
    assert is_whole(tmp_path, PAYLOAD)


def raise_killed(_: object) -> None:
    raise Killed
