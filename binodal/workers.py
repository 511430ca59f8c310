"""Numbered pieces of work, done here or by several processes of this machine that may be killed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from typing import TypeVar

from binodal.errors import Stopped, said
from binodal.extras import extra
from binodal.validate.processes import deaf_to_interrupts, process_pool

RETRIES = 3
"""How often in a row workers may die before any piece is done."""

_AHEAD = 2
"""Pieces a worker has waiting, so that it never waits for us."""

_T = TypeVar("_T")
Results = Generator[tuple[int, _T], None, None]
"""Numbers of pieces and what was found there, in any order."""


def in_process(work: Callable[[int], _T], numbers: Iterable[int]) -> Results[_T]:
    """Piece after piece in this process."""
    for number in numbers:
        yield number, work(number)


def cores() -> int:
    """How many processes this machine runs at once, within the limits of a container."""
    with extra("sweep", said("--workers", "workers")):
        import loky
    return int(loky.cpu_count())


def in_workers(work: Callable[[int], _T], numbers: Iterable[int], workers: int) -> Results[_T]:
    """Pieces as ``workers`` processes finish them, in any order; ``work`` is sent to them.

    A killed worker (out of memory, say) takes the pool with it; the pieces it had are given to a
    new one. Raises :class:`Stopped` when that happens ``RETRIES`` times without a piece between.
    """
    waiting, deaths = deque(numbers), 0
    while waiting:
        try:
            for finished in _one_pool(work, waiting, workers):
                deaths = 0
                yield finished
        except BrokenExecutor as error:
            deaths += 1
            if deaths >= RETRIES:
                raise Stopped(
                    f"workers were killed {deaths} times in a row (out of memory?); "
                    f"try fewer {said('--workers', 'workers')}"
                ) from error


def _one_pool(work: Callable[[int], _T], waiting: deque[int], workers: int) -> Results[_T]:
    """Take from ``waiting`` until it is empty; put back what was not finished."""
    running: dict[Future[_T], int] = {}
    pool = process_pool(workers)
    try:
        while waiting or running:
            with deaf_to_interrupts():
                while waiting and len(running) < _AHEAD * workers:
                    # Taken away once the pool has it: one whose worker has died takes no more.
                    running[pool.submit(work, waiting[0])] = waiting[0]
                    waiting.popleft()
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                finished = future.result()
                yield running.pop(future), finished
    finally:
        unfinished = sorted(running.values(), reverse=True)
        waiting.extendleft(unfinished)
        pool.shutdown(wait=True, kill_workers=bool(unfinished))
