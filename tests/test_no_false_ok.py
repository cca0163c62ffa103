"""No damage to a list, or to a file, is ok: in any format.

``CHECKSIG_RUNS=100000`` makes so many changes for each format, new ones every time.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import random
import re
import zipfile
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest
from checksums import bsd, ed2k
from listed import BARE_ALONE

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Change = Callable[[random.Random, bytes, list[re.Match[bytes]]], bytes]
    Files = Mapping[str, bytes]

RUNS = int(os.environ.get("CHECKSIG_RUNS", "400"))
SEED = "" if RUNS == 400 else str(random.SystemRandom().random())

#: Formats that are written, with an algorithm and a style.
WRITTEN = [
    ("coreutils", "sha256", "text"),
    ("coreutils", "md5", "binary"),
    ("coreutils", "sha512", "tag"),
    ("coreutils", "crc32", "text"),
    ("sfv", "crc32", None),
    ("pooch", "sha256", None),
    ("hashdeep", "md5", None),
    ("jsonl", "blake3", None),
    ("bagit", "sha256", None),
    ("table", "sha256", None),
    ("cksum", "crc", None),
]
FILES = {name: name.encode() * 9 for name in ("a", "b b", "s/c")}
PLAIN = {name: name.encode() * 9 for name in ("a", "bb", "s/c")}


def sha(data: bytes, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, data).hexdigest()


def crc(data: bytes) -> str:
    return f"{zlib.crc32(data):08x}"


def rows(files: Files, line: Callable[[str, bytes], str], head: str = "", end: str = "") -> str:
    return head + "".join(f"{line(name, data)}\n" for name, data in files.items()) + end


def metalink(files: Files) -> str:
    def file(name: str, data: bytes) -> str:
        size = f"<size>{len(data)}</size>"
        return f'<file name="{name}">{size}<hash type="sha-256">{sha(data)}</hash></file>'

    head = '<metalink xmlns="urn:ietf:params:xml:ns:metalink">\n'
    return rows(files, file, head, "</metalink>\n")


def conda(files: Files) -> str:
    paths = [
        {"_path": n, "path_type": "hardlink", "sha256": sha(d), "size_in_bytes": len(d)}
        for n, d in files.items()
    ]
    return json.dumps({"paths": paths, "paths_version": 1}, indent=1)


def conda_meta(files: Files) -> str:
    record = {"build": "0", "build_number": 0, "depends": [], "files": list(files)}
    return json.dumps({**record, "name": "x", "paths_data": json.loads(conda(files))}, indent=1)


def raw(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def report(name: str, digest: str) -> str:
    """A line of S3 Batch Operations."""
    said = {"checksum_base64": digest, "checksumAlgorithm": "SHA256", "checksumType": "FULL_OBJECT"}
    message = json.dumps(said, separators=(",", ":")).replace('"', '""')
    return f'bucket,{quote_plus(name)},,succeeded,200,,"{message}"'


def package(files: Files) -> str:
    found = [{"path": n, "hash": f"sha256:{sha(d)}", "bytes": len(d)} for n, d in files.items()]
    return json.dumps({"resources": found}, indent=1)


def record(files: Files) -> str:
    def row(name: str, data: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        return f"{name},sha256={digest},{len(data)}"

    return rows(files, row, end="x.dist-info/RECORD,,\n")


def metalink3(files: Files) -> str:
    def file(name: str, data: bytes) -> str:
        digest = f'<verification><hash type="sha256">{sha(data)}</hash></verification>'
        return f'<file name="{name}"><size>{len(data)}</size>{digest}</file>'

    head = '<metalink version="3.0" xmlns="http://www.metalinker.org/"><files>\n'
    return rows(files, file, head, "</files></metalink>\n")


def media(files: Files) -> str:
    def file(name: str, data: bytes) -> str:
        return f'<hash><path size="{len(data)}">{name}</path><md5>{sha(data, "md5")}</md5></hash>'

    head = '<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0"><hashes>\n'
    return rows(files, file, head, "</hashes></hashlist>\n")


def archived(files: Files) -> str:
    def file(name: str, data: bytes) -> str:
        return (
            f'<file name="{name}"><size>{len(data)}</size><sha1>{sha(data, "sha1")}</sha1></file>'
        )

    return rows(files, file, "<files>\n", "</files>\n")


def safe(files: Files) -> str:
    def file(name: str, data: bytes) -> str:
        digest = f'<checksum checksumName="MD5">{sha(data, "md5")}</checksum>'
        place = f'<fileLocation href="{name}"/>'
        return f'<byteStream size="{len(data)}">{place}{digest}</byteStream>'

    head = '<xfdu:XFDU xmlns:xfdu="urn:ccsds:schema:xfdu:1">\n'
    return rows(files, file, head, "</xfdu:XFDU>\n")


def inventoried(files: Files) -> str:
    manifest = {sha(d, "sha512"): [f"v1/content/{n}"] for n, d in files.items()}
    return json.dumps(
        {
            "digestAlgorithm": "sha512",
            "head": "v1",
            "id": "urn:example:1",
            "type": "https://ocfl.io/1.1/spec/#inventory",
            "manifest": manifest,
            "versions": {
                "v1": {
                    "created": "2026-02-03T04:05:06Z",
                    "state": {sha(d, "sha512"): [n] for n, d in files.items()},
                }
            },
        },
        indent=1,
    )


def package_of(name: str) -> str:
    """Return the name of a package, of that of its archive."""
    return re.sub(r"[-.]1(?:\.0\.0)?\.(?:crate|tgz|tar\.gz|nupkg)", "", name.rpartition("/")[2])


def integrity(data: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def package_lock(files: Files) -> str:
    packages = {
        f"node_modules/{n}": {
            "version": "1.0.0",
            "resolved": f"https://example.org/-/{n.rpartition('/')[2]}",
            "integrity": integrity(d),
        }
        for n, d in files.items()
    }
    return json.dumps({"lockfileVersion": 3, "packages": packages}, indent=1)


def nuget_lock(files: Files) -> str:
    packages = {
        package_of(n): {
            "type": "Direct",
            "resolved": "1.0.0",
            "contentHash": integrity(d).removeprefix("sha512-"),
        }
        for n, d in files.items()
    }
    return json.dumps({"version": 1, "dependencies": {"net8.0": packages}}, indent=1)


def go_mod(data: bytes) -> str:
    whole = hashlib.sha256(f"{sha(data)}  go.mod\n".encode()).digest()
    return f"h1:{base64.b64encode(whole).decode()}"


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a", data)
    return packed.getvalue()


#: What archives end in that lock files name.
LOCKS: Mapping[str, str] = {
    "Cargo.lock": "-1.0.0.crate",
    "package-lock.json": "-1.0.0.tgz",
    "yarn.lock": "-1.0.0.tgz",
    "uv.lock": "-1.tar.gz",
    "requirements.txt": "-1.tar.gz",
    "go.sum": "/@v/v1.0.0.mod",
    "packages.lock.json": ".1.0.0.nupkg",
}

#: Lists in formats that are only read, by name.
READ: Mapping[str, Callable[[Files], str]] = {
    "l.mtree": lambda f: rows(f, lambda n, d: f"{n} type=file size={len(d)} sha256={sha(d)}"),
    "Manifest": lambda f: rows(f, lambda n, d: f"DATA {n} {len(d)} SHA512 {sha(d, 'sha512')}"),
    "l.meta4": metalink,
    "info/paths.json": conda,
    "conda-meta/x-1-0.json": conda_meta,
    "datapackage.json": package,
    "l.dvc": lambda f: rows(
        f, lambda n, d: f"- md5: {sha(d, 'md5')}\n  size: {len(d)}\n  path: {n}", "outs:\n"
    ),
    "Release": lambda f: rows(f, lambda n, d: f" {sha(d)} {len(d):8} {n}", "Origin: x\nSHA256:\n"),
    "x.dist-info/RECORD": record,
    "l.csv": lambda f: rows(f, lambda n, d: f"{n},{len(d)},{crc(d)},"),
    "report.csv": lambda f: rows(f, lambda n, d: report(n, base64.b64encode(raw(d)).decode())),
    "l.crc": lambda f: rows(
        f,
        lambda n, d: f"{n}  {len(d)}  {crc(d)}",
        "Filename  Filesize  CRC-32\n---  ---  ---\n",
        "---  ---  ---\n",
    ),
    "l.md5": lambda f: rows(f, lambda n, d: f"{n} {sha(d, 'md5')}"),
    "l.csv.txt": lambda f: rows(
        f, lambda n, d: f'"SHA256","{sha(d).upper()}","{n}"', '"Algorithm","Hash","Path"\n'
    ),
    "l.txt": lambda f: rows(
        f, lambda n, d: f"Algorithm : SHA256\nHash      : {sha(d).upper()}\nPath      : {n}\n"
    ),
    "c.txt": lambda f: rows(
        f,
        lambda n, d: (
            f"SHA256 hash of file {n}:\n{sha(d)}\n"
            "CertUtil: -hashfile command completed successfully."
        ),
    ),
    "a.sha256": lambda f: f"{sha(f['a'])}\n",
    "l.metalink": metalink3,
    "l.mhl": media,
    "l_files.xml": archived,
    "manifest.safe": safe,
    ".cargo-checksum.json": lambda f: json.dumps(
        {"files": {n: sha(d) for n, d in f.items()}, "package": None}, indent=1
    ),
    "record.json": lambda f: json.dumps(
        {
            "files": [
                {"key": n, "size": len(d), "checksum": f"md5:{sha(d, 'md5')}"} for n, d in f.items()
            ]
        },
        indent=1,
    ),
    "CHECKSUMS": lambda f: rows(
        f,
        lambda n, d: f"  '{n}' => {{\n    'sha256' => '{sha(d)}',\n    'size' => {len(d)}\n  }},",
        "$cksum = {\n",
        "};\n",
    ),
    "SIGNATURE": lambda f: rows(f, lambda n, d: f"SHA256 {sha(d)} {n}"),
    "l.tgz.prov": lambda f: rows(
        f, lambda n, d: f"  {n}: sha256:{sha(d)}", "apiVersion: v1\nname: x\n\n...\nfiles:\n"
    ),
    "META-INF/MANIFEST.MF": lambda f: rows(
        f,
        lambda n, d: f"Name: {n}\nSHA-256-Digest: {base64.b64encode(raw(d)).decode()}\n",
        "Manifest-Version: 1.0\n\n",
    ),
    "checksums.yaml": lambda f: rows(f, lambda n, d: f"  {n}: {sha(d)}", "---\nSHA256:\n"),
    "distinfo": lambda f: rows(f, lambda n, d: f"SHA256 ({n}) = {sha(d)}\nSIZE ({n}) = {len(d)}"),
    "table.tsv": lambda f: rows(
        f, lambda n, d: f"{n}\t{len(d)}\t{sha(d)}", "filename\tsize\tsha256\n"
    ),
    "inventory.json": inventoried,
    "Packages": lambda f: rows(
        f,
        lambda n, d: (
            f"Package: x\nVersion: 1\nArchitecture: all\nFilename: {n}\n"
            f"Size: {len(d)}\nSHA256: {sha(d)}\n"
        ),
    ),
    "Cargo.lock": lambda f: rows(
        f,
        lambda n, d: (
            f'[[package]]\nname = "{package_of(n)}"\nversion = "1.0.0"\n'
            f'source = "registry+https://example.org"\nchecksum = "{sha(d)}"\n'
        ),
    ),
    "package-lock.json": package_lock,
    "go.sum": lambda f: rows(
        f, lambda n, d: f"{n.removesuffix('/@v/v1.0.0.mod')} v1.0.0/go.mod {go_mod(d)}"
    ),
    "packages.lock.json": nuget_lock,
    "yarn.lock": lambda f: rows(
        f,
        lambda n, d: (
            f'{package_of(n)}@1.0.0:\n  version "1.0.0"\n'
            f'  resolved "https://example.org/{package_of(n)}-1.0.0.tgz"\n'
            f"  integrity {integrity(d)}\n"
        ),
        "# yarn lockfile v1\n",
    ),
    "uv.lock": lambda f: rows(
        f,
        lambda n, d: (
            f'[[package]]\nname = "{package_of(n)}"\n'
            f'sdist = {{ url = "https://example.org/{package_of(n)}-1.tar.gz", '
            f'hash = "sha256:{sha(d)}" }}\n'
        ),
        'requires-python = ">=3.11"\n',
    ),
    "requirements.txt": lambda f: rows(
        f, lambda n, d: f"{package_of(n)}==1 --hash=sha256:{sha(d)}"
    ),
    "tags.txt": lambda f: rows(f, lambda n, d: f"{sha(d)} (SHA256): {n}"),
    "links.txt": lambda f: rows(
        f, lambda n, d: f"magnet:?xl={len(d)}&dn={quote_plus(n)}&xt=urn:md5:{sha(d, 'md5')}"
    ),
    "ed2k.txt": lambda f: rows(f, lambda n, d: f"ed2k://|file|{n}|{len(d)}|{ed2k(d)}|/"),
    "rhash.txt": lambda f: rows(f, lambda n, d: f"{n}  {crc(d)}  {sha(d)}"),
    "sum.txt": lambda f: rows(f, lambda n, d: f"{int(bsd(d), 16):05} {1:5} {n}"),
    "md.txt": lambda f: rows(
        f, lambda n, d: f"{n}: {' '.join(re.findall('.{8}', sha(d, 'sha224').upper()))}"
    ),
    "latest.yml": lambda f: rows(
        f,
        lambda n, d: (
            f"  - url: {n}\n    sha512: {base64.b64encode(hashlib.sha512(d).digest()).decode()}"
        ),
        "files:\n",
    ),
    "repodata/repomd.xml": lambda f: rows(
        f,
        lambda n, d: (
            f'<data type="other"><location href="{n}"/>'
            f'<checksum type="sha256">{sha(d)}</checksum></data>'
        ),
        "<repomd>\n",
        "</repomd>\n",
    ),
    "repodata/primary.xml": lambda f: rows(
        f,
        lambda n, d: (
            f'<package><location href="{n}"/><checksum type="sha256">{sha(d)}</checksum>'
            f'<size package="{len(d)}"/></package>'
        ),
        '<metadata xmlns="http://linux.duke.edu/metadata/common">\n',
        "</metadata>\n",
    ),
}


def flipped(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """One digit is another."""
    at = rng.randrange(*rng.choice(digests).span())
    digit = data[at : at + 1].lower()
    # The last digit in base64 has bits that count for nothing.
    other = rng.choice([bytes([d]) for d in b"0123456789abcdef" if bytes([d]) != digit])
    return data[:at] + other + data[at + 1 :]


def spoiled(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """One digit is none, or gone."""
    at = rng.randrange(*rng.choice(digests).span())
    return data[:at] + rng.choice([b"!", b" ", b"\t", b"", b";", b'"', b"\n"]) + data[at + 1 :]


def cut(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """The beginning of a digest is gone."""
    match = rng.choice(digests)
    return data[: match.start()] + data[rng.randrange(match.start() + 1, match.end()) :]


def swapped(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """Two digests are in each other's place."""
    if len(digests) < 2:
        return data
    first = rng.choice(
        digests
    )  # where lengths say what digests are, those of a file may change places
    alike = [match for match in digests if match is not first and len(match[0]) == len(first[0])]
    if not alike:
        return data
    one, two = sorted([first, rng.choice(alike)], key=lambda match: match.start())
    between = data[one.end() : two.start()]
    return data[: one.start()] + two[0] + between + one[0] + data[two.end() :]


def widened(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """A line has one more field, which is like a digest."""
    lines = data.split(b"\n")
    digest = rng.choice(digests)[0]
    at = next(number for number, row in enumerate(lines) if digest in row)
    lines[at] += rng.choice([b" 00000000", b",00000000", b"\t" + b"0" * 64])
    return b"\n".join(lines)


def renamed(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """A file is called otherwise."""
    del digests
    name = rng.choice([b"b b", b"bb", b"s/c"])
    return data.replace(name, rng.choice([b"x", b"../b b", b"b b\\", b"s/C", b"S/c", b"b\tb"]), 1)


def dropped(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """The line of a file is gone."""
    digest = rng.choice(digests)[0]
    return b"\n".join(line for line in data.split(b"\n") if digest not in line)


def misnamed(rng: random.Random, data: bytes, digests: list[re.Match[bytes]]) -> bytes:
    """Digests are said to be of another algorithm."""
    del digests
    found = list(re.finditer(rb"(?i)md5|sha-?(?:256|512)|blake3|crc32", data))
    if not found:
        return data
    match = rng.choice(found)
    names = [b"sha1", b"MD4", b"SHA3-256", b"sha384", b"blake2b", b"sha257", b"x", b""]
    return data[: match.start()] + rng.choice(names) + data[match.end() :]


CHANGES = [flipped, spoiled, cut, swapped, widened, renamed, dropped, misnamed]


def listed_in(name: str, data: bytes) -> object:
    """Return what a list says of files; the list itself, if it is none that can be read."""
    from checksig import _formats as formats
    from checksig._bridge.algorithms import by_name

    form = formats.detect(name, data, by_name()).format
    if form.packages is None and form.name != "ocfl":
        return data
    try:
        return [row._replace(line=0) for row in form.lines(data, formats.Hint(name))]
    except ValueError:
        return data


def hold(root: Path, path: Path, change: Change, count: int) -> None:
    """Make changes to a list of right files, and see that none of them is ok."""
    assert checksig.verify(path, complete=True).files == count
    data, rng = path.read_bytes(), random.Random(f"{path.name}{change.__name__}{SEED}")
    digests = list(
        re.finditer(
            rb"(?i)\b[0-9a-f]{8,}\b|(?<==)[\w-]{42}(?=[\w-],)"
            rb"|(?<=\"\")[\w+/]{42}(?=[\w+/]=\"\")|(?<=sha512[-:])\s?[\w+/]{85}"
            rb"|(?<=h1:)[\w+/]{42}(?=[\w+/]=)|(?<=\"contentHash\": \")[\w+/]{85}"
            rb"|(?m:^[0-9]{5}(?= ))|(?<=-Digest: )[\w+/]{42}(?=[\w+/]=)",
            data,
        )
    )
    decimal = path.name in ("cksum.txt", "sum.txt")  # else digits alone are a size
    digests = [match for match in digests if decimal or not match[0].isdigit()]
    assert len(digests) % count == 0 < len(digests)
    for _ in range(RUNS // len(CHANGES)):
        changed = change(rng, data, digests)
        if listed_in(path.name, changed) == listed_in(path.name, data):
            continue  # nothing that is listed: the name of a package, whose archive has another
        path.write_bytes(changed)
        try:
            report = checksig.audit(path, complete=True)
        except (checksig.ChecksigError, ValueError):  # no list any more, but a file
            continue
        # Where digests are optional, a file that has lost its own is not verified, and told so.
        lost = change in (dropped, cut) and report.unverified
        assert not report.ok or lost, (changed, report.remarks)
    path.write_bytes(data)
    victim = next(file for file in root.rglob("*") if file.is_file() and file != path)
    victim.write_bytes(victim.read_bytes()[:-1] + b"!")
    assert not checksig.audit(path, complete=True).ok


def grow(root: Path, files: Files) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize(("format_", "algorithm", "style"), WRITTEN)
def test_no_change_of_a_list_makes_wrong_files_ok(
    tmp_path: Path, format_: str, algorithm: str, style: str | None, change: Change
) -> None:
    grow(tmp_path, FILES)
    chosen = {"style": style} if style else {}
    checksig.create(tmp_path, algorithm=algorithm, format=format_, **chosen)  # type: ignore[arg-type]
    [path] = [each for each in tmp_path.iterdir() if each.name not in ("a", "b b", "s")]
    hold(tmp_path, path, change, len(FILES))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("name", READ)
def test_no_change_of_a_list_that_is_only_read_makes_wrong_files_ok(
    tmp_path: Path, name: str, change: Change
) -> None:
    files = {"a": PLAIN["a"]} if name == "a.sha256" else PLAIN
    below = "v1/content/" if name == "inventory.json" else ""
    files = {path + LOCKS.get(name, ""): data for path, data in files.items()}
    if name == "packages.lock.json":
        files = {path: zipped(data) for path, data in files.items()}
    there = {below + path: data for path, data in files.items()}
    grow(tmp_path, {**there, name: READ[name](files).encode()})
    hold(tmp_path, tmp_path / name, change, len(files))


def inventory(files: Files) -> str:
    time = "2026-03-01T10:00:00.000Z"
    return rows(
        files,
        lambda n, d: f'"set","{n}","3kL4","true","false","{len(d)}","{time}","{sha(d, "md5")}"',
    )


#: Lists in formats without any digest, by name: that nothing is damaged is no success either.
BARE: Mapping[str, Callable[[Files], str]] = {"inventory.csv": inventory}


@pytest.mark.parametrize("change", [None, *CHANGES], ids=lambda c: c and c.__name__)
@pytest.mark.parametrize("name", BARE)
def test_a_list_without_digests_is_never_ok_whatever_is_in_it(
    tmp_path: Path, name: str, change: Change | None
) -> None:
    grow(tmp_path, PLAIN)
    data, path = BARE[name](PLAIN).encode(), tmp_path / name
    digests = list(re.finditer(rb"\b[0-9a-f]{32}\b", data))
    assert len(digests) == len(PLAIN)
    rng = random.Random(f"{name}{change}{SEED}")
    for _ in range(RUNS // len(CHANGES)):
        path.write_bytes(change(rng, data, digests) if change else data)
        with pytest.raises(checksig.ManifestError):
            checksig.audit(path)
        try:
            assert not checksig.audit(path, size_only=True).ok
        except checksig.ManifestError:
            assert change


def test_a_list_without_digests_tells_what_is_gone_and_what_has_another_size(
    tmp_path: Path,
) -> None:
    for name, made in BARE.items():
        grow(tmp_path, {**PLAIN, name: made(PLAIN).encode()})
        report = checksig.audit(tmp_path / name, complete=True, size_only=True)
        assert (report.verdict, report.ok, len(report.failures)) == ("NOT VERIFIED", False, 0)
        (tmp_path / "a").unlink()
        (tmp_path / "bb").write_bytes(b"")
        report = checksig.audit(tmp_path / name, complete=True, size_only=True)
        found = {result.path: result.status for result in report.failures}
        assert found == {"a": "missing", "bb": "mismatch"}


def test_a_list_without_digests_adds_to_one_that_has_them_and_takes_nothing(
    tmp_path: Path,
) -> None:
    for name, made in BARE.items():
        grow(tmp_path, {**PLAIN, name: made(PLAIN).encode()})
        whole = rows(PLAIN, lambda n, d: f"{sha(d)}  {n}")
        (tmp_path / "SHA256SUMS").write_text(whole)
        both = [tmp_path / "SHA256SUMS", tmp_path / name]
        assert checksig.verify(tmp_path, manifest=both, complete=True).files == len(PLAIN)
        (tmp_path / "SHA256SUMS").write_text("".join(whole.splitlines(keepends=True)[1:]))
        report = checksig.audit(tmp_path, manifest=both, complete=True)
        assert (report.counts[checksig.Status.OK], report.unverified) == (len(PLAIN) - 1, 1)
        (tmp_path / "bb").write_bytes(PLAIN["bb"] + b"!")
        assert not checksig.audit(tmp_path, manifest=both).ok


def test_every_format_that_is_read_is_among_them() -> None:
    from checksig import _formats as formats
    from checksig._bridge.algorithms import by_name

    made = {**READ, **BARE}
    found = {n: formats.detect(n, made[n](PLAIN).encode(), by_name()).format.name for n in made}
    assert {found[name] for name in BARE} == BARE_ALONE
    named = {format_.name for format_ in formats.FORMATS}
    # A model is signed, and its signature is over the bytes: see test_trust_model.
    # A chain file of media hash lists lists lists. Headers of RPM, and torrents, are no text: see
    # test_packages_rpm and test_torrents.
    written = {name for name, _, _ in WRITTEN}
    assert named - {*found.values()} - written == {"model", "mhl-chain", "rpm", "torrent"}
