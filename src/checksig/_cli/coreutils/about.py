"""The answers of commands about themselves: ``--help`` and ``--version``."""

from __future__ import annotations

from typing import Final

from checksig import __version__

_SUM: Final = """\
Usage: {tool} [OPTION]... [FILE]...
Print a 16-bit checksum and the number of blocks of each FILE.
Without FILE, or when FILE is -, read standard input.

  -r              BSD's algorithm, and blocks of 1024 bytes (the default)
  -s, --sysv      System V's algorithm, and blocks of 512 bytes
"""

_HEAD: Final = """\
Usage: {tool} [OPTION]... [FILE]...
Print digests of each FILE, or with --check read digests from the FILEs and check them.
Without FILE, or when FILE is -, read standard input.

"""

_CKSUM: Final = """\
  -a, --algorithm=ALG   bsd, sysv, crc (the default), crc32b, md5, sha1, sha224, sha256,
                        sha384, sha512, sha2, sha3, blake2b or sm3
      --base64          write digests in base64, not hexadecimal
      --debug           accepted, and without effect
      --raw             write the bytes of one digest, and nothing else
      --untagged        write lines that do not name the algorithm
"""

_LENGTH: Final = """\
  -l, --length=BITS     the length of digests, where the algorithm has several
"""

_LISTS: Final = """\
  -b, --binary          mark lines as of binary files; what is read is the same
  -c, --check           check what the FILEs list
      --tag             write lines that name the algorithm
  -t, --text            mark lines as of text files
  -z, --zero            end lines with NUL, and escape no names

Only with --check:
      --ignore-missing  pass over files that do not exist
      --quiet           print no OK
      --status          print nothing: the exit code says it
      --strict          exit with an error if there are malformed lines
  -w, --warn            say where malformed lines are
"""

_TAIL: Final = """\

      --help            show this and exit
      --version         show the version and exit

This is checksig, which stands in for {tool} of the GNU coreutils. What is listed is opened
wherever it lies: to check what others have sent you, use checksig verify.
"""


def answer(option: str, tool: str, help_: str) -> bytes:
    """Return the answer to ``--help`` or ``--version``, with the help that a command has."""
    return (help_ if option == "help" else f"{tool} (checksig) {__version__}\n").encode()


def text(option: str, tool: str) -> bytes:
    """Return the answer of a command of the coreutils to ``--help`` or ``--version``."""
    if tool == "sum":
        parts = [_SUM, _TAIL]
    else:
        special = {"cksum": _CKSUM + _LENGTH, "b2sum": _LENGTH}.get(tool, "")
        parts = [_HEAD, special, _LISTS, _TAIL]
    return answer(option, tool, "".join(parts).format(tool=tool))
