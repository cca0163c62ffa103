"""Buckets of Google Cloud Storage.

Objects that were listed are read by their generation, which is one version and no other.

Source: https://cloud.google.com/storage/docs/json_api/v1/objects/list
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from checksig._bridge.fetching import Known
from checksig._places.place import Said
from checksig._places.store import checksums, markup
from checksig._places.store.objects import Listed, Objects, Page
from checksig._places.store.renewed import Renewed
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._bridge.fetching import Got
    from checksig._options import Trait
    from checksig._places.place import Item

#: Errors of answers that are not what they should be.
_BROKEN: Final = (
    *(ValueError, KeyError, TypeError, AttributeError),
    *(OverflowError, RecursionError),
)
_GOOGLE: Final = "https://storage.googleapis.com"
_VARIABLE: Final = "GOOGLE_APPLICATION_CREDENTIALS"
_READING: Final = "https://www.googleapis.com/auth/devstorage.read_only"
_WRITING: Final = "https://www.googleapis.com/auth/devstorage.read_write"


class Bucket(Objects):
    """A bucket of Google."""

    tagged = False

    def opened(self) -> str:
        """Find the account, and the server: that of Google, or one for tests."""
        emulator = os.environ.get("STORAGE_EMULATOR_HOST", "")
        if emulator and "://" not in emulator:
            emulator = f"http://{emulator}"
        self._base = emulator.rstrip("/") or _GOOGLE
        self._emulated = bool(emulator)
        self._read = Renewed(lambda: () if emulator else _authorization(_READING))
        self._generations: dict[str, str] = {}
        self._found: dict[bytes, str] = {}  # generations of what somebody has asked for
        parts = urlsplit(self._base)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def _header(self) -> tuple[tuple[str, str], ...]:
        return self._read()

    def _url(self, key: str = "", **query: str) -> str:
        # A slash in a key is no slash of the path.
        below = f"/{quote(key, safe='')}" if key else ""
        bucket = quote(self.bucket, safe="")
        return f"{self._base}/storage/v1/b/{bucket}/o{below}?{urlencode(query, quote_via=quote)}"

    def page(self, prefix: str, more: str, *, deep: bool, most: int) -> Page:
        """Return a part of the listing of a prefix."""
        query = {"prefix": prefix, "maxResults": str(most)}
        query |= {"fields": "items(name,size,generation),prefixes,nextPageToken"}
        query |= {} if deep else {"delimiter": "/"}
        query |= {"pageToken": more} if more else {}
        data = self.answer(Known(self._url(**query), header=self._header))
        try:
            answer = json.loads(data)
            found = [
                Listed(_name(each["name"]), markup.size(each["size"]), str(int(each["generation"])))
                for each in answer.get("items", ())
            ]
            token = str(answer.get("nextPageToken", ""))
            below = str(next(iter(answer.get("prefixes", ())), ""))
        except _BROKEN:
            self.fail("the answer is no listing")
        self._generations.update({each.key: each.version for each in found})
        return Page(found, token, below)

    def order(self, number: int, name: bytes, version: str = "") -> bytes:
        """Return what has the core read a pending file, once: there may be many."""
        packed = super().order(number, name, version)
        self._generations.pop(self._key(name), None)
        return packed

    def object(self, key: str, listed: Item | None = None, version: str = "") -> Known:
        """Return how an object is read: by its generation."""
        generation = version or self._generations.get(key)
        query = {"alt": "media"} | ({"generation": generation} if generation else {})
        size = listed.size if listed else -1
        # Whoever says that gzip is welcome gets the bytes as they are stored.
        header = (*self._header, ("Accept-Encoding", "gzip"))
        return Known(
            self._url(key, **query), size, fixed=bool(generation), ranges=True, header=header
        )

    def written(self, key: str, data: bytes, over: Item | None) -> Got:
        """Ask for an object to be written, if none is there but one that is known."""
        generation = self._found.get(over.name, "0") if over else "0"
        query = {"uploadType": "media", "name": key, "ifGenerationMatch": generation}
        bucket = quote(self.bucket, safe="")
        url = f"{self._base}/upload/storage/v1/b/{bucket}/o?{urlencode(query, quote_via=quote)}"
        header = () if self._emulated else _authorization(_WRITING)
        [got] = self.asked([Known(url, header=header)], method="POST", body=data)
        return got

    def find(self, name: bytes) -> Item | None:
        """Return the object of a name, if there is one, and note which it is."""
        item = super().find(name)
        if item and name not in self._found:
            self._found[name] = self._generations.get(self._key(name), "0")
        return item

    def forget(self, name: bytes) -> None:
        """Forget the generation of an object that was there."""
        super().forget(name)
        self._found.pop(name, None)
        self._generations.pop(self._key(name), None)

    @property
    def traits(self) -> frozenset[Trait]:
        """The abilities of stores, checksums, and versions."""
        return frozenset({*super().traits, "checksums", "versions"})

    def said(self, files: Sequence[tuple[bytes, str]], *, etags: bool) -> Sequence[Said | None]:
        """Return the generations of objects, and checksums: CRC-32C, and of most MD5."""
        del etags  # which are none of them
        asked: list[Known] = []
        for key in [self._key(name) for name, _ in files]:
            generation = self._generations.get(key)
            query = {"fields": "size,md5Hash,crc32c,generation"}
            query |= {"generation": generation} if generation else {}
            asked.append(Known(self._url(key, **query), header=self._header))
        return [_said(got.data) if got.ok else None for got in self.asked(asked)]

    def why(self, got: Got) -> str:
        """Return why the store refuses something, in words, without secrets."""
        if got.reason == "no such object":
            return "there is no such bucket"
        denied = got.reason.startswith(("the server says 401", "the server says 403"))
        if denied and not self._header:
            return "access is denied, and there are no credentials of Google"
        return "access is denied" if denied else got.reason


def _name(value: object) -> str:
    """Return the name of an object.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str) or not value:
        raise ValueError("not a name")
    value.encode()  # half a pair of surrogates is none
    return value


def _said(data: bytes) -> Said | None:
    """Return what is said of an object in JSON; None if that is not understood."""
    try:
        said = json.loads(data)
        names = (("md5", "md5Hash"), ("crc32c", "crc32c"))
        pairs = [(name, checksums.digest(name, str(said.get(field, "")))) for name, field in names]
        version = str(int(said["generation"]))
        known = {name: value for name, value in pairs if value}
        return Said(markup.size(said["size"]), known, version)
    except _BROKEN:
        return None


def _authorization(scope: str) -> tuple[tuple[str, str], ...]:
    """Return the header that says who asks, for a scope; nothing, if nobody knows.

    Raises:
        ManifestError: there are credentials, and they do not hold.
    """
    try:
        auth: Any = import_module("google.auth")  # an extra
        transport: Any = import_module("google.auth.transport.requests")
    except ImportError:
        if _VARIABLE in os.environ:
            raise ManifestError(f"{_VARIABLE} needs pip install 'checksig[cloud]'") from None
        return ()
    try:
        credentials, _ = auth.default(scopes=[scope])
        credentials.refresh(transport.Request())
    except auth.exceptions.DefaultCredentialsError:
        return ()
    except Exception as error:  # of many kinds: of the network, of a file
        raise ManifestError(f"there are no credentials of Google: {error}") from error
    return (("Authorization", f"Bearer {credentials.token}"),)
