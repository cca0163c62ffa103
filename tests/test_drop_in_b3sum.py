"""The stand-in for b3sum, whose --check is stricter than that of the coreutils."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from blake3 import blake3
from stand_ins import original, stand_in

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kernels

ABC = blake3(b"abc").hexdigest()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a few files."""
    for name, content in {"a": b"abc", "b": b"", "c\nd\\e": b"c", "large": bytes(40 << 20)}.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_what_it_writes_it_checks(place: Path) -> None:
    for options in ([], ["--tag"]):
        made = stand_in("b3sum", *options, "a", "b", "c\nd\\e", "large", cwd=place)
        assert (made.code, made.err) == (0, b"")
        assert ABC.encode() in made.out
        checked = stand_in("b3sum", "--check", input=made.out, cwd=place)
        assert checked == (0, b"a: OK\nb: OK\n\\c\\nd\\\\e: OK\nlarge: OK\n", b"")
        assert stand_in("b3sum", "-c", "--quiet", input=made.out, cwd=place) == (0, b"", b"")


def test_line_ends_of_windows_are_line_ends(place: Path) -> None:
    text = f"{ABC}  a\r\n{blake3(b'').hexdigest()}  b\r\n".encode()
    assert stand_in("b3sum", "--check", input=text, cwd=place) == (0, b"a: OK\nb: OK\n", b"")


def test_standard_input(place: Path) -> None:
    assert stand_in("b3sum", input=b"abc").out.decode() == f"{ABC}  -\n"
    said = stand_in("b3sum", "-", "a", input=b"abc", cwd=place)
    assert said.out.decode() == f"{ABC}  -\n{ABC}  a\n"


def test_shapes_of_output(place: Path) -> None:
    assert stand_in("b3sum", "--no-names", "a", cwd=place).out.decode() == f"{ABC}\n"
    assert stand_in("b3sum", "--raw", "a", cwd=place).out == bytes.fromhex(ABC)
    assert stand_in("b3sum", "-l", "8", "a", cwd=place).out.decode() == f"{ABC[:16]}  a\n"
    assert stand_in("b3sum", "--num-threads=1", "--no-mmap", "a", cwd=place).code == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "Empty line"),
        (f"# {ABC}  a", "Malformed line"),
        (f"{ABC} a", "Malformed line"),
        (f"{ABC} *a", "Malformed line"),
        (f"{ABC.upper()}  a", "Malformed line"),
        (f"{ABC[:-1]}  a", "Malformed line"),
        (f"{ABC}  ", "Malformed line"),
        (f" {ABC}  a", "Malformed line"),
        (f"BLAKE3(a)= {ABC}", "Malformed line"),
        (f"\\{ABC}  a\\", "Invalid backslash escape"),
        (f"\\{ABC}  a\\t", "Invalid backslash escape"),
        (f"{ABC}  a\0", "Null character in path"),
        (f"{ABC}  a\ufffd", "Unicode replacement character in path"),
    ],
)
def test_a_line_that_is_not_its_own_is_a_failure(place: Path, line: str, message: str) -> None:
    text = f"{line}\n{ABC}  a\n".encode()
    said = stand_in("b3sum", "-c", input=text, cwd=place)
    assert said == (
        1,
        b"a: OK\n",
        f"b3sum: {message}\nb3sum: WARNING: 1 computed checksum did NOT match\n".encode(),
    )


def test_what_cannot_be_read_is_a_failure(place: Path) -> None:
    text = f"{ABC}  gone\n{ABC}  b\n".encode()
    said = stand_in("b3sum", "-c", input=text, cwd=place)
    assert said == (
        1,
        b"gone: FAILED (No such file or directory (os error 2))\nb: FAILED\n",
        b"b3sum: WARNING: 2 computed checksums did NOT match\n",
    )
    said = stand_in("b3sum", "gone", "a", cwd=place)
    assert said == (
        1,
        f"{ABC}  a\n".encode(),
        b"b3sum: gone: No such file or directory (os error 2)\n",
    )


def test_a_list_that_is_not_utf8_ends_the_check(place: Path) -> None:
    (place / os.fsdecode(b"\xff")).write_bytes(b"abc")
    made = stand_in("b3sum", b"\xff", cwd=place)
    assert made.out.decode() == f"{ABC}  \ufffd\n"
    said = stand_in("b3sum", "-c", input=f"{ABC}  ".encode() + b"\xff\n", cwd=place)
    assert (said.code, said.out) == (1, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--keyed"], ["--keyed", "--derive-key", "x", "a"], ["--seek", "x", "a"], ["-c", "--keyed"],
        ["-c", "--derive-key", "x"], ["-c", "--seek", "1"], ["--seek", "18446744073709551616", "a"],
        ["--derive-key", b"\xff", "a"], ["-l", "67108865", "a"],
        ["-l", "x", "a"], ["--quiet", "a"], ["-c", "--tag"], ["-c", "--raw"], ["--nonsense"],
        ["-c", "-l", "32"], ["-c", "--no-names"],
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_or_is_not_there_is_refused(place: Path, arguments: list[Any]) -> None:
    said = stand_in("b3sum", *arguments, cwd=place)
    assert (said.code, said.out) == (2, b"")
    assert said.err.startswith(b"error: ")


def test_raw_takes_one_file(place: Path) -> None:
    said = stand_in("b3sum", "--raw", "a", "b", cwd=place)
    assert said == (1, b"", b"Error: Only one filename can be provided when using --raw\n")


KEY = b"whats the Elvish word for friend"  # of test_vectors.json of BLAKE3
CONTEXT = "BLAKE3 2019-12-27 16:29:52 test vectors context"  # the same
#: By the length of the message: the first 32 bytes with the key and for the context, of the same.
VECTORS = {
    0: ("92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26",
        "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d"),
    1023: ("c951ecdf03288d0fcc96ee3413563d8a6d3589547f2c2fb36d9786470f1b9d6e",
           "74a16c1c3d44368a86e1ca6df64be6a2f64cce8f09220787450722d85725dea5"),
    2049: ("9f29700902f7c86e514ddc4df1e3049f258b2472b6dd5267f61bf13983b78dd5",
           "2ea477c5515cc3dd606512ee72bb3e0e758cfae7232826f35fb98ca1bcbdf273"),
    7169: ("ed9b1a922c046fdb3d423ae34e143b05ca1bf28b710432857bf738bcedbfa511",
           "554b0a5efea9ef183f2f9b931b7497995d9eb26f5c5c6dad2b97d62fc5ac31d9"),
}  # fmt: skip


def test_keys_and_derived_keys_have_their_vectors(place: Path) -> None:
    for length, (keyed, derived) in VECTORS.items():
        (place / "a").write_bytes(bytes(i % 251 for i in range(length)))
        said = stand_in("b3sum", "--keyed", "--no-names", "a", input=KEY, cwd=place)
        assert said == (0, f"{keyed}\n".encode(), b"")
        said = stand_in("b3sum", "--derive-key", CONTEXT, "--tag", "a", cwd=place)
        assert said == (0, f"BLAKE3 (a) = {derived}\n".encode(), b"")


def test_any_part_of_the_output_can_be_had(place: Path) -> None:
    for options, content, digest in (
        ("-l 0", b"abc", b""),
        ("-l 131", b"abc", blake3(b"abc").digest(131)),
        ("-l 3 --seek 64", b"abc", blake3(b"abc").digest(3, seek=64)),
        ("--seek 1", b"abc", blake3(b"abc").digest(32, seek=1)),
        ("--seek 18446744073709551610 -l 5", b"", blake3(b"").digest(5, seek=(1 << 64) - 6)),
        ("--keyed -l 100", b"abc", blake3(b"abc", key=KEY).digest(100)),
        ("--derive-key x --seek 3", b"", blake3(b"", derive_key_context="x").digest(32, seek=3)),
        ("-l 40", bytes(40 << 20), blake3(bytes(40 << 20)).digest(40)),
    ):
        (place / "a").write_bytes(content)
        said = stand_in("b3sum", *options.split(), "a", input=KEY, cwd=place)
        assert said == (0, f"{digest.hex()}  a\n".encode(), b""), options
        raw = stand_in("b3sum", *options.split(), "--raw", "a", input=KEY, cwd=place)
        assert raw == (0, digest, b""), options


def test_a_key_is_32_bytes_and_nothing_else_is_read_from_there(place: Path) -> None:
    for key, why in {
        b"": "expected 32 key bytes from stdin, found 0",
        KEY[1:]: "expected 32 key bytes from stdin, found 31",
        KEY + b"\n": "read more than 32 key bytes from stdin",
    }.items():
        said = stand_in("b3sum", "--keyed", "a", input=key, cwd=place)
        assert said == (1, b"", f"Error: {why}\n".encode())
    said = stand_in("b3sum", "--keyed", "-", "a", input=KEY, cwd=place)
    assert (said.code, said.out.count(b"\n")) == (1, 1)
    assert said.err == b"b3sum: -: Cannot open `-` in keyed mode\n"


def test_what_is_printed_is_what_b3sum_prints(place: Path) -> None:
    found = b""
    if shutil.which("b3sum"):
        found = original("b3sum", "--version").out
    if not re.match(rb"b3sum 1\.([89]|\d\d)", found):
        pytest.skip("needs b3sum 1.8: cargo install b3sum")
    (place / "LIST").write_bytes(original("b3sum", "a", "b", cwd=place).out)
    (place / "WRONG").write_bytes(f"{ABC}  b\n{ABC}  gone\nhello\n".encode())
    for options in (
        "a b", "--tag a b gone", "--no-names a b", "--tag --no-names a", "-l 0 a", "-l 131 a",
        "--raw -l 5 a", "--raw a b", "--seek 65 -l 70 a", "--derive-key x a b large", "-c LIST",
        "--keyed a large", "--keyed - a", "--keyed", "--keyed --derive-key x a", "-c --keyed LIST",
        "-c --quiet LIST", "--num-threads 1 a", "--no-mmap a", "-c --tag LIST", "--quiet a",
        "dir a", "-l x a", "--seek -1 a", "-l 3 --raw c\nd\\e", "-c gone", "-c WRONG", "-",
    ):  # fmt: skip
        words = options.split(" ")
        ours, theirs = (
            run("b3sum", *words, input=KEY, cwd=place, env={"RUST_BACKTRACE": "0"})
            for run in (stand_in, original)
        )
        assert ours[:2] == theirs[:2], options
        if "WRONG" not in options and ours.code < 2:  # whose messages are our own
            assert ours.err.split(b"\n\n")[0] == theirs.err.split(b"\n\n")[0], options
