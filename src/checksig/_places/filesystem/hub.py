"""Repositories of the hub of Hugging Face, which says a digest of every file.

A repository is pinned to the commit that its revision stands for, so what is read is what was
listed. Of a large file the hub says the SHA-256, and of others what Git calls them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from checksig._places.filesystem.place import FileSystem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checksig._options import Trait
    from checksig._places.filesystem.stream import Version
    from checksig._places.place import Item


class Hub(FileSystem):
    """A repository, or a directory in one, at a commit."""

    kind = "the hub of Hugging Face"

    def __init__(self, system: Any, base: str, where: str, address: str) -> None:
        """Find out the commit of a repository.

        Raises:
            OSError, ValueError: there is no such repository.
        """
        self._digests: dict[bytes, tuple[str, str]] = {}
        resolved = system.resolve_path(base)
        self.commit = ""
        if hasattr(resolved, "repo_id"):  # a bucket has neither commits nor digests
            api = import_module("huggingface_hub").HfApi(system.endpoint, token=system.token)
            kind = {"repo_type": resolved.repo_type, "revision": resolved.revision}
            self.commit = api.repo_info(resolved.repo_id, **kind).sha or ""
            if not self.commit:
                raise ValueError("the hub does not say which commit it is")
            pinned = replace(resolved, revision=self.commit, _raw_revision=None)
            base = pinned.unresolve()
            where = f"hf://{base}"
        self._pinned = base
        super().__init__(system, base, where, address)

    def enter(self, path: str) -> None:
        """Find out whether the path at its commit is that of a directory, or of a file in one."""
        del path
        super().enter(self._pinned)

    @property
    def traits(self) -> frozenset[Trait]:
        """The abilities of a file system; and it says digests."""
        more: frozenset[Trait] = frozenset({"digests"} if self.commit else ())
        return super().traits | more

    def _item(self, info: Mapping[str, Any], directory: str) -> Item:
        item = super()._item(info, directory)
        if (lfs := info.get("lfs")) is not None:
            self._digests[item.name] = ("sha256", str(lfs["sha256"]))
        elif info.get("blob_id") is not None:
            self._digests[item.name] = ("git-sha1", str(info["blob_id"]))
        return item

    def digests(self) -> Iterator[tuple[Item, str, str]]:
        """Yield all files with the algorithm and the digest that the hub says; empty: none.

        Raises:
            ManifestError: the repository cannot be listed.
        """
        for item in self.walk():
            yield (item, *self._digests.get(item.name, ("", "")))

    def _opened(self, system: Any, path: str, size: int) -> Any:
        del size
        return system.open(path, "rb", block_size=0)  # one request, and bytes as they come

    def _now(self, system: Any, path: str) -> Version | None:
        """Return nothing of a commit, which does not change; buckets of the hub have none."""
        return None if self.commit else super()._now(system, path)

    def show(self, name: bytes = b"") -> str:
        """Return the address of the directory, or of a file in it, with the commit."""
        return self._shown + os.fsdecode(name)
