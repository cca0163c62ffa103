"""The modules of all formats.

To add a format, add its name before the coreutils: what nothing else recognises is taken for one of
those, and fails as one.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

#: The modules of all formats, in the order in which they are asked: first those with a header that
#: nothing else has, then those whose lines are like no others, then those of little form. Each with
#: texts in lower case: a name of a list has one of them, if its format has names of its own. So few
#: names are looked at closer, and few formats are loaded for them.
MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "model": (),
    "jsonl": ("jsonl",),
    "hashdeep": ("hashdeep",),
    "metalink": (".meta4", ".metalink"),
    "metalink3": (".metalink",),
    "mhl": (".mhl",),
    "mhl_chain": ("ascmhl_chain.xml",),
    "internet_archive": ("_files.xml",),
    "safe": ("manifest.safe", "xfdumanifest.xml"),
    "repomd": ("repomd.xml",),
    "rpm_primary": ("primary.xml",),
    "ocfl": ("inventory.json",),
    "conda_meta": (),
    "conda": ("paths.json",),
    "frictionless": ("datapackage.json",),
    "dvc": (".dvc", ".dir"),
    "cargo": (".cargo-checksum.json",),
    "cargo_lock": ("cargo.lock",),
    "npm_lock": ("package-lock.json", "npm-shrinkwrap.json"),
    "yarn_lock": ("yarn.lock",),
    "python_lock": ("uv.lock", "poetry.lock", "pdm.lock", "pylock"),
    "requirements": ("requirements", "constraints"),
    "go_sum": ("go.sum", "go.work.sum"),
    "nuget_lock": (".lock.json",),
    "repositories": (),
    "electron": ("latest", "beta", "alpha"),
    "cpan": ("checksums",),
    "module_signature": ("signature",),
    "helm": (".prov",),
    "jar": ("manifest.mf",),
    "gem": ("checksums.yaml",),
    "rpm": ("rpm-header", "rpm-signature"),
    "mtree": (".mtree",),
    "debian": ("release", ".dsc", ".changes", ".buildinfo"),
    "debian_index": ("packages", "sources"),
    "gentoo": ("manifest",),
    "record": ("record",),
    "distinfo": ("distinfo",),
    "print_md": (".mds",),
    "torrent": (),
    "links": (),
    "s3_batch": (),
    "s3_inventory": (),
    "getfilehash": (),
    "tables": (),
    "rhash": (),
    "cksum": (),
    "sum": (),
    "cfv_crc": (".crc",),
    "cfv_csv": (),
    "bagit": ("manifest-",),
    "tags": (),
    "pooch": ("registry.txt",),
    "sfv": (".sfv",),
    "sfvmd5": (),
    "certutil": (),
    "bare": (".sha",),
    "coreutils": ("sum", "digest", "deep", "md5", "sha", "hash", ".chk"),
}
