"""What a benchmark reports, and how a duration is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np


@dataclass(frozen=True)
class Row:
    """One comparison; times in seconds, each the median of several runs."""

    name: str
    ours: float
    naive: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times faster than the naive way; below 1 is slower."""
        return self.naive / self.ours


def seconds(
    work: Callable[[], object], runs: int = 5, clock: Callable[[], float] = perf_counter
) -> float:
    """Median duration of ``work()`` by a clock; one unmeasured run first fills caches.

    >>> 0 < seconds(lambda: sum(range(1000)), runs=3) < 1
    True
    """
    work()
    durations = []
    for _ in range(runs):
        start = clock()
        work()
        durations.append(clock() - start)
    return float(np.median(durations))
