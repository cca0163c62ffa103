"""Shards, checked by the workers of a cluster of Dask: the only module that knows Dask."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from checksig._shards import crews
from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checksig._options.values import Reading
    from checksig._shards.crews import Crew, Future
    from checksig._shards.running import Task

#: In seconds: how long an address, or who has the outcome of a shard, has to answer.
_PATIENCE: Final = 30


class _Future:
    """A future of Dask, of which nothing is waited for without end."""

    def __init__(self, future: Any) -> None:
        self._future = future

    def result(self) -> bytes:
        """Return what came of a shard, or raise why there is nothing."""
        found: bytes = self._future.result(timeout=_PATIENCE)
        return found

    def cancel(self) -> None:
        """End it."""
        self._future.cancel(force=True)

    def add_done_callback(self, function: Callable[[Any], object]) -> None:
        """Have a function called when it has ended."""

        def done(_: object) -> None:
            function(self)

        self._future.add_done_callback(done)


class Cluster:
    """The workers that a client of Dask reaches."""

    def __init__(
        self,
        client: Any,
        *,
        own: bool,
        resources: Mapping[str, float] | None = None,
        hosts: Sequence[str] | None = None,
    ) -> None:
        """Take a client; one of our own is closed in the end."""
        self._client, self._own = client, own
        self._how = {"resources": resources, "workers": hosts and list(hosts)}
        self._run = os.urandom(4).hex()  # a key that was used would bring what came of it then
        self._count = 0
        workers = client.scheduler_info(n_workers=-1)["workers"]
        self.slots: int | None = sum(each["nthreads"] for each in workers.values()) or None

    def submit(self, task: Task, reading: Reading) -> Future:
        """Have a shard checked, under a key that names it."""
        self._count += 1
        future = self._client.submit(
            crews.run,
            task,
            reading,
            key=f"checksig-{task.plan[:12]}-{self._run}-{task.number}-{self._count}",
            pure=False,
            **{name: value for name, value in self._how.items() if value is not None},
        )
        return _Future(future)

    def close(self) -> None:
        """Close the client, if it is our own."""
        if self._own:
            self._client.close()


def crew(
    executor: Any,
    *,
    resources: Mapping[str, float] | None = None,
    hosts: Sequence[str] | None = None,
) -> Crew | None:
    """Return the workers of a client, or of a scheduler at an address; None of anything else.

    Raises:
        PlanError: Dask is not installed, or nobody answers at the address.
    """
    try:
        from distributed import Client  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise PlanError("Dask is not installed: pip install 'checksig[dask]'") from error
    if isinstance(executor, str):
        try:
            client: Any = Client(executor, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call] # of Dask
        except (OSError, ValueError) as error:
            raise PlanError(f"no scheduler of Dask answers at {executor}: {error}") from error
        return Cluster(client, own=True, resources=resources, hosts=hosts)
    if isinstance(executor, Client):
        return Cluster(executor, own=False, resources=resources, hosts=hosts)
    return None
