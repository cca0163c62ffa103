"""Shards of a plan, wherever they are run, together give the report of one machine."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from grown import FATES, NAMES, OPTIONS, comparable, grow
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import sha256

import checksig
from checksig import Partial, Plan, PlanError
from checksig._shards import dividing, large

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Answer


def kept(plan: Plan, directory: Path) -> Path:
    """Save a plan, and return its path."""
    directory.mkdir(exist_ok=True)
    path = directory / "plan.json"
    plan.save(path)
    return path


def sharded(root: object, shards: int, **options: object) -> checksig.Report:
    """Check a directory in shards: each has the plan as a file, and gives its partial as bytes."""
    with tempfile.TemporaryDirectory() as directory:
        plan = checksig.plan(root, shards=shards, **options)  # type: ignore[arg-type]
        path = kept(plan, Path(directory))
        found = [checksig.run_shard(path, number) for number in range(len(plan.shards))]
        data = [each.to_bytes() for each in reversed(found)]
        again = [Partial.from_bytes(each) for each in data]
        assert [each.to_bytes() for each in again] == data
        return checksig.merge(path, again)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(NAMES, FATES, min_size=1),
    st.integers(0, 2),
    st.integers(1, 9),
    OPTIONS,
    st.booleans(),
)
def test_shards_of_a_plan_together_give_the_report_of_one_machine(
    tree: dict[str, str], nonsense: int, shards: int, options: dict[str, object], plain: bool
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "root"
        root.mkdir()
        grow(root, tree, nonsense, plain=plain)
        whole = said(lambda: checksig.audit(root, **options))  # type: ignore[arg-type]
        together = said(lambda: sharded(root, shards, **options))
        with ThreadPoolExecutor(2) as pool:
            more = {**options, "executor": pool, "shards": shards}
            by_others = said(lambda: checksig.audit(root, **more))  # type: ignore[arg-type]
        with suppress(checksig.ManifestError):
            plan = checksig.plan(root, shards=shards, **options)  # type: ignore[arg-type]
            found = [checksig.run_shard(plan, n) for n in range(len(plan.shards))]
            assert comparable(checksig.merge(plan, found)) == whole  # without a file
    assert together == whole
    assert by_others == whole


def said(check: Callable[[], checksig.Report]) -> dict[str, object] | str:
    """Return what a check says; or why there is nothing to check."""
    try:
        return comparable(check())
    except checksig.ManifestError as error:
        return str(error)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(NAMES, FATES, min_size=1), st.integers(1, 9), OPTIONS, st.booleans())
def test_shards_of_a_large_list_together_give_the_report_of_one_machine(
    tree: dict[str, str], shards: int, options: dict[str, object], plain: bool
) -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        patch.multiple(large, _LARGE=10, _HEAD=200),  # all are, and of each a little is held
    ):
        root = Path(directory) / "root"
        root.mkdir()
        grow(root, tree, 0, plain=plain)
        whole = said(lambda: checksig.audit(root, **options))  # type: ignore[arg-type]
        together = said(lambda: sharded(root, shards, **options))
    if isinstance(whole, dict):  # who has the list in mind may keep names of files
        assert isinstance(together, dict)
        whole = whole | {"checked": together["checked"]}
    assert together == whole


@pytest.mark.parametrize("change", [b"\n", b"# more\n"])
def test_a_large_list_that_changes_while_it_is_read_is_refused(
    good: Path, monkeypatch: pytest.MonkeyPatch, change: bytes
) -> None:
    original = dividing.runs_of

    def changing(*given: Any) -> Any:
        with (good / "sha1sum.txt").open("ab") as file:
            file.write(change)
        return original(*given)

    monkeypatch.setattr(large, "_LARGE", 10)
    monkeypatch.setattr(dividing, "runs_of", changing)
    with pytest.raises(PlanError, match=r"sha1sum\.txt.* has changed while it was read"):
        checksig.plan(good)


@pytest.mark.parametrize(
    ("room", "name"),
    [(dividing, "runs_of"), (large, "_claimed"), (large.auditing, "asked")],
    ids=["while it is divided", "before it is read", "before it is looked at"],
)
def test_a_large_list_that_goes_away_while_it_is_planned_is_an_error(
    good: Path, monkeypatch: pytest.MonkeyPatch, room: Any, name: str
) -> None:
    original = getattr(room, name)

    def removing(*given: Any, **more: Any) -> Any:
        found = original(*given, **more)
        (good / "sha1sum.txt").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(large, "_LARGE", 10)
    monkeypatch.setattr(room, name, removing)
    with pytest.raises(checksig.ChecksigError):
        checksig.plan(good)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.dictionaries(NAMES, FATES, min_size=1), min_size=2, max_size=3), OPTIONS)
def test_shards_of_several_places_together_give_the_report_of_one_machine(
    trees: list[dict[str, str]], options: dict[str, object]
) -> None:
    options = {name: value for name, value in options.items() if name != "require"}
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "root"
        for number, tree in enumerate(trees):
            grow(root / f"set{number}", tree, 1, plain=number == 1)
        if not any((root / f"set{n}" / "SHA256SUMS").stat().st_size for n in range(len(trees))):
            return
        whole = checksig.audit(root, recursive=True, **options)  # type: ignore[arg-type]
        together = sharded(root, 5, recursive=True, **options)
    assert comparable(together) == comparable(whole)


@pytest.fixture
def bags(tmp_path: Path) -> Path:
    """Bags below a directory, of which one is damaged."""
    for name in ("one", "two"):
        (tmp_path / "bags" / name).mkdir(parents=True)
        for number in range(5):
            (tmp_path / "bags" / name / f"{number}").write_text(name * number)
        checksig.make_bag(tmp_path / "bags" / name, algorithm=["sha256", "md5"])
    (tmp_path / "bags/two/data/3").write_text("!")
    (tmp_path / "bags/two/data/more").write_text("!")
    return tmp_path / "bags"


def test_bags_below_a_directory_are_checked_in_shards_each_by_its_rules(bags: Path) -> None:
    whole = checksig.audit(bags, recursive=True)
    together = sharded(bags, 4, recursive=True)
    assert comparable(together) == comparable(whole)
    assert [part.ok for part in together.parts] == [True, False]
    assert [part.root for part in together.parts] == [part.root for part in whole.parts]


def test_one_file_is_checked_in_shards_as_on_one_machine(good: Path) -> None:
    (good / "a").write_text("!")
    for path in (good / "a", good / "b", good / "sha1sum.txt"):
        with ThreadPoolExecutor(1) as pool:
            by_others = checksig.audit(path, executor=pool)
        assert comparable(by_others) == comparable(checksig.audit(path))
        assert comparable(sharded(path, 2)) == comparable(by_others)


@pytest.mark.parametrize("form", ["jsonl", "sfv", "hashdeep"])
def test_lists_of_any_format_are_checked_in_shards(good: Path, form: str) -> None:
    (good / "sha1sum.txt").unlink()
    checksig.create(good, format=form)
    next(path for path in good.rglob("*") if path.is_file() and path.stat().st_size).write_text("!")
    whole, together = checksig.audit(good), sharded(good, 3)
    assert comparable(together) == comparable(whole)
    assert not whole.ok


def test_what_is_listed_without_a_digest_is_counted_once(good: Path) -> None:
    (good / "sha1sum.txt").unlink()
    (good / "link").symlink_to("a")
    checksig.create(good, format="jsonl", symlinks="record")
    whole = checksig.audit(good)
    assert whole.unverified == 1
    for shards in (1, 3, 9):
        assert comparable(sharded(good, shards)) == comparable(whole)


def test_links_and_mounts_are_what_they_are_on_one_machine(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for name in ("a/b/c", "a/b/d", "e/f", "g"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    checksig.create(root)
    (root / "e/link").symlink_to("../a")
    (root / "a/b/h").symlink_to("/dev/null")
    os.mkfifo(root / "a/pipe")
    (root / "z").mkdir(mode=0o000)
    for options in ({}, {"complete": True}, {"symlinks": "refuse"}):
        whole = checksig.audit(root, **options)  # type: ignore[arg-type]
        for shards in (1, 2, 5):
            assert comparable(sharded(root, shards, **options)) == comparable(whole)


def test_sizes_that_no_files_can_have_leave_no_file_out(tmp_path: Path) -> None:
    names = [f"{number:05}" for number in range(8192)]  # of which each step of an outline has two
    sizes = dict.fromkeys(names, 0) | {names[-2]: 2**63 - 1, names[-1]: 2**63 - 65535}
    digest = {"sha256": "0" * 64}
    rows = [{"path": name, "size": size, "digests": digest} for name, size in sizes.items()]
    lines = map(json.dumps, [{"schema": "checksig.list/1"}, *rows])
    (tmp_path / "checksums.jsonl").write_text("\n".join(lines))
    plan = checksig.plan(tmp_path, shards=4)
    assert sum(shard.files for shard in plan.shards) == len(names)
    assert sharded(tmp_path, 4).files == len(names)


@pytest.fixture
def planned(good: Path, tmp_path: Path) -> tuple[Path, list[Partial]]:
    """The path of a plan of a directory in which all is right, and its partials."""
    path = kept(checksig.plan(good, shards=3, complete=True), tmp_path / "planned")
    shards = len(json.loads(path.read_text())["shards"])
    return path, [checksig.run_shard(path, number) for number in range(shards)]


def changed(path: Path, **fields: object) -> Path:
    """Change fields of a JSON document, without its digest."""
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))
    return path


def test_a_plan_that_was_changed_is_refused(planned: tuple[Path, list[Partial]]) -> None:
    path, partials = planned
    assert checksig.merge(path, partials).ok
    whole = path.read_text()
    for fields in ({"options": {}}, {"files": 1}, {"shards": []}, {"root": "/"}):
        path.write_text(whole)
        with pytest.raises(PlanError, match=f"{path.name}.* is not as it was written"):
            checksig.run_shard(changed(path, **fields), 0)
    for text in ("", "{}", "[]", whole[:100], '{"schema": "checksig.plan/1"}', "\0"):
        path.write_text(text)
        with pytest.raises(PlanError, match=r"plan\.json"):
            checksig.run_shard(path, 0)


def test_a_plan_of_a_newer_version_is_refused(planned: tuple[Path, list[Partial]]) -> None:
    path = changed(planned[0], schema="checksig.plan/2")
    with pytest.raises(PlanError, match="version 2, and this is version 1"):
        checksig.run_shard(path, 0)


def test_a_list_that_changes_after_planning_is_refused(good: Path, tmp_path: Path) -> None:
    path = kept(checksig.plan(good, shards=2), tmp_path / "planned")
    text = (good / "sha1sum.txt").read_text()
    (good / "sha1sum.txt").write_text(text.replace("  ", " *"))
    with pytest.raises(PlanError, match=r"sha1sum\.txt.* has changed since the plan was made"):
        checksig.run_shard(path, 0)
    for other in (text + text, text + "\n", text[:-1]):  # what shards read may be the same
        (good / "sha1sum.txt").write_text(other)
        with pytest.raises(PlanError, match="has changed since the plan was made"):
            checksig.run_shard(path, 0)
    (good / "sha1sum.txt").write_text(text)
    assert checksig.merge(path, [checksig.run_shard(path, n) for n in range(3)]).ok


def test_packed_lines_that_were_changed_are_refused(good: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    shutil.move(good / "sha1sum.txt", tmp_path / "elsewhere")
    plan = checksig.plan(good, manifest=tmp_path / "elsewhere/sha1sum.txt", shards=2)
    path = kept(plan, tmp_path / "planned")
    lines = path.with_name("plan.json.lines")
    data = lines.read_bytes()
    assert checksig.merge(path, [checksig.run_shard(path, n) for n in range(len(plan.shards))]).ok
    for wrong in (data[:-1], data[::-1], b"", data.replace(data[20:30], bytes(10))):
        lines.write_bytes(wrong)
        with pytest.raises(PlanError, match="has changed since the plan was made"):
            [checksig.run_shard(path, number) for number in range(2)]


def test_a_signature_is_checked_once_where_the_plan_is_made(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = checksig.keygen(tmp_path / "key", password=None)
    checksig.sign(good / "sha1sum.txt", pair.key)
    other = checksig.keygen(tmp_path / "other", password=None)
    with pytest.raises(checksig.TrustError):
        checksig.plan(good, trust=other.public)
    path = kept(checksig.plan(good, trust=pair.public, shards=2), tmp_path / "planned")
    (good / "sha1sum.txt.minisig").unlink()  # no shard needs it
    report = checksig.merge(path, [checksig.run_shard(path, n) for n in range(3)])
    assert report.signature
    assert report.trust.startswith("signed by minisign key")


def test_a_shard_that_is_missing_is_named_and_nothing_is_ok(
    planned: tuple[Path, list[Partial]],
) -> None:
    path, partials = planned
    for number in range(len(partials)):
        report = checksig.merge(path, partials[:number] + partials[number + 1 :])
        assert report.missing_shards == (number,)
        assert (report.ok, report.verdict) == (False, "NOT VERIFIED")
        assert f"1 shard not checked: {number}" in report.summary()
    report = checksig.merge(path, [])
    assert report.missing_shards == tuple(range(len(partials)))
    assert f"not checked: 0-{len(partials) - 1}" in report.summary()
    assert report.files == checksig.merge(path, partials).files


def test_a_partial_of_another_plan_is_refused_by_name(
    planned: tuple[Path, list[Partial]], good: Path, tmp_path: Path
) -> None:
    path, partials = planned
    other = checksig.plan(good, shards=3)  # of the same files, by other rules
    assert other.digest != partials[0].plan
    file = tmp_path / "0.json"
    file.write_bytes(checksig.run_shard(other, 0).to_bytes())
    with pytest.raises(PlanError, match=r"0\.json.* is of another plan"):
        checksig.merge(path, [*partials[1:], file])


def test_two_partials_of_a_shard_are_refused_by_name(planned: tuple[Path, list[Partial]]) -> None:
    path, partials = planned
    with pytest.raises(PlanError, match=r"partial 4 and partial 0 are both of shard 0"):
        checksig.merge(path, [*partials, partials[0]])


def test_a_partial_that_was_changed_is_refused_by_name(
    planned: tuple[Path, list[Partial]], tmp_path: Path
) -> None:
    path, partials = planned
    directory = tmp_path / "partials"
    directory.mkdir()
    for partial in partials:
        (directory / f"{partial.shard}.json").write_bytes(partial.to_bytes())
    (directory / "slurm-17.out").write_text("whatever a scheduler writes")
    assert checksig.merge(path, directory).ok
    whole = partials[1].to_bytes()
    for data in (whole.replace(b'"ok":', b'"ok":1'), whole[:-9], b"", b"{}", b"\xff"):
        (directory / "1.json").write_bytes(data)
        with pytest.raises(PlanError, match=r"1\.json"):
            checksig.merge(path, directory)


@pytest.mark.parametrize("counts", [{}, {"ok": 7}, {"ok": 99}, {"ok": -1}, {"right": 1}])
def test_verdicts_have_to_add_up_to_the_files_of_a_shard(
    planned: tuple[Path, list[Partial]], counts: dict[str, int]
) -> None:
    path, partials = planned
    document = json.loads(partials[0].to_bytes())
    document["outcome"]["totals"]["counts"] = counts
    with pytest.raises(PlanError, match=r"has \d files?, and \d+ verdicts?|no count|counts of"):
        checksig.merge(path, [rewritten(document), *partials[1:]])
    document["outcome"]["totals"] = {"counts": {"ok": 99}, "files": 99}
    with pytest.raises(PlanError, match="and 99 verdicts"):
        checksig.merge(path, [rewritten(document), *partials[1:]])


def rewritten(document: dict[str, object]) -> Partial:
    """Return a partial that says something, with a digest that is right."""
    from checksig._shards import documents

    document["digest"] = documents.digest(document, "digest")
    return Partial.from_bytes(documents.canonical(document))


def test_partials_have_to_be_signed_if_keys_are_given(
    planned: tuple[Path, list[Partial]], tmp_path: Path
) -> None:
    path, partials = planned
    pair, directory = checksig.keygen(tmp_path / "key", password=None), tmp_path / "partials"
    directory.mkdir()
    for partial in partials:
        (directory / f"{partial.shard}.json").write_bytes(partial.to_bytes())
        checksig.sign(directory / f"{partial.shard}.json", pair.key)
    assert checksig.merge(path, directory, trust=pair.public).ok
    other = checksig.keygen(tmp_path / "other", password=None)
    with pytest.raises(checksig.TrustError):
        checksig.merge(path, directory, trust=other.public)
    (directory / "1.json.minisig").unlink()
    with pytest.raises(checksig.TrustError, match=r"1\.json"):
        checksig.merge(path, directory, trust=pair.public)
    with pytest.raises(TypeError, match="give the paths"):
        checksig.merge(path, partials, trust=pair.public)


def test_a_root_that_is_not_here_is_refused_and_not_taken_for_an_empty_one(
    good: Path, tmp_path: Path
) -> None:
    path = kept(checksig.plan(good), tmp_path / "planned")
    good.rename(tmp_path / "gone")
    with pytest.raises(PlanError, match="is no directory on"):
        checksig.run_shard(path, 0)


def test_a_plan_or_a_partial_of_another_version_is_refused(
    planned: tuple[Path, list[Partial]],
) -> None:
    from checksig._shards import documents

    path, partials = planned
    whole = path.read_text()
    other = json.loads(whole) | {"version": "9.9"}
    path.write_text(json.dumps(other | {"digest": documents.digest(other, "digest")}))
    with pytest.raises(PlanError, match=r"is by checksig 9\.9, and this is"):
        checksig.run_shard(path, 0)
    path.write_text(whole)
    document = json.loads(partials[0].to_bytes()) | {"version": "9.9"}
    with pytest.raises(PlanError, match=r"is by checksig 9\.9, and the plan is not"):
        checksig.merge(path, [rewritten(document), *partials[1:]])


@pytest.mark.parametrize(
    "fields",
    [
        {"at": -1},
        {"end": 1 << 62},
        {"end": 1 << 70},
        {"at": 1 << 40, "end": (1 << 40) + 1},
        {"at": 5, "end": 4},
        {"line": 0},
        {"line": True},
        {"part": 1},
        {"files": -1},
        {"others": True, "reads": [[0, 1 << 40]]},
        {"others": True, "reads": [[1, 0]]},
        {"others": True, "reads": [[-1, 0]]},
        {"others": True, "reads": [[0, 0.5]]},
        {"others": True, "reads": [0]},
    ],
    ids=json.dumps,
)
def test_numbers_of_a_plan_that_cannot_be_are_refused(
    planned: tuple[Path, list[Partial]], fields: dict[str, Any]
) -> None:
    from checksig._shards import documents

    path, _ = planned
    document = json.loads(path.read_text())
    document["shards"][0] |= fields
    path.write_text(json.dumps(document | {"digest": documents.digest(document, "digest")}))
    with pytest.raises(PlanError):
        checksig.run_shard(path, 0)


@pytest.mark.parametrize("number", [-1, 4, 10**9])
def test_a_shard_that_is_not_there_is_refused(
    planned: tuple[Path, list[Partial]], number: int
) -> None:
    with pytest.raises(PlanError, match=f"there is no shard {number}: .* are 0 to 3"):
        checksig.run_shard(planned[0], number)


def test_what_is_checked_on_one_machine_is_not_planned(good: Path) -> None:
    shutil.make_archive(str(good / "set"), "zip", good)
    with pytest.raises(PlanError, match="is checked on one machine"):
        checksig.plan(good / "set.zip")
    with pytest.raises(TypeError, match="digest is for a check on one machine"):
        checksig.plan(good, digest="0" * 40)


def test_a_clean_partial_is_small(planned: tuple[Path, list[Partial]]) -> None:
    assert max(len(partial.to_bytes()) for partial in planned[1]) < 1024


def test_plans_of_the_same_are_the_same(good: Path) -> None:
    one, other = checksig.plan(good, shards=2), checksig.plan(good, shards=2)
    assert one.digest == other.digest
    assert one.digest != checksig.plan(good, shards=2, complete=True).digest


def test_the_longest_file_is_named(good: Path) -> None:
    (good / "long").write_bytes(bytes(1 << 20))
    checksig.create(good, overwrite=True)
    plan = checksig.plan(good, manifest=good / "SHA256SUMS")
    assert (plan.longest, plan.size > 1 << 20) == (("long", 1 << 20), True)
    plan = checksig.plan(good, manifest=good / "SHA256SUMS", sizes="never")
    assert (plan.longest, plan.size) == (None, 0)


def test_no_tag_in_a_text_is_that_of_a_link(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "b").write_text("x")
    (root / "a").symlink_to("b")
    for tag, digits in (("link", "62"), ("link-", "62"), ("no-digest", "ab"), ("LINK", "62")):
        (root / "SHA256SUMS").write_text(f"{tag} (a) = {digits}\n{sha256(b'x')}  b\n")
        for symlinks in ("record", "inside"):
            whole = checksig.audit(root, symlinks=symlinks)  # type: ignore[arg-type]
            assert not whole.ok
            assert comparable(sharded(root, 2, symlinks=symlinks)) == comparable(whole)


@pytest.mark.parametrize("name", ["link", "link:", "no-digest", "no-digest:"])
def test_no_name_of_an_algorithm_in_a_list_is_that_of_a_link(tmp_path: Path, name: str) -> None:
    (tmp_path / "b").write_text("x")
    (tmp_path / "a").symlink_to("b")
    checksig.create(tmp_path, format="jsonl")
    path = tmp_path / "checksums.jsonl"
    path.write_text(path.read_text().replace('"sha256"', json.dumps(name)))
    for symlinks in ("record", "inside"):
        with suppress(checksig.ManifestError):
            assert not checksig.audit(tmp_path, symlinks=symlinks).ok  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "totals",
    [
        {"counts": {"mismatch": 1}, "ignored": 1},
        {"counts": {"missing": 1}, "ignored": 1},
        {"counts": {"mismatch": 1}},
        {"counts": {}, "excluded": 1},
        {"counts": {}, "unverified": 1},
    ],
)
def test_a_partial_that_contradicts_itself_is_no_success(
    planned: tuple[Path, list[Partial]], totals: dict[str, Any]
) -> None:
    path, partials = planned
    document = json.loads(partials[0].to_bytes())
    files = document["outcome"]["totals"]["files"]
    many = dict.fromkeys(totals["counts"], files)
    rest = {n: files for n in totals if n != "counts"}
    seen = 0 if {"excluded", "unverified"} & rest.keys() else files
    document["outcome"]["totals"] = {"counts": many, "files": seen, **rest}
    found = [rewritten(document), *partials[1:]]
    with pytest.raises(PlanError, match=r"contradicts itself|verdicts"):
        checksig.merge(path, found)


def odd(document: Any, rng: random.Random) -> None:
    """Put something odd somewhere into a document."""
    values: list[Any] = [None, -1, 1 << 70, "x", "\ud800", [], {}, [1], {"a": 1}, 1.5, True, "nan"]
    places = [(document, name) for name in document if name != "digest"]
    for _ in range(rng.randrange(4)):
        inner = [each[name] for each, name in places if isinstance(each[name], dict | list)]
        chosen = rng.choice(inner) if inner else document
        keys: Any = list(chosen) if isinstance(chosen, dict) else range(len(chosen))
        places = [(chosen, key) for key in keys] or places
    target, name = rng.choice(places)
    target[name] = rng.choice(values)


@pytest.mark.parametrize("seed", range(3))
def test_odd_plans_and_partials_are_refused_and_nothing_else_is_raised(
    good: Path, tmp_path: Path, seed: int
) -> None:
    from checksig._shards import documents

    (good / "a").write_text("!")
    rng = random.Random(seed)
    path = kept(checksig.plan(good, shards=2, complete=True), tmp_path / "planned")
    plan = path.read_text()
    partials = [checksig.run_shard(path, n) for n in range(3)]
    for number in range(300):
        with suppress(checksig.ChecksigError):
            if number % 2:
                document = json.loads(partials[number % 3].to_bytes())
                odd(document, rng)
                found = [rewritten(document), *[p for p in partials if p.shard != number % 3]]
                report = checksig.merge(path, found)
            else:
                document = json.loads(plan)
                odd(document, rng)
                document["digest"] = documents.digest(document, "digest")
                path.write_bytes(documents.canonical(document))
                report = checksig.merge(path, [checksig.run_shard(path, n) for n in range(3)])
            assert not report.ok
            assert report.summary()
        path.write_text(plan)


def test_a_torn_partial_is_made_again_and_holds_up_no_other(
    good: Path, tmp_path: Path, cli: Callable[..., Answer]
) -> None:
    kept(checksig.plan(good, shards=2), tmp_path / "planned")
    cli("run-shard", "plan.json", "0", "-o", "out", cwd=tmp_path / "planned")
    whole = tmp_path / "planned/out/0.json"
    for text in (
        "torn",
        "",
        cli("run-shard", "plan.json", "1", "--json", cwd=whole.parents[1]).out,
    ):
        whole.write_text(text)
        for number in "01":
            answer = cli("run-shard", "plan.json", number, "-o", "out", cwd=whole.parents[1])
            assert answer.code == 0
    assert cli("merge", "plan.json", "out", cwd=whole.parents[1]).code == 1  # one is missing
    cli("run-shard", "plan.json", "2", "-o", "out", cwd=whole.parents[1])
    assert cli("merge", "plan.json", "out", cwd=whole.parents[1]).code == 0


def test_a_large_list_whose_lines_end_with_nul_is_planned(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (good / "sha1sum.txt").unlink()
    checksig.create(good, zero=True, output=good / "checksums.txt")
    monkeypatch.setattr(large, "_LARGE", 10)
    assert checksig.plan(good).files == checksig.audit(good).files
