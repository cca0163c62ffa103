"""A web server for a directory, right by itself, and wrong where a test wants it to be.

``/a`` is the file ``a``, unless ``Web.faults`` has another answer for it. ``/@cut/a`` is ``a`` with
the fault of ``faults.FAULTS`` that has this name.
"""

from __future__ import annotations

import socket
import ssl
import struct
import sys
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

from servers.faults import FAULTS
from servers.files import index_or_error, right
from servers.process import HOST
from servers.reply import Asked, End, Reply

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from servers.certificates import Certificate
    from servers.reply import Fault


@dataclass
class Web:
    """A server that runs, and what it was asked."""

    root: Path
    url: str
    #: Answers that stand for those of paths, such as ``{"/a": faults.cut()}``.
    faults: dict[str, Fault] = field(default_factory=dict)
    #: In whose style directories are listed: ``apache``, ``nginx``, ``python``; otherwise 403.
    index: str = "nginx"
    requests: list[Asked] = field(default_factory=list)
    connections: int = 0
    #: Errors of this server itself; there are none when it is right.
    errors: list[BaseException] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    _counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, path: str) -> list[Asked]:
        """Return the requests for a path, in their order."""
        return [request for request in self.requests if request.path == path]

    def reply(self, method: str, path: str, query: str, headers: dict[str, str]) -> Reply:
        """Note a request, and return what it is answered with."""
        with self._lock:
            self._counts[path] += 1
            count = self._counts[path]
            name, fault = path, self.faults.get(path)
            if path.startswith("/@"):
                word, _, below = path[2:].partition("/")
                name, fault = f"/{below}", FAULTS[word]
            asked = Asked(method, path, query, headers, count, name, self.root, self.stopping)
            self.requests.append(asked)
        if fault:
            return fault(asked)
        return right(asked) if asked.exists else index_or_error(asked, self.index)


class _Handler(BaseHTTPRequestHandler):
    web: ClassVar[Web]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer, as for HEAD."""
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.web.reply(self.command, path, query, headers)
        if reply.version == "HTTP/1.0" or reply.end is not End.KEEP:
            self.close_connection = True
        try:
            if not reply.bare:
                self.wfile.write(reply.head())
            for piece in reply.pieces() if self.command != "HEAD" or reply.bare else ():
                self.wfile.write(piece)
        except OSError:  # the client went away, as it may
            self.close_connection = True
        if reply.end is End.RESET:
            # Without this the connection would end in good order.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    do_HEAD = do_GET  # noqa: N815 (as the library calls it)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name)
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # the end waits for all of them
    request_queue_size = 128
    web: Web

    def __init__(self, handler: type[_Handler]) -> None:
        self.open: set[socket.socket] = set()
        super().__init__((HOST, 0), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        self.web.connections += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if error and not isinstance(error, OSError):  # a handshake that failed, a client that left
            self.web.errors.append(error)

    def end(self) -> None:
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serving(root: Path, certificate: Certificate | None = None) -> Generator[Web]:
    """Serve a directory on a free port, by https if there is a certificate, while a test runs."""
    handler = type("Handler", (_Handler,), {})
    with _Server(handler) as server:
        scheme = "https" if certificate else "http"
        web = Web(root, f"{scheme}://{HOST}:{server.server_port}")
        handler.web = server.web = web  # type: ignore[attr-defined]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.chain, certificate.key)
            # The handshake is for the connection's own thread: a client may be slow.
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield web
        finally:
            web.stopping.set()
            server.shutdown()
            thread.join()
            server.end()
    assert not web.errors, web.errors


@contextmanager
def deaf() -> Generator[str]:
    """Listen on a port and never say a word, not even of TLS. Yield ``127.0.0.1:PORT``."""
    with socket.create_server((HOST, 0)) as listener:
        yield f"{HOST}:{listener.getsockname()[1]}"
