"""Shards of a plan, wherever they are run, together give the report of one machine."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from grown import FATES, NAMES, OPTIONS, comparable, grow
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import sha256

import checksig
from checksig import Partial, Plan, PlanError, Status


def kept(plan: Plan, directory: Path) -> Path:
    """Save a plan, and return its path."""
    directory.mkdir(exist_ok=True)
    path = directory / "plan.json"
    plan.save(path)
    return path


def sharded(root: object, shards: int, **options: object) -> checksig.Report:
    """Check a directory in shards: each is told by the plan's file, and its partial by its bytes."""
    with tempfile.TemporaryDirectory() as directory:
        plan = checksig.plan(root, shards=shards, **options)  # type: ignore[arg-type]
        path = kept(plan, Path(directory))
        found = [checksig.run_shard(path, number) for number in range(len(plan.shards))]
        data = [each.to_bytes() for each in reversed(found)]
        again = [Partial.from_bytes(each) for each in data]
        assert [each.to_bytes() for each in again] == data
        return checksig.merge(path, again)


@settings(max_examples=100, deadline=None)
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
        try:
            whole = checksig.audit(root, **options)  # type: ignore[arg-type]
        except checksig.ManifestError as error:
            with pytest.raises(checksig.ManifestError) as refused:
                checksig.plan(root, **options)  # type: ignore[arg-type]
            assert str(refused.value) == str(error)
            return
        together = sharded(root, shards, **options)
    assert comparable(together) == comparable(whole)
