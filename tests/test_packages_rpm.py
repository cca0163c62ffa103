"""RPM packages: the headers list the files, and one the other."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest
from packages import PACKERS
from rpms import Member, cpio, rpm

import checksig
from checksig import Status

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"usr/bin/a": b"a" * 999, "usr/bin/b": b"b", "usr/bin/empty": b""}
MEMBERS = [Member(f"./{name}", content) for name, content in FILES.items()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tool-1-1.noarch.rpm"


def failures(path: Path) -> dict[str, str]:
    """What is wrong in a package, by the names of files."""
    report = checksig.audit(path)
    assert not report.ok
    return {result.path: result.status.value for result in report.failures}


def refused(path: Path, data: bytes) -> str:
    """Why a package is not read."""
    path.write_bytes(data)
    with pytest.raises(checksig.ChecksigError) as caught:
        checksig.audit(path)
    return str(caught.value)


@pytest.mark.parametrize("packer", PACKERS)
def test_an_rpm_package_is_what_its_headers_say(path: Path, packer: str) -> None:
    path.write_bytes(rpm(MEMBERS, FILES, PACKERS[packer]))
    report = checksig.verify(path, complete=True)
    assert report.files == len(FILES) + 2  # the payload, and the second header
    assert {each.path for each in report.manifests} == {
        f"{path}/RPM/rpm-header",
        f"{path}/RPM/rpm-signature",
    }
    listed = {**FILES, "usr/bin/b": b"c", "usr/bin/gone": b""}
    path.write_bytes(rpm(MEMBERS, listed, PACKERS[packer]))
    assert failures(path) == {"usr/bin/b": "mismatch", "usr/bin/gone": "missing"}


def test_every_changed_byte_of_an_rpm_package_is_found(path: Path) -> None:
    """Down to the names in a header that is not signed; but for the lead, which means nothing."""
    whole = rpm(MEMBERS, FILES, bytes)
    start = whole.index(b"\x8e\xad\xe8\x01", 100)
    places = range(start, len(whole), 7)
    assert len(places) > 200
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert not checksig.audit(path).ok, place
        except checksig.ChecksigError:
            continue


@pytest.mark.parametrize("packer", ["", ".gz"])
def test_an_rpm_package_that_was_cut_short_is_never_ok(path: Path, packer: str) -> None:
    whole = rpm(MEMBERS, FILES, PACKERS[packer])
    places = [*range(0, len(whole), 23), len(whole) - 1]
    assert len(places) > 30
    for place in places:
        path.write_bytes(whole[:place])
        try:
            assert not checksig.audit(path).ok, place
        except checksig.ChecksigError:
            continue


def test_names_of_one_file_in_an_rpm_package_have_its_bytes(path: Path) -> None:
    """Only the last of them comes with bytes."""
    content = b"several"
    names = [f"usr/bin/{name}" for name in "xyz"]
    members = [Member(name, b"", node=5, names=3) for name in names[:2]]
    members.append(Member(names[2], content, node=5, names=3))
    path.write_bytes(rpm(members, dict.fromkeys(names, content)))
    assert checksig.verify(path, complete=True).files == len(names) + 2
    path.write_bytes(rpm(members, {**dict.fromkeys(names, content), names[0]: b"other.."}))
    assert failures(path) == {names[0]: "mismatch"}
    members.append(Member("usr/bin/w", b"more", node=5, names=3))
    assert "twice" in refused(path, rpm(members, dict.fromkeys(names, content)))
    empty = [Member(name, b"", node=5, names=2) for name in names[:2]]
    path.write_bytes(rpm(empty, dict.fromkeys(names[:2], b"")))
    assert checksig.verify(path, complete=True).files == 4


def test_names_in_an_rpm_package_that_lead_elsewhere_or_are_there_twice_fail(path: Path) -> None:
    members = [
        *MEMBERS,
        Member("./usr/bin/b", b"other"),
        Member("../up", b""),
        Member("/abs", b""),
        Member("./RPM/payload", b""),
        Member("./link", b"/etc", stat.S_IFLNK | 0o777),
    ]
    path.write_bytes(rpm(members, FILES))
    report = checksig.audit(path, complete=True)
    assert {result.path: result.status for result in report.failures} == {
        "usr/bin/b": Status.UNREADABLE,
        "../up": Status.UNSAFE_PATH,
        "/abs": Status.UNSAFE_PATH,
        "RPM/payload": Status.UNREADABLE,
        "link": Status.UNLISTED,
    }


def test_an_rpm_package_that_grows_without_end_is_refused(path: Path) -> None:
    data = rpm([Member("bomb", bytes(90 << 20))], {})
    assert len(data) < 100_000
    assert "200 times" in refused(path, data)


@pytest.mark.parametrize(
    ("tag", "values"),
    [
        (1116, (4, [0, 0])),
        (1035, (8, ["00"] * 2)),
        (1028, (4, [1 << 31] * 4)),
    ],
)
def test_columns_of_an_rpm_package_that_do_not_go_together_are_malformed(
    path: Path, tag: int, values: Any
) -> None:
    path.write_bytes(rpm(MEMBERS, FILES, bytes, {tag: values}))
    [failure] = checksig.audit(path).failures
    assert failure.status is Status.MALFORMED
    assert "differ in length" in failure.detail


def test_a_header_that_wants_all_memory_is_malformed(path: Path) -> None:
    path.write_bytes(rpm(MEMBERS, FILES, bytes, {1037: (3, [0] * ((1 << 20) + 1))}))
    [failure] = checksig.audit(path).failures
    assert (failure.status, "1,048,576" in failure.detail) == (Status.MALFORMED, True)
    data = bytearray(rpm(MEMBERS, FILES, bytes))
    start = data.index(b"\x8e\xad\xe8\x01")
    data[start + 8 : start + 16] = b"\x0f\xff\xff\xff" * 2
    assert "cut short" in refused(path, bytes(data))


@pytest.mark.parametrize(
    ("tag", "values", "status"),
    [
        (1116, (4, [0, 0, 7]), "malformed"),
        (1035, (8, ["00", "x", ""]), "malformed"),
        (5011, (4, [99]), "unsupported"),
    ],
)
def test_a_file_of_an_rpm_package_that_is_not_understood_fails(
    path: Path, tag: int, values: Any, status: str
) -> None:
    path.write_bytes(rpm(MEMBERS, FILES, bytes, {tag: values}))
    assert status in failures(path).values()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        cpio(MEMBERS) + b"more",
        cpio(MEMBERS).replace(b"070701", b"07070X"),
        cpio(MEMBERS).replace(b"070701", b"070707"),
        cpio([Member("x" * 70_000)]),
    ],
)
def test_a_payload_that_is_not_understood_is_refused(path: Path, payload: bytes) -> None:
    data = rpm(MEMBERS, FILES, lambda _: payload)
    assert refused(path, data).startswith("cannot read")
