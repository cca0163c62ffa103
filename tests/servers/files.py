"""Right answers for files, by RFC 9110: one range, conditions, and pages that list a directory."""

from __future__ import annotations

import hashlib
import re
from email.utils import formatdate
from typing import TYPE_CHECKING

from servers.indexes import STYLES
from servers.reply import Reply

if TYPE_CHECKING:
    from servers.reply import Asked

#: A file is never said to be *encoded* by gzip: its bytes are what was asked for.
KINDS = {".gz": "application/gzip", ".html": "text/html", ".txt": "text/plain"}


def right(asked: Asked, data: bytes | None = None, etag: str | None = None) -> Reply:
    """Answer as a good server would.

    Args:
        asked: The request.
        data: The whole file, if it is not the one on the disk.
        etag: Its tag, if it is not made of the bytes.
    """
    if not asked.exists:
        return error(404)
    whole = asked.data if data is None else data
    tag = etag or f'"{hashlib.sha256(whole).hexdigest()[:16]}"'
    headers = {
        "Date": formatdate(usegmt=True),
        "Content-Type": KINDS.get(asked.file.suffix, "application/octet-stream"),
        "ETag": tag,
        "Last-Modified": formatdate(asked.file.stat().st_mtime, usegmt=True),
        "Accept-Ranges": "bytes",
    }
    sent = asked.headers
    if not _matches(sent.get("if-match", "*"), tag):
        return error(412)
    if "if-none-match" in sent and _matches(sent["if-none-match"], tag):
        return Reply(304, headers)
    if "range" in sent and sent.get("if-range", tag) == tag:
        return _part(sent["range"], headers, whole)
    return Reply(200, {**headers, "Content-Length": str(len(whole))}, whole)


def part(headers: dict[str, str], whole: bytes, first: int, end: int) -> Reply:
    """Answer with the bytes from ``first`` to before ``end``."""
    body = whole[first:end]
    said = {
        **headers,
        "Content-Range": f"bytes {first}-{first + len(body) - 1}/{len(whole)}",
        "Content-Length": str(len(body)),
    }
    return Reply(206, said, body)


def asked_range(text: str, size: int) -> tuple[int, int] | None:
    """Return where a range begins and ends, or nothing if it is none, or not one alone."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", text)
    if not found or found[0] == "bytes=-":
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size
    return int(found[1]), min(size, int(found[2]) + 1) if found[2] else size


def error(status: int, **headers: str) -> Reply:
    """Answer with a status, and a page that must not be taken for the file."""
    page = f"<html><body><h1>{status}</h1></body></html>\n".encode()
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    length = {"Content-Type": "text/html", "Content-Length": str(len(page))}
    return Reply(status, {"Date": formatdate(usegmt=True), **length, **said}, page)


def index_or_error(asked: Asked, style: str) -> Reply:
    """Answer for a directory, or for what is not there."""
    if not asked.file.is_dir():
        return error(404)
    if not asked.name.endswith("/"):
        return error(301, Location=f"{asked.path}/")
    if style not in STYLES:
        return error(403)
    page = STYLES[style](asked.name, asked.file)
    headers = {"Content-Type": "text/html;charset=utf-8", "Content-Length": str(len(page))}
    return Reply(200, {"Date": formatdate(usegmt=True), **headers}, page)


def _part(text: str, headers: dict[str, str], whole: bytes) -> Reply:
    found = asked_range(text, len(whole))
    if found is None:
        return Reply(200, {**headers, "Content-Length": str(len(whole))}, whole)
    if found[0] >= min(found[1], len(whole)):
        return error(416, Content_Range=f"bytes */{len(whole)}")
    return part(headers, whole, *found)


def _matches(tags: str, tag: str) -> bool:
    return tags.strip() == "*" or tag in [each.strip() for each in tags.split(",")]
