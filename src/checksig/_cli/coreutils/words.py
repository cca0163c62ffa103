"""Names in messages, quoted as the coreutils do."""

from __future__ import annotations

import os
import re
from typing import Final

_C_ESCAPES: Final = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r"}

#: What a shell takes for more than it is; braces if they are alone.
_SPECIAL: Final = re.compile(r"[ !\"$&()*;<=>\[^`|?\\':]|\A[#~]|\A[{}]?\Z")

#: What means the same to a shell and to C within double quotes.
_ALIKE: Final = re.compile(r"[#~]?[^!\"#$&()*;<=>\[^`|?\\{}~]*")


def reason(error: OSError) -> bytes:
    """Return what the system says an error means."""
    text = os.strerror(error.errno) if error.errno else str(error)
    return os.fsencode(text)


def quoted(text: bytes) -> bytes:
    """Return an argument in the quotation marks of the locale, for a message."""
    left, right = ("\u2018", "\u2019") if _locale_is_utf8() else ("'", "'")
    return left.encode() + _printable(text) + right.encode()


def _printable(text: bytes) -> bytes:
    return "".join(c if c.isprintable() else _c_escape(c) for c in _characters(text)).encode(
        "utf-8", "surrogateescape"
    )


def quoted_if_odd(name: bytes) -> bytes:
    """Return a name as one would type it into a shell: as it is, if nothing in it is special."""
    text = _characters(name)
    if not text.isprintable():
        return _in_single_quotes(text)
    if not _SPECIAL.search(text):
        return name
    if "'" in text and _ALIKE.fullmatch(text):
        return b'"' + name + b'"'
    return _in_single_quotes(text)


def _in_single_quotes(text: str) -> bytes:
    """Quote for a shell: what cannot be printed stands in ``$'…'``."""
    parts = ["'"]
    escaping = False
    for c in text:
        odd = not c.isprintable()
        if odd and not escaping:
            parts.append("'$'")
        elif escaping and not odd and c != "'":  # whose own quotes are enough
            parts.append("''")
        escaping = odd
        parts.append(_c_escape(c) if odd else "'\\''" if c == "'" else c)
    return "".join([*parts, "'"]).encode("utf-8", "surrogateescape")


def _c_escape(c: str) -> str:
    if ord(c) in _C_ESCAPES:
        return "\\" + _C_ESCAPES[ord(c)]
    return "".join(f"\\{byte:03o}" for byte in c.encode("utf-8", "surrogateescape"))


def _characters(name: bytes) -> str:
    """Return the characters that the locale sees in a name; any other byte is a surrogate."""
    return name.decode("utf-8" if _locale_is_utf8() else "ascii", "surrogateescape")


def _locale_is_utf8() -> bool:
    import locale

    said = [os.environ.get(name) or None for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    if said == [None, "C.UTF-8", None]:
        return False  # Python has put it there, in the place of the C locale
    try:
        locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:
        return False
    return locale.nl_langinfo(locale.CODESET).upper() == "UTF-8"
