"""The web server of the tests is right where it should be, and wrong as it says."""

from __future__ import annotations

import gzip
import html
import http.client
import re
import socket
import ssl
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from servers import faults
from servers.asking import Answer, ask
from servers.certificates import Authority
from servers.faults import FAULTS
from servers.web import Web, deaf, serving
from trees import plant

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

pytestmark = pytest.mark.servers

DATA = bytes(range(256)) * 4


@pytest.fixture
def web(tmp_path: Path) -> Generator[Web]:
    root = plant(tmp_path / "www", {"a": DATA, "f.gz": gzip.compress(DATA), "sub/b": b"b"})
    with serving(root) as running:
        yield running


def get(web: Web, path: str, **headers: str) -> Answer:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask("GET", web.url + path, said)


def raw(web: Web, path: str, enough: int = 1 << 30, patience: float = 30) -> bytes:
    """Return what comes on the wire, until it ends, is enough, or nothing more comes."""
    host, port = web.url.removeprefix("http://").split(":")
    got = b""
    with socket.create_connection((host, int(port)), timeout=patience) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        with suppress(TimeoutError):
            while len(got) < enough and (data := connection.recv(65536)):
                got += data
    return got


def test_a_file_is_served_rightly(web: Web) -> None:
    whole = get(web, "/a")
    tag = whole.headers["etag"]
    assert (whole.status, whole.body, whole.headers["content-length"]) == (200, DATA, "1024")
    part = get(web, "/a", Range="bytes=1000-", If_Match=tag)
    assert (part.status, part.body) == (206, DATA[1000:])
    assert part.headers["content-range"] == "bytes 1000-1023/1024"
    assert get(web, "/a", Range="bytes=-3").body == DATA[-3:]
    assert get(web, "/a", Range="bytes=0-0").body == DATA[:1]
    assert get(web, "/a", Range="bytes=9-", If_Range='"other"').body == DATA
    assert get(web, "/a", Range="bytes=1024-").status == 416
    assert get(web, "/a", If_Match='"other"').status == 412
    assert get(web, "/a", If_None_Match=tag).status == 304
    head = ask("HEAD", web.url + "/a")
    assert (head.status, head.headers["content-length"], head.body) == (200, "1024", b"")
    for name in ("/gone", "/../a", "/%2e%2e/www/a"):
        assert get(web, name).status == 404


def test_a_file_that_is_a_gz_by_itself_is_not_said_to_be_encoded(web: Web) -> None:
    answer = get(web, "/f.gz", Accept_Encoding="gzip")
    assert gzip.decompress(answer.body) == DATA
    assert answer.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in answer.headers
    assert get(web, "/@gzip-labelled/f.gz").headers["content-encoding"] == "gzip"


def test_what_was_asked_is_known(web: Web) -> None:
    get(web, "/a", Range="bytes=1-")
    get(web, "/a?x=1")
    first, second = web.asked("/a")
    assert (first.method, first.headers["range"], first.count) == ("GET", "bytes=1-", 1)
    assert (second.query, second.count, web.connections) == ("x=1", 2, 2)
    assert "range" not in second.headers
    connection = http.client.HTTPConnection(web.url.removeprefix("http://"))
    for _ in range(3):
        connection.request("GET", "/a")
        connection.getresponse().read()
    connection.close()
    assert (len(web.asked("/a")), web.connections) == (5, 3)


def test_the_ways_to_send_a_body(web: Web) -> None:
    chunked = get(web, "/@chunked/a")
    assert (chunked.body, chunked.headers["transfer-encoding"]) == (DATA, "chunked")
    assert "content-length" not in chunked.headers
    until_close = raw(web, "/@until-close/a")
    assert until_close.startswith(b"HTTP/1.0 200 ")
    assert until_close.endswith(b"\r\n\r\n" + DATA)
    assert b"Content-Length" not in until_close
    assert raw(web, "/@longer/a").endswith(DATA + b"and more")
    assert b"Content-Length: 1024\r\n" in raw(web, "/@longer/a")


@pytest.mark.parametrize("fault", ["cut", "chunked-cut"])
def test_a_body_is_cut(web: Web, fault: str) -> None:
    for _ in range(2):
        with pytest.raises(http.client.IncompleteRead):
            get(web, f"/@{fault}/a")


def test_a_connection_is_reset(web: Web) -> None:
    for path in ("/@reset/a", "/@reset/a", "/@reset-at-once/a", "/@reset-once/a"):
        with pytest.raises(ConnectionResetError):
            get(web, path)
    assert get(web, "/@reset-once/a").body == DATA


def test_a_body_that_is_cut_once_is_right_the_next_time(web: Web) -> None:
    with pytest.raises(http.client.IncompleteRead) as caught:
        get(web, "/@cut-once/a")
    assert caught.value.partial == DATA[:512]
    assert get(web, "/@cut-once/a", Range="bytes=512-").body == DATA[512:]


def test_what_does_not_end(web: Web) -> None:
    assert len(raw(web, "/@endless/a", 5 << 20)) >= 5 << 20
    assert b"\r\n10000\r\n" in raw(web, "/@endless-chunks/a", 1 << 20)
    headers = raw(web, "/@endless-headers/a", 1 << 20)
    assert (headers[:8], b"\r\n\r\n" in headers) == (b"HTTP/1.1", False)


def test_what_is_slow_or_silent(web: Web) -> None:
    body = len(raw(web, "/@cut/a")) - 512  # as long as the head of the answers below
    slow = raw(web, "/@drip/a", body + 2)
    assert len(slow) < body + 50
    for path, said in (("/@silent/a", b""), ("/@stall/a", DATA[:512])):
        assert raw(web, path, patience=0.3).partition(b"\r\n\r\n")[2] == said
    with deaf() as where:
        connection = http.client.HTTPSConnection(where, timeout=0.3)
        with pytest.raises(TimeoutError):
            connection.request("GET", "/")


def test_what_is_no_http(web: Web) -> None:
    with pytest.raises(http.client.RemoteDisconnected):
        get(web, "/@close/a")
    with pytest.raises(http.client.BadStatusLine):
        get(web, "/@garbage/a")
    with pytest.raises(http.client.LineTooLong):
        get(web, "/@long-header/a")
    with pytest.raises(http.client.HTTPException, match="more than 100 headers"):
        get(web, "/@many-headers/a")


@pytest.mark.parametrize("code", [403, 404, 410, 429, 500, 503])
def test_an_error_comes_each_time(web: Web, code: int) -> None:
    for _ in range(3):
        answer = get(web, f"/@{code}/a")
        assert (answer.status, answer.body != DATA) == (code, True)


def test_a_server_recovers(web: Web) -> None:
    answers = [get(web, "/@503-twice/a") for _ in range(4)]
    assert [answer.status for answer in answers] == [503, 503, 200, 200]
    assert [answer.headers.get("retry-after") for answer in answers] == ["1", "1", None, None]
    for once in (429, 500):
        assert [get(web, f"/@{once}-once/a").status for _ in range(2)] == [once, 200]
    web.faults["/a"] = faults.status(503, 1, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT")
    assert get(web, "/a").headers["retry-after"].endswith("GMT")
    assert get(web, "/a").body == DATA


def test_redirects(web: Web) -> None:
    assert get(web, "/@redirect/a").headers["location"] == "/a"
    assert get(web, "/@redirect-loop/a").headers["location"] == "/@redirect-loop/a"
    elsewhere = get(web, "/@redirect-host/a").headers["location"]
    assert elsewhere == web.url.replace("127.0.0.1", "localhost") + "/a"
    assert ask("GET", elsewhere).body == DATA
    with urllib.request.urlopen(web.url + "/@redirect/a") as answer:  # noqa: S310 (http)
        assert answer.read() == DATA
    web.faults["/a"] = faults.redirect("http://example.org/", 308)
    assert get(web, "/a").status == 308


def test_tags_and_dates(web: Web) -> None:
    def tags(fault: str) -> tuple[str, bytes, str, bytes]:
        first, second = (get(web, f"/@{fault}/a") for _ in range(2))
        return first.headers["etag"], first.body, second.headers["etag"], second.body

    other = bytes(byte ^ 1 for byte in DATA)
    assert tags("etag-moves") == ('"1"', DATA, '"2"', DATA)
    assert tags("bytes-change") == ('"same"', DATA, '"same"', other)
    first, _, second, body = tags("replaced")
    assert (first != second, body) == (True, other)
    assert get(web, "/@replaced/a", If_Match=first).status == 412
    assert get(web, "/@weak-etag/a").headers["etag"] == 'W/"weak"'
    assert "etag" not in get(web, "/@no-etag/a").headers
    assert get(web, "/@bad-date/a").headers["last-modified"].startswith("Mon, 01 Jan 2020")


def test_gzip_that_nobody_asked_for(web: Web) -> None:
    answer = get(web, "/@gzip/a", Accept_Encoding="identity")
    assert (answer.headers["content-encoding"], gzip.decompress(answer.body)) == ("gzip", DATA)
    assert len(answer.body) == int(answer.headers["content-length"]) < len(DATA)


@pytest.mark.parametrize(
    ("fault", "said", "first", "end"),
    [
        ("range-ignored", None, 0, 1024),
        ("range-moved", "bytes 99-198/1024", 99, 199),
        ("range-lies", "bytes 100-199/1024", 99, 199),
        ("range-long", "bytes 100-209/1024", 100, 210),
        ("range-size", "bytes 100-199/1025", 100, 200),
    ],
)
def test_wrong_ranges(web: Web, fault: str, said: str | None, first: int, end: int) -> None:
    answer = get(web, f"/@{fault}/a", Range="bytes=100-199")
    assert (answer.status, answer.headers.get("content-range")) == (206 if said else 200, said)
    assert answer.body == DATA[first:end]
    assert get(web, f"/@{fault}/a").body == DATA


def test_each_fault_is_tested_here(request: pytest.FixtureRequest) -> None:
    text = request.path.read_text()
    codes = {"403", "404", "410", "429", "500", "503", "429-once", "500-once"}
    named = set(re.findall(r"/@([a-z0-9-]+)/", text)) | set(re.findall(r'"([a-z-]+)"', text))
    assert len(FAULTS) > 40
    assert set(FAULTS) - named - codes == set()


def test_certificates(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    root = plant(tmp_path / "www", {"a": DATA})
    with serving(root, authority.right()) as web:
        assert ask("GET", web.url + "/a", trusted=authority.trusted).body == DATA
        by_name = web.url.replace("127.0.0.1", "localhost")
        assert ask("GET", by_name + "/a", trusted=authority.trusted).body == DATA
        with pytest.raises(ssl.SSLCertVerificationError):
            ask("GET", web.url + "/a")  # nobody else trusts it
    for make, reason in (
        (authority.expired, "expired"),
        (authority.for_another_host, "IP address mismatch"),
        (authority.self_signed, "self.signed"),
    ):
        with (
            serving(root, make()) as web,
            pytest.raises(ssl.SSLCertVerificationError, match=reason),
        ):
            ask("GET", web.url + "/a", trusted=authority.trusted)


def test_an_https_server_sends_to_one_without(web: Web, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    with serving(web.root, authority.right()) as secure:
        secure.faults["/a"] = faults.redirect(web.url + "/a")
        answer = ask("GET", secure.url + "/a", trusted=authority.trusted)
    assert answer.headers["location"] == web.url + "/a"


NAMES = ["a b", "a&b<c>", "x" * 60, "ü", "a%41", "q?#r", "'", "c:d", 'quo"te', "+"]


@pytest.mark.parametrize("style", ["nginx", "apache", "python"])
def test_directories_are_listed_in_the_style_of_a_server(tmp_path: Path, style: str) -> None:
    root = plant(tmp_path / "www", {f"sub/{name}": name.encode() for name in NAMES})
    plant(root, {"sub/below/c": b"c"})
    with serving(root) as web:
        web.index = style
        assert get(web, "/sub").headers["location"] == "/sub/"
        page = get(web, "/sub/").body.decode()
        found = [html.unescape(link) for link in re.findall('href="([^"?/][^"]*)"', page)]
        links = {urljoin(f"{web.url}/sub/", link) for link in found if link != "../"}
        assert len(links) == len(NAMES) + 1
        links.remove(f"{web.url}/sub/below/")
        assert {ask("GET", link).body.decode() for link in links} == set(NAMES)


def test_apache_does_not_list_all_that_is_there(tmp_path: Path) -> None:
    root = plant(tmp_path / "www", {"README.txt": DATA, "a": DATA, "a~": DATA})
    with serving(root) as web:
        web.index = "apache"
        page = get(web, "/").body.decode()
        assert [name for name in ("a", "a~", "README.txt") if f'href="{name}"' in page] == ["a"]
        assert get(web, "/README.txt").body == DATA


def test_a_directory_that_is_not_listed_is_forbidden(web: Web) -> None:
    web.index = "none"
    assert get(web, "/sub/").status == 403
