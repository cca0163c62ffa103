"""Python environments as directories: of what kind one is, and from where in it Python imports.

Sources: the documentation of Python, "site" and "venv"; that of pip, "--target"; that of conda,
"Managing environments".
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from checksig._names import quoted
from checksig._places.directory import is_directory
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._options import StrPath

#: An environment of venv; one of conda; a folder that ``pip install --target`` filled; or a prefix
#: that has packages, as that of the system.
Kind: TypeAlias = Literal["venv", "conda", "target", "prefix"]

#: Where packages are, below a prefix.
_SITES: Final = (
    r"lib(?:64)?/(?:python|pypy)\d[\d.]*t?/(?:site|dist)-packages",
    r"local/lib/python\d[\d.]*/dist-packages",
    r"Lib/site-packages",
)
CONDA_META: Final = "conda-meta"
VENV: Final = "pyvenv.cfg"
COMMANDS: Final = ("bin", "Scripts")

#: What is installed has one of these endings. ``importlib.metadata`` reads them in any case.
INFO: Final = (".dist-info", ".egg-info")

_ASK: Final = (
    "import json, site, sys, sysconfig; "
    "print(json.dumps([sys.prefix, *site.getsitepackages(), "
    "sysconfig.get_path('purelib'), sysconfig.get_path('platlib')]))"
)
_ASK_SECONDS: Final = 60


class Prefix(NamedTuple):
    """An environment. Names in it are below its root, and "" is the root itself."""

    root: bytes  # its path, without links
    kind: Kind
    sites: tuple[str, ...]  # where packages are installed
    outside: tuple[str, ...] = ()  # names of such places that lead elsewhere

    @property
    def imported(self) -> tuple[str, ...]:
        """All directories that Python imports from, as far as lists may cover them.

        Only conda lists the standard library.
        """
        libraries = [site.rpartition("/")[0] for site in self.sites if self.kind == "conda"]
        dynamic = [f"{library}/lib-dynload" for library in libraries]
        return tuple(dict.fromkeys([*self.sites, *filter(self.has, [*libraries, *dynamic])]))

    @property
    def commands(self) -> tuple[str, ...]:
        """Directories of commands: each is the first on the path of imports of those in it.

        In that of a system there are commands of all kinds.
        """
        return tuple(filter(self.has, COMMANDS if self.kind in ("venv", "conda") else ()))

    def has(self, name: str) -> bool:
        """Whether there is a directory of this name, and no link to one."""
        path = self.path(name)
        return os.path.isdir(path) and not os.path.islink(path)

    def path(self, name: str) -> bytes:
        """Return the path of a name."""
        return os.path.join(self.root, os.fsencode(name)) if name else self.root


def under(directory: str, name: str) -> str:
    """Return a name in a directory below the root, which is the root if it is empty."""
    return f"{directory}/{name}" if directory else name


def of_python(python: StrPath | None) -> Prefix:
    """Return the environment of an interpreter; that which runs if there is none.

    Raises:
        ManifestError: it does not say where its packages are.
    """
    if python is None:
        import site  # noqa: PLC0415 (whoever checks a directory need not wait for it)
        import sysconfig  # noqa: PLC0415 (as above)

        paths = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
        answer = [sys.prefix, *site.getsitepackages(), *paths]
    else:
        answer = _asked(os.fsencode(python))
    root, *sites = (os.path.realpath(os.fsencode(path)) for path in answer)
    return _prefix(root, [*sites, *_places(root)])


def _asked(python: bytes) -> list[str]:
    import json  # noqa: PLC0415 (as above)
    import subprocess  # noqa: PLC0415 (as above)

    command = [python, b"-I", b"-c", _ASK.encode()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_ASK_SECONDS, check=True)
        answer: list[str] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise ManifestError(
            f"{quoted(python)} does not say where its packages are: {error}"
        ) from error
    return answer


def below(prefix: bytes) -> Prefix:
    """Return the environment that a directory is.

    Raises:
        ManifestError: there is not a directory.
    """
    if not is_directory(prefix):
        raise ManifestError(f"{quoted(prefix)} is not a directory")
    root = os.path.realpath(prefix)
    return _prefix(root, _places(root))


def _prefix(root: bytes, places: Iterable[bytes]) -> Prefix:
    start = root.rstrip(b"/") + b"/"
    sites, outside = dict[str, None](), dict[bytes, str]()  # lib64 is often a link to lib
    for place in filter(os.path.isdir, places):
        real = os.path.realpath(place)
        if real.startswith(start):
            sites[_name(real, start)] = None
        elif place.startswith(start):
            outside.setdefault(real, _name(place, start))
    kind = _kind(root)
    if kind == "target":  # whoever adds a directory to such a folder must not hide what is in it
        sites[""] = None
    return Prefix(root, kind, tuple(sites), tuple(outside.values()))


def _name(path: bytes, start: bytes) -> str:
    return os.fsdecode(path.removeprefix(start)).replace(os.sep, "/")


def _kind(root: bytes) -> Kind:
    names = [os.fsdecode(name) for name in names_in(root)]
    if CONDA_META in names:
        return "conda"
    if VENV in names:
        return "venv"
    return "target" if any(name.lower().endswith(INFO) for name in names) else "prefix"


def _places(root: bytes) -> Iterator[bytes]:
    for pattern in _SITES:
        found = [b""]
        for part in re.split(r"/", pattern):
            found = [
                os.path.join(place, name)
                for place in found
                for name in names_in(os.path.join(root, place))
                if re.fullmatch(part, os.fsdecode(name))
            ]
        yield from (os.path.join(root, place) for place in found)


def names_in(directory: bytes) -> list[bytes]:
    """Return what is in a directory, sorted; nothing if it cannot be read."""
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []
