"""The installed package, and what several test files need."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import starter
from hypothesis import settings
from trees import REPOSITORY, ZERO, plant, relist

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from servers import Store
    from servers.web import Web


def pytest_configure() -> None:
    """Refuse to test anything but the installed package."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell has begun this in the background. What is tested hears Ctrl-C all the same.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Examples are the same each time: there is nothing to remember, and not always a place for it.
    settings.register_profile("checksig", database=None)
    settings.load_profile("checksig")
    if Path(checksig.__file__).is_relative_to(REPOSITORY / "src"):
        pytest.exit("the tests are for the installed wheel, and this is the source tree", 2)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A directory in which everything is right."""
    return plant(tmp_path / "good", {"a": b"a", "b": b"b" * 100_000, "sub/c": b""})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory of forty files with their list, for those who share the work."""
    root = tmp_path / "data"
    root.mkdir()
    for number in range(40):
        (root / f"{number:02}.bin").write_bytes(os.urandom(100_000))
    checksig.create(root)
    return root


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with a list that is not signed."""
    root = tmp_path / "tree"
    root.mkdir()
    (root / "a").write_bytes(b"content")
    checksig.create(root)
    return root


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A directory with one file for each status that needs no race and no permissions."""
    root = plant(tmp_path / "bad", {"ok": b"ok", "mismatch": b"before", "gone": b"gone"})
    (root / "mismatch").write_bytes(b"after")
    (root / "gone").unlink()
    (root / "loop").symlink_to("loop")
    (root / "extra").write_bytes(b"extra")
    os.mkfifo(root / "fifo")
    relist(root, *(f"{ZERO}  {name}" for name in ("loop", "../outside", "fifo", "sub")))
    (root / "sub").mkdir()
    relist(root, "nonsense", f"SHA5 (odd) = {ZERO}")
    return root


class Answer(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The public key of ``keypairs.KEY``."""
    from keypairs import KEY

    path = tmp_path / "key.pub"
    path.write_bytes(KEY.public)
    return path


@pytest.fixture
def web(tmp_path: Path) -> Generator[Web]:
    """A web server of an empty directory, which lists nothing."""
    from servers.web import serving

    (tmp_path / "root").mkdir()
    with serving(tmp_path / "root") as server:
        server.index = ""
        yield server


@pytest.fixture(scope="session", autouse=True)
def _starters() -> Generator[None]:
    """Begin, and end, the processes that start commands: some tests keep others from connecting."""
    starter.run(["--version"])
    yield
    starter.close()


@pytest.fixture
def cli() -> Callable[..., Answer]:
    """Run the installed command line, with a redirection of the shell if there is one."""

    def run(*arguments: str | Path | bytes, redirection: str = "", **options: Any) -> Answer:
        if not redirection and options.keys() <= {"cwd", "env"}:
            where = (options.get("cwd", "."), options.get("env", os.environ))
            if done := starter.run(list(map(os.fspath, arguments)), *where):
                return Answer(done.code, done.out.decode(), done.err.decode())
        command = [sys.executable, "-m", "checksig", *arguments]
        if redirection:
            command = ["sh", "-c", f'exec "$@" {redirection}', "sh", *command]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False, **options)
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session", params=["azurite", "fake-gcs-server", "moto", "versitygw"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Store]:
    """Each server of stores in turn, while tests need it."""
    from servers import SERVERS, MissingServerError

    try:
        with SERVERS[request.param](tmp_path_factory.mktemp("server") / request.param) as started:
            yield started
    except MissingServerError as error:
        if os.environ.get("CHECKSIG_SERVERS") == "all":
            raise
        pytest.skip(str(error))


@pytest.fixture
def store(server: Store) -> Store:
    """A bucket of the test's own, on each server in turn."""
    return server.bucket(f"test-{uuid.uuid4().hex}")


@pytest.fixture
def bucket(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A bucket with a set of files and their list, for who has the environment."""
    from servers.corpus import FILES, listed

    for name, value in store.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, data in FILES.items():
        store.put(f"set/{name}", data)
    store.put("set/SHA256SUMS", listed(FILES).encode())
    return store
