"""Pages that list a directory, as three servers make them.

Sources: ``src/http/modules/ngx_http_autoindex_module.c`` of nginx 1.26;
``modules/generators/mod_autoindex.c`` of Apache 2.4, with ``FancyIndexing`` and ``HTMLTable``;
``SimpleHTTPRequestHandler.list_directory`` of the Python that runs.
"""

from __future__ import annotations

import html
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class _Entry:
    """A file or directory: its link, its text, and what is said of it."""

    name: str
    link: str
    size: int
    modified: datetime


def _entries(directory: Path) -> list[_Entry]:
    """Return what is in a directory, directories first. Names that begin with a dot are hidden."""
    found: list[_Entry] = []
    shown = [path for path in directory.iterdir() if not path.name.startswith(".")]
    for path in sorted(shown, key=lambda path: (not path.is_dir(), path.name)):
        slash = "/" if path.is_dir() else ""
        link = quote(os.fsencode(path.name), safe="-_.~!$&'()*+,;=:@") + slash
        text = os.fsencode(path.name).decode(errors="replace") + slash
        status = path.stat()
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
        found.append(_Entry(text, link, status.st_size, modified))
    return found


def nginx(path: str, directory: Path) -> bytes:
    """As nginx lists: a text of 50 characters at most, then date and size in columns."""
    title = f"Index of {html.escape(path)}"
    lines = [
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f'<h1>{title}</h1><hr><pre><a href="../">../</a>\r\n'
    ]
    for entry in _entries(directory):
        text, width = entry.name, 50
        if len(text) > width:
            shown, padding = html.escape(text[: width - 3]) + "..&gt;", " "
        else:
            shown, padding = html.escape(text), " " * (width - len(text) + 1)
        size = "-" if entry.name.endswith("/") else str(entry.size)
        when = entry.modified.strftime("%d-%b-%Y %H:%M")
        link = entry.link.replace(":", "%3A")
        lines.append(f'<a href="{link}">{shown}</a>{padding}{when} {size:>19}\r\n')
    return "".join([*lines, "</pre><hr></body>\r\n</html>\r\n"]).encode()


def apache(path: str, directory: Path) -> bytes:
    """As Apache lists: links that sort, a parent that is an absolute path, and icons."""
    title = f"Index of {html.escape(path.rstrip('/') or '/')}"
    columns = (
        ("N;O=D", "Name"),
        ("M;O=A", "Last modified"),
        ("S;O=A", "Size"),
        ("D;O=A", "Description"),
    )
    sorting = "".join(f'<th><a href="?C={by}">{name}</a></th>' for by, name in columns)
    parent = path.rstrip("/").rpartition("/")[0] + "/"
    rule = '   <tr><th colspan="5"><hr></th></tr>\n'
    rows = [
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n'
        f"  <title>{title}</title>\n </head>\n <body>\n<h1>{title}</h1>\n  <table>\n"
        '   <tr><th valign="top"><img src="/icons/blank.gif" alt="[ICO]"></th>'
        f"{sorting}</tr>\n{rule}",
        _row("back.gif", "[PARENTDIR]", parent, "Parent Directory", "&nbsp;", "  - "),
    ]
    for entry in _entries(directory):
        folder = entry.name.endswith("/")
        icon, alt = ("folder.gif", "[DIR]") if folder else ("unknown.gif", "[   ]")
        when = entry.modified.strftime("%Y-%m-%d %H:%M  ")
        # Apache cuts what is shown at 23 characters.
        text = entry.name if len(entry.name) <= 23 else entry.name[:20] + "..>"
        size = "  - " if folder else _short(entry.size)
        rows.append(_row(icon, alt, entry.link, html.escape(text), when, size))
    foot = (
        "</table>\n<address>Apache/2.4.66 (Debian) Server at 127.0.0.1</address>\n</body></html>\n"
    )
    return "".join([*rows, rule, foot]).encode()


def _row(icon: str, alt: str, link: str, *cells: str) -> str:
    text, when, size = cells
    return (
        f'<tr><td valign="top"><img src="/icons/{icon}" alt="{alt}"></td>'
        f'<td><a href="{html.escape(link)}">{text}</a></td><td align="right">{when}</td>'
        f'<td align="right">{size}</td><td>&nbsp;</td></tr>\n'
    )


def _short(size: int) -> str:
    """Four characters, as ``apr_strfsize`` has them."""
    if size < 973:
        return f"{size:3d} "
    value = float(size)
    for letter in "KMGTPE":
        value /= 1024
        if value < 9.95:
            return f"{value:.1f}{letter}"
        if value < 973:
            return f"{round(value):3d}{letter}"
    raise ValueError(size)


class _Lister(SimpleHTTPRequestHandler):
    """The library's own page, without its connection."""

    def __init__(self, path: str) -> None:
        self.path = path

    def send_response(self, *_: Any) -> None: ...
    def send_header(self, *_: Any) -> None: ...
    def end_headers(self) -> None: ...


def python(path: str, directory: Path) -> bytes:
    """As ``python -m http.server`` lists: names that begin with a dot as well."""
    page = _Lister(path).list_directory(str(directory))
    assert page
    return page.read()


STYLES: dict[str, Callable[[str, Path], bytes]] = {
    "apache": apache,
    "nginx": nginx,
    "python": python,
}
