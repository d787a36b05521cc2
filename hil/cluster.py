"""Missions flown over all cores by Dask, on a cluster of this machine's own unless a scheduler's address is given.

Each is a lockstep mission of its own seed, so a campaign gives the same rows on any cluster.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from dask.distributed import Client, LocalCluster, as_completed

Task = TypeVar("Task")
Done = TypeVar("Done")


class CampaignError(ValueError):
    """A campaign that can't be flown: what was given and what is allowed, in one line."""


def fly_all(
    fly: Callable[[Task], Done], tasks: Sequence[Task], scheduler: str | None = None, workers: int | None = None
) -> Iterator[Done]:
    """`fly` each of `tasks`; what they give comes as they are done. `workers` of this machine's own, by default all."""
    with _cluster(scheduler, workers) as client:
        for future in as_completed(client.map(fly, tasks, pure=False)):
            yield future.result()
            future.release()


@contextmanager
def _cluster(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    """A client of `scheduler`, or of a cluster of this machine's cores that ends with it."""
    if scheduler is None:
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",  # any free port: with none named, two campaigns want the same one
                scheduler_kwargs={"dashboard": False},
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler, timeout="5s")
    except (OSError, ValueError, TimeoutError) as error:
        raise CampaignError(f"scheduler {scheduler}: {error}; give HOST:PORT of a running dask scheduler") from None
    with client:
        yield client


def told(rows: Iterator[Done], count: int, what: str) -> Iterator[Done]:
    """`rows`, and on the terminal how many of `count` there are, how long it took and will take."""
    began = time.perf_counter()
    live = sys.stderr.isatty()
    done = 0
    for done, row in enumerate(rows, start=1):
        yield row
        spent_s = time.perf_counter() - began
        if live or done % max(count // 20, 1) == 0 or done == count:
            left_s = spent_s / done * (count - done)
            line = f"{what}: {done} of {count}, {_clock(spent_s)} so far, {_clock(left_s)} to go"
            print(f"\r{line:<78}" if live else line, end="" if live else "\n", file=sys.stderr, flush=True)
    spent = _clock(time.perf_counter() - began)
    print(f"{chr(13) if live else ''}{what}: {done} missions in {spent}".ljust(79), file=sys.stderr, flush=True)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} min"
