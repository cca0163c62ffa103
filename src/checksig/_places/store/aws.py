"""Requests that are signed for S3, and by whom.

Source: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)",
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import configparser
import hashlib
import hmac
import os
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from checksig._names import escape
from checksig.errors import ManifestError

#: In seconds: a week, the longest that S3 allows. A run over a large store may take days.
_EXPIRES: Final = 7 * 24 * 3600
#: In seconds: for so long the time in a signature is not asked for again.
_SAME_TIME: Final = 60
_NOTHING: Final[Mapping[str, str]] = {}
_FILES: Final = (
    ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", ""),
    ("AWS_CONFIG_FILE", "~/.aws/config", "profile "),
)


class Account(NamedTuple):
    """The one who asks, and where. It is never shown: it has secrets."""

    key: str = ""  # empty: nobody, for what everybody may read
    secret: str = ""
    token: str = ""
    region: str = "us-east-1"
    endpoint: str = ""  # empty: that of AWS
    payer: str = ""  # "requester": who asks pays

    @property
    def always(self) -> dict[str, str]:
        """All that goes with each request."""
        return {"x-amz-request-payer": self.payer} if self.payer else {}


def account() -> Account:
    """Return the account that the environment, a profile or this machine stands for.

    As other programs do: first variables, then the files below ``~/.aws``, then, if ``botocore`` is
    installed, whatever that finds.

    Raises:
        ManifestError: a profile is named that does not exist, or credentials cannot be had.
    """
    variables = os.environ
    profile = _profile(variables)
    key, secret = variables.get("AWS_ACCESS_KEY_ID"), variables.get("AWS_SECRET_ACCESS_KEY")
    token = variables.get("AWS_SESSION_TOKEN", "")
    if not (key and secret):
        key = profile.get("aws_access_key_id", "")
        secret = profile.get("aws_secret_access_key", "")
        token = profile.get("aws_session_token", "")
    if not (key and secret):
        key, secret, token = _of_botocore()
    region = variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION")
    endpoint = variables.get("AWS_ENDPOINT_URL_S3") or variables.get("AWS_ENDPOINT_URL")
    return Account(
        key,
        secret,
        token,
        region or profile.get("region", "us-east-1"),
        (endpoint or profile.get("endpoint_url", "")).rstrip("/"),
        variables.get("AWS_REQUEST_PAYER", ""),
    )


def _profile(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what the files say of a profile."""
    name = variables.get("AWS_PROFILE", "default")
    found: dict[str, str] = {}
    for variable, path, head in _FILES:
        file = configparser.RawConfigParser()
        where = os.path.expanduser(variables.get(variable, path))
        try:
            file.read(where, "utf-8")
        except (configparser.Error, UnicodeError):  # which quote a line: it may have a secret
            raise ManifestError(f'"{escape(where)}": no profiles of AWS') from None
        section = name if name == "default" else head + name
        if file.has_section(section):
            found |= {k: v for k, v in file.items(section) if k not in found}
    if "AWS_PROFILE" in variables and not found:
        raise ManifestError(f"there is no profile of AWS named {name!r}")
    return found


def _of_botocore() -> tuple[str, str, str]:
    """Return what botocore finds: instance roles, web identities, single sign-on."""
    try:
        botocore: Any = import_module("botocore.session")  # an extra, that takes 100 ms
    except ImportError:
        return "", "", ""
    try:
        found = botocore.Session().get_credentials()
        frozen = found and found.get_frozen_credentials()
    except Exception as error:  # of many kinds; some are of what it asks
        raise ManifestError(f"there are no credentials of AWS: {error}") from error
    if not frozen:
        return "", "", ""
    return frozen.access_key or "", frozen.secret_key or "", frozen.token or ""


class Signer:
    """Signs requests to a bucket, as addresses that anybody could use for a while."""

    def __init__(self, who: Callable[[], Account], base: str, host: str, path: str) -> None:
        """Take an account and a bucket.

        Args:
            who: Returns the account, with credentials that are good now.
            base: The beginning of addresses: scheme and host.
            host: The host, as requests say it.
            path: The path of the bucket below that, with a slash at its end.
        """
        self._who, self._base, self._host, self._path = who, base, host, path

    def url(
        self, name: str, query: Mapping[str, str] = _NOTHING, method: str = "GET", header: str = ""
    ) -> str:
        """Return the address of an object, or of the bucket, for one who asks for it.

        Args:
            name: Of the object; empty for the bucket.
            query: What is asked.
            method: How.
            header: A line of the header that goes with it, with its name in lower case, and no
                space behind the colon.
        """
        path = self._path + quote(os.fsencode(name), safe="/~")
        who = self._who()
        query = {**query, **who.always}
        if not who.key:
            return f"{self._base}{path}?{_encoded(query)}" if query else self._base + path
        stage = _stage(who, int(time.time()) // _SAME_TIME)
        signed = f"host;{header.partition(':')[0]}" if header else "host"
        query |= {"X-Amz-SignedHeaders": signed} if header else {}
        text = _encoded({**stage.query, **query}) if query else stage.text
        lines = "".join([f"{line}\n" for line in (f"host:{self._host}", header) if line])
        request = f"{method}\n{path}\n{text}\n{lines}\n{signed}\nUNSIGNED-PAYLOAD"
        to_sign = stage.head + hashlib.sha256(request.encode()).hexdigest()
        signature = stage.keyed.copy()  # half of what it takes to begin with the key
        signature.update(to_sign.encode())
        return f"{self._base}{path}?{text}&X-Amz-Signature={signature.hexdigest()}"


def _encoded(query: Mapping[str, str]) -> str:
    """Return a query as signatures want it: in order, and with nothing but the quoted."""
    return "&".join([f"{k}={quote(os.fsencode(v), safe='-_.~')}" for k, v in sorted(query.items())])


class _Stage(NamedTuple):
    """All that the signatures of a minute have alike."""

    keyed: hmac.HMAC  # what they begin with
    head: str  # of what is signed
    query: dict[str, str]  # that says who signs, and when
    text: str  # the same, encoded


@lru_cache(8)
def _stage(who: Account, minute: int) -> _Stage:
    when = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(minute * _SAME_TIME))
    scope = f"{when[:8]}/{who.region}/s3/aws4_request"
    key = f"AWS4{who.secret}".encode()
    for word in scope.split("/"):
        key = hmac.digest(key, word.encode(), "sha256")
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{who.key}/{scope}",
        "X-Amz-Date": when,
        "X-Amz-Expires": str(_EXPIRES),
        "X-Amz-SignedHeaders": "host",
    }
    if who.token:
        query["X-Amz-Security-Token"] = who.token
    keyed = hmac.new(key, digestmod="sha256")
    return _Stage(keyed, f"AWS4-HMAC-SHA256\n{when}\n{scope}\n", query, _encoded(query))
