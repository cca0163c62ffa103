"""Parts of the stores by themselves: addresses, credentials and pages, without a server."""

from __future__ import annotations

import base64
import sys
from typing import TYPE_CHECKING, Any

import pytest

from checksig import _comparing
from checksig._bridge import fetching
from checksig._options.values import Network
from checksig._places import Fault, Item
from checksig._places.filesystem import address
from checksig._places.place import Said
from checksig._places.store import gcs, index, renewed
from checksig._places.store.azure import Container
from checksig._results import Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from programs import Answer

_KEY = base64.b64encode(b"key").decode()


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without credentials of Azure."""
    for name in ("ACCOUNT", "ACCOUNT_NAME", "ENDPOINT", "ACCOUNT_KEY", "KEY", "SAS_TOKEN"):
        monkeypatch.delenv(f"AZURE_STORAGE_{name}", raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("more", "base"),
    [
        ("", "https://acct.blob.core.windows.net"),
        (";EndpointSuffix=core.chinacloudapi.cn", "https://acct.blob.core.chinacloudapi.cn"),
        (";DefaultEndpointsProtocol=http;EndpointSuffix=x", "http://acct.blob.x"),
        (";BlobEndpoint=https://host/;EndpointSuffix=x", "https://host"),
    ],
)
def test_a_connection_string_says_where_the_account_is(
    azure: pytest.MonkeyPatch, more: str, base: str
) -> None:
    """A signature that goes elsewhere may be read by another account of that name."""
    text = f"AccountName=acct;AccountKey={_KEY}{more}"
    azure.setenv("AZURE_STORAGE_CONNECTION_STRING", text)
    url = Container("az://c", Network()).object("x").url
    assert url.startswith(f"{base}/c/x?")
    assert ("spr=https&" in url) == base.startswith("https")


def test_a_directory_of_azure_is_no_blob(azure: pytest.MonkeyPatch) -> None:
    azure.setenv("AZURE_STORAGE_CONNECTION_STRING", f"AccountName=a;AccountKey={_KEY}")
    blob = (
        "<Blob><Name>{}</Name><Properties><Content-Length>0</Content-Length>{}</Properties></Blob>"
    )
    both = blob.format("d", "<ResourceType>directory</ResourceType>") + blob.format(
        "d/f", "<ResourceType>file</ResourceType>"
    )
    page = f"<EnumerationResults><Blobs>{both}</Blobs></EnumerationResults>".encode()
    container = Container("az://c", Network())
    azure.setattr(container, "answer", lambda _: page)
    assert [each.key for each in container.page("", "", deep=True, most=9).found] == ["d/f"]


@pytest.mark.parametrize("command", ["verify", "create", "compare"])
@pytest.mark.parametrize("wrong", ["s3://KEY:hunter2@bucket/set", "az://c?sig=hunter2"])
def test_an_address_with_a_secret_in_it_is_shown_without_it(
    cli: Callable[..., Answer], command: str, wrong: str
) -> None:
    answer = cli(command, wrong, *([wrong] if command == "compare" else []))
    assert answer.code == 2
    assert "hunter2" not in answer.out + answer.err


def test_what_drivers_say_of_a_user_is_not_shown_wherever_an_at_sign_is() -> None:
    for where in ("sftp://u:hunter2@h/dir/a@b.txt", "sftp://u:hunter2@h/x", "sftp://u@d:hunter2@h"):
        assert "hunter2" not in address.without_secrets("password hunter2 refused", where)


def test_credentials_are_asked_for_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now, made = 0.0, list[int]()

    def make() -> int:
        made.append(1)
        return len(made)

    monkeypatch.setattr(renewed.time, "monotonic", lambda: now)
    token = renewed.Renewed(make)
    assert (token(), token()) == (1, 1)
    now += 300
    assert (token(), token()) == (2, 2)


def test_the_port_of_a_scheme_makes_no_other_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy:1")
    monkeypatch.delenv("no_proxy", raising=False)
    for origin in ("https://host", "https://host:443"):
        assert fetching.settings(Network(), [origin])["proxies"] == {
            "https://host": "http://proxy:1"
        }


@pytest.mark.parametrize(
    "page", [b'<html><a href="a"><![x ', b'<html><a href="http://[x"><a href="a">']
)
def test_a_page_that_is_broken_lists_what_can_be_read_of_it(page: bytes) -> None:
    assert index.names(page, "http://h/d/") == ["a"]


def test_a_batch_of_faults_does_not_end_what_a_store_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_comparing, "_AT_A_TIME", 1)

    class Server:
        def said(self, files: list[Any], *, etags: bool) -> list[Said]:
            del etags
            return [Said(1, {})] * len(files)

    wrong = Item(b"x//y", fault=Fault(Status.UNSAFE_PATH, "a fault"))
    found = _comparing._said(Server(), iter([wrong, Item(b"z")]), etags=False)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert [item.name for item, _ in found] == [b"z"]


def test_a_proxy_that_refuses_does_not_say_that_something_is_absent() -> None:
    for status, absent in ((401, True), (403, True), (400, False), (407, False), (429, False)):
        got = fetching.Got(Status.UNREADABLE, b"", "", f"the server says {status} Whatever")
        assert got.is_absent == absent
    assert fetching.Got(Status.MISSING, b"", "", "no such object").is_absent


def test_credentials_of_google_that_cannot_be_used_are_not_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/none.json")
    monkeypatch.setitem(sys.modules, "google.auth", None)
    with pytest.raises(ManifestError, match=r"GOOGLE_APPLICATION_CREDENTIALS needs .*\[cloud\]"):
        gcs.Bucket("gs://bucket", Network())


def test_who_has_no_credentials_of_azure_is_told_so(azure: pytest.MonkeyPatch) -> None:
    azure.setenv("AZURE_STORAGE_ACCOUNT_NAME", "acct")
    azure.setitem(sys.modules, "azure.identity", None)
    denied = fetching.Got(
        Status.UNREADABLE,
        b"<Error><Code>AuthorizationFailure</Code></Error>",
        "",
        "the server says 403 Forbidden (AuthorizationFailure)",
    )
    container = Container("az://c", Network())
    assert container.why(denied) == "access is denied, and there are no credentials of Azure"
    azure.setenv("AZURE_STORAGE_SAS_TOKEN", "sv=x")
    assert Container("az://c", Network()).why(denied) == "access is denied"
