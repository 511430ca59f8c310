"""Where saddles of two directions can be: the field of all cosines at once, beyond any norm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.cells import BITS
from binodal.models.single_index.numerics.condensation import parts_below
from binodal.models.single_index.numerics.reach import halved, norms_and_cosines
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.turn import Turn
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.table import Table

_THIRDS, _LENGTHS = 128, 64


class FarField:
    """u sigma_w^2 (F/r)(F_l/r) of neurons beyond a norm, on cells of all their cosines.

    At infinite norm it is u sigma_w^2 (F/r)^2: a neuron's law is normalisable where that stays
    below 1.
    """

    def __init__(self, state: State, setting: SeveralSetting, turn: Turn) -> None:
        self._state, self._setting, self._ks = state, setting, setting.degrees
        third, length = np.linspace(*turn.sides, _THIRDS + 1), np.linspace(0, 1, _LENGTHS + 1)
        below, above = (np.repeat(side, _LENGTHS) for side in (third[:-1], third[1:]))
        self._third = Intervals(below, above)
        self._length = Intervals(np.tile(length[:-1], _THIRDS), np.tile(length[1:], _THIRDS))
        turned = Table(turn.amplitudes)
        with precision(BITS):
            self._turned = turned(self._third), turned(self._third.middle)

    def excess(self, x: arb) -> tuple[float, float]:
        """Bounds of the largest value at infinite norm, less 1, for every parameter own * e^x."""
        with precision(BITS):
            low, high = self._largest(x, self._setting.slopes(max(self._ks) + 3))
        return low - 1, high - 1

    def rises(self, x: arb, least: arb) -> bool:
        """Whether S grows with the norm beyond ``least`` at all cosines."""
        with precision(BITS):
            slopes = self._setting.at_infinity(arb(least.lower()), max(self._ks) + 3)
            room = 1 - self._state.couplings(x)[2] / least**2
            return bool(room > self._largest(x, slopes)[1])

    def _largest(self, x: arb, slopes: Sequence[arb]) -> tuple[float, float]:
        inverse = 1 / self._state.beta(x)
        scales = [arb(1) if k == 1 else inverse for k in self._ks]
        across = [s * slopes[k] for s, k in zip(scales, self._ks, strict=True)]
        along = [s * (slopes[k + 2] + k * slopes[k]) for s, k in zip(scales, self._ks, strict=True)]
        pull = self._state.strength(x) * self._state.couplings(x)[2]
        strength = Intervals.balls([pull])
        whole, by_length, by_third = self._product(self._length, self._turned[0], across, along)
        height, *_ = self._product(self._length.middle, self._turned[1], across, along)
        some, *_ = self._product(Intervals.of(self._length.high), self._turned[1], across, along)
        away, aside = self._length - self._length.middle, self._third - self._third.middle
        bound = whole.within(height + by_length * away + by_third * aside)
        return float((strength * some).low.max()), float((strength * bound).high.max())

    def _product(
        self,
        length: Intervals,
        turned: Sequence[Intervals],
        across: Sequence[arb],
        along: Sequence[arb],
    ) -> tuple[Intervals, Intervals, Intervals]:
        """(F/r)(F_l/r) and its slopes in the length of the cosines and in the third coordinate."""
        f, f_m, f_c = self._field(length, turned, across)
        g, g_m, g_c = self._field(length, turned, along)
        return f * g, f_m * g + f * g_m, f_c * g + f * g_c

    def _field(
        self, length: Intervals, turned: Sequence[Intervals], sizes: Sequence[arb]
    ) -> tuple[Intervals, Intervals, Intervals]:
        zero = Intervals.of(np.zeros(1))
        value, by_length, by_third = zero, zero, zero
        for i, (k, ball) in enumerate(zip(self._ks, sizes, strict=True)):
            size = Intervals.balls([ball])
            own, slope = turned[4 * i], turned[4 * i + 1]
            value = value + own * (size * length**k)
            by_length = by_length + own * (size * (k * length ** (k - 1)))
            by_third = by_third + slope * (size * length**k)
        return value, by_length, by_third


class Reach:
    """Bounds of saddles, and where the law of a neuron is normalisable at all."""

    def __init__(self, state: State, setting: SeveralSetting, turn: Turn) -> None:
        self._state, self._setting = state, setting
        self._field = FarField(state, setting, turn) if setting.third is None else None

    def bounds(self, low: float, high: float) -> tuple[float, float, float]:
        """(v below, v above, h above) for own e^low <= parameter <= own e^high.

        Raises :class:`Undecided` where nothing bounds the norm.
        """
        rises = None if self._field is None else self._field.rises
        given = self._setting.degrees, self._setting.sizes_of_modes()
        return halved(
            lambda a, b: norms_and_cosines(self._state, self._setting, *given, a, b, rises),
            low,
            high,
        )

    def parts(self, low: float, high: float, spare: float) -> list[tuple[float, float]]:
        """The parts of a range where the law is proved normalisable; of three directions all."""
        if self._field is None or self._setting.overlaps.facts.growth != "linear":
            return [(low, high)]
        return parts_below(self._field.excess, low, high, spare)
