"""Neurons on both sides of the barrier, by the share beyond it: residual, odds of the wells, rate.

With the law cut at a barrier and so much of it on either side, the closure is still the minimum of
a convex potential, (1 - f) log Z before the barrier plus f log Z beyond, and has one solution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np
from flint import arb
from scipy.special import expit

from binodal.models.teacher_student.numerics.hysteresis import escape_from
from binodal.models.teacher_student.numerics.law import Array, Law, scales, solved_law
from binodal.models.teacher_student.numerics.metastable import barrier_place, between
from binodal.models.teacher_student.numerics.saddles import Closure
from binodal.numerics.convex import least
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.escape import Escape

_BITS, _SETTLED, _MOST_CUTS = 96, 1e-9, 60


class _Held(NamedTuple):
    """A residual in the normalised basis, and log odds of the wells there."""

    residual: Array
    log_odds: float


@dataclass
class NeuronsInTwoWells:
    """Neurons of one setting; c is the mode that only those beyond learn."""

    parameters: Mapping[str, Fraction]
    theory: str

    def __post_init__(self) -> None:
        floats = {name: float(value) for name, value in self.parameters.items()}
        self._law, residual = solved_law(floats, self.theory)
        self.mode, self.count = "c", floats["N"]
        sides = self._sides(self._cut(residual))
        odds = _odds(sides, residual)
        self.rest = float(expit(odds))
        self._known = {self.rest: _Held(residual, odds)}

    def _cut(self, residual: Array) -> float:
        place = barrier_place(self.parameters, residual / scales(2), self.theory)
        if place is None:
            raise Undecided("the action has no barrier")
        return place

    def _sides(self, cut: float) -> tuple[Law, Law]:
        """The law before the barrier and beyond it."""
        end = float(self._law.y[-1])
        return between(self._law, 0.0, cut), between(self._law, cut, end)

    def _held(self, share: float) -> _Held:
        if share not in self._known:
            self._known[share] = self._solved(share)
        return self._known[share]

    def _solved(self, share: float) -> _Held:
        """The residual with the barrier that it has there."""
        residual = self._known[min(self._known, key=lambda f: abs(f - share))].residual
        cut, before = self._cut(residual), 0.0
        for _ in range(_MOST_CUTS):
            sides = self._sides(cut)
            residual = least(partial(_mixed, sides, share), residual)
            cut, before = self._cut(residual), cut
            if abs(cut - before) <= _SETTLED * cut:
                return _Held(residual, _odds(sides, residual))
        raise Undecided(f"the barrier did not settle near y = {cut:.6g}")

    def level(self, share: float) -> float:
        """c."""
        return float((self._held(share).residual / scales(2))[1])

    def log_odds(self, share: float) -> float:
        """log of Z beyond the barrier over Z before it."""
        return self._held(share).log_odds

    def escape(self, share: float) -> Escape:
        """Out of zero at that residual."""
        modes = self._held(share).residual / scales(2)
        return escape_from("zero", self.parameters, self.theory, _BITS, Closure(*map(arb, modes)))


def _mixed(sides: tuple[Law, Law], share: float, residual: Array) -> tuple[float, Array, Array]:
    before, beyond = (side.potential(residual) for side in sides)
    one, other = 1 - share, share
    return (
        one * before[0] + other * beyond[0],
        np.asarray(one * before[1] + other * beyond[1]),
        np.asarray(one * before[2] + other * beyond[2]),
    )


def _odds(sides: tuple[Law, Law], residual: Array) -> float:
    before, beyond = (side.chances(residual)[1] for side in sides)
    return beyond - before
