"""OCI image layouts: each blob is what its name says, and an index leads to it."""

from __future__ import annotations

import hashlib
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

import checksig
from checksig import Status
from checksig.errors import ManifestError, SignatureUntrusted, VerificationError

if TYPE_CHECKING:
    from pathlib import Path


class Image:
    """A layout that is being made."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "blobs/sha256").mkdir(parents=True)
        (root / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')

    def add(self, content: bytes | dict[str, Any], algorithm: str = "sha256") -> dict[str, Any]:
        """Add a blob, and return its descriptor."""
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        digest = hashlib.new(algorithm, data).hexdigest()
        path = self.root / "blobs" / algorithm / digest
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return {"digest": f"{algorithm}:{digest}", "size": len(data)}

    def index(self, *manifests: Any) -> None:
        """Write the index."""
        document = {"schemaVersion": 2, "manifests": list(manifests)}
        (self.root / "index.json").write_text(json.dumps(document))

    def path(self, descriptor: dict[str, Any]) -> Path:
        """The path of a blob."""
        return self.root / "blobs" / descriptor["digest"].replace(":", "/")


@pytest.fixture
def image(tmp_path: Path) -> Image:
    """A layout with an index in its index, one manifest, and two layers."""
    made = Image(tmp_path / "image")
    layers = [made.add(b"one" * 99), made.add(b"two" * 99, "sha512")]
    manifest = made.add({"config": made.add({"os": "linux"}), "layers": layers})
    made.index(made.add({"manifests": [manifest]}))
    made.layers, made.manifest = layers, manifest  # type: ignore[attr-defined]
    return made


def failures(image: Image, **options: Any) -> dict[str, str]:
    """What is wrong with a layout, by the names of files."""
    report = checksig.audit(image.root, **options)
    assert not report.ok
    return {result.path: result.status.value for result in report.failures}


def test_every_blob_is_what_its_name_says(image: Image) -> None:
    report = checksig.verify(image.root, complete=True)
    assert (report.files, report.counts[Status.UNLISTED], report.remarks) == (5, 0, ())
    assert [(each.path, each.format) for each in report.manifests] == [("index.json", "oci-layout")]


def test_a_blob_that_has_changed_is_a_mismatch(image: Image) -> None:
    for layer in image.layers:  # type: ignore[attr-defined]
        path = image.path(layer)
        data = path.read_bytes()
        path.write_bytes(data[:-1] + b"!")
        name = f"blobs/{layer['digest'].replace(':', '/')}"
        assert failures(image) == {name: "mismatch"}
        path.write_bytes(data)


def test_a_blob_that_is_gone_is_missing_also_behind_two_indexes(image: Image) -> None:
    layer = image.layers[0]  # type: ignore[attr-defined]
    image.path(layer).unlink()
    assert list(failures(image).values()) == ["missing"]


def test_the_size_of_a_descriptor_counts(image: Image) -> None:
    layer = dict(image.add(b"three"), size=4)
    image.index(image.add({"layers": [layer]}))
    found = failures(image)
    assert found[f"blobs/{layer['digest'].replace(':', '/')}"] == "mismatch"


def test_a_manifest_that_has_changed_leads_nowhere(image: Image, tmp_path: Path) -> None:
    manifest = image.manifest  # type: ignore[attr-defined]
    image.path(manifest).write_text(json.dumps({"layers": [{"digest": "sha256:" + "0" * 64}]}))
    found = failures(image)
    assert found == {f"blobs/{manifest['digest'].replace(':', '/')}": "mismatch"}
    image.path(manifest).unlink()
    assert list(failures(image).values()) == ["missing"]


def test_a_blob_that_no_index_leads_to_is_told_and_checked(image: Image) -> None:
    stray = image.add(b"stray")
    report = checksig.verify(image.root, complete=True)
    [remark] = report.remarks
    assert "no index leads to 1 blob" in remark
    assert stray["digest"][7:] in remark
    image.path(stray).write_bytes(b"strax")
    assert list(failures(image).values()) == ["mismatch"]


def test_what_is_no_blob_is_not_listed(image: Image) -> None:
    (image.root / "blobs/sha256/readme").write_text("hello")
    assert checksig.verify(image.root).counts[Status.UNLISTED] == 1
    with pytest.raises(VerificationError):
        checksig.verify(image.root, complete=True)


@pytest.mark.parametrize(
    "descriptor",
    [
        None,
        [],
        {},
        {"digest": 1, "size": 1},
        {"digest": "sha256:00", "size": 1},
        {"digest": f"md5:{'0' * 32}", "size": 1},
        {"digest": f"sha256:{'A' * 64}", "size": 1},
        {"digest": f"sha256:../{'0' * 61}", "size": 1},
        {"digest": f"sha256:{'0' * 64}"},
        {"digest": f"sha256:{'0' * 64}", "size": -1},
        {"digest": f"sha256:{'0' * 64}", "size": True},
    ],
)
def test_a_descriptor_that_says_no_digest_and_size_is_a_fault(
    image: Image, descriptor: Any
) -> None:
    index = (image.root / "index.json").read_text()
    image.index(descriptor)
    with pytest.raises(ManifestError):
        checksig.audit(image.root)
    image.index(image.add({"layers": [descriptor]}), json.loads(index)["manifests"][0])
    assert "malformed" in failures(image).values()


def test_an_index_that_is_none_and_another_version_are_errors(image: Image) -> None:
    for name, text in (
        ("index.json", "[]"),
        ("index.json", "{"),
        ("index.json", '{"manifests": {}}'),
        ("oci-layout", '{"imageLayoutVersion": "2.0.0"}'),
        ("oci-layout", "{}"),
    ):
        path = image.root / name
        before = path.read_text()
        path.write_text(text)
        with pytest.raises(ManifestError):
            checksig.audit(image.root)
        path.write_text(before)
    (image.root / "index.json").unlink()
    with pytest.raises(ManifestError):
        checksig.audit(image.root)


def test_a_manifest_that_is_too_large_is_not_passed_over(image: Image) -> None:
    image.index(image.add({"layers": [image.add(b"x")], "annotations": {"a": "b" * (4 << 20)}}))
    assert "malformed" in failures(image).values()


def test_a_layout_in_an_archive(image: Image, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "image.tar", "w") as tar:
        tar.add(image.root, ".")
    assert checksig.verify(tmp_path / "image.tar", complete=True).files == 5
    image.path(image.layers[0]).write_bytes(b"")  # type: ignore[attr-defined]
    with tarfile.open(tmp_path / "image.tar", "w") as tar:
        tar.add(image.root, ".")
    assert not checksig.audit(tmp_path / "image.tar").ok


def test_a_list_that_is_there_counts_and_signatures_are_asked_for(image: Image) -> None:
    with pytest.raises((SignatureUntrusted, ManifestError)):
        checksig.verify(image.root, trust="0" * 40)
    checksig.create(image.root)
    report = checksig.verify(image.root, complete=True)
    assert [each.format for each in report.manifests] == ["coreutils"]


def test_manifests_that_lead_to_each_other_end(image: Image) -> None:
    """Nobody can make a circle of digests: the same manifest may be led to twice."""
    manifest = image.manifest  # type: ignore[attr-defined]
    image.index(manifest, manifest, image.add({"manifests": [manifest, manifest]}))
    report = checksig.audit(image.root)
    assert report.ok
    assert report.counts[Status.OK] == 6
