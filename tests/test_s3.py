"""Buckets of S3: who is let in, and who is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from programs import Answer
    from servers.s3 import S3

pytestmark = pytest.mark.parametrize("server", ["moto", "versitygw"], indirect=True)


def test_who_is_not_let_in_is_told_why(
    bucket: S3, cli: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer = cli("verify", "s3://there-is-no-such-bucket/x")
    assert (answer.code, answer.out) == (2, "")
    assert "there is no such bucket" in answer.err
    answer = cli("verify", f"{bucket.url}/nothing")
    assert answer.code == 2
    assert "no list of digests" in answer.err
    answer = cli("verify", "s3://")
    assert answer.code == 2
    assert "names no bucket" in answer.err
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    answer = cli("verify", f"{bucket.url}/set")
    assert answer.code == 2
    assert "no profile of AWS named 'nobody'" in answer.err
    monkeypatch.delenv("AWS_PROFILE")
    if bucket.name == "moto":
        return  # it lets everybody in
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    answer = cli("verify", f"{bucket.url}/set")
    assert answer.code == 2
    assert "the secret key is not that of the access key" in answer.err
    assert "not-the-secret" not in answer.err
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    answer = cli("verify", f"{bucket.url}/set")
    assert answer.code == 2
    assert "no credentials" in answer.err
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    answer = cli("verify", f"{bucket.url}/set")
    assert answer.code == 2
    assert "there are no credentials" in answer.err


def test_credentials_are_those_of_a_profile(
    bucket: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = bucket.environment()
    for name in known:
        monkeypatch.delenv(name)
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    (tmp_path / "credentials").write_text(
        "[mine]\n" + "".join(f"{name.lower()} = {known[name]}\n" for name in keys)
    )
    (tmp_path / "config").write_text(
        f"[profile mine]\nregion = {known['AWS_REGION']}\n"
        f"endpoint_url = {known['AWS_ENDPOINT_URL']}\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert checksig.verify(f"{bucket.url}/set").ok
