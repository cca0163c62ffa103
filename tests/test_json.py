"""Documents about what commands made or found: one for each, held to the schema."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from test_cli import VALIDATOR, bytes_of
from trees import plant

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]


def document(answer: Answer, code: int = 0) -> dict[str, Any]:
    """The one document of an answer, which has said nothing else."""
    found: dict[str, Any] = json.loads(answer.out)
    VALIDATOR.validate(found)
    assert answer.code == code
    if code == 0:
        assert answer.err == ""
        assert found["version"] == checksig.__version__
    else:
        assert found["schema"] == "checksig.error/1"
        assert found["exit_code"] == code
        assert answer.err == f"checksig: {found['message']}\n"
    return found


def paths(found: list[dict[str, str]]) -> list[str]:
    return [each["path"] for each in found]


def test_create_says_what_is_in_the_list_and_what_is_not(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    os.mkfifo(tmp_path / "fifo")
    found = document(cli("create", "--json", "-a", "sha1", "-a", "sha256", tmp_path))
    assert found["schema"] == "checksig.created/1"
    assert paths(found["lists"]) == [str(tmp_path / n) for n in ("SHA1SUMS", "SHA256SUMS")]
    assert [each["name"] for each in found["algorithms"]] == ["sha1", "sha256"]
    assert (found["files"], found["bytes"], found["changes"]) == (1, 7, None)
    assert [(each["path"], each["status"]) for each in found["left_out"]] == [
        ("fifo", "not-regular")
    ]


def test_update_says_what_has_changed_and_what_was_not_read(cli: Cli, tmp_path: Path) -> None:
    root = tmp_path / "set"
    root.mkdir()
    for name in ("gone", "kept", "moved"):
        (root / name).write_bytes(name.encode())
    cli("create", "-f", "jsonl", root)
    (root / "gone").unlink()
    (root / "moved").rename(root / "there")
    (root / "new").write_bytes(b"new")
    found = document(cli("create", "--json", "-f", "jsonl", "--update", root))
    assert found["changes"] == {
        "added": [{"path": "new"}],
        "changed": [],
        "removed": [{"path": "gone"}],
        "damaged": [],
        "moved": [{"from": "moved", "to": "there"}],
    }


def test_damaged_files_are_an_error_with_their_names(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"before")
    os.utime(file, ns=(10**18, 10**18))
    cli("create", "-f", "jsonl", tmp_path)
    file.write_bytes(b"after!")
    os.utime(file, ns=(10**18, 10**18))
    plain = cli("create", "-f", "jsonl", "--update", tmp_path)
    found = document(cli("create", "--json", "-f", "jsonl", "--update", tmp_path), 1)
    assert plain.code == 1
    assert paths(found["changes"]["damaged"]) == ["a"]


def test_convert_says_what_it_was_and_where_it_is(cli: Cli, tree: Path) -> None:
    found = document(cli("convert", "--json", tree / "SHA256SUMS"))
    assert found["schema"] == "checksig.converted/1"
    assert paths(found["lists"]) == [str(tree / "checksums.jsonl")]
    assert (found["source_format"], found["files"]) == ("coreutils", 1)


def test_bag_says_what_is_new_in_it(cli: Cli, tmp_path: Path) -> None:
    root = plant(tmp_path / "set", {"a": b"a"})
    found = document(cli("bag", "--json", root))
    assert found["schema"] == "checksig.bagged/1"
    assert (found["new"], found["files"]) == (True, 2)
    assert paths(found["added"]) == ["data/a", "data/sha1sum.txt"]
    (root / "data" / "b").write_bytes(b"b")
    found = document(cli("bag", "--json", root))
    assert (found["new"], paths(found["added"]), found["note"]) == (False, ["data/b"], "")


def test_keygen_and_sign_say_what_they_wrote(cli: Cli, tree: Path) -> None:
    pair = document(cli("keygen", "--json", "--no-password", tree.parent / "k"))
    assert pair["schema"] == "checksig.keypair/1"
    assert (tree.parent / "k.key").is_file()
    assert pair["public"] == str(tree.parent / "k.pub")
    secret = (tree.parent / "k.key").read_text().splitlines()[1]
    assert secret not in json.dumps(pair)
    signed = document(cli("sign", "--json", "--key", pair["key"], tree / "SHA256SUMS"))
    assert signed["schema"] == "checksig.signed/1"
    assert signed["signature"] == str(tree / "SHA256SUMS.minisig")
    assert signed["identity"] is signed["issuer"] is None
    assert cli("verify", tree, "--trust", pair["text"]).code == 0


def test_signatures_of_a_list_are_in_the_document(cli: Cli, tree: Path) -> None:
    cli("keygen", "--no-password", tree.parent / "k")
    key = tree.parent / "k.key"
    found = document(cli("create", "--json", "--force", "--sign", key, tree))
    assert paths(found["signatures"]) == [str(tree / "SHA256SUMS.minisig")]
    (tree / "b").touch()
    found = document(cli("create", "--json", "--force", "--drop-signature", tree))
    assert paths(found["removed_signatures"]) == [str(tree / "SHA256SUMS.minisig")]


def test_formats_says_the_same_to_programs(cli: Cli) -> None:
    found = document(cli("formats", "--json"))
    assert found["schema"] == "checksig.formats/1"
    lines = cli("formats").out.splitlines()
    assert len(lines) == len(found["formats"]) + 1 >= 45
    for line, row in zip(lines[1:], found["formats"], strict=True):
        name, rest = line.split(maxsplit=1)
        assert name == row["name"]
        assert rest.startswith(row["title"])
        assert rest.endswith(row["used_by"])
        assert row["used_by"]
        assert (" yes " in rest) is row["written"]


def test_doctor_says_the_same_to_programs(cli: Cli) -> None:
    found = document(cli("doctor", "--json"))
    said = cli("doctor").out
    assert found["schema"] == "checksig.doctor/1"
    assert found["library"] in said
    assert f"{found['cores']['used']} in use, of {found['cores']['there']}" in said
    assert len(found["algorithms"]) > 8
    for row in found["algorithms"]:
        assert f"\n{row['name']:12}{row['bits']:>5}  {row['strength']}" in said
        for kernel in row["kernels"]:
            assert bool(kernel["from"]) != bool(kernel["why"])


def test_names_that_are_not_utf8_are_whole_in_the_document(cli: Cli, tmp_path: Path) -> None:
    root = tmp_path / os.fsdecode(b"caf\xe9")
    root.mkdir()
    (root / "a").touch()
    [listed] = document(cli("create", "--json", root))["lists"]
    assert bytes_of(listed, "path") == os.fsencode(root / "SHA256SUMS")
    pair = document(cli("keygen", "--json", "--no-password", root / "k"))
    assert bytes_of(pair, "key") == os.fsencode(root / "k.key")


@pytest.mark.parametrize(
    "typed",
    ["create --json nowhere", "create --json . -o -", "convert --json nowhere",
     "bag --json nowhere", "convert --json SHA256SUMS -o -", "sign --json --key nowhere SHA256SUMS",
     "keygen --json --no-password SHA256SUMS/k", "create --json -a nonsense .",
     "create --json --password-env X ."],
)  # fmt: skip
def test_what_cannot_be_made_is_an_error_in_a_document(cli: Cli, tree: Path, typed: str) -> None:
    found = document(cli(*shlex.split(typed), cwd=tree), 2)
    assert found["message"]
    assert "changes" not in found


def test_wrong_arguments_are_no_document(cli: Cli) -> None:
    for command in ("create", "bag", "sign", "keygen", "convert", "formats", "doctor"):
        answer = cli(command, "--json", "--nonsense")
        assert (answer.code, answer.out) == (2, "")
    assert cli("create", "--json", "--verbose").code == 2
