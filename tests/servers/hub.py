"""A hub of repositories, as that of Hugging Face speaks, as far as its own client asks."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Generator

REPOSITORY = "org/model"
COMMIT = "c" * 40


def git_sha1(data: bytes) -> str:
    """As ``git hash-object`` says it."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class Hub:
    """One repository, and what the hub says of it."""

    def __init__(self, large: dict[str, bytes], small: dict[str, bytes]) -> None:
        """Take files: of the large ones it says the SHA-256, of the small ones what Git says."""
        self.small = dict(small)
        self.files = {**large, **small}  # that are sent
        self.commits = {"main": COMMIT, COMMIT: COMMIT}
        self.asked: list[str] = []
        self.endpoint = ""
        self.said = {name: self._row(name) for name in self.files}

    def add(self, name: str, data: bytes) -> None:
        """Add a small file, or replace it."""
        self.files[name] = self.small[name] = data
        self.said[name] = self._row(name)

    def _row(self, name: str) -> dict[str, object]:
        data = self.files[name]
        row: dict[str, object] = {"type": "file", "path": name, "size": len(data)}
        if name in self.small:
            return row | {"oid": git_sha1(data)}
        sha256 = hashlib.sha256(data).hexdigest()
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\n".encode()
        lfs = {"oid": sha256, "size": len(data), "pointerSize": len(pointer)}
        return row | {"oid": git_sha1(pointer), "lfs": lfs}

    def tree(self, directory: str, *, recursive: bool) -> list[dict[str, object]]:
        """Return the rows of a directory."""
        start = f"{directory}/" if directory else ""
        rows: dict[str, dict[str, object]] = {}
        for name, row in self.said.items():
            if name.startswith(start):
                own, below, _ = name.removeprefix(start).partition("/")
                if below:
                    path = start + own
                    rows[path] = {"type": "directory", "path": path, "size": 0, "oid": "d" * 40}
                if recursive or not below:
                    rows[name] = row
        return list(rows.values())


@contextmanager
def serving(hub: Hub) -> Generator[str]:
    """Serve a hub, and yield its endpoint."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def _json(self, document: object) -> None:
            self._send(200, json.dumps(document).encode(), {"Content-Type": "application/json"})

        def do_GET(self) -> None:
            """Answer."""
            url = urlsplit(self.path)
            hub.asked.append(f"{self.command} {url.path}")
            path = unquote(url.path)
            about, files = f"/api/models/{REPOSITORY}", f"/{REPOSITORY}/resolve/"
            if path == about or path.startswith(f"{about}/revision/"):
                revision = path.removeprefix(about).removeprefix("/revision/") or "main"
                if sha := hub.commits.get(revision):
                    return self._json({"id": REPOSITORY, "sha": sha, "siblings": []})
            elif path.startswith(f"{about}/tree/"):
                revision, _, directory = path.removeprefix(f"{about}/tree/").partition("/")
                rows = hub.tree(directory, recursive="recursive=true" in url.query.lower())
                if revision in hub.commits and (rows or not directory):
                    return self._json(rows)
            elif path.startswith(files):
                revision, _, name = path.removeprefix(files).partition("/")
                if revision in hub.commits and name in hub.files:
                    return self._file(name, hub.commits[revision])
            code = "EntryNotFound" if "/resolve/" in path or "/tree/" in path else "RepoNotFound"
            return self._send(404, b"", {"X-Error-Code": code})

        def _file(self, name: str, commit: str) -> None:
            row = hub.said[name]
            lfs = row.get("lfs")
            headers = {"X-Repo-Commit": commit, "ETag": f'"{row["oid"]}"'}
            if isinstance(lfs, dict):
                headers["X-Linked-ETag"] = f'"{lfs["oid"]}"'
                headers["X-Linked-Size"] = str(lfs["size"])
            asked = self.headers.get("Range", "bytes=0-").removeprefix("bytes=")
            start, _, end = asked.partition("-")
            data = hub.files[name]
            part = data[int(start) : int(end) + 1 if end else len(data)]
            if "Range" not in self.headers:
                return self._send(200, data, headers)
            return self._send(206 if part else 416, part, headers)

        do_HEAD = do_GET  # noqa: N815 (as the class asks)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        hub.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        yield hub.endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
