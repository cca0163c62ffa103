"""A server of SFTP in this process, for one directory: paramiko's own, as its pages show it."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import paramiko

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

USER, PASSWORD = "reader", "s3cret-pass"


class _Door(paramiko.ServerInterface):
    """Lets one user in, by a password."""

    def check_auth_password(self, username: str, password: str) -> int:
        right = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        del kind, chanid
        return paramiko.OPEN_SUCCEEDED


class _Files(paramiko.SFTPServerInterface):
    """The files below a root, to be read."""

    def __init__(self, server: Any, root: Path) -> None:
        super().__init__(server)
        self.root = root

    def _path(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            found = list(self._path(path).iterdir())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        return [paramiko.SFTPAttributes.from_stat(e.lstat(), e.name) for e in found]

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        del flags, attr
        try:
            file = self._path(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = paramiko.SFTPHandle(os.O_RDONLY)
        handle.readfile = file
        return handle


@contextmanager
def sftp(root: Path) -> Generator[str]:
    """Serve a directory, and yield the address of its root."""
    key, doors = paramiko.ECDSAKey.generate(), list[paramiko.Transport]()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            door = paramiko.Transport(connection)
            doors.append(door)
            door.add_server_key(key)
            door.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, root)
            door.start_server(server=_Door())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"sftp://{USER}:{PASSWORD}@127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
        for door in doors:
            door.close()
