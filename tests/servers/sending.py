"""Faults in how an answer is sent: too short, too long, too slow, or none at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from servers.files import right
from servers.reply import End, Reply, adding, leaving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.reply import Asked, Fault

ALWAYS = 1 << 30
#: Bytes that no HTTP begins with.
GARBAGE = b"\x16\x03\x01SSH-2.0-nonsense\r\n\xff\xfe\r\n\r\n"


def chunked(asked: Asked) -> Reply:
    """Send pieces, and say no length: no fault, but there is no size to compare."""
    reply = right(asked)
    body = reply.data
    step = max(1, len(body) // 3)
    pieces = [body[at : at + step] for at in range(0, len(body), step)]
    framed = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return replace(
        adding(leaving(reply, "Content-Length"), Transfer_Encoding="chunked"), body=framed
    )


def chunked_cut(asked: Asked) -> Reply:
    """Send pieces, and end without the piece that ends them."""
    reply = chunked(asked)
    return replace(reply, body=reply.data[: -len(b"0\r\n\r\n")], end=End.CLOSE)


def until_close(asked: Asked) -> Reply:
    """Answer by HTTP/1.0, where the end of the connection is the end of the body."""
    return replace(leaving(right(asked), "Content-Length"), version="HTTP/1.0", end=End.CLOSE)


def cut(times: int = ALWAYS, share: float = 0.5, end: End = End.CLOSE) -> Fault:
    """Send less than was said, for some requests, and close or reset the connection."""

    def fault(asked: Asked) -> Reply:
        reply = right(asked)
        if asked.count > times or reply.status >= 300:
            return reply
        body = reply.data
        return replace(reply, body=body[: int(len(body) * share)], end=end)

    return fault


def longer(asked: Asked) -> Reply:
    """Send more than was said."""
    reply = right(asked)
    return replace(reply, body=reply.data + b"and more", end=End.CLOSE)


def endless(asked: Asked) -> Reply:
    """Send zeros until the client has enough, or the server is stopped."""
    whole = leaving(right(asked), "Content-Length")
    return replace(whole, body=_until_stopped(asked, bytes(65536)), end=End.CLOSE)


def endless_chunks(asked: Asked) -> Reply:
    """Send zeros in chunks that never end."""
    whole = adding(leaving(right(asked), "Content-Length"), Transfer_Encoding="chunked")
    piece = b"10000\r\n" + bytes(65536) + b"\r\n"
    return replace(whole, body=_until_stopped(asked, piece), end=End.CLOSE)


def _until_stopped(asked: Asked, piece: bytes) -> Iterator[bytes]:
    while not asked.stopping.is_set():
        yield piece


def drip(pause: float = 0.1) -> Fault:
    """Send a byte, wait, and so on."""

    def pieces(asked: Asked, body: bytes) -> Iterator[bytes]:
        for at in range(len(body)):
            yield body[at : at + 1]
            if asked.stopping.wait(pause):
                return

    def fault(asked: Asked) -> Reply:
        reply = right(asked)
        return replace(reply, body=pieces(asked, reply.data), end=End.CLOSE)

    return fault


def stall(asked: Asked) -> Reply:
    """Send half, and be silent, with the connection open."""
    reply = right(asked)

    def pieces(body: bytes) -> Iterator[bytes]:
        yield body[: len(body) // 2]
        asked.stopping.wait()

    return replace(reply, body=pieces(reply.data), end=End.CLOSE)


# What is no answer.


def silent(asked: Asked) -> Reply:
    """Read the request, and say nothing."""

    def pieces() -> Iterator[bytes]:
        asked.stopping.wait()
        yield b""

    return Reply(body=pieces(), bare=True, end=End.CLOSE)


def bare(data: bytes, end: End = End.CLOSE) -> Fault:
    """Send bytes instead of an answer: none of them closes the connection at once."""
    return lambda _: Reply(body=data, bare=True, end=end)


def endless_headers(asked: Asked) -> Reply:
    """Send headers that never end."""
    headers = _until_stopped(asked, b"X-More: " + b"y" * 1000 + b"\r\n")

    def pieces() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        yield from headers

    return Reply(body=pieces(), bare=True, end=End.CLOSE)


def long_header(asked: Asked) -> Reply:
    """Send a header of 300,000 characters."""
    return adding(right(asked), X_Long="y" * 300_000)


def many_headers(asked: Asked) -> Reply:
    """Send a thousand headers."""
    return adding(right(asked), **{f"X_{number}": "y" for number in range(1000)})
