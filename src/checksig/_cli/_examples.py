"""Examples of the commands, and where to read on. They are loaded when help is printed."""

from __future__ import annotations

from typing import Final

#: The pages of the documentation: what pyproject.toml says as well.
DOCUMENTATION: Final = "https://checksig.readthedocs.io/en/latest/"

#: The pages that say more of a command, besides the one of the command line.
PAGES: Final = {
    "checksig": "getting-started",
    "checksig verify": "verification",
    "checksig check-signature": "trust",
    "checksig create": "formats",
    "checksig plan": "how-to/cluster",
    "checksig run-shard": "how-to/cluster",
    "checksig merge": "how-to/cluster",
    "checksig compare": "servers",
    "checksig sign": "trust",
    "checksig trust": "trust",
    "checksig trust add": "trust",
    "checksig trust list": "trust",
    "checksig trust check": "trust",
    "checksig keygen": "trust",
    "checksig convert": "formats",
    "checksig bag": "formats",
    "checksig bench": "benchmarks",
}

#: Lines to type, and what each does, by commands.
EXAMPLES: Final[dict[str, dict[str, str]]] = {
    "checksig": {
        "checksig create dataset": "write a list of all files, dataset/SHA256SUMS",
        "checksig verify dataset": "check the files against that list",
        "checksig help verify": "say what a command does, and which options it has",
    },
    "checksig verify": {
        "checksig verify dataset --complete":
            "check the files of a directory against the lists in it; fail if one is not listed",
        "checksig verify data.tar.gz --trust release.pub":
            "check an archive that must be signed with this key",
        "checksig verify s3://bucket/dataset":
            "check a bucket against the list in it, where it is",
    },
    "checksig check-signature": {
        "checksig check-signature SHA256SUMS --trust release.pub":
            "check the signature that lies beside a list",
        "checksig check-signature a.iso --signature a.sig --trust release.pub":
            "check a signature with another name",
    },
    "checksig create": {
        "checksig create dataset": "write dataset/SHA256SUMS",
        "checksig create dataset --update": "read only new and changed files, and update the list",
        "checksig create dataset --sign minisign.key": "write the list, and sign it",
    },
    "checksig plan": {
        "checksig plan /lustre/set -o plan.json": "divide the check of a directory into shards",
        "checksig plan s3://bucket/set --trust release.pub --shards 500":
            "check the signature of the list now, and divide the rest by 500",
    },
    "checksig run-shard": {
        "checksig run-shard plan.json 17 -o out": "check shard 17, and write out/17.json",
        "checksig run-shard plan.json -o out":
            "check the shard whose number is that of the array job that this is",
    },
    "checksig merge": {
        "checksig merge plan.json out": "add up all that is in out, and print the verdict",
        "checksig merge plan.json out --json": "print it as JSON",
    },
    "checksig compare": {
        "checksig compare dataset /mnt/backup/dataset": "compare a copy with what it is of",
        "checksig compare dataset s3://bucket/dataset --server-checksums":
            "compare with what a store itself says, where it says something",
    },
    "checksig sign": {
        "checksig sign SHA256SUMS --key minisign.key": "write SHA256SUMS.minisig",
        "checksig sign SHA256SUMS --key ~/.ssh/id_ed25519": "write SHA256SUMS.sig",
        "checksig sign model --key key.pem": "sign a directory as a model",
    },
    "checksig trust": {
        "checksig trust add release.pub": "trust a key from now on",
        "checksig trust list": "say which keys are trusted",
        "checksig trust check": "say what is wrong with them",
    },
    "checksig trust add": {
        "checksig trust add release.pub --name project": "call the key project",
        "checksig trust add release.pub --for SHA256SUMS --until 2027-12-31":
            "trust it only for such lists, until that day",
    },
    "checksig trust list": {
        "checksig trust list": "say which keys are trusted, until when, and what for",
    },
    "checksig trust check": {
        "checksig trust check": "say which keys would make a check fail, or are no longer trusted",
    },
    "checksig keygen": {
        "checksig keygen": "make minisign.key and minisign.pub",
        "checksig keygen release --no-password": "make a key that a script can use",
    },
    "checksig convert": {
        "checksig convert SHA256SUMS": "write the list as checksums.jsonl",
        "checksig convert checksums.jsonl -f coreutils -o -": "print it for sha256sum",
    },
    "checksig bag": {
        "checksig bag dataset": "turn the directory into a bag, or update the bag",
        "checksig bag dataset --info Contact-Name=Ada": "also add a line to bag-info.txt",
    },
    "checksig env": {
        "checksig env": "check the packages of the Python that runs checksig",
        "checksig env --prefix .venv --complete": "also fail if a module belongs to no package",
    },
    "checksig bench": {
        "checksig bench dataset": "measure how fast the files are hashed",
        "checksig bench dataset -a blake3": "measure it with BLAKE3",
    },
    "checksig formats": {
        "checksig formats": "say which formats of lists are read and written",
        "checksig formats --json": "say it as JSON",
    },
    "checksig doctor": {
        "checksig doctor": "say what is installed and what is missing",
        "checksig doctor --json": "say it as JSON",
    },
    "checksig help": {
        "checksig help": "say which commands there are",
        "checksig help verify": "say what verify does, and which options it has",
        "checksig help sha256sum": "say what the stand-in for sha256sum can do",
    },
}  # fmt: skip


def pages(command: str) -> list[str]:
    """Return the addresses of the pages that say more of a command."""
    names = dict.fromkeys(("command-line", PAGES.get(command, "command-line")))
    return [f"{DOCUMENTATION}{name}.html" for name in names]


def after(command: str) -> str:
    """Return what stands at the end of the help of a command."""
    examples = [f"  {line}\n      {does}" for line, does in EXAMPLES[command].items()]
    read_on = [f"  {page}" for page in pages(command)]
    return "\n".join(["", "examples:", *examples, "", "read on:", *read_on, ""])
