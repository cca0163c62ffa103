"""Containers of blobs of Azure.

Source: https://learn.microsoft.com/rest/api/storageservices/list-blobs
"""

from __future__ import annotations

import base64
import hmac
import os
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from checksig._bridge.fetching import Known
from checksig._places.store import markup
from checksig._places.store.objects import Listed, Objects, Page
from checksig._places.store.renewed import Renewed
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from checksig._bridge.fetching import Got
    from checksig._places.place import Item

_VERSION: Final = "2022-11-02"
_SCOPE: Final = "https://storage.azure.com/.default"
#: In seconds: how long an address that we make can be used.
_EXPIRES: Final = 7 * 24 * 3600
_DENIED: Final = "access is denied"
_NOBODY: Final = ", and there are no credentials of Azure"
_SAID: Final = {
    "ContainerNotFound": "there is no such container",
    "AuthenticationFailed": "the account key, or the token, is another one",
    "AuthorizationFailure": _DENIED,
    "BlobArchived": "it is archived: rehydrate it first",
    "ResourceNotFound": "there is no such container, or it is not for everybody",
    "PublicAccessNotPermitted": f"{_DENIED}{_NOBODY}",
    "NoAuthenticationInformation": f"{_DENIED}{_NOBODY}",
}


class Container(Objects):
    """A container of Azure."""

    kind = "containers of Azure"

    def opened(self) -> str:
        """Find the account, and the server: that of the account, or another."""
        known = {**_connection(), **os.environ}
        account = known.get("AZURE_STORAGE_ACCOUNT_NAME") or known.get("AZURE_STORAGE_ACCOUNT", "")
        endpoint = known.get("AZURE_STORAGE_ENDPOINT", "")
        if not (endpoint or account):
            raise ManifestError("whose container is it? set AZURE_STORAGE_ACCOUNT_NAME")
        suffix = known.get("EndpointSuffix", "core.windows.net")
        self._base = endpoint.rstrip("/") or (
            f"{known.get('DefaultEndpointsProtocol', 'https')}://{account}.blob.{suffix}"
        )
        key = known.get("AZURE_STORAGE_ACCOUNT_KEY") or known.get("AZURE_STORAGE_KEY", "")
        self._words = known.get("AZURE_STORAGE_SAS_TOKEN", "").lstrip("?")
        self._writing = self._words
        parts = urlsplit(self._base)
        if not self._words and key:
            self._words = _signature(account, key, "rl", parts.scheme)
            self._writing = _signature(account, key, "cw", parts.scheme)
        self._authorized = Renewed(lambda: () if self._words else _authorization())
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def _header(self) -> tuple[tuple[str, str], ...]:
        return (("x-ms-version", _VERSION), *self._authorized())

    def _url(self, key: str = "", query: dict[str, str] | None = None, words: str = "") -> str:
        below = f"/{quote(key, safe='/')}" if key else ""
        asked = urlencode(query or {}, quote_via=quote)
        words = "&".join(filter(None, [asked, words or self._words]))
        return f"{self._base}/{quote(self.bucket, safe='$')}{below}" + (
            f"?{words}" if words else ""
        )

    def page(self, prefix: str, more: str, *, deep: bool, most: int) -> Page:
        """Return a part of the listing of a prefix."""
        query = {"restype": "container", "comp": "list", "prefix": prefix, "maxresults": str(most)}
        query |= {} if deep else {"delimiter": "/"}
        query |= {"marker": more} if more else {}
        data = self.answer(Known(self._url("", query), header=self._header))
        tree = markup.tree(data, "EnumerationResults")
        if tree is None:
            self.fail("the answer is no listing")
        try:
            found = [
                Listed(
                    each.findtext("Name", ""),
                    markup.size(each.findtext("Properties/Content-Length", "")),
                    each.findtext("Properties/Etag", "").strip('"'),
                )
                for each in tree.iterfind("Blobs/Blob")
                # Where there are directories, each is listed as a blob as well.
                if each.findtext("Properties/ResourceType") != "directory"
            ]
        except ValueError:
            self.fail("the answer is no listing")
        below = tree.findtext("Blobs/BlobPrefix/Name", "")
        return Page(found, tree.findtext("NextMarker") or "", below)

    def object(self, key: str, listed: Item | None = None, version: str = "") -> Known:
        """Return how a blob is read: by its entity tag."""
        del version  # which is never said
        known = Known(self._url(key), ranges=True, header=self._header)
        return known._replace(size=listed.size, etag=str(listed.pin)) if listed else known

    def written(self, key: str, data: bytes, over: Item | None) -> Got:
        """Ask for a blob to be written, if none is there but one that is known."""
        header = (*self._header, ("x-ms-blob-type", "BlockBlob"))
        known = Known(self._url(key, words=self._writing), header=(*header, ("If-None-Match", "*")))
        if over:
            known = known._replace(etag=str(over.pin), header=header)
        [got] = self.asked([known], method="PUT", body=data)
        return got

    def why_not(self, reason: str) -> str:
        """Return why a blob was not read in words, if the store has said a code."""
        return _SAID.get(reason.rpartition(" (")[2].removesuffix(")"), reason)

    def why(self, got: Got) -> str:
        """Return why the store refuses something, in words, without secrets."""
        said = self.why_not(markup.coded(got.reason, got.data))
        anonymous = not self._words and not self._authorized()
        return f"{said}{_NOBODY}" if anonymous and said == _DENIED else said


def _connection() -> dict[str, str]:
    """Return what a connection string says, as the variables for each part of it."""
    pairs = os.environ.get("AZURE_STORAGE_CONNECTION_STRING", "").split(";")
    words = {name: value for name, _, value in (each.partition("=") for each in pairs)}
    names = {
        "AccountName": "AZURE_STORAGE_ACCOUNT_NAME",
        "AccountKey": "AZURE_STORAGE_ACCOUNT_KEY",
        "BlobEndpoint": "AZURE_STORAGE_ENDPOINT",
        "SharedAccessSignature": "AZURE_STORAGE_SAS_TOKEN",
        "DefaultEndpointsProtocol": "DefaultEndpointsProtocol",
        "EndpointSuffix": "EndpointSuffix",
    }
    return {names[name]: value for name, value in words.items() if name in names and value}


def _signature(account: str, key: str, may: str, scheme: str) -> str:
    """Return the words by which an account lets everybody do something for a while.

    Source: https://learn.microsoft.com/rest/api/storageservices/create-account-sas

    Raises:
        ManifestError: the key is none.
    """
    ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + _EXPIRES))
    words = {"sp": may, "ss": "b", "srt": "co", "st": "", "se": ends}
    protocols = "https" if scheme == "https" else "https,http"
    words |= {"sip": "", "spr": protocols, "sv": _VERSION, "ses": ""}
    text = "\n".join([account, *words.values(), ""])
    try:
        mac = hmac.digest(base64.b64decode(key, validate=True), text.encode(), "sha256")
    except ValueError:
        raise ManifestError("the account key of Azure is not in base64") from None
    said = {name: value for name, value in words.items() if value}
    return urlencode(said | {"sig": base64.b64encode(mac).decode()}, quote_via=quote)


def _authorization() -> tuple[tuple[str, str], ...]:
    """Return the header that says who asks; nothing, if nobody knows.

    Raises:
        ManifestError: there are credentials, and they do not hold.
    """
    try:
        identity: Any = import_module("azure.identity")  # an extra
    except ImportError:
        return ()
    try:
        token = identity.DefaultAzureCredential().get_token(_SCOPE).token
    except Exception as error:  # of many kinds
        raise ManifestError(f"there are no credentials of Azure: {error}") from error
    return (("Authorization", f"Bearer {token}"),)
