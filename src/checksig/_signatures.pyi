"""Written by tools/signatures.py: public functions with each option as a keyword."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from checksig import _formats as formats
from checksig._checking.async_results import AsyncResults
from checksig._checking.environment import Environment
from checksig._checking.results import Results
from checksig._entries import Entry
from checksig._making.bags import Bagged
from checksig._making.converting import Converted
from checksig._making.creating import Created
from checksig._options import StrPath, Style, Symlinks
from checksig._options.reading import Cancel
from checksig._places.place import AnyFileSystem
from checksig._results import Progress, Report, Signature, Strength
from checksig._shards.partial import Partial
from checksig._shards.plan import Plan
from checksig._trust.signing import Signer

def verify(
    path: StrPath | AnyFileSystem,
    *,
    strip: int | None = None,
    prefix: str | None = None,
    by_name: bool = False,
    strip_root: bool = False,
    manifest: StrPath | Sequence[StrPath] | None = None,
    known: StrPath | Sequence[StrPath] = (),
    digest: str | Iterable[str] = (),
    root: StrPath | None = None,
    format: str | None = None,
    recursive: bool = False,
    entries: Iterable[Entry] | None = None,
    signatures: Iterable[Signature] = (),
    algorithm: str | None = None,
    trust: StrPath | Iterable[StrPath] | None = None,
    require_signature: bool = False,
    signature: StrPath | Iterable[StrPath] | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    source: str | None = None,
    namespace: str | None = None,
    signers: int | None = None,
    revoked: StrPath | Iterable[StrPath] | None = None,
    at: datetime | None = None,
    tofu: bool = False,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    server_checksums: bool = False,
    trust_etag: bool = False,
    trust_versions: bool = False,
    min_strength: Strength | None = None,
    complete: bool = False,
    unlisted: bool = True,
    mounts: bool = False,
    ignore_missing: bool = False,
    require: Iterable[StrPath] = (),
    symlinks: Symlinks = 'inside',
    size_only: bool = False,
    find_moved: bool = False,
    max_failures: int | None = None,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    redirects: str | Iterable[str] = (),
    timeout: int | None = None,
    index: StrPath | None = None,
    shards: int | None = None,
    sizes: Literal['auto', 'always', 'never'] = 'auto',
    executor: Any = None,
    resources: Mapping[str, float] | None = None,
    hosts: Sequence[str] | None = None,
    shard_timeout: int | None = None,
) -> Report:
    """Check a directory, and return a report in which everything is ok.

    Args:
        path: A directory, or a list whose names are relative to the directory it lies in; or the
            address of one; or a file system of fsspec, which is checked from its root on.
        **options: See :class:`AuditOptions`.

    Raises:
        VerificationError: not everything is ok; its ``report`` says what is not.
        TrustError: the list is not signed as the options require.
        ManifestError: there is no list to check against, or it lists nothing.
        UnknownAlgorithmError: ``algorithm`` is not known.
        PlanError: it cannot be checked in shards, or no shard could be checked.
        TypeError, ValueError: the options make no sense.
    """

def audit(
    path: StrPath | AnyFileSystem,
    *,
    keep_results: bool = False,
    strip: int | None = None,
    prefix: str | None = None,
    by_name: bool = False,
    strip_root: bool = False,
    manifest: StrPath | Sequence[StrPath] | None = None,
    known: StrPath | Sequence[StrPath] = (),
    digest: str | Iterable[str] = (),
    root: StrPath | None = None,
    format: str | None = None,
    recursive: bool = False,
    entries: Iterable[Entry] | None = None,
    signatures: Iterable[Signature] = (),
    algorithm: str | None = None,
    trust: StrPath | Iterable[StrPath] | None = None,
    require_signature: bool = False,
    signature: StrPath | Iterable[StrPath] | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    source: str | None = None,
    namespace: str | None = None,
    signers: int | None = None,
    revoked: StrPath | Iterable[StrPath] | None = None,
    at: datetime | None = None,
    tofu: bool = False,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    server_checksums: bool = False,
    trust_etag: bool = False,
    trust_versions: bool = False,
    min_strength: Strength | None = None,
    complete: bool = False,
    unlisted: bool = True,
    mounts: bool = False,
    ignore_missing: bool = False,
    require: Iterable[StrPath] = (),
    symlinks: Symlinks = 'inside',
    size_only: bool = False,
    find_moved: bool = False,
    max_failures: int | None = None,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    redirects: str | Iterable[str] = (),
    timeout: int | None = None,
    index: StrPath | None = None,
    shards: int | None = None,
    sizes: Literal['auto', 'always', 'never'] = 'auto',
    executor: Any = None,
    resources: Mapping[str, float] | None = None,
    hosts: Sequence[str] | None = None,
    shard_timeout: int | None = None,
) -> Report:
    """Check a directory, and always return a report: look at its ``ok``.

    Args:
        path: A directory, or a list whose names are relative to the directory it lies in; or the
            address of one; or a file system of fsspec, which is checked from its root on.
        keep_results: Whether ``report.results`` holds the results that are ok as well.
        **options: See :class:`AuditOptions`.

    Raises:
        TrustError: the list is not signed as the options require.
        ManifestError: there is no list to check against, or it lists nothing.
        UnknownAlgorithmError: ``algorithm`` is not known.
        PlanError: it cannot be checked in shards, or no shard could be checked.
    """

def plan(
    path: StrPath | AnyFileSystem,
    *,
    strip: int | None = None,
    prefix: str | None = None,
    by_name: bool = False,
    strip_root: bool = False,
    manifest: StrPath | Sequence[StrPath] | None = None,
    known: StrPath | Sequence[StrPath] = (),
    root: StrPath | None = None,
    format: str | None = None,
    recursive: bool = False,
    entries: Iterable[Entry] | None = None,
    signatures: Iterable[Signature] = (),
    algorithm: str | None = None,
    trust: StrPath | Iterable[StrPath] | None = None,
    require_signature: bool = False,
    signature: StrPath | Iterable[StrPath] | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    source: str | None = None,
    namespace: str | None = None,
    signers: int | None = None,
    revoked: StrPath | Iterable[StrPath] | None = None,
    at: datetime | None = None,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    server_checksums: bool = False,
    trust_etag: bool = False,
    min_strength: Strength | None = None,
    complete: bool = False,
    unlisted: bool = True,
    mounts: bool = False,
    ignore_missing: bool = False,
    require: Iterable[StrPath] = (),
    symlinks: Symlinks = 'inside',
    size_only: bool = False,
    find_moved: bool = False,
    cancel: Cancel | None = None,
    shards: int | None = None,
    sizes: Literal['auto', 'always', 'never'] = 'auto',
) -> Plan:
    """Divide a check into shards that any machine can run that has the place.

    The list is read and its signature checked here and now, once. See :meth:`Plan.save`.

    Args:
        path: As of :func:`audit`: a directory or a store, or a list in one.
        **options: See :class:`AuditOptions`.

    Raises:
        TrustError: the list is not signed as the options require.
        ManifestError: there is no list to check against, or it lists nothing.
        PlanError: it is checked on one machine.
        TypeError, ValueError: the options make no sense.
    """

def run_shard(
    plan: Plan | StrPath, number: int,
    *,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    cancel: Cancel | None = None,
) -> Partial:
    """Check one shard of a plan, and return what it came to.

    Args:
        plan: The plan, or its path.
        number: Of the shard, from 0.
        **options: See :class:`RunOptions`.

    Raises:
        PlanError: the plan has no such shard, this machine does not have the place, or the list
            has changed since the plan was made.
        CancelledError: it is not wanted any more.
    """

def merge(
    plan: Plan | StrPath, partials: StrPath | Iterable[Partial | StrPath],
    *,
    trust: StrPath | Iterable[StrPath] | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    source: str | None = None,
    namespace: str | None = None,
    signers: int | None = None,
    revoked: StrPath | Iterable[StrPath] | None = None,
    at: datetime | None = None,
) -> Report:
    """Return the report on all that a plan is of.

    It is equal to that of a check on one machine, if all shards are there. If some are missing, it
    is not ok, and ``missing_shards`` has their numbers. Failures are explained if this machine has
    the place.

    Args:
        plan: The plan, or its path.
        partials: Partials, or paths of files that have them; or the path of the directory in which
            they lie.
        **options: See :class:`TrustOptions`. With any of them, each partial has to be signed as
            they require, by a signature beside its file.

    Raises:
        PlanError: a partial is of another plan, was changed, or is one of two of a shard.
        TrustError: a partial is not signed as the options require.
    """

def verify_file(
    path: StrPath | AnyFileSystem,
    *,
    strip: int | None = None,
    prefix: str | None = None,
    by_name: bool = False,
    strip_root: bool = False,
    manifest: StrPath | Sequence[StrPath] | None = None,
    known: StrPath | Sequence[StrPath] = (),
    digest: str | Iterable[str] = (),
    format: str | None = None,
    algorithm: str | None = None,
    trust: StrPath | Iterable[StrPath] | None = None,
    require_signature: bool = False,
    signature: StrPath | Iterable[StrPath] | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    source: str | None = None,
    namespace: str | None = None,
    signers: int | None = None,
    revoked: StrPath | Iterable[StrPath] | None = None,
    at: datetime | None = None,
    tofu: bool = False,
    server_checksums: bool = False,
    trust_etag: bool = False,
    trust_versions: bool = False,
    min_strength: Strength | None = None,
    unlisted: bool = True,
    ignore_missing: bool = False,
    symlinks: Symlinks = 'inside',
    size_only: bool = False,
    max_failures: int | None = None,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    redirects: str | Iterable[str] = (),
    timeout: int | None = None,
) -> Report:
    """Check one file, and return a report in which it is ok.

    It must match ``digest`` or the lists in ``manifest``, or otherwise the lists beside it that
    name it. Signatures over it by a trusted key must hold. The file is checked as it is: the
    members of an archive are not checked, and a list is not followed.

    Args:
        path: The file, its address, or ``-`` for standard input; or a file system of fsspec whose
            root is the file: ``DirFileSystem("set/tool", fs)``.
        **options: See :class:`CheckOptions`.

    Raises:
        VerificationError: it does not match.
        TrustError: neither it nor a list that names it is signed as the options require.
        ManifestError: there is no digest or signature for it, or it cannot be read.
        UnknownAlgorithmError: the algorithm of a digest is not known.
        TypeError, ValueError: the options make no sense, or a digest is not one.
    """

def iter_verify(
    path: StrPath | AnyFileSystem,
    *,
    strip: int | None = None,
    prefix: str | None = None,
    by_name: bool = False,
    strip_root: bool = False,
    manifest: StrPath | Sequence[StrPath] | None = None,
    known: StrPath | Sequence[StrPath] = (),
    digest: str | Iterable[str] = (),
    root: StrPath | None = None,
    format: str | None = None,
    recursive: bool = False,
    entries: Iterable[Entry] | None = None,
    signatures: Iterable[Signature] = (),
    algorithm: str | None = None,
    trust: StrPath | Iterable[StrPath] | None = None,
    require_signature: bool = False,
    signature: StrPath | Iterable[StrPath] | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    source: str | None = None,
    namespace: str | None = None,
    signers: int | None = None,
    revoked: StrPath | Iterable[StrPath] | None = None,
    at: datetime | None = None,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    server_checksums: bool = False,
    trust_etag: bool = False,
    trust_versions: bool = False,
    min_strength: Strength | None = None,
    complete: bool = False,
    unlisted: bool = True,
    mounts: bool = False,
    ignore_missing: bool = False,
    require: Iterable[StrPath] = (),
    symlinks: Symlinks = 'inside',
    size_only: bool = False,
    max_failures: int | None = None,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    redirects: str | Iterable[str] = (),
    timeout: int | None = None,
    index: StrPath | None = None,
) -> Results:
    """Check a directory, and yield the results as they come, in no particular order.

    Takes the arguments of :func:`audit`, except ``find_moved`` and ``tofu``, which need the end of
    a run, and raises the same errors. Closing the iterator ends the run: see :class:`Results`.
    """

def hash_files(
    paths: Iterable[StrPath], algorithm: str='sha256',
    *,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
) -> Results:
    """Hash files from any place, and yield results as they come, in no particular order.

    A result that is ok has the digest in ``found``; others say in ``detail`` what went wrong.
    ``line`` is the number of the path, from 1. Closing the iterator ends the run, as of Results.

    Raises:
        UnknownAlgorithmError: ``algorithm`` is not known.
        TypeError, ValueError: the options make no sense.
    """

async def averify(
    path: StrPath,
    *,
    strip: int | None = None,
    prefix: str | None = None,
    by_name: bool = False,
    strip_root: bool = False,
    manifest: StrPath | Sequence[StrPath] | None = None,
    known: StrPath | Sequence[StrPath] = (),
    digest: str | Iterable[str] = (),
    root: StrPath | None = None,
    format: str | None = None,
    recursive: bool = False,
    entries: Iterable[Entry] | None = None,
    signatures: Iterable[Signature] = (),
    algorithm: str | None = None,
    trust: StrPath | Iterable[StrPath] | None = None,
    require_signature: bool = False,
    signature: StrPath | Iterable[StrPath] | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    source: str | None = None,
    namespace: str | None = None,
    signers: int | None = None,
    revoked: StrPath | Iterable[StrPath] | None = None,
    at: datetime | None = None,
    tofu: bool = False,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    server_checksums: bool = False,
    trust_etag: bool = False,
    trust_versions: bool = False,
    min_strength: Strength | None = None,
    complete: bool = False,
    unlisted: bool = True,
    mounts: bool = False,
    ignore_missing: bool = False,
    require: Iterable[StrPath] = (),
    symlinks: Symlinks = 'inside',
    size_only: bool = False,
    find_moved: bool = False,
    max_failures: int | None = None,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    redirects: str | Iterable[str] = (),
    timeout: int | None = None,
    index: StrPath | None = None,
) -> Report:
    """Do what :func:`verify` does, without holding up the event loop.

    ``progress`` is called in another thread. If the task is cancelled, the run ends.
    """

async def aaudit(
    path: StrPath,
    *,
    keep_results: bool = False,
    strip: int | None = None,
    prefix: str | None = None,
    by_name: bool = False,
    strip_root: bool = False,
    manifest: StrPath | Sequence[StrPath] | None = None,
    known: StrPath | Sequence[StrPath] = (),
    digest: str | Iterable[str] = (),
    root: StrPath | None = None,
    format: str | None = None,
    recursive: bool = False,
    entries: Iterable[Entry] | None = None,
    signatures: Iterable[Signature] = (),
    algorithm: str | None = None,
    trust: StrPath | Iterable[StrPath] | None = None,
    require_signature: bool = False,
    signature: StrPath | Iterable[StrPath] | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    source: str | None = None,
    namespace: str | None = None,
    signers: int | None = None,
    revoked: StrPath | Iterable[StrPath] | None = None,
    at: datetime | None = None,
    tofu: bool = False,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    server_checksums: bool = False,
    trust_etag: bool = False,
    trust_versions: bool = False,
    min_strength: Strength | None = None,
    complete: bool = False,
    unlisted: bool = True,
    mounts: bool = False,
    ignore_missing: bool = False,
    require: Iterable[StrPath] = (),
    symlinks: Symlinks = 'inside',
    size_only: bool = False,
    find_moved: bool = False,
    max_failures: int | None = None,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    redirects: str | Iterable[str] = (),
    timeout: int | None = None,
    index: StrPath | None = None,
) -> Report:
    """Do what :func:`audit` does, without holding up the event loop: see :func:`averify`."""

def aiter_verify(
    path: StrPath,
    *,
    strip: int | None = None,
    prefix: str | None = None,
    by_name: bool = False,
    strip_root: bool = False,
    manifest: StrPath | Sequence[StrPath] | None = None,
    known: StrPath | Sequence[StrPath] = (),
    digest: str | Iterable[str] = (),
    root: StrPath | None = None,
    format: str | None = None,
    recursive: bool = False,
    entries: Iterable[Entry] | None = None,
    signatures: Iterable[Signature] = (),
    algorithm: str | None = None,
    trust: StrPath | Iterable[StrPath] | None = None,
    require_signature: bool = False,
    signature: StrPath | Iterable[StrPath] | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    source: str | None = None,
    namespace: str | None = None,
    signers: int | None = None,
    revoked: StrPath | Iterable[StrPath] | None = None,
    at: datetime | None = None,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    server_checksums: bool = False,
    trust_etag: bool = False,
    trust_versions: bool = False,
    min_strength: Strength | None = None,
    complete: bool = False,
    unlisted: bool = True,
    mounts: bool = False,
    ignore_missing: bool = False,
    require: Iterable[StrPath] = (),
    symlinks: Symlinks = 'inside',
    size_only: bool = False,
    max_failures: int | None = None,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    redirects: str | Iterable[str] = (),
    timeout: int | None = None,
    index: StrPath | None = None,
) -> AsyncResults:
    """Do what :func:`iter_verify` does, for ``async for``: see :class:`AsyncResults`."""

def ahash_files(
    paths: Iterable[StrPath], algorithm: str='sha256',
    *,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
) -> AsyncResults:
    """Do what :func:`hash_files` does, for ``async for``: see :class:`AsyncResults`."""

def verify_environment(
    prefix: StrPath | None=None,
    *,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    python: StrPath | None = None,
    complete: bool = False,
    compiled: bool = False,
) -> Environment:
    """Check the packages of a Python environment, and return them if everything is ok.

    Args:
        prefix: The directory of the environment; the one of the running Python if not given.
        **options: See :class:`EnvironmentOptions`.

    Raises:
        VerificationError: not everything is ok; its ``report`` says what is not.
        ManifestError: there is no package with a list of its files.
        TypeError, ValueError: the options make no sense.
    """

def audit_environment(
    prefix: StrPath | None=None,
    *,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    python: StrPath | None = None,
    complete: bool = False,
    compiled: bool = False,
) -> Environment:
    """Check the packages of a Python environment, and return them, even if something is wrong.

    Takes the arguments of :func:`verify_environment`.

    Raises:
        ManifestError: there is no package with a list of its files.
        TypeError, ValueError: the options make no sense.
    """

def create(
    path: StrPath='.',
    *,
    algorithm: str | Sequence[str] | None = None,
    output: StrPath | None = None,
    style: Style = 'text',
    overwrite: bool = False,
    signer: Signer | None = None,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    redirects: str | Iterable[str] = (),
    timeout: int | None = None,
    format: str | None = None,
    zero: bool = False,
    symlinks: Symlinks = 'inside',
    versions: bool = False,
    update: bool = False,
    accept_damaged: bool = False,
    drop_signature: bool = False,
) -> Created:
    """Write a list of the digests of all files below a directory, sorted by name.

    Args:
        path: The directory, or a single file; or the address of one in a store.
        algorithm: The algorithm, or several: each file is still read once. Without it, SHA-256, or
            what the format holds. With formats that hold one algorithm, there is a list for each.
        output: Where to write the list, which never lists itself. Without it, a file in the
            directory, named after the algorithm or as the format needs it:
            ``SHA256SUMS``, ``checksums.jsonl``. In a store, what is written is read back.
        style: How lines are laid out: those of the GNU coreutils, or BSD tags.
        overwrite: Whether an existing file may be replaced.
        signer: The key that signs the lists: see :class:`Signer`.
        **options: See :class:`CreateOptions`, and :class:`RunOptions`.

    Raises:
        DamagedError: a file in the list to update is damaged.
        CreateError: a file cannot be read, there are none, the format cannot hold them, or the
            list cannot be written.
        UnwritableNameError: the format cannot hold the name of a file.
        UnknownAlgorithmError: ``algorithm`` is not known.
        TypeError, ValueError: the options make no sense.
    """

def convert(
    path: StrPath, format: str=formats.OWN,
    *,
    output: StrPath | None = None,
    style: Style = 'text',
    zero: bool = False,
    overwrite: bool = False,
    drop_signature: bool = False,
    strip: int | None = None,
    prefix: str | None = None,
    by_name: bool = False,
    strip_root: bool = False,
) -> Converted:
    """Write a list in another format. Nothing is hashed.

    Args:
        path: The list. Every line must be correct.
        format: The other format: see :class:`CreateOptions`.
        output: Where to write the list. Without it, a file in the directory that the names are
            relative to, named as the format needs it.
        style: How lines are laid out: those of the GNU coreutils, or BSD tags.
        zero: Whether lines of a list of the coreutils end with a NUL byte.
        overwrite: Whether an existing file may be replaced.
        drop_signature: Whether to remove signatures beside the list that no longer hold. Without
            it, such a list is not written.
        **names: How names change: see :class:`NameOptions`. With ``by_name``, only the last part of
            each name is used.

    Raises:
        ManifestError: the list cannot be read, a line cannot be converted, or two names would be
            one.
        CreateError: the format cannot hold the content of the list, or the list cannot be written.
        ValueError: the options make no sense.
    """

def make_bag(
    path: StrPath,
    *,
    algorithm: str | Sequence[str] | None = None,
    info: Mapping[str, str | Sequence[str]] | None = None,
    drop_signature: bool = False,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
) -> Bagged:
    """Turn a directory into a BagIt 1.0 bag, in place, or update a bag.

    All files in the directory move to ``data``. In a bag, the payload is read again and listed as
    it is now: only the result says what has changed. If anything fails, the directory is as it was.
    If the process is killed, the next call restores it, and says so in ``Bagged.note``.

    Args:
        path: The directory; or the address of one in a store whose files are all below ``data/``:
            there, tag files are only added, each if there is none, and none is updated.
        algorithm: The algorithm, or several. Without it, those of the bag, or SHA-512.
        info: Labels and values for ``bag-info.txt``. They replace those with the same label;
            Payload-Oxum and Bagging-Date are computed.
        drop_signature: Whether to remove signatures over manifests that no longer hold. Without it,
            such a bag is not updated.
        **options: See :class:`RunOptions`.

    Raises:
        CreateError: there is something that a bag cannot hold, or the bag cannot be written.
        ManifestError: the existing bag cannot be read.
        UnknownAlgorithmError: ``algorithm`` is not known.
        TypeError, ValueError: the options make no sense.
    """

def compare(
    path: StrPath, other: StrPath,
    *,
    algorithm: str | None = None,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    server_checksums: bool = False,
    trust_etag: bool = False,
    workers: int | None = None,
    readers: int | None = None,
    drop_cache: bool = False,
    bwlimit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
    redirects: str | Iterable[str] = (),
    timeout: int | None = None,
) -> Report:
    """Compare two places without a list, and return a report on the second: look at its ``ok``.

    It is ok if both have the same files with the same bytes. What only the first has is missing;
    what only the second has is unlisted.

    Args:
        path: A directory, an archive, or the address of a store.
        other: Another.
        algorithm: The algorithm to compare by. Without it, SHA-256; or with
            ``server_checksums``, one that the store has.
        **options: See :class:`CompareOptions`.

    Raises:
        ManifestError: one of them cannot be read, the first has no files, or both are the same.
        CreateError: a file of the first cannot be read.
        UnknownAlgorithmError: ``algorithm`` is not known.
        TypeError, ValueError: the options make no sense.
    """

def check_signature(
    path: StrPath | None=None,
    *,
    data: bytes | None = None,
    trust: StrPath | Iterable[StrPath] | None = None,
    signature: StrPath | Iterable[StrPath] | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    source: str | None = None,
    namespace: str | None = None,
    signers: int | None = None,
    revoked: StrPath | Iterable[StrPath] | None = None,
    at: datetime | None = None,
) -> Signature:
    """Check the signature over a file, and return who made it.

    This is about one file and a key. :func:`check_signatures`, the plural, is about digests.

    Args:
        path: The file; or a signature that holds what it signs.
        data: The bytes of the file, if you have them already.
        **options: See :class:`TrustOptions`. ``signature`` is needed if it is not beside the file,
            and ``trust`` unless there are keys trusted by habit.

    Raises:
        SignatureInvalid: it is not a signature over the file.
        SignatureUntrusted: no key is trusted for it, at this time and for this purpose.
        ChecksigError: the file cannot be read.
        TypeError, ValueError: the options make no sense.
    """
