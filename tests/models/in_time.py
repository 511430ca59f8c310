"""A course of particles against an evolution of whole neurons by definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np

from binodal.numerics.dynamics.course import Course


class Evolution(Protocol):
    """Neurons in all of their weights, from one seed."""

    def advance(self, step: float, turn: float) -> None:
        """One step; ``turn`` multiplies what is to be right at one."""

    def read(self) -> dict[str, float]:
        """The curves' quantities, as they are now."""


def away(
    found: Course,
    whole: Callable[[int], Evolution],
    seeds: Iterable[int],
    until: float,
    steps: int,
    turn: float = 1.0,
) -> dict[str, float]:
    """Distances at the end in units of all errors: replicas tell those of whole neurons."""
    rows = []
    for seed in seeds:
        of = whole(seed)
        for _ in range(steps):
            of.advance(until / steps, turn)
        rows.append(of.read())
    far = {}
    for name, curve in found.curves.items():
        values = np.array([row[name] for row in rows])
        error = np.hypot(values.std(ddof=1) / np.sqrt(len(rows)), curve.errors[-1])
        far[name] = float(abs(values.mean() - curve.values[-1]) / error)
    return far
