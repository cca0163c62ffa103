"""Requests signed as S3 wants them.

Source: Signature Version 4, "Authenticating Requests: Using the Authorization Header",
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


def signed(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    key: str,
    secret: str,
    region: str,
) -> dict[str, str]:
    """Return the headers of a request, and those that sign it."""
    split = urlsplit(url)
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(body).hexdigest()
    sent = {name.lower(): value for name, value in headers.items()}
    sent |= {"host": split.netloc, "x-amz-date": now, "x-amz-content-sha256": digest}
    names = ";".join(sorted(sent))
    pairs = sorted(
        (quote(name, safe=""), quote(value, safe=""))
        for name, value in parse_qsl(split.query, keep_blank_values=True)
    )
    request = [
        method,
        split.path or "/",
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{' '.join(sent[name].split())}" for name in sorted(sent)),
        "",
        names,
        digest,
    ]
    scope = f"{now[:8]}/{region}/s3/aws4_request"
    hashed = hashlib.sha256("\n".join(request).encode()).hexdigest()
    stage = f"AWS4{secret}".encode()
    for word in scope.split("/"):
        stage = hmac.digest(stage, word.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashed}"
    signature = hmac.digest(stage, text.encode(), "sha256").hex()
    said = f"AWS4-HMAC-SHA256 Credential={key}/{scope},SignedHeaders={names},Signature={signature}"
    return sent | {"authorization": said}
