"""Buckets of S3, and of all that speaks like it, as places.

A key is a name below the prefix that was asked for. Not every key can be that of a file: ``a//b``,
``/x``, ``a/../b`` and ``dir/`` are refused by their names, and said to be so.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus, urlsplit
from xml.etree import ElementTree

from checksig._bridge import fetching
from checksig._bridge.fetching import Got, Known
from checksig._names import escape, of_file
from checksig._places.place import Fault, Item
from checksig._places.store import aws
from checksig._results import Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._bridge.hashing import Readable
    from checksig._options import Trait
    from checksig._options.values import Network

#: In bytes: of signatures, of what is looked at once more, and of a page of a listing.
_SMALL: Final = 16 << 20
_NAMESPACE: Final = re.compile(r' xmlns="[^"]*"')
_CODE: Final = re.compile(rb"<Code>(\w+)</Code>")
_SAID: Final = {
    "NoSuchBucket": "there is no such bucket",
    "InvalidAccessKeyId": "the access key is not known",
    "SignatureDoesNotMatch": "the secret key is another one",
    "ExpiredToken": "the credentials have expired",
    "AccessDenied": "access is denied",
    "PermanentRedirect": "the bucket is in another region: set AWS_REGION",
    "AuthorizationHeaderMalformed": "the bucket is in another region: set AWS_REGION",
}


class Bucket:
    """The objects of a bucket whose keys have a prefix."""

    root = None
    kind = "stores"

    def __init__(self, address: str, network: Network) -> None:
        """Take the address of a prefix, or of an object, and ask nobody yet.

        Raises:
            ManifestError: it names no bucket, or there is no such profile.
        """
        bucket, _, key = address.partition("://")[2].partition("/")
        if not bucket or set(bucket) & set("@?#:"):
            raise ManifestError(f'"{escape(address)}" names no bucket')
        who = aws.account()
        self._bucket, self._anonymous = bucket, not who.key
        base, path = _endpoint(bucket, who)
        self._signer = aws.Signer(who, base, urlsplit(base).netloc, path)
        self.fetch: dict[str, Any] = fetching.settings(network, [base.lower()])
        self._got: dict[bytes, Got] = {}
        self._items: dict[bytes, Item] = {}
        above, _, name = key.rpartition("/")
        self._prefix = f"{above}/" if above else ""
        self.name = os.fsencode(name)
        if name and not self._exists(key):
            self._prefix, self.name = f"{key}/", b""
        self.path = os.fsencode(f"s3://{bucket}/{self._prefix}")

    @property
    def traits(self) -> frozenset[Trait]:
        """The abilities of a store: it says what it has, and how large that is."""
        return frozenset({"all", "sizes", "urls", "readers", "rate"})

    def show(self, name: bytes = b"") -> str:
        """Return the address of the place, or of an object in it."""
        return os.fsdecode(self.path + name)

    def _exists(self, key: str) -> bool:
        """Whether there is an object of this very key."""
        return any(found == key for found, _, _ in self._page({"prefix": key, "max-keys": "1"})[0])

    def _known(self, name: bytes) -> Known:
        item = self._items.get(name)
        known = Known(self._signer.url(self._prefix + os.fsdecode(name)), ranges=True)
        return known._replace(size=item.size, etag=str(item.pin)) if item else known

    def order(self, number: int, name: bytes) -> bytes:
        """Return what has the core read a pending file. It knows the size and the version."""
        url = self._signer.url(self._prefix + os.fsdecode(name))
        return Known(url, ranges=True).packed(number)

    def look(self, names: Iterable[bytes], limit: int = _SMALL) -> None:
        """Read small files, all at the same time."""
        wanted = [name for name in names if name not in self._got]
        if wanted:
            found = fetching.get([self._known(name) for name in wanted], limit, self.fetch)
            self._got.update(zip(wanted, found, strict=True))

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield the objects below a prefix; or if not ``deep``, those that no slash follows.

        Raises:
            ManifestError: the store does not list them.
        """
        prefix = self._prefix + (f"{os.fsdecode(below)}/" if below else "")
        asked = {"prefix": prefix} if deep else {"prefix": prefix, "delimiter": "/"}
        more: str | None = ""
        while more is not None:
            page, more = self._page({**asked, "continuation-token": more} if more else asked)
            for key, size, etag in page:
                if key != self._prefix:  # which is the place itself
                    item = _item(key.removeprefix(self._prefix), size, etag)
                    if not deep:
                        self._items[item.name] = item
                    yield item

    def _page(self, asked: dict[str, str]) -> tuple[list[tuple[str, int, str]], str | None]:
        """Return a page of a listing, and what to ask for the next; None after the last."""
        query = {"list-type": "2", "encoding-type": "url", **asked}
        [got] = fetching.get([Known(self._signer.url("", query))], _SMALL, self.fetch)
        if got.status is not Status.OK:
            raise ManifestError(f'cannot list "s3://{self._bucket}": {self._why(got)}')
        if b"<!DOCTYPE" in got.data:
            raise ManifestError(f'"s3://{self._bucket}": the answer is no listing')
        try:
            # Nothing expands without a DOCTYPE.
            tree = ElementTree.fromstring(_NAMESPACE.sub("", got.data.decode(), count=1))  # noqa: S314
            # Asked for: XML has no control characters. Not every server does it, and all say so.
            quoted = tree.findtext("EncodingType") == "url"
            page = [
                (
                    _key(each.findtext("Key", ""), quoted=quoted),
                    int(each.findtext("Size", "")),
                    each.findtext("ETag", "").strip('"'),
                )
                for each in tree.iterfind("Contents")
            ]
        except (ElementTree.ParseError, ValueError) as error:
            raise ManifestError(f'"s3://{self._bucket}": the answer is no listing') from error
        if tree.tag != "ListBucketResult":
            raise ManifestError(f'"s3://{self._bucket}": the answer is no listing')
        more = tree.findtext("NextContinuationToken")
        if tree.findtext("IsTruncated") == "true" and not more:
            raise ManifestError(f'"s3://{self._bucket}": the listing breaks off')
        return page, more

    def _why(self, got: Got) -> str:
        """Return why the store refuses something, in words, without secrets."""
        match = _CODE.search(got.data)
        said = _SAID.get(match[1].decode(), "") if match else ""
        if said == "access is denied" and self._anonymous:
            said += ", and there are no credentials: set AWS_ACCESS_KEY_ID or AWS_PROFILE"
        code = f" ({match[1].decode()})" if match and not said else ""
        return said or got.reason + code

    def find(self, name: bytes) -> Item | None:
        """Return the object of a name, if there is one.

        Raises:
            ManifestError: nobody can tell.
        """
        if of_file(os.fsdecode(name)) is None:
            return None
        if name not in self._items and name not in self._got:
            key = self._prefix + os.fsdecode(name)
            for found, size, etag in self._page({"prefix": key, "max-keys": "1"})[0]:
                if found == key:
                    self._items[name] = _item(os.fsdecode(name), size, etag)
        if name in self._items:
            return self._items[name]
        got = self._got.get(name)
        return Item(name, len(got.data), pin=got.etag) if got and got.status is Status.OK else None

    def read(self, item: Item, limit: int) -> bytes:
        """Return the bytes of a small object.

        Raises:
            OSError: they cannot be had.
        """
        self.look([item.name], limit)
        got = self._got[item.name]
        if got.status is not Status.OK:
            raise OSError(self._why(got))
        return got.data

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield small objects as streams: for who looks once more. The core reads all others."""
        for item in items:
            [got] = fetching.get([self._known(item.name)], _SMALL, self.fetch)
            if got.status is Status.OK:
                yield item, io.BytesIO(got.data)
            else:
                yield item, Fault(got.status, self._why(got))

    def close(self) -> Fault | None:
        """Hold nothing."""
        return None


def _endpoint(bucket: str, who: aws.Account) -> tuple[str, str]:
    """Return scheme and host of a bucket, and its path there."""
    if who.endpoint:
        if not re.match("https?://", who.endpoint):
            raise ManifestError("AWS_ENDPOINT_URL is not the address of a server")
        parts = urlsplit(who.endpoint)
        return f"{parts.scheme}://{parts.netloc}", f"{parts.path}/{bucket}/"
    if "." in bucket:  # no certificate is for such a host
        return f"https://s3.{who.region}.amazonaws.com", f"/{bucket}/"
    return f"https://{bucket}.s3.{who.region}.amazonaws.com", "/"


def _key(text: str, *, quoted: bool) -> str:
    return unquote_plus(text, errors="surrogateescape") if quoted else text


def _item(name: str, size: int, etag: str) -> Item:
    """Return an object by the name that its key is below the prefix."""
    fault = None
    if of_file(name) != name or not name.isprintable():
        fault = Fault(Status.UNSAFE_PATH, "the key is not the name of a file", "reported")
    return Item(os.fsencode(name), size, fault, pin=etag)
