"""Buckets of S3, and of all that speaks like it.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus, urlsplit

from checksig._bridge.fetching import Known
from checksig._places.store import aws, checksums, markup
from checksig._places.store.objects import Listed, Objects, Page
from checksig._places.store.renewed import Renewed
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._bridge.fetching import Got
    from checksig._options import Trait
    from checksig._places.place import Item, Said

_DENIED: Final = "access is denied"
_DENIED_TOO: Final = (
    ": to read takes s3:GetObject, to list s3:ListBucket, to write s3:PutObject; "
    "if who asks is to pay for it, set AWS_REQUEST_PAYER=requester"
)
#: The header that asks for checksums.
_CHECKSUMS: Final = ("x-amz-checksum-mode", "ENABLED")
_SAID: Final = {
    "NoSuchBucket": "there is no such bucket",
    "InvalidAccessKeyId": "the access key is not known",
    "SignatureDoesNotMatch": "the secret key is not that of the access key",
    "ExpiredToken": "the credentials have expired",
    "AccessDenied": _DENIED,
    "InvalidObjectState": "it is archived: restore it first",
    "PermanentRedirect": "the bucket is in another region: set AWS_REGION",
    "AuthorizationHeaderMalformed": "the bucket is in another region: set AWS_REGION",
    "AuthorizationQueryParametersError": "the signature is for another region, perhaps: "
    "set AWS_REGION",
    "InvalidToken": "the session token is not valid",
}


class Bucket(Objects):
    """A bucket of S3."""

    @property
    def traits(self) -> frozenset[Trait]:
        """The abilities of stores, checksums, and versions."""
        return frozenset({*super().traits, "checksums", "versions"})

    def opened(self) -> str:
        """Find the account, and where the bucket is."""
        account = Renewed(aws.account)
        base, path = _endpoint(self.bucket, account())
        self._anonymous = not account().key
        self._signer = aws.Signer(account, base, urlsplit(base).netloc, path)
        return base.lower()

    def page(self, prefix: str, more: str, *, deep: bool, most: int) -> Page:
        """Return a part of the listing of a prefix."""
        query = {"list-type": "2", "encoding-type": "url", "prefix": prefix, "max-keys": str(most)}
        query |= {} if deep else {"delimiter": "/"}
        query |= {"continuation-token": more} if more else {}
        tree = markup.tree(self.answer(Known(self._signer.url("", query))), "ListBucketResult")
        if tree is None:
            self.fail("the answer is no listing")
        # Asked for: XML has no control characters. Not every server does it, and all say so.
        quoted = tree.findtext("EncodingType") == "url"
        try:
            found = [
                Listed(
                    _key(each.findtext("Key", ""), quoted=quoted),
                    markup.size(each.findtext("Size", "")),
                    each.findtext("ETag", "").strip('"'),
                )
                for each in tree.iterfind("Contents")
            ]
        except ValueError:
            self.fail("the answer is no listing")
        token = tree.findtext("NextContinuationToken", "")
        if tree.findtext("IsTruncated") != "false" and not token:
            self.fail("the listing breaks off")
        return Page(found, token, tree.findtext("CommonPrefixes/Prefix", ""))

    def object(self, key: str, listed: Item | None = None, version: str = "") -> Known:
        """Return how an object is read: by its entity tag, and its version."""
        query = {"versionId": version} if version else {}
        known = Known(self._signer.url(key, query), fixed=bool(version), ranges=True)
        return known._replace(size=listed.size, etag=str(listed.pin)) if listed else known

    def written(self, key: str, data: bytes, over: Item | None) -> Got:
        """Ask for an object to be written, if none is there but one that is known."""
        known = Known(self._signer.url(key, method="PUT"), header=(("If-None-Match", "*"),))
        if over:
            known = known._replace(etag=str(over.pin), header=())
        [got] = self.asked([known], method="PUT", body=data)
        return got

    def said(self, files: Sequence[tuple[bytes, str]], *, etags: bool) -> Sequence[Said | None]:
        """Return the checksums and versions of objects, and checksums that entity tags are."""
        line = ":".join(_CHECKSUMS)
        asked = [
            Known(
                self._signer.url(self._key(name), method="HEAD", header=line),
                etag=version,
                header=(_CHECKSUMS,),
            )
            for name, version in files
        ]
        found = self.asked(asked, method="HEAD")
        versions = [version for _, version in files]
        return [
            checksums.of_s3(got.header, version, etags=etags) if got.ok else None
            for got, version in zip(found, versions, strict=True)
        ]

    def why_not(self, reason: str) -> str:
        """Return why an object was not read in words, if the store has said a code."""
        code = reason.rpartition(" (")[2].removesuffix(")")
        said = _SAID.get(code, "")
        if said == _DENIED and self._anonymous:
            return f"{said}, and there are no credentials: set AWS_ACCESS_KEY_ID or AWS_PROFILE"
        return f"{said}{_DENIED_TOO}" if said == _DENIED else said or reason

    def why(self, got: Got) -> str:
        """Return why the store refuses something, in words, without secrets."""
        return self.why_not(markup.coded(got.reason, got.data))


def _endpoint(bucket: str, who: aws.Account) -> tuple[str, str]:
    """Return scheme and host of a bucket, and its path there."""
    if who.endpoint:
        try:
            parts = urlsplit(who.endpoint)
            _, valid = parts.port, parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            parts, valid = urlsplit(""), False
        if not valid:
            raise ManifestError("AWS_ENDPOINT_URL is not the address of a server")
        return f"{parts.scheme}://{parts.netloc}", f"{parts.path}/{bucket}/"
    if "." in bucket:  # no certificate is for such a host
        return f"https://s3.{who.region}.amazonaws.com", f"/{bucket}/"
    return f"https://{bucket}.s3.{who.region}.amazonaws.com", "/"


def _key(text: str, *, quoted: bool) -> str:
    return unquote_plus(text, errors="surrogateescape") if quoted else text
