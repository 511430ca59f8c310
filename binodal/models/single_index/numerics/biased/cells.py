"""Enclosures of the action on cells of (artanh m, bias, log(r/sigma_w), x)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.biased.setting import BiasedSetting
from binodal.models.single_index.numerics.cells import BITS, angular, radial
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.third import NAMES, ThirdCells
from binodal.numerics.balls import ball, interval, precision
from binodal.numerics.boxes.intervals import Intervals, ends
from binodal.numerics.boxes.table import Table
from binodal.numerics.codegen.forms import Forms

FORMS = Forms("binodal.models.single_index.forms.biased")
_MOVED = FORMS.data("moved", lambda rows: [tuple(row) for row in rows])
Sides = tuple[float, float, float, float]


class BiasedCells(ThirdCells):
    """Enclosures of S and its derivatives, the third coordinate being the bias.

    ``parameter`` gives the coupling, log sigma_w and the acting modes on a ball of the last side.
    """

    def __init__(self, setting: BiasedSetting, parameter: Callable[[arb], list[arb]]) -> None:
        self._setting = setting
        self._which = _MOVED(setting.modes)
        self._angular, self._radial = Table(angular), Table(radial)
        self._parameter = Table(parameter)
        self._known: dict[Sides, list[tuple[float, float]]] = {}
        self._function = FORMS.floats("biased_cells")(setting.modes)

    @classmethod
    def along(cls, setting: BiasedSetting, state: State) -> BiasedCells:
        """On the zero branch along a parameter, x being the log of it over its own value."""

        def parameter(x: arb) -> list[arb]:
            strength, amplitudes = state.pull(x)
            return [strength, state.couplings(x)[2].log() / 2, *amplitudes]

        return cls(setting, parameter)

    def at(
        self, h: Intervals, third: Intervals, v: Intervals, x: Intervals
    ) -> dict[str, Intervals]:
        """m, S, S_m/m, S_l, F_t/m and second and third derivatives, by their names."""
        with precision(BITS):
            m, rise, bend = self._angular(h)
            norm, share = self._radial(v)
            u, rest, *amplitudes = self._parameter(x)
            overlaps = self._overlaps(v + rest, third)
            (pin,) = [Intervals.balls([ball(self._setting.pin)])]
        cost = bend + share + third**2 * pin * 0.5
        values = self._function(m, third, rise, cost, norm, u, pin, *amplitudes, *overlaps)
        return {"m": m, **dict(zip(NAMES, values, strict=True))}

    def _overlaps(self, logarithm: Intervals, bias: Intervals) -> list[Intervals]:
        """A column for every derivative of every overlap, each pair of sides enclosed once."""
        sides = np.stack([logarithm.low, logarithm.high, bias.low, bias.high], -1)
        unique, place = np.unique(sides, axis=0, return_inverse=True)
        return Intervals.columns([self._row(tuple(pair)) for pair in unique.tolist()], place)

    def _row(self, sides: Sides) -> list[tuple[float, float]]:
        if sides not in self._known:
            r, bias = interval(*sides[:2]).exp(), interval(*sides[2:])
            row = moved_overlaps(self._setting, r, bias, self._which)
            self._known[sides] = [ends(value) for value in row]
        return self._known[sides]


def moved_overlaps(
    setting: BiasedSetting, r: arb, bias: arb, which: list[tuple[int, int, int]]
) -> list[arb]:
    """(d/d log r)^i (d/dbeta)^j c_k for every (k, i, j).

    (d/dbeta)^j c_k = c_{k+j}/r^j, and r d/dr (c_n/r^j) = (c_{n+2} + (n - j) c_n)/r^j.
    """
    deepest = max(i + j for _, i, j in which)
    values = setting.biased.at(r, bias, max(setting.modes) + 2 * deepest + 1)
    overlaps: dict[tuple[int, int], list[arb]] = {}
    power = arb(1)
    for j in range(deepest + 1):
        overlaps[0, j] = [value / power for value in values]
        for i in range(deepest - j):
            last = overlaps[i, j]
            overlaps[i + 1, j] = [last[n + 2] + (n - j) * last[n] for n in range(len(last) - 2)]
        power = power * r
    return [overlaps[i, j][k + j] for k, i, j in which]
