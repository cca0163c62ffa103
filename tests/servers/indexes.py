"""Pages that list a directory, as three servers make them.

Held against nginx 1.22, and Apache 2.4.71 with the options of its own ``httpd-autoindex.conf``.
Python's is that of the library that runs. Apache sorts otherwise, and that is not copied.
"""

from __future__ import annotations

import html
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from http.server import SimpleHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


#: Files that Apache does not list, as its configuration comes: they are there all the same.
HIDDEN_BY_APACHE = (".??*", "*~", "*#", "HEADER*", "README*", "RCS", "CVS", "*,v", "*,t")


@dataclass(frozen=True)
class _Entry:
    """A file or directory. The name ends with a slash if it is a directory."""

    name: str
    size: int
    modified: datetime


def _entries(directory: Path) -> list[_Entry]:
    """Return what is in a directory, directories first. Names that begin with a dot are hidden."""
    shown = [path for path in directory.iterdir() if not path.name.startswith(".")]
    found: list[_Entry] = []
    for path in sorted(shown, key=lambda path: (not path.is_dir(), path.name)):
        status = path.stat()
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
        name = path.name + ("/" if path.is_dir() else "")
        found.append(_Entry(name, status.st_size, modified))
    return found


def _text(name: str) -> str:
    """Neither server spells an apostrophe otherwise."""
    return html.escape(name).replace("&#x27;", "'")


def _cut(name: str, width: int) -> str:
    """Return the start of a name, by its bytes: the link has all of it."""
    data = os.fsencode(name)
    return _text(name) if len(data) <= width else _text(os.fsdecode(data[: width - 3])) + "..&gt;"


def nginx(path: str, directory: Path) -> bytes:
    """As nginx lists: a text of 50 bytes at most, then date and size in columns."""
    title = f"Index of {_text(path)}"
    lines = [
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f'<h1>{title}</h1><hr><pre><a href="../">../</a>\r\n'
    ]
    for entry in _entries(directory):
        link = quote(os.fsencode(entry.name), safe="/-_.~")
        padding = " " * (max(0, 50 - len(os.fsencode(entry.name))) + 1)
        size = "-" if entry.name.endswith("/") else str(entry.size)
        when = entry.modified.strftime("%d-%b-%Y %H:%M")
        lines.append(f'<a href="{link}">{_cut(entry.name, 50)}</a>{padding}{when} {size:>19}\r\n')
    return os.fsencode("".join([*lines, "</pre><hr></body>\r\n</html>\r\n"]))


def apache(path: str, directory: Path) -> bytes:
    """As Apache lists: links that sort, a parent that is an absolute path, and icons."""
    title = f"Index of {_text(path.rstrip('/') or '/')}"
    columns = {"N;O=D": "Name", "M;O=A": "Last modified", "S;O=A": "Size", "D;O=A": "Description"}
    sorting = "".join(f'<th><a href="?C={by}">{name}</a></th>' for by, name in columns.items())
    parent = path.rstrip("/").rpartition("/")[0] + "/"
    rule = '   <tr><th colspan="5"><hr></th></tr>\n'
    rows = [
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">'
        f"\n<html>\n <head>\n  <title>{title}</title>\n </head>\n <body>\n<h1>{title}</h1>\n"
        '  <table>\n   <tr><th valign="top"><img src="/icons/blank.gif" alt="[ICO]"></th>'
        f"{sorting}</tr>\n{rule}",
        _row("back.gif", "[PARENTDIR]", parent, "Parent Directory", "&nbsp;", "  - "),
    ]
    for entry in _entries(directory):
        if any(fnmatchcase(entry.name, hidden) for hidden in HIDDEN_BY_APACHE):
            continue
        folder = entry.name.endswith("/")
        icon, alt = ("folder.gif", "[DIR]") if folder else ("unknown.gif", "[   ]")
        when = entry.modified.strftime("%Y-%m-%d %H:%M  ")
        link = quote(os.fsencode(entry.name), safe="/-_.~!$&'()*+,;=:@")
        link = re.sub("%..", lambda found: found[0].lower(), link)
        link = f"./{link}" if ":" in link else link
        size = "  - " if folder else _short(entry.size)
        rows.append(_row(icon, alt, link, _cut(entry.name, 23), when, size))
    foot = (
        "</table>\n<address>Apache/2.4.71 (Debian) Server at 127.0.0.1</address>\n</body></html>\n"
    )
    return os.fsencode("".join([*rows, rule, foot]))


def _row(icon: str, alt: str, link: str, *cells: str) -> str:
    text, when, size = cells
    right = "" if when == "&nbsp;" else ' align="right"'
    return (
        f'<tr><td valign="top"><img src="/icons/{icon}" alt="{alt}"></td>'
        f'<td><a href="{_text(link)}">{text}</a></td><td{right}>{when}</td>'
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
