"""On a Dask cluster that exists, by the address of its scheduler."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from cnncalc.errors import UsageError
from cnncalc.sweeping.executors.base.ahead import in_order
from cnncalc.sweeping.job import compute
from cnncalc.system.installing import import_needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.sweeping.job import Job, Part, Rows
    from cnncalc.sweeping.spaces import Space

SIZE = 2048
"""So many settings are a part."""

_AHEAD = 4
"""So many parts are handed out for each thread."""


def run(job: Job, parts: Iterable[Part], scheduler: str) -> Iterator[Rows]:
    """The rows of every part, in the order of the parts; those of a worker that is lost are computed anew.

    Raises UsageError if no scheduler answers at the address, or the cluster gives a part up.
    """
    distributed = import_needed("distributed", "dask", "a Dask cluster")
    try:
        client = distributed.Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"no Dask scheduler answers at {scheduler}: {error}",
                         "--scheduler takes the address that `dask scheduler` prints") from None  # fmt: skip

    def result(future: Any) -> Rows:
        try:
            return unpack(job, future.result())
        except distributed.scheduler.KilledWorker as error:
            raise UsageError(f"the cluster has given up a part: {error}",
                             "--resume goes on from the last row") from None  # fmt: skip

    # Futures of an executor fetch rows as soon as they are there: that takes as long as to compute them.
    # The same part of another run may have other rows, so the result of none is kept.
    with client, client.get_executor(pure=False) as pool:
        threads = max(1, sum(client.nthreads().values()))
        yield from in_order(
            parts, _AHEAD * threads, lambda part: pool.submit(pack, job, *part), result
        )


def pack(job: Job, part: Space, start: int) -> bytes:
    """The rows of a part by columns, as bytes.

    A cluster would take half as long to look at, and to hand on, many small objects as to compute them.
    """
    rows = compute(job, part, start)
    columns = [[row[name] for _, row in rows] for name in job.columns]
    return pickle.dumps([[place for place, _ in rows], *columns])


def unpack(job: Job, packed: bytes) -> Rows:
    """The rows in what `pack` gives."""
    # The cluster itself hands on whatever its workers give in this form.
    places, *columns = pickle.loads(packed)  # noqa: S301
    names = job.columns
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    return list(zip(places, rows, strict=True))
