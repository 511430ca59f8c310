"""Chunks computed by a cluster, through the scheduler of dask.distributed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from binodal.errors import Stopped, said
from binodal.extras import extra
from binodal.sweeps.job import Found, Job, compute
from binodal.sweeps.record import expression_hashes, versions
from binodal.workers import Results

CONNECT_SECONDS = 10
_LEAST_AHEAD = 16
_AHEAD = 3
"""Chunks under way for each thread of the cluster."""


def library() -> Any:
    """dask.distributed. Raises RequestError, which says what to install, without it."""
    with extra("cluster", said("--scheduler", "scheduler")):
        import distributed
    return distributed


def on_cluster(job: Job, numbers: Iterable[int], address: str) -> Results[Found]:
    """Chunks as the workers of a scheduler finish them, in any order.

    The scheduler gives a killed worker's chunks to another. Workers need the same versions of
    binodal and its libraries; a chunk of another version is refused. Raises :class:`Stopped` when
    the scheduler cannot be reached, is lost, or gives a chunk up.
    """
    distributed = library()
    with _quiet(), _connected(address) as client:
        try:
            yield from _results(client, job, iter(numbers))
        except distributed.scheduler.KilledWorker as error:
            raise Stopped(f"the scheduler at {address} gave up: a chunk killed {_LOST}") from error
        except (distributed.CancelledError, distributed.comm.CommClosedError) as error:
            raise Stopped(f"the scheduler at {address} was lost") from error


_LOST = "every worker that tried it (out of memory?)"


def checked(job: Job, number: int, wanted: Mapping[str, str]) -> Found:
    """A chunk, on a worker. Raises Stopped where the numbers would not be comparable."""
    here = _here(job)
    for name, value in wanted.items():
        if here.get(name) != value:
            raise Stopped(f"a worker has {name} {here.get(name)}, here it is {value}")
    return compute(job, number)


def _here(job: Job) -> dict[str, str]:
    return {**versions(), **expression_hashes(job.model, job.theory)}


def _results(client: Any, job: Job, numbers: Iterator[int]) -> Results[Found]:
    under_way: dict[str, int] = {}
    wanted = _here(job)

    def some(count: int) -> list[Any]:
        futures = [
            (client.submit(checked, job, number, wanted, pure=False), number)
            for number in islice(numbers, count)
        ]
        under_way.update({future.key: number for future, number in futures})
        return [future for future, _ in futures]

    first = some(max(_LEAST_AHEAD, _AHEAD * sum(client.nthreads().values())))
    queue = library().as_completed(first, loop=client.loop)
    for future in queue:
        yield under_way.pop(future.key), future.result()
        queue.update(some(1))


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        client = library().Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise Stopped(
            f"{said('--scheduler', 'scheduler')} {address}: cannot be reached ({error})"
        ) from error
    try:
        yield client
    finally:
        client.close(timeout=CONNECT_SECONDS)


@contextmanager
def _quiet() -> Iterator[None]:
    """The library tells of every lost connection at length; our error says it in one line."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
