"""Repositories of the hub of Hugging Face, there and in a cache, by the hub's own digests."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from keypairs import KEY
from servers.corpus import listed
from servers.hub import COMMIT, Hub, git_sha1, serving
from trees import run_python

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from programs import Answer

LARGE = {"model.safetensors": os.urandom(3 << 20), "sub/x.bin": os.urandom(5000)}
SMALL = {"config.json": b"{}", "README.md": b"hello\n", "sub/empty": b""}
MODEL = "hf://org/model"
CACHED = "models--org--model"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Hub]:
    """A hub with one repository, of which this process and others know."""
    constants = pytest.importorskip(
        "huggingface_hub.constants", reason="huggingface_hub: make .venv/made/stores brings it"
    )
    made = Hub(LARGE, SMALL)
    with serving(made) as endpoint:
        monkeypatch.setenv("HF_ENDPOINT", endpoint)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
        monkeypatch.setattr(constants, "ENDPOINT", endpoint)
        template = f"{endpoint}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        yield made


@pytest.fixture
def snapshot(hub: Hub) -> Path:
    """A snapshot in a cache, as the hub's own client makes it."""
    assert hub.files
    script = "import huggingface_hub as h; print(h.snapshot_download('org/model'))"
    return Path(run_python(script).splitlines()[-1])


def statuses(report: checksig.Report) -> dict[str, str]:
    return {each.path: str(each.status) for each in report.failures}


def test_a_repository_is_held_to_the_digests_of_the_hub(hub: Hub) -> None:
    for address in (MODEL, f"{MODEL}@main", f"{MODEL}@{COMMIT}", f"{MODEL}/"):
        report = checksig.audit(address, keep_results=True, complete=True)
        assert report.ok
        assert report.root == f"{MODEL}@{COMMIT}/"
        assert [each.path for each in report.manifests] == ["digests of the hub"]
        assert {each.path: each.algorithm for each in report.results or ()} == {
            **dict.fromkeys(LARGE, "sha256"),
            **dict.fromkeys(SMALL, "git-sha1"),
        }
        assert report.trust == "not signed"
    assert checksig.verify(f"{MODEL}/sub").files == 2
    assert sum("/resolve/main/" in each for each in hub.asked) == 0


def test_the_names_of_git_are_those_that_git_gives(tmp_path: Path) -> None:
    if not shutil.which("git"):
        pytest.skip("git is not on this machine")
    for data in (b"", b"hello\n", os.urandom(70_000)):
        (tmp_path / "a").write_bytes(data)
        command = ["git", "hash-object", "--no-filters", str(tmp_path / "a")]
        said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        assert said.strip() == git_sha1(data)


def test_every_fault_of_a_file_of_the_hub_is_found(hub: Hub) -> None:
    hub.files["model.safetensors"] = LARGE["model.safetensors"][:-1] + b"?"
    hub.files["sub/x.bin"] = LARGE["sub/x.bin"] + b"?"
    hub.files["config.json"] = b"[]"
    hub.files["README.md"] = b"hello"
    del hub.files["sub/empty"]
    report = checksig.audit(MODEL)
    assert statuses(report) == {
        "model.safetensors": "mismatch",
        "sub/x.bin": "unreadable",
        "config.json": "mismatch",
        "README.md": "unreadable",
        "sub/empty": "unreadable",
    }
    assert not any(each.diagnosis for each in report.failures if each.path == "config.json")


@pytest.mark.parametrize("digest", ["", "0" * 39, "0" * 64, "g" * 40])
def test_a_file_without_a_digest_of_the_hub_is_no_success(hub: Hub, digest: str) -> None:
    hub.said["config.json"]["oid"] = digest
    assert statuses(checksig.audit(MODEL)) == {"config.json": "malformed"}
    del hub.said["model.safetensors"], hub.said["sub/x.bin"]
    assert statuses(checksig.audit(MODEL)) == {"config.json": "malformed"}
    hub.said["a//b"] = {**hub.said["README.md"], "path": "../b"}
    assert "unsafe-path" in statuses(checksig.audit(MODEL)).values()
    hub.said.clear()
    with pytest.raises(checksig.ManifestError, match="no files"):
        checksig.audit(MODEL)


def test_a_revision_is_the_commit_that_it_was(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from checksig._places.filesystem.hub import Hub as Place

    original = Place.digests

    def digests(self: Place) -> Any:
        hub.commits["main"] = "d" * 40  # somebody pushes meanwhile
        return original(self)

    monkeypatch.setattr(Place, "digests", digests)
    assert checksig.verify(MODEL).root == f"{MODEL}@{COMMIT}/"
    assert all(COMMIT in each for each in hub.asked if "/resolve/" in each or "/tree/" in each)


def test_a_signed_list_comes_before_the_digests_of_the_hub(hub: Hub, tmp_path: Path) -> None:
    key, sums = tmp_path / "key.pub", listed({**LARGE, **SMALL}).encode()
    key.write_bytes(KEY.public)
    with pytest.raises(checksig.ChecksigError):
        checksig.verify(MODEL, trust=key)
    hub.add("SHA256SUMS", sums)
    hub.add("SHA256SUMS.minisig", KEY.minisign(sums))
    report = checksig.verify(MODEL, trust=key, complete=True)
    assert (report.files, report.signatures[0].scheme) == (5, "minisign")
    assert checksig.verify(MODEL).files == 7
    hub.add("SHA256SUMS.minisig", KEY.minisign(b"other"))
    with pytest.raises(checksig.TrustError):
        checksig.verify(MODEL, trust=key)


@pytest.mark.parametrize(
    "options",
    [{"algorithm": "sha256"}, {"min_strength": "strong"}, {"include": ["*"]}, {"size_only": True}],
)
def test_what_is_about_lists_is_refused_for_the_digests_of_the_hub(
    hub: Hub, options: dict[str, Any]
) -> None:
    assert hub.files
    with pytest.raises(checksig.ManifestError, match="about a list"):
        checksig.audit(MODEL, **options)


def test_what_the_hub_does_not_have_is_exit_code_2(hub: Hub, cli: Callable[..., Answer]) -> None:
    assert cli("verify", MODEL).code == 0
    for address in ("hf://org/none", f"{MODEL}@nope", f"{MODEL}/nope", "hf://org"):
        answer = cli("verify", address)
        assert (answer.code, "cannot open" in answer.err) == (2, True)
    hub.files["config.json"] = b"[]"
    answer = cli("verify", MODEL)
    assert answer.code == 1
    assert "digests of the hub" in answer.out
    assert "SHA-1 of Git (detects accidents, not attackers)" in answer.out


def test_a_cache_of_the_hub_is_checked_by_the_names_of_its_blobs(
    snapshot: Path, cli: Callable[..., Answer]
) -> None:
    repository, cache = snapshot.parents[1], snapshot.parents[2]
    for path, options in ((snapshot, {}), (repository, {}), (cache, {"recursive": True})):
        report = checksig.audit(path, keep_results=True, **options)
        assert (report.ok, report.files) == (True, 5)
        algorithms = {each.path: each.algorithm for each in report.results or ()}
        assert {name.rpartition(COMMIT + "/")[2]: a for name, a in algorithms.items()} == {
            **dict.fromkeys(LARGE, "sha256"),
            **dict.fromkeys(SMALL, "git-sha1"),
        }
    assert cli("verify", CACHED, cwd=cache).code == 0
    assert cli("verify", "--recursive", ".", cwd=cache).code == 0


def test_every_fault_of_a_cache_is_found(snapshot: Path) -> None:
    def replace(name: str, data: bytes) -> None:
        (snapshot / name).resolve().write_bytes(data)

    replace("model.safetensors", LARGE["model.safetensors"][:-1] + b"?")
    replace("config.json", b"[]")
    (snapshot / "sub/empty").resolve().unlink()
    (snapshot / "README.md").unlink()
    (snapshot / "README.md").symlink_to((snapshot / "sub/x.bin").resolve())
    (snapshot / "more").symlink_to("config.json")
    expected = {
        "model.safetensors": "mismatch",
        "config.json": "mismatch",
        "sub/empty": "missing",
        "README.md": "unsupported",  # an absolute link leads out
        "more": "unlisted",
    }
    for path in (snapshot, snapshot.parents[1]):
        found = statuses(checksig.audit(path))
        assert {name.rpartition(COMMIT + "/")[2]: s for name, s in found.items()} == expected


def test_strays_in_a_cache_are_told_if_all_has_to_be_listed(snapshot: Path) -> None:
    """The system, and whoever else writes there, leaves files; the hub knows none of them."""
    repository = snapshot.parents[1]
    (repository / ".no_exist" / COMMIT).mkdir(parents=True)
    (repository / ".no_exist" / COMMIT / "other.json").write_bytes(b"")
    assert checksig.verify(repository, complete=True).remarks == ()
    strays = [
        "snapshots/.DS_Store",
        "blobs/.DS_Store",
        "blobs/f.incomplete",
        "notes",
        "more/refs/x",
    ]
    for name in strays:
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_bytes(b"?")
    for path, options in ((repository, {}), (repository.parent, {"recursive": True})):
        report = checksig.verify(path, **options)
        assert report.files == 5
        assert any("1 file beside the snapshots" in each for each in report.remarks)
        found = statuses(checksig.audit(path, complete=True, **options))
        assert found == dict.fromkeys(strays, "unlisted")
    assert checksig.verify(snapshot, complete=True).files == 5  # which has none
    os.mkfifo(snapshot.parent / "fifo")
    assert checksig.verify(repository).ok


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "sub/empty"])
def test_a_blob_that_is_no_file_is_no_blob(snapshot: Path, name: str) -> None:
    """A FIFO without a writer has no bytes, which is what an empty file has."""
    blob = (snapshot / name).resolve()
    blob.unlink()
    os.mkfifo(blob)
    for path in (snapshot, snapshot.parents[1]):
        found = statuses(checksig.audit(path))
        assert {each.rpartition(COMMIT + "/")[2]: s for each, s in found.items()} == {
            name: "not-regular"
        }


def test_names_lead_to_the_blobs_that_the_hub_listed(snapshot: Path) -> None:
    one, other = ((snapshot / name).readlink() for name in ("config.json", "README.md"))
    for name, link in (("config.json", other), ("README.md", one)):
        (snapshot / name).unlink()
        (snapshot / name).symlink_to(link)
    assert set(statuses(checksig.audit(snapshot)).values()) == {"mismatch"}
    [tree] = (snapshot.parents[1] / "trees").iterdir()
    whole = tree.read_text()
    # What is not understood is not taken for what is not there.
    for text in (
        "nonsense",
        "",
        whole[:-1],
        "[]",
        whole.replace('"format_version": 1', '"format_version": 2'),
    ):
        assert text != whole
        tree.write_text(text)
        report = checksig.audit(snapshot)
        [failure] = report.failures
        assert (str(failure.status), failure.path) == ("malformed", f"trees/{tree.name}")
        assert not any("no listing" in remark for remark in report.remarks)
    tree.unlink()
    report = checksig.audit(snapshot)
    assert report.ok
    assert "no listing of the hub says which name is for which blob" in report.remarks


def test_files_of_a_cache_that_are_no_links_are_held_to_the_listing(snapshot: Path) -> None:
    for name in (*LARGE, *SMALL):
        data = (snapshot / name).read_bytes()
        (snapshot / name).unlink()
        (snapshot / name).write_bytes(data)
    assert checksig.verify(snapshot).files == 5
    (snapshot / "config.json").write_bytes(b"[]")
    assert set(statuses(checksig.audit(snapshot)).values()) == {"mismatch"}
    shutil.rmtree(snapshot.parents[1] / "trees")
    assert set(statuses(checksig.audit(snapshot)).values()) == {"unsupported"}


def test_a_weak_digest_of_a_cache_can_be_refused(snapshot: Path) -> None:
    for options in ({"min_strength": "strong"}, {"algorithm": "sha256"}):
        report = checksig.audit(snapshot, **options)
        assert list(statuses(report).values()) == ["unsupported"] * len(SMALL)
        assert report.counts[Status.OK] == len(LARGE)


def test_snapshots_share_blobs_and_some_files_are_not_downloaded(snapshot: Path) -> None:
    other = snapshot.parent / ("d" * 40)
    other.mkdir()
    for name in ("config.json", "model.safetensors"):
        (other / name).symlink_to((snapshot / name).readlink())
    (snapshot / "sub/x.bin").unlink()
    report = checksig.verify(snapshot.parents[1])
    assert report.files == 5  # one of them is a blob that nothing leads to
    assert "2 more names of the same blobs" in report.remarks
    assert "1 file of the hub not downloaded" in report.remarks
    (snapshot.parents[1] / "blobs" / "f.incomplete").write_bytes(b"")
    assert checksig.verify(snapshot.parents[1]).ok


def test_keys_that_are_always_trusted_ask_for_no_signature_and_a_rule_does(
    hub: Hub, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hub.files
    key = tmp_path / "key.pub"
    key.write_bytes(KEY.public)
    monkeypatch.setenv("CHECKSIG_TRUST", str(key))
    for place in (MODEL, snapshot, snapshot.parents[1]):
        assert checksig.verify(place).ok
        for options in ({"require_signature": True}, {"tofu": True}):
            with pytest.raises(checksig.ChecksigError):
                checksig.verify(place, **options)


def test_a_cache_is_not_signed(snapshot: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.pub"
    key.write_bytes(KEY.public)
    for path in (snapshot, snapshot.parents[1]):
        with pytest.raises(checksig.ChecksigError):
            checksig.verify(path, trust=key)
        with pytest.raises(checksig.ChecksigError):
            checksig.verify(path, require_signature=True)
