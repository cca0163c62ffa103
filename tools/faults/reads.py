"""Faults while reading: the N-th call on the files of a tree fails, or returns nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from command import crashed, jsonl
from corpus import corpus, lines
from tracing import injected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from command import Done, Wrong
    from corpus import Content
    from suite import Suite

CALLS = {
    "read": ["EIO", "EINTR", "ENOMEM", "=0"],
    "openat": ["EIO", "EINTR", "ENOMEM", "EMFILE", "EACCES", "ENOENT"],
    "openat2": ["EIO", "EINTR", "ENOMEM", "EMFILE", "ENOSYS", "EAGAIN"],
    "fstat": ["EIO", "EINTR", "ENOMEM", "=0"],
    "newfstatat": ["EIO", "EINTR", "ENOMEM", "=0"],
    "statx": ["EIO", "ENOMEM"],
    "close": ["EIO", "EINTR"],
    "mmap": ["EIO", "ENOMEM", "EMFILE", "EACCES"],
    "getdents64": ["EIO", "EINTR", "ENOMEM", "=0"],
    "pread64": ["EIO", "EINTR", "ENOMEM", "=0"],
    "preadv2": ["EIO", "EINTR", "ENOMEM", "=0"],
    "lseek": ["EIO"],
}
#: Calls that find files which no list names.
FINDING = ("openat", "openat2", "getdents64", "fstat", "newfstatat")
#: The file that is damaged in the bad tree.
DAMAGED = "sub/f030"


class Case(NamedTuple):
    """A call that fails: how, when, and in which tree."""

    call: str
    fault: str  #: an error, or what is returned: ``=0``
    when: str  #: N, or N+ for the N-th and all after it
    kind: str

    @property
    def how(self) -> str:
        """Return the fault as strace has it."""
        return f"retval{self.fault}" if self.fault[0] == "=" else f"error={self.fault}"


class Tree(NamedTuple):
    """A tree, what its list says is in it, and the options that limit strace to it."""

    root: Path
    content: Content
    watched: list[str]


def make_tree(root: Path, kind: str) -> Tree:
    """Write a tree with a list: good, bad (a file is damaged), or with an extra file."""
    content = corpus(root)
    (root / "SHA256SUMS").write_text(lines(content))
    if kind == "bad":
        data = bytearray(content[DAMAGED])
        data[-1] ^= 1
        (root / DAMAGED).write_bytes(data)
    if kind == "extra":
        (root / "sub/deep/not-listed").write_text("x")
    watched = [p for path in (root, *root.rglob("*")) for p in ("-P", str(path))]
    return Tree(root, content, watched)


def plan(most: int, kinds: list[str]) -> Iterator[Case]:
    """Yield all cases, those of the first calls first."""
    for n in range(1, most + 1):
        for call, faults in CALLS.items():
            for fault in faults:
                yield Case(call, fault, str(n), "good")
                yield Case(call, fault, str(n), "bad")
                if call in FINDING and fault != "=0":
                    yield Case(call, fault, str(n), "extra")
                if n in (1, 3) and fault in ("EIO", "ENOMEM", "EMFILE"):
                    yield from (Case(call, fault, f"{n}+", kind) for kind in kinds)


def run(suite: Suite) -> None:
    """Run all cases; a call that a tree never sees is given up after some."""
    kinds = ["good", "bad", "extra"]
    trees = {kind: make_tree(suite.place / f"reads-{kind}", kind) for kind in kinds}
    misses: Counter[tuple[str, str]] = Counter()
    dead: set[tuple[str, str]] = set()
    fired: set[str] = set()

    def one(case: Case) -> None:
        call, kind = case.call, case.kind
        if (call, kind) in dead:
            return
        tree = trees[kind]
        options = ["--complete"] if kind == "extra" else []
        command = suite.checksig("verify", "--jsonl", *options, str(tree.root))
        done, hits = injected(suite, command, call, case.how, case.when, *tree.watched)
        if not hits:
            misses[call, kind] += 1
            if misses[call, kind] > 5 * suite.settings.jobs + len(CALLS[call]):
                dead.add((call, kind))
            return
        fired.add(call)
        what = f"{call}:{case.how}:when={case.when} on {kind} tree: {hits[0][:150]}"
        wrong = crashed(done, what) + judge(done, case, tree, what)
        if kind == "good" and done.code == 0 and is_plain_error(case) and call != "close":
            note = f"{call} {case.fault}: harmless, all 50 were verified all the same"
            suite.note(note, f"when={case.when}: {hits[0][:120]}")
        suite.run(len(hits), wrong, f"exit {done.code}")

    suite.each(one, plan(suite.settings.most, kinds))
    if unused := sorted(set(CALLS) - fired):
        suite.note(f"never called on files of the tree: {', '.join(unused)}")


def is_plain_error(case: Case) -> bool:
    """Return whether the call fails for good, and does not say that it did not."""
    return case.fault not in ("EINTR", "=0")


def judge(done: Done, case: Case, tree: Tree, what: str) -> Wrong:
    """Return what is wrong with a verdict."""
    results, last = jsonl(done.out)
    ok = {path for path, r in results.items() if r["status"] == "ok"}
    wrong: Wrong = []
    if done.code == 0:
        if case.kind != "good":
            wrong.append((f"exit code 0 of a tree that is {case.kind}", what))
        files = len(tree.content)
        if len(ok) != files or last.get("counts", {}).get("ok") != files:
            wrong.append((f"exit code 0 with {len(ok)} of {files} files verified", what))
    if done.code == 1:
        statuses = {path: r["status"] for path, r in results.items()}
        wrong += judge_failure(statuses, case, tree, what)
    if done.code == 2:
        message = last.get("message", "") + done.err
        names = (*tree.content, tree.root.name, "SHA256SUMS", "/deep", "/sub")
        if not any(Path(name).name in message for name in names):
            how = f"{what} :: {message[:200]}"
            wrong.append(("exit code 2, and the message names nothing", how))
    if DAMAGED in ok and case.kind == "bad":
        wrong.append(("the damaged file is ok", what))
    return wrong


def judge_failure(statuses: dict[str, str], case: Case, tree: Tree, what: str) -> Wrong:
    """Return what is wrong with the verdicts on files when the exit code is 1."""
    wrong: Wrong = []
    failing = {path: status for path, status in statuses.items() if status != "ok"}
    if not failing:
        wrong.append(("exit code 1, and no file is named", what))
    if sum(path in tree.content for path in statuses) != len(tree.content):
        wrong.append((f"{len(statuses)} verdicts for {len(tree.content)} files", what))
    if case.kind == "bad" and DAMAGED not in failing:
        wrong.append(("the damaged file is not named", what))
    for path, status in failing.items():
        if path not in tree.content or (path == DAMAGED and case.kind == "bad"):
            continue
        is_verdict = status in ("mismatch", "missing", "malformed")
        if is_verdict and case.fault not in ("=0", "ENOENT"):
            wrong.append((f"an error of the system is called {status}", f"{what} -> {path}"))
    return wrong
