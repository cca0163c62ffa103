"""An index that a caller gives: all that a web server has, and what no list names of it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from servers.corpus import listed
from servers.web import Web, serving
from trees import plant

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from conftest import Answer

FILES = {"a.bin": b"a" * 1000, "empty": b"", "sub/b c.txt": b"hello\n", "sub/ü": b"u"}


@pytest.fixture
def web(tmp_path: Path) -> Generator[Web]:
    """A web server that lists nothing."""
    root = plant(tmp_path / "root", FILES)
    (root / "sha1sum.txt").unlink()
    (root / "SHA256SUMS").write_text(listed(FILES))
    with serving(root) as server:
        server.index = ""
        yield server


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of what that server has."""
    path = tmp_path / "names"
    path.write_text("".join([f"./{name}\n" for name in (*FILES, "SHA256SUMS")]))
    return path


def said(place: str, **options: Any) -> dict[str, Any]:
    """Return the report on a place, but for where and when it was made."""
    from checksig._reports.json import result_fields, summary_fields

    report = checksig.audit(place, keep_results=True, complete=True, **options)
    results = sorted(map(result_fields, report.results or ()), key=lambda each: each["path"])
    for each in results:
        del each["manifest"]
        each["detail"] = each.get("detail") and each["status"]
    document = summary_fields(report) | {"results": results}
    for name in ("root", "seconds", "manifests"):
        del document[name]
    return json.loads(json.dumps(document))  # type: ignore[no-any-return]


def test_an_index_is_all_that_a_web_server_has(web: Web, index: Path) -> None:
    address, local = f"{web.url}/SHA256SUMS", str(web.root / "SHA256SUMS")
    assert said(address, index=index) == said(local)
    assert checksig.verify(address, index=index, complete=True).looked
    assert checksig.verify(f"{web.url}/", index=index, complete=True).looked  # it finds the list
    (web.root / "sub/more").write_bytes(b"more")
    (web.root / "empty").unlink()
    text = index.read_text().replace("./empty\n", "")
    index.write_text(f"{text}sub/more\nsub/more\nsub/\n.\n")
    report = said(address, index=index)
    assert report["counts"]["unlisted"] == report["counts"]["missing"] == 1
    assert report == said(local)
    report = checksig.audit(address, index=index)  # it is counted, and no failure
    assert [each.path for each in report.failures] == ["empty"]
    assert report.counts[Status.UNLISTED] == 1


def test_a_listed_file_that_an_index_does_not_name_is_missing(web: Web, index: Path) -> None:
    index.write_text("SHA256SUMS\na.bin\n")
    report = checksig.audit(f"{web.url}/SHA256SUMS", index=index)
    assert report.counts[Status.MISSING] == len(FILES) - 1
    index.write_text(f"{index.read_text()}empty\nsub/b c.txt\nsub/ü\ngone\n")
    report = checksig.audit(f"{web.url}/SHA256SUMS", index=index, complete=True)
    assert [(each.path, str(each.status)) for each in report.failures] == [("gone", "unlisted")]


def test_an_index_may_lie_on_a_server_or_come_in(
    web: Web, index: Path, cli: Callable[..., Answer]
) -> None:
    text = index.read_bytes()
    (web.root / "names.txt").write_bytes(text.replace(b"\n", b"\0"))
    command = ("verify", f"{web.url}/SHA256SUMS", "--complete", "--index")
    assert cli(*command, f"{web.url}/names.txt").code == 0
    assert cli(*command, "-", input=text).code == 0
    answer = cli(*command, "-", input=b"./more\n" + text)
    assert answer.code == 1
    assert "unlisted     more" in answer.out
    answer = cli(*command, f"{web.url}/none.txt?token=secret")
    assert answer.code == 2
    assert f'cannot read "{web.url}/none.txt": no such object' in answer.err
    assert "secret" not in answer.err


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "sub/../../up", "../SHA256SUMS"])
def test_a_name_in_an_index_that_leads_out_fails(web: Web, index: Path, name: str) -> None:
    index.write_text(f"{index.read_text()}{name}\n")
    for address in (f"{web.url}/SHA256SUMS", f"{web.url}/"):
        report = checksig.audit(address, index=index)
        assert [(each.path, str(each.status)) for each in report.failures] == [
            (name, "unsafe-path")
        ]


def test_what_is_no_index_is_refused(web: Web, index: Path) -> None:
    address, text = f"{web.url}/SHA256SUMS", index.read_text()
    for data, why in (
        ("", "is no index: line 1 is empty"),
        ("sub/\n", "is no index: it names no file"),
        (f"{text}\n", "is no index: line 6 is empty"),
        (f"\n{text}", "is no index: line 1 is empty"),
        ("<!DOCTYPE html><html><a href=a.bin>a.bin</a>", "is no index: it is a page of HTML"),
    ):
        index.write_text(data)
        with pytest.raises(checksig.ManifestError, match=why):
            checksig.audit(address, index=index)
    web.index = "apache"
    with pytest.raises(checksig.ManifestError, match="page of HTML, which may leave files out"):
        checksig.audit(address, index=f"{web.url}/")
    with pytest.raises(checksig.ManifestError, match="No such file"):
        checksig.audit(address, index=index.parent / "none")


def test_an_index_is_for_web_servers_alone(
    web: Web, index: Path, cli: Callable[..., Answer]
) -> None:
    for place in (str(web.root), str(web.root / "SHA256SUMS"), str(web.root / "a.bin")):
        answer = cli("verify", place, "--index", index)
        assert answer.code == 2
        assert "index is for directories on web servers" in answer.err
    answer = cli("verify", f"{web.url}/SHA256SUMS", "--root", web.root, "--index", index)
    assert (answer.code, "index is for directories" in answer.err) == (2, True)
    digest = hashlib.sha256(FILES["a.bin"]).hexdigest()
    for options in (("--digest", digest), ("--manifest", web.root / "SHA256SUMS")):
        answer = cli("verify", f"{web.url}/a.bin", *options, "--index", index)
        assert (answer.code, "about a directory" in answer.err) == (2, True), answer
    answer = cli("verify", f"{web.url}/SHA256SUMS", "--complete")
    assert (answer.code, "give an index of that (--index)" in answer.err) == (2, True)
