"""Shards of a store: each reads its lines and its objects there."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from grown import comparable
from servers.corpus import FILES, listed
from test_shards import kept, sharded

import checksig
from checksig import PlanError

if TYPE_CHECKING:
    from servers import Store


@pytest.mark.parametrize("complete", [False, True])
def test_a_bucket_in_shards_says_what_one_machine_says(bucket: Store, *, complete: bool) -> None:
    bucket.put("set/a.bin", FILES["a.bin"][:-1])
    bucket.put("set/more", b"")
    address = f"{bucket.url}/set"
    plan = checksig.plan(address, shards=3, complete=complete)
    assert not plan.carried  # its lines are read where they lie
    whole = checksig.audit(address, complete=complete)
    assert comparable(sharded(address, 3, complete=complete)) == comparable(whole)
    assert not whole.ok


def test_what_is_right_in_a_bucket_is_right_in_shards(bucket: Store) -> None:
    report = sharded(f"{bucket.url}/set", 4)
    assert report.ok
    assert report.files == len(FILES)


def test_a_list_in_a_bucket_that_changes_after_planning_is_refused(bucket: Store) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = kept(checksig.plan(f"{bucket.url}/set", shards=2), Path(directory))
        bucket.put("set/SHA256SUMS", listed(FILES).replace("a.bin", "b.bin").encode())
        with pytest.raises(PlanError, match="has changed since the plan was made"):
            checksig.run_shard(path, 0)
        bucket.delete("set/SHA256SUMS")
        with pytest.raises(PlanError, match="cannot read"):
            checksig.run_shard(path, 0)
