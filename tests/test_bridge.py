"""The bridge keeps the contract of checksig.h, sentence by sentence."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import random
import re
import shutil
import struct
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from trees import REPOSITORY, ZERO, plant, run_python, sha1

import checksig
from checksig import Status
from checksig._bridge import handles, wire
from checksig._bridge import library as _ffi

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kernels

HEADER = (REPOSITORY / "core/cmd/libchecksig/checksig.h").read_text()


def prepare(root: Path, **settings: object) -> handles.Run:
    data = (root / "sha1sum.txt").read_bytes()
    list_ = wire.List(text=data)
    request = wire.request("verify", root=os.fsencode(root), lists=[list_], settings=settings)
    return handles.Run(request)


def start(root: Path, **settings: object) -> handles.Run:
    run = prepare(root, **settings)
    run.start()
    return run


def rest_of(run: handles.Run) -> list[checksig.Result]:
    results: list[checksig.Result] = []
    try:
        while True:
            results += wire._results(run.next(), (), wire._Others([], [], []))
    except EOFError:
        return results
    finally:
        run.close()


def test_the_table_of_functions_is_the_header_s_and_the_library_s() -> None:
    declared = set(re.findall(r"^\w+ \*?(\w+)\([^)]*\);$", HEADER, re.MULTILINE))
    assert declared == set(_ffi.FUNCTIONS)
    tool = shutil.which("nm")
    if tool is None:
        pytest.skip("needs nm of the binutils")
    listed = subprocess.run(
        [tool, "-D", "--defined-only", _ffi.LIBRARY], capture_output=True, check=True, text=True
    ).stdout
    exported = set(re.findall(r" T (\w+)$", listed, re.MULTILINE))
    internal = {
        name
        for name in exported
        if re.match(r"_cgo|x_cgo|crosscall|fatalf$|threadentry$|_init|_fini", name)
    }
    assert exported - internal == declared


def test_record_sizes_are_the_core_s() -> None:
    description = _ffi.describe()
    assert handles.PROGRESS.size == description["progress_size"]
    assert handles.RECORD.size == description["record_size"]
    assert description["statuses"] == [status.value for status in Status]
    assert len(Status) == int(re.findall(r"CHECKSIG_STATUSES (\d+)", HEADER)[0])


def test_codes_are_the_header_s() -> None:
    codes = dict(re.findall(r"#define CHECKSIG_(\w+) \(?(-?\d+)\)?", HEADER))
    assert int(codes["ABI_VERSION"]) == _ffi.ABI_VERSION
    assert int(codes["END"]) == handles.END
    assert int(codes["FAILED"]) == handles.FAILED
    assert int(codes["MORE_ROOM"]) == handles.MORE_ROOM
    named = ("BAD_HANDLE", "BAD_ARGUMENT", "PANIC", "NO_DESCRIPTORS")
    assert {int(codes[name]) for name in named} == set(_ffi.CODES)


def test_verify_works_as_the_simplest_caller_would_type_it(good: Path) -> None:
    so = ctypes.cdll.LoadLibrary(_ffi.LIBRARY)
    verify = so.verify
    verify.argtypes = [ctypes.c_char_p]
    verify.restype = ctypes.c_void_p
    so.free.argtypes = [ctypes.c_void_p]
    assert verify(os.fsencode(good)) is None
    (good / "a").write_bytes(b"A")
    message = verify(os.fsencode(good))
    assert ctypes.string_at(message).decode() == f'"{good}/a" - mismatch'
    so.free(message)
    message = verify(None)
    assert ctypes.string_at(message) == b"no directory given"
    so.free(message)


def test_bad_arguments_are_answered_with_their_code(good: Path) -> None:
    library = _ffi.library()
    buffer = ctypes.create_string_buffer(1 << 16)
    bad_handle, bad_argument = -3, -4
    assert library.checksig_start(None, 0) == bad_argument
    assert library.checksig_start(b"{}\n", -1) == bad_argument
    assert library.checksig_next(12345, buffer, len(buffer), 0) == bad_handle
    assert library.checksig_settle(12345, b"", 0) == bad_handle
    assert library.checksig_cancel(12345) == bad_handle
    assert library.checksig_free(12345) == bad_handle
    run = start(good)
    [handle] = run._handles
    assert handle > 0
    assert library.checksig_next(handle, None, 1 << 16, 0) == bad_argument
    assert library.checksig_next(handle, buffer, 4095, 0) == bad_argument
    assert library.checksig_next(handle, buffer, len(buffer), -1) == bad_argument
    assert library.checksig_settle(handle, None, 0) == bad_argument
    assert library.checksig_settle(handle, b"", -1) == bad_argument
    assert library.checksig_settle(handle, b"", 0) == bad_argument  # nothing is pending
    run.close()
    assert library.checksig_next(handle, buffer, len(buffer), 0) == bad_handle
    assert library.checksig_settle(handle, b"", 0) == bad_handle
    assert library.checksig_free(handle) == bad_handle
    assert library.checksig_describe(None, 10) == bad_argument
    with pytest.raises(checksig.LibraryError, match="ended"):
        run.next()


def test_describe_says_how_much_room_it_needs() -> None:
    library = _ffi.library()
    small, large = ctypes.create_string_buffer(10), ctypes.create_string_buffer(1 << 16)
    need = library.checksig_describe(small, len(small))
    assert need > 10
    assert small.raw == bytes(10)
    assert library.checksig_describe(large, len(large)) == need
    json.loads(large.raw[:need])


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (b"", "line of JSON"),
        (b"{}", "line of JSON"),
        (b"nonsense\n", "line of JSON"),
        (b"{}\n", "unknown operation"),
        (b'{"op": "verify", "root": 5}\nabc', "shorter than it says"),
        (b'{"op": "verify", "root": -1}\nabc', "shorter than it says"),
        (b'{"op": "verify", "lists": [{"entries": 3}]}\nabc', "middle of a record"),
        (b'{"op": "verify", "lists": [{"entries": 16}]}\n' + b"\xff" * 16, "middle of a record"),
        (b'{"op": "verify", "lists": [{"text": 2}]}\n1', "shorter than it says"),
        (b'{"op": "hash", "algorithms": ["md5"], "paths": 4}\n\x09\0\0\0', "middle of a record"),
        (b'{"op": "hash"}\n', "no algorithm"),
        (b'{"op": "create", "algorithms": ["sha0"]}\n', "unknown algorithm"),
        (b'{"op": "create", "algorithms": ["md5"], "style": "x"}\n', "unknown style"),
        (b'{"op": "verify", "min_strength": "x"}\n', "unknown strength"),
        (b'{"op": "verify", "exclude": 6}\n\2\0\0\0[a', "pattern"),
    ],
)
def test_a_request_without_sense_is_told_by_next(request_: bytes, message: str) -> None:
    with pytest.raises(checksig.LibraryError, match=message):
        list(wire.batches(handles.Run(request_)))


def test_a_record_that_does_not_fit_asks_for_more_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "d/" * 5_000 + "f"
    (tmp_path / "sha1sum.txt").write_text(f"{ZERO}  {long}\n{ZERO}  short\n")
    monkeypatch.setattr(handles, "BUFFER_SIZE", 4096)
    paths = {result.path: result.status for result in checksig.iter_verify(tmp_path)}
    assert set(paths) == {long, "short"}
    assert paths["short"] is Status.MISSING


def test_a_cancelled_run_says_so(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 40)
    (tmp_path / "sha1sum.txt").write_text(f"{ZERO}  huge\n")
    run = start(tmp_path)
    assert run.next().records == b""
    _ffi.library().checksig_cancel(run._handles[0])
    with pytest.raises(checksig.ChecksigError, match="cancel"):
        rest_of(run)


def test_a_panic_in_a_worker_is_an_exception(good: Path) -> None:
    with pytest.raises(checksig.LibraryError, match="a fault that a test asked for"):
        list(wire.batches(prepare(good, fault=True)))
    assert checksig.verify(good).ok


def test_sixteen_threads_verify_at_once(good: Path, bad: Path) -> None:
    barrier = threading.Barrier(16)

    def work(number: int) -> bool:
        barrier.wait()
        return all(
            checksig.audit(bad if number % 2 else good).ok != bool(number % 2) for _ in range(20)
        )

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(work, range(16))) == [True] * 16


def test_calls_for_one_handle_wait_for_each_other(tmp_path: Path) -> None:
    count = 5_000
    lines = [f"{ZERO}  {number}\n" for number in range(count)]
    (tmp_path / "sha1sum.txt").write_text("".join(lines))
    run = start(tmp_path)

    def pull() -> int:
        buffer, records = ctypes.create_string_buffer(4096), 0
        while _ffi.library().checksig_next(run._handles[0], buffer, len(buffer), 50) >= 0:
            records += handles.PROGRESS.unpack_from(buffer)[0]
        return records

    with ThreadPoolExecutor(4) as pool:
        counts = [future.result() for future in [pool.submit(pull) for _ in range(4)]]
    run.close()
    assert sum(counts) == count


def resident() -> int:
    """The memory of this process, in bytes."""
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_memory_is_flat_over_three_thousand_calls(tmp_path: Path) -> None:
    good = plant(tmp_path / "good", {"a": b"a"})
    wrong = plant(tmp_path / "wrong", {"a": b"a"})
    (wrong / "a").write_bytes(b"A")

    def call(times: int) -> int:
        for _ in range(times):
            checksig.check_signatures(good)
            with pytest.raises(checksig.SignatureError):
                checksig.check_signatures(wrong)
            assert not checksig.audit(wrong).ok
        gc.collect()
        return resident()

    before = call(200)
    # A leak of one 256 KiB buffer a call would be fifty times this.
    assert call(1_000) - before < 8 << 20


def test_the_message_of_a_check_is_freed(good: Path) -> None:
    """The one string that the library allocates: a megabyte each time."""
    script = """
import ctypes, os, sys
from checksig._bridge import library as _ffi
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
so = _ffi.library()
so.free.argtypes = [ctypes.c_void_p]
def call(times):
    for _ in range(times):
        message = so.verify(sys.argv[1].encode())
        assert len(ctypes.string_at(message)) > 1_000_000
        so.free(message)
    return resident()
before = call(10)
print(call(100) - before)
"""
    lines = [f"{ZERO}  {'d/' * 1000}{number}\n" for number in range(500)]
    (good / "sha1sum.txt").write_text("".join(lines))
    assert int(run_python(script, good, timeout=60)) < 40 << 20


def test_each_of_very_many_listed_files_gets_a_verdict(tmp_path: Path) -> None:
    count = 200_000
    (tmp_path / "here").write_bytes(b"here")
    lines = (f"{ZERO}  {number}\n" for number in range(count - 1))
    with (tmp_path / "sha1sum.txt").open("w") as file:
        file.writelines(lines)
        file.write(f"{sha1(b'here')}  here\n")
    seen = 0
    for result in checksig.iter_verify(tmp_path):
        seen += 1
        if result.ok:
            assert result.path == "here"
    assert seen == count
    report = checksig.audit(tmp_path)
    assert report.counts[Status.MISSING] == len(report.failures) == count - 1
    assert report.counts[Status.OK] == 1


def test_a_file_truncated_while_it_is_read_is_never_ok(tmp_path: Path) -> None:
    """From the first truncation on, its second half is zeros, and the list is of random bytes."""
    content = random.Random(8).randbytes(8 << 20)
    root = plant(tmp_path, {"victim": content})
    begun, stop = threading.Event(), threading.Event()

    def truncate() -> None:
        while not stop.is_set():
            os.truncate(root / "victim", len(content) // 2)
            begun.set()
            os.truncate(root / "victim", len(content))

    thread = threading.Thread(target=truncate)
    thread.start()
    try:
        assert begun.wait(timeout=10)
        reports = [checksig.audit(root) for _ in range(100)]
    finally:
        stop.set()
        thread.join()
    seen = {tuple(failure.status for failure in report.failures) for report in reports}
    assert () not in seen
    assert not any(report.ok for report in reports)
    assert (Status.CHANGED,) in seen
    assert seen <= {(Status.CHANGED,), (Status.MISMATCH,)}


def test_a_file_that_shrinks_for_good_is_changed(tmp_path: Path) -> None:
    """The list is of the file's first half: read to the end, it would match."""
    half = bytes(64 << 20)
    root = plant(tmp_path, {"victim": half})
    os.truncate(root / "victim", 1 << 32)
    run = start(root)
    while True:
        batch = run.next()
        if batch.progress[4] > 0:
            break
    os.truncate(root / "victim", len(half))
    assert [str(result.status) for result in rest_of(run)] == ["changed"]


def test_progress_and_records_have_no_padding() -> None:
    assert struct.calcsize(handles.PROGRESS.format) == 184
    assert struct.calcsize(handles.RECORD.format) == 56
