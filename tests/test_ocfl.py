"""Objects and storage roots of OCFL: what they hold, and the rules of their layout."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from checksig import ManifestError, SignatureUntrusted, Status, audit, verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checksig import Report


def digest_of(content: bytes, algorithm: str = "sha512") -> str:
    """Return a digest."""
    return hashlib.new(algorithm, content).hexdigest()


A, B, C = (digest_of(content) for content in (b"a", b"b", b"c"))


def version(**state: list[str]) -> dict[str, Any]:
    """Return a version with these files, by digest."""
    user = {"name": "A Person", "address": "mailto:person@example.org"}
    found = {"created": "2026-02-03T04:05:06Z", "message": "", "user": user, "state": state}
    return json.loads(json.dumps(found))


class Object:
    """An object of two versions: ``a`` and ``b``, and then ``c`` instead of ``b``."""

    def __init__(self, root: Path, spec: str = "1.1") -> None:
        self.root, self.spec = root, spec
        for name, content in {
            "v1/content/a": b"a",
            "v1/content/b": b"b",
            "v2/content/c": b"c",
        }.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        (root / f"0=ocfl_object_{spec}").write_text(f"ocfl_object_{spec}\n")
        one = version(**{A: ["a.txt"], B: ["b.txt"]})
        two = version(**{A: ["a.txt"], C: ["dir/c.txt"]})
        self.first = self.inventory("v1", {A: ["v1/content/a"], B: ["v1/content/b"]}, v1=one)
        manifest = {A: ["v1/content/a"], B: ["v1/content/b"], C: ["v2/content/c"]}
        self.last = self.inventory("v2", manifest, v1=one, v2=two)
        self.write()

    def inventory(self, head: str, manifest: Any, **versions: Any) -> dict[str, Any]:
        """Return an inventory."""
        found = {
            "id": "urn:example:1",
            "type": f"https://ocfl.io/{self.spec}/spec/#inventory",
            "digestAlgorithm": "sha512",
            "head": head,
            "manifest": manifest,
            "versions": versions,
        }
        return json.loads(json.dumps(found))

    def write(self) -> None:
        """Write all inventories, and their digests beside them."""
        for directory, inventory in (("v1/", self.first), ("v2/", self.last), ("", self.last)):
            data = json.dumps(inventory).encode()
            (self.root / f"{directory}inventory.json").write_bytes(data)
            sidecar = f"{digest_of(data)}  inventory.json\n"
            (self.root / f"{directory}inventory.json.sha512").write_text(sidecar)


def said(report: Report) -> str:
    """Return all that is wrong."""
    return "\n".join(str(failure) for failure in report.failures)


def test_an_object_is_checked_with_all_its_versions(tmp_path: Path) -> None:
    Object(tmp_path)
    assert verify(tmp_path, complete=True).counts[Status.OK] >= 3
    (tmp_path / "v1/content/b").write_bytes(b"B")  # which the last version does not have any more
    assert [(f.path, f.status) for f in audit(tmp_path).failures] == [
        ("v1/content/b", Status.MISMATCH)
    ]


def test_objects_below_a_directory_are_checked_as_each_is(tmp_path: Path) -> None:
    Object(tmp_path / "one")
    Object(tmp_path / "more/two", "1.0")
    assert audit(tmp_path, recursive=True).ok
    (tmp_path / "one/v1/content/b").write_bytes(b"B")
    (tmp_path / "more/two/x").write_text("x")
    report = audit(tmp_path, recursive=True)
    assert {(f.path, f.status) for f in report.failures} == {
        ("one/v1/content/b", Status.MISMATCH),
        ("more/two/x", Status.MALFORMED),
    }


#: Changes of the files of an object, by the codes of what they break.
FILES: dict[str, Callable[[Path], object]] = {
    "E001 file": lambda root: (root / "notes.txt").write_text("x"),
    "E001 directory": lambda root: (root / "more").mkdir() or (root / "more/x").write_text("x"),
    "E003 none": lambda root: (root / "0=ocfl_object_1.1").unlink(),
    "E003 two": lambda root: (root / "0=ocfl_object_1.0").write_text("ocfl_object_1.0\n"),
    "E004": lambda root: (root / "0=ocfl_object_1.1").rename(root / "0=ocfl_object_9.1"),
    "E007": lambda root: (root / "0=ocfl_object_1.1").write_text("ocfl_object_1.1"),
    "E010": lambda root: shutil.rmtree(root / "v1"),
    "E015": lambda root: (root / "v1/x").write_text("x"),
    "E023": lambda root: (root / "v1/content/x").write_text("x"),
    "E046": lambda root: (root / "v3").mkdir() or (root / "v3/x").write_text("x"),
    "E058 object": lambda root: (root / "inventory.json.sha512").unlink(),
    "E058 version": lambda root: (root / "v1/inventory.json.sha512").unlink(),
    "E060": lambda root: (root / "v1/inventory.json.sha512").write_text(f"{A}  inventory.json\n"),
    "E061": lambda root: (root / "v1/inventory.json.sha512").write_text(f"{A}\n"),
    "E067": lambda root: (root / "extensions").mkdir() or (root / "extensions/x").write_text("x"),
    "E090": lambda root: (root / "v1/content/l").symlink_to("a"),
}


@pytest.mark.parametrize("code", FILES)
def test_the_layout_of_an_object_is_held_to_its_rules(tmp_path: Path, code: str) -> None:
    Object(tmp_path)
    FILES[code](tmp_path)
    report = audit(tmp_path)
    assert not report.ok
    assert f"{code[:4]}: " in said(report)


def _versions(found: Object, key: str, value: Any) -> None:
    for inventory in (found.first, found.last):
        inventory["versions"]["v1"][key] = value


def _state(found: Object, *paths: str) -> None:
    for inventory in (found.first, found.last):
        inventory["versions"]["v1"]["state"][A] = list(paths)


#: Changes of inventories, by the codes of what they break.
INVENTORIES: dict[str, Callable[[Object], object]] = {
    "E009": lambda o: o.last["versions"].update(
        v2=o.last["versions"].pop("v1"), v3=version(**{C: ["c"]})
    ),
    "E012": lambda o: o.last["versions"].update(v03=version(**{C: ["c"]})),
    "E017": lambda o: o.last.update(contentDirectory="content/x"),
    "E018": lambda o: o.last.update(contentDirectory=".."),
    "E019": lambda o: o.first.update(contentDirectory="data"),
    "E023": lambda o: o.first["manifest"].pop(B),
    "E025": lambda o: o.last.update(digestAlgorithm="md5"),
    "E036": lambda o: o.last.pop("id"),
    "E037": lambda o: o.first.update(id="urn:example:2"),
    "E038": lambda o: o.last.update(type="https://ocfl.io/1.0/spec/#inventory"),
    "E040 object": lambda o: o.last.update(head="v1"),
    "E040 version": lambda o: o.first.update(head="v2"),
    "E041": lambda o: o.last.pop("manifest"),
    "E042": lambda o: o.last["manifest"].update({C: ["../c"]}),
    "E043": lambda o: o.last.pop("versions"),
    "E047": lambda o: o.last["versions"].update(v2=[]),
    "E048": lambda o: o.last["versions"]["v2"].pop("created"),
    "E049": lambda o: _versions(o, "created", "2026-02-03T04:05Z"),
    "E050": lambda o: o.last["versions"]["v2"]["state"].update({"00": ["x"]}),
    "E051": lambda o: o.last["versions"]["v2"]["state"].update({C: []}),
    "E052": lambda o: _state(o, "a/../b"),
    "E053": lambda o: _state(o, "/a"),
    "E054": lambda o: _versions(o, "user", {"address": "mailto:a@example.org"}),
    "E057": lambda o: o.last.update(fixity={"md5": {"00": ["v1/content/x"]}}),
    "E066": lambda o: o.first["versions"]["v1"]["state"].update({A: ["other.txt"]}),
    "E092": lambda o: o.last["manifest"].update({C: "v2/content/c"}),
    "E094": lambda o: _versions(o, "message", ["x"]),
    "E095 twice": lambda o: _state(o, "b.txt"),
    "E095 below": lambda o: _state(o, "b.txt/a"),
    "E096": lambda o: o.last["manifest"].update({A.upper(): ["v1/content/a"]}),
    "E099": lambda o: o.last["manifest"].update({C: ["v2/content/./c"]}),
    "E100": lambda o: o.last["manifest"].update({C: ["/v2/content/c"]}),
    "E101": lambda o: o.last["manifest"].update({C: ["v2/content/c", "v2/content/c"]}),
    "E102": lambda o: o.last.update(more=1),
    "E103": lambda o: o.first.update(type="https://ocfl.io/1.2/spec/#inventory"),
    "E107": lambda o: o.last["manifest"].update({"00": ["v1/content/b"]}),
    "E111": lambda o: o.last.update(fixity=[]),
}


@pytest.mark.parametrize("code", INVENTORIES)
def test_inventories_are_held_to_their_rules(tmp_path: Path, code: str) -> None:
    made = Object(tmp_path)
    INVENTORIES[code](made)
    made.write()
    report = audit(tmp_path)
    assert not report.ok
    assert f"{code[:4]}: " in said(report)


def test_the_inventory_of_an_object_is_that_of_its_last_version(tmp_path: Path) -> None:
    made = Object(tmp_path)
    data = json.dumps(made.last, indent=1).encode()
    (tmp_path / "inventory.json").write_bytes(data)
    (tmp_path / "inventory.json.sha512").write_text(f"{digest_of(data)}  inventory.json\n")
    assert "E064: " in said(audit(tmp_path))


def test_an_older_inventory_may_have_another_algorithm_and_has_to_be_right(tmp_path: Path) -> None:
    made = Object(tmp_path)
    a, b = (digest_of(content, "sha256") for content in (b"a", b"b"))
    manifest = {a: ["v1/content/a"], b: ["v1/content/b"]}
    made.first = made.inventory("v1", manifest, v1=version(**{a: ["a.txt"], b: ["b.txt"]}))
    made.first["digestAlgorithm"] = "sha256"
    made.write()
    path = tmp_path / "v1/inventory.json.sha512"
    data = digest_of((tmp_path / "v1/inventory.json").read_bytes(), "sha256")
    path.with_suffix(".sha256").write_text(f"{data}  inventory.json\n")
    path.unlink()
    assert verify(tmp_path).ok
    text = (tmp_path / "v1/inventory.json").read_text().replace(b, digest_of(b"other", "sha256"))
    (tmp_path / "v1/inventory.json").write_text(text)
    digest = digest_of(text.encode(), "sha256")
    path.with_suffix(".sha256").write_text(f"{digest}  inventory.json\n")
    [failure] = audit(tmp_path).failures
    assert (failure.path, failure.status) == ("v1/content/b", Status.MISMATCH)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a storage root of two objects."""
    (tmp_path / "0=ocfl_1.1").write_text("ocfl_1.1\n")
    Object(tmp_path / "ab/cd/one")
    Object(tmp_path / "two", "1.0")
    return tmp_path


def test_all_objects_of_a_storage_root_are_checked(root: Path) -> None:
    assert verify(root, complete=True).counts[Status.OK] >= 6
    (root / "ab/cd/one/v2/content/c").write_bytes(b"C")
    (root / "two/x").write_text("x")
    report = audit(root)
    assert {f.path for f in report.failures} == {"ab/cd/one/v2/content/c", "two/x"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("0=ocfl_1.0", "ocfl_1.0\n", "E076"),
        ("0=ocfl_1.1", "ocfl_1.1", "E080"),
        ("ocfl_layout.json", "{}", "E070"),
        ("ab/stray", "", "E072"),
        ("more/stray", "", "E072"),
    ],
)
def test_the_layout_of_a_storage_root_is_held_to_its_rules(
    root: Path, name: str, content: str, code: str
) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text(content)
    assert f"{code}: " in said(audit(root))


def test_files_of_a_storage_root_that_ocfl_does_not_know_are_ignored(root: Path) -> None:
    (root / "ocfl_layout.json").write_text('{"extension": "x", "description": "y"}')
    (root / "README.md").write_text("x")
    (root / "extensions/x").mkdir(parents=True)
    (root / "extensions/x/config.json").write_text("{}")
    assert verify(root).ok


def test_an_object_in_another_is_no_part_of_it(root: Path) -> None:
    Object(root / "two/v1/content/nested")
    assert "E023: " in said(audit(root))


def test_an_object_that_lost_its_inventory_fails(root: Path) -> None:
    (root / "two/inventory.json").unlink()
    assert "E063: " in said(audit(root))


def test_a_storage_root_without_objects_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "0=ocfl_1.0").write_text("ocfl_1.0\n")
    with pytest.raises(ManifestError, match="without an object"):
        verify(tmp_path)


def test_a_storage_root_is_not_signed(root: Path) -> None:
    with pytest.raises(SignatureUntrusted):
        verify(root, require_signature=True)
