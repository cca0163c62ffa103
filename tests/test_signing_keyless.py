"""Signatures by the identity of a CI job, made with a Fulcio and a Rekor of our own."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from sigstore_services import BEARER, WORKFLOW, Services, running, token
from sigstores import ISSUER, Sigstore

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

LIST = "SHA256SUMS"
#: What tells that a job of CI runs.
JOBS = ("GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "CIRCLECI", "GOOGLE_SERVICE_ACCOUNT_NAME")


@pytest.fixture(scope="module")
def services() -> Generator[Services]:
    """A Fulcio and a Rekor that answer."""
    with running(Sigstore(1)) as found:
        yield found


@pytest.fixture(autouse=True)
def _anew(services: Services) -> None:
    services.asked.clear()
    services.fails, services.other = "", services.instance


@pytest.fixture
def config(tmp_path: Path, services: Services) -> Path:
    """The trust configuration."""
    (tmp_path / "trust_config.json").write_bytes(services.config)
    (tmp_path / "trusted_root.json").write_bytes(services.instance.trusted)
    return tmp_path / "trust_config.json"


def job(**more: str) -> dict[str, str]:
    """The environment of a job, which asks nobody through a proxy."""
    rest = {name: value for name, value in os.environ.items() if name not in JOBS}
    rest = {name: value for name, value in rest.items() if not name.lower().endswith("_proxy")}
    return {**rest, "NO_PROXY": "127.0.0.1", **more}


def gitlab(**claims: object) -> dict[str, str]:
    """The environment of a job of GitLab."""
    return job(GITLAB_CI="true", SIGSTORE_ID_TOKEN=token(**claims))


def sign(cli: Cli, tree: Path, config: Path, *more: str, env: dict[str, str]) -> Answer:
    """Sign the list of a tree."""
    where = ["--sigstore", "--trust-config", config]
    return cli("sign", tree / LIST, *where, *more, env=env)


def test_a_job_signs_with_its_ambient_token(
    tree: Path, config: Path, services: Services, cli: Cli
) -> None:
    answer = sign(cli, tree, config, env=gitlab())
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        f"SIGNED       {tree / LIST} · {tree / LIST}.sigstore.json\n"
        f"             --identity {WORKFLOW} --issuer {ISSUER}\n"
    )
    assert services.asked == ["/api/v2/signingCert", "/api/v1/log/entries"]
    asked = {"trust": config.with_name("trusted_root.json"), "issuer": ISSUER}
    report = checksig.verify(tree, identity=WORKFLOW, complete=True, **asked)
    assert report.signature is not None
    assert report.signature.identity == WORKFLOW
    with pytest.raises(checksig.SignatureUntrusted):
        checksig.verify(tree, identity="me@example.org", **asked)
    answer = sign(cli, tree, config, env=gitlab())
    assert (answer.code, "exists already" in answer.err) == (2, True)
    assert sign(cli, tree, config, "--force", env=gitlab()).code == 0


def test_a_job_of_github_asks_for_its_token(
    tree: Path, config: Path, services: Services, cli: Cli
) -> None:
    url = f"{services.url}/token?version=1"
    github = job(GITHUB_ACTIONS="true", ACTIONS_ID_TOKEN_REQUEST_URL=url)
    answer = sign(cli, tree, config, env=github)
    assert (answer.code, "ACTIONS_ID_TOKEN_REQUEST_TOKEN" in answer.err) == (2, True)
    github["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = BEARER
    answer = sign(cli, tree, config, env=github)
    assert answer.code == 0, answer.err
    assert services.asked[0] == "/token?version=1&audience=sigstore"


def test_without_a_token_nobody_is_asked(
    tree: Path, config: Path, services: Services, cli: Cli
) -> None:
    answer = sign(cli, tree, config, env=job())
    assert (answer.code, answer.out) == (2, "")
    assert "there is no identity token" in answer.err
    assert services.asked == []


@pytest.mark.parametrize("claims", [{"aud": "another"}, {"exp": 1000}, {"sub": None}], ids=str)
def test_a_token_that_is_no_good_is_refused_and_not_shown(
    tree: Path, config: Path, services: Services, cli: Cli, claims: dict[str, object]
) -> None:
    env = gitlab(**claims)
    answer = sign(cli, tree, config, env=env)
    assert (answer.code, answer.out) == (2, "")
    assert env["SIGSTORE_ID_TOKEN"][-20:] not in answer.err
    assert services.asked in ([], ["/api/v2/signingCert"])
    assert not (tree / f"{LIST}.sigstore.json").exists()


@pytest.mark.parametrize("path", ["/api/v2/signingCert", "/api/v1/log/entries"])
def test_a_service_that_does_not_answer_leaves_no_signature(
    tree: Path, config: Path, services: Services, cli: Cli, path: str
) -> None:
    services.fails = path
    env = gitlab()
    answer = sign(cli, tree, config, env=env)
    assert (answer.code, answer.out) == (2, "")
    assert "Sigstore did not sign" in answer.err
    assert env["SIGSTORE_ID_TOKEN"][-20:] not in answer.err
    assert not (tree / f"{LIST}.sigstore.json").exists()


def test_what_others_than_those_of_the_root_answer_is_not_written(
    tree: Path, config: Path, services: Services, cli: Cli
) -> None:
    services.other = Sigstore(2)
    answer = sign(cli, tree, config, env=gitlab())
    assert (answer.code, answer.out) == (2, "")
    assert not (tree / f"{LIST}.sigstore.json").exists()
    # One whose certificates the root knows, and whose log it does not.
    services.other = Sigstore(1)
    services.other.log = Sigstore(2).log
    answer = sign(cli, tree, config, env=gitlab())
    assert (answer.code, answer.out) == (2, "")
    assert "does not hold" in answer.err
    assert not (tree / f"{LIST}.sigstore.json").exists()


def test_a_trust_configuration_that_is_none_is_refused(tree: Path, config: Path, cli: Cli) -> None:
    found = json.loads(config.read_bytes())
    for damaged in ({}, found | {"signingConfig": {}}, found | {"mediaType": "x"}):
        config.write_text(json.dumps(damaged))
        answer = sign(cli, tree, config, env=gitlab())
        assert (answer.code, answer.out) == (2, "")
        assert "cannot sign" in answer.err
    config.unlink()
    answer = sign(cli, tree, config, env=gitlab())
    assert (answer.code, "trust_config.json" in answer.err) == (2, True)


@pytest.mark.parametrize(
    "options",
    [
        ["--sigstore", "--key", "k"],
        ["--sigstore", "--namespace", "file"],
        ["--sigstore", "--password-env", "X"],
        ["--sigstore", "--certificate-chain", "c"],
        ["--key", "k", "--trust-config", "c"],
        [],
    ],
    ids=str,
)
def test_options_about_keys_do_not_go_with_an_identity(
    tree: Path, services: Services, cli: Cli, options: list[str]
) -> None:
    answer = cli("sign", tree / LIST, *options, env=gitlab())
    assert (answer.code, answer.out) == (2, "")
    assert services.asked == []
