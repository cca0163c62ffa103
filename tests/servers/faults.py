"""Faults of web servers, by name: in what they say, and those of ``sending``."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

from servers.files import asked_range, error, part, right
from servers.reply import End, adding, leaving
from servers.sending import (
    ALWAYS,
    GARBAGE,
    bare,
    chunked,
    chunked_cut,
    cut,
    drip,
    endless,
    endless_chunks,
    endless_headers,
    long_header,
    longer,
    many_headers,
    silent,
    stall,
    until_close,
)

if TYPE_CHECKING:
    from servers.reply import Asked, Fault, Reply

# Statuses.


def status(code: int, times: int = ALWAYS, **headers: str) -> Fault:
    """Answer with an error for some requests, and then rightly."""
    return lambda asked: error(code, **headers) if asked.count <= times else right(asked)


def redirect(to: str | None = None, code: int = 302) -> Fault:
    """Send to a URL, or to the path of the file itself on the same server."""
    return lambda asked: error(code, Location=to or asked.name)


def redirect_host(asked: Asked) -> Reply:
    """Send to the same server by another name."""
    host, port = asked.host.rsplit(":", 1)
    other = "localhost" if host != "localhost" else "127.0.0.1"
    return error(302, Location=f"http://{other}:{port}{asked.name}")


def redirect_loop(asked: Asked) -> Reply:
    """Send to where the request came from."""
    return error(302, Location=asked.path)


# Tags, dates, encodings.


def etag_moves(asked: Asked) -> Reply:
    """Give the same bytes another tag each time, as servers behind one name may."""
    return right(asked, etag=f'"{asked.count}"')


def bytes_change(asked: Asked) -> Reply:
    """Give other bytes, from the second request on, the tag of the first."""
    return right(asked, data=_other(asked), etag='"same"')


def replaced(asked: Asked) -> Reply:
    """Have another file, with its own tag, from the second request on."""
    return right(asked, data=_other(asked))


def _other(asked: Asked) -> bytes:
    data = asked.data
    return data if asked.count == 1 else bytes(byte ^ 1 for byte in data)


def weak_etag(asked: Asked) -> Reply:
    """Give a tag that promises no bytes."""
    return right(asked, etag='W/"weak"')


def without(*names: str) -> Fault:
    """Leave headers out."""
    return lambda asked: leaving(right(asked), *names)


def saying(**headers: str) -> Fault:
    """Say something else in headers."""
    return lambda asked: adding(right(asked), **headers)


def forced_gzip(asked: Asked) -> Reply:
    """Compress, though nobody asked for it."""
    reply = right(replace(asked, headers={}))
    packed = gzip.compress(reply.data, mtime=0)
    said = {"Content_Encoding": "gzip", "Content_Length": str(len(packed))}
    return replace(adding(reply, **said), body=packed)


# Ranges.


def range_ignored(asked: Asked) -> Reply:
    """Give the whole file, whatever range was asked for."""
    kept = {name: value for name, value in asked.headers.items() if name != "range"}
    return leaving(right(replace(asked, headers=kept)), "Accept-Ranges")


def _ranged(asked: Asked, moved: int = 0, more: int = 0) -> Reply:
    """Answer with another range than was asked for, where there is one."""
    reply, whole = right(asked), asked.data
    found = asked_range(asked.headers.get("range", ""), len(whole))
    if reply.status != 206 or not found or found[0] + moved < 0:
        return reply
    return part(reply.headers, whole, found[0] + moved, found[1] + moved + more)


def range_moved(asked: Asked) -> Reply:
    """Give the bytes one before those that were asked for, and say so."""
    return _ranged(asked, moved=-1)


def range_lies(asked: Asked) -> Reply:
    """Give the bytes one before those that were asked for, and say that they are the right ones."""
    reply = right(asked)
    if reply.status != 206:
        return reply
    return adding(range_moved(asked), Content_Range=reply.headers["Content-Range"])


def range_long(asked: Asked) -> Reply:
    """Give ten bytes more than were asked for, if there are as many."""
    return _ranged(asked, more=10)


def range_size(asked: Asked) -> Reply:
    """Say that the whole is larger than it is."""
    reply = right(asked)
    if reply.status != 206:
        return reply
    said = reply.headers["Content-Range"].rpartition("/")[0]
    return adding(reply, Content_Range=f"{said}/{len(asked.data) + 1}")


FAULTS: dict[str, Fault] = {
    "bad-date": saying(Last_Modified="Mon, 01 Jan 2020 00:00:00 GMT"),  # it was a Wednesday
    "bytes-change": bytes_change,
    "chunked": chunked,
    "chunked-cut": chunked_cut,
    "close": bare(b""),
    "cut": cut(),
    "cut-once": cut(1),
    "drip": drip(),
    "endless": endless,
    "endless-chunks": endless_chunks,
    "endless-headers": endless_headers,
    "etag-moves": etag_moves,
    "garbage": bare(GARBAGE),
    "gzip": forced_gzip,
    "gzip-labelled": saying(Content_Encoding="gzip"),  # Apache's AddEncoding, for a file.gz
    "long-header": long_header,
    "longer": longer,
    "many-headers": many_headers,
    "no-etag": without("ETag"),
    "range-ignored": range_ignored,
    "range-lies": range_lies,
    "range-long": range_long,
    "range-moved": range_moved,
    "range-size": range_size,
    "redirect": redirect(),
    "redirect-host": redirect_host,
    "redirect-loop": redirect_loop,
    "replaced": replaced,
    "reset": cut(end=End.RESET),
    "reset-at-once": bare(b"", End.RESET),
    "reset-once": cut(1, end=End.RESET),
    "silent": silent,
    "stall": stall,
    "until-close": until_close,
    "weak-etag": weak_etag,
    "403": status(403),
    "404": status(404),
    "410": status(410),
    "429": status(429, Retry_After="1"),
    "429-once": status(429, 1, Retry_After="1"),
    "500": status(500),
    "500-once": status(500, 1),
    "503": status(503, Retry_After="1"),
    "503-twice": status(503, 2, Retry_After="1"),
}
