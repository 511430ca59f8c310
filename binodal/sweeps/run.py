"""Filling a sweep's table chunk by chunk, wherever chunks are computed and kept."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from binodal.config import whole
from binodal.errors import RequestError, Stopped, said
from binodal.progress import Progress
from binodal.sweeps.job import Found, Job, compute
from binodal.sweeps.store import Store, opened
from binodal.sweeps.table import Table
from binodal.workers import Results, cores, in_process, in_workers

MOST_WORKERS = 256


@dataclass(frozen=True)
class Means:
    """Who computes: this process, ``workers`` of its own, or the cluster of a ``scheduler``."""

    workers: int = 1
    scheduler: str | None = None

    def results(self, job: Job, numbers: list[int]) -> Results[Found]:
        """Numbers of chunks and what was found, in any order; the same bits by all means."""
        if self.scheduler is not None:
            from binodal.sweeps.cluster import on_cluster

            return on_cluster(job, numbers, self.scheduler)
        if self.workers > 1:
            return in_workers(partial(compute, job), numbers, self.workers)
        return in_process(partial(compute, job), numbers)


def means(workers: int, scheduler: str | None) -> Means:
    """Who computes, checked before anything is. Raises RequestError."""
    if scheduler is not None:
        if workers != 1:
            raise RequestError(
                f"{said('--workers and --scheduler', 'workers and scheduler')}: give one of them"
            )
        from binodal.sweeps.cluster import library

        library()
        return Means(scheduler=scheduler)
    workers = whole(workers, "workers", 0, MOST_WORKERS)
    if workers == 1:
        return Means()
    available = cores()
    return Means(workers or available)


def fill(job: Job, table: Table, path: Path | None, means: Means) -> None:
    """Compute what is pending.

    Raises :class:`Stopped` on Ctrl-C, a lack of memory or workers, or a full disk, and says what
    is safe; and what the store raises when the path holds another request.
    """
    with opened(path, table, job.chunks) as store:
        try:
            _fill(job, table, store, means)
        except (KeyboardInterrupt, MemoryError, Stopped, OSError) as reason:
            with suppress(OSError):
                store.flush()
            raise Stopped(_how_to_go_on(_reason(reason), job, store, path)) from reason


def _fill(job: Job, table: Table, store: Store, means: Means) -> None:
    done, chunks = store.begin(), job.chunks
    numbers = [number for number in range(len(chunks)) if number not in done]
    if not numbers:
        return
    cells = sum(chunks.cells(number) for number in numbers)
    with Progress("sweep", cells) as progress, closing(means.results(job, numbers)) as results:
        for number, columns in results:
            table.put(chunks.part(number), columns)
            store.put(number, columns)
            progress.advance(chunks.cells(number))
    store.flush()


def _reason(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if isinstance(error, MemoryError):
        return "out of memory"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)


def _how_to_go_on(reason: str, job: Job, store: Store, path: Path | None) -> str:
    if path is None:
        return f"{reason}: nothing was saved; give -o FILE to keep what is done"
    share = f"{store.safe} of {len(job.chunks)} chunks are safe in {path}"
    return f"{reason}: {share}; run the same command again to go on"
