"""Condensation: where the law of a neuron stops being normalisable, certified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, interval, precision
from binodal.numerics.boxes.intervals import Floats, Intervals
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box, encloses, krawczyk
from binodal.numerics.refine import refine

_FORMS = Forms("binodal.models.single_index.forms.condensation")
_GROWTH, CONDENSATION = _FORMS.floats("growth"), _FORMS.functions("condensation", "arb")
_BITS, _CELLS, _FINEST, _LEAST, _CUT = 80, 256, 2.0**-10, 2.0**-16, 8
_ROOMS = ((2, 2, 2), *((1.25, 2 * k, k) for k in (8, 32, 128, 512)))
"""How much wider than a cell m, beta and x are in its proof: near a maximum in m the row moves with
the square of m, and x needs more room.
"""
_EDGES = np.linspace(-1.0, 1.0, _CELLS + 1)


class Growth:
    """u sigma_w^2 f(m)^2 - 1 along a parameter, f the field over r at infinite r."""

    def __init__(self, state: State) -> None:
        self.state, self.modes = state, state.setting.modes
        self._function = _GROWTH(self.modes)
        with precision(_BITS):
            slopes = state.setting.slopes(max(self.modes) + 1)
        self._slopes = [Intervals.balls([slopes[k]]) for k in self.modes]

    def on(self, x: arb, low: Floats, high: Floats) -> tuple[Intervals, Intervals]:
        """The row and its slope on cells of m, for every parameter own * e^x."""
        with precision(_BITS):
            u, _, norm = self.state.couplings(x)
            numbers = [u, norm, *self.state.amplitudes(x)]
        others = [*(Intervals.balls([value]) for value in numbers), *self._slopes]
        cells = Intervals(low, high)
        row, slope = self._function(cells, *others)
        centre, _ = self._function(cells.middle, *others)
        return row.within(centre + slope * (cells - cells.middle)), slope

    def rises_to(self, edge: float, x: arb, low: float, high: float) -> bool:
        """Whether the row is proved monotone between low and high, largest at the edge."""
        sides = np.linspace(low, high, 65)
        _, slope = self.on(x, sides[:-1], sides[1:])
        return bool(((slope * edge).low > 0).all())

    def excess(self, x: arb) -> tuple[float, float]:
        """Bounds of the largest row over m."""
        whole, _ = self.on(x, _EDGES[:-1], _EDGES[1:])
        points, _ = self.on(x, _EDGES, _EDGES)
        return float(points.low.max()), float(whole.high.max())


class _System(CompiledSystem):
    """The event in (m if inside, beta if it moves, x)."""

    def __init__(self, state: State, edge: float | None) -> None:
        self._state, self._edge = state, edge
        self._branch = state.learns_linear_mode
        super().__init__(CONDENSATION(state.setting.modes, self._branch, edge is None))

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """m, beta, and all of the state at x."""
        state = self._state
        inner = [*([] if self._edge is None else [arb(self._edge)]), *box[:-1]]
        return condensation_arguments(state.setting, inner, state.couplings(box[-1]), state.powers)


def condensation_arguments(
    setting: Setting, inner: Sequence[arb], couplings: Sequence[arb], powers: Sequence[int]
) -> list[arb]:
    """What the event's functions take at m, at beta if it moves, and at u, G, sigma_w^2.

    ``powers`` are those of the parameter that varies.
    """
    rest = setting.overlaps.at(couplings[2].sqrt(), 4)
    slopes = setting.slopes(max(setting.modes) + 1)
    return [
        *inner,
        *couplings,
        *map(arb, powers),
        *map(ball, setting.acting.values()),
        rest[1],
        rest[3],
        *(slopes[k] for k in setting.modes),
    ]


def condensations(state: State, low: float, high: float, bits: int) -> list[tuple[arb, arb, arb]]:
    """(x, m, beta) of every condensation with own e^low < parameter < own e^high.

    Raises :class:`Undecided` where the sign changes more than once too close to be told.
    """
    growth = Growth(state)
    cells = _crossings(growth.excess, low, high)
    return [event for cell in cells for event in _in_cell(growth, cell, bits, _FINEST)]


def _in_cell(
    growth: Growth, cell: tuple[float, float], bits: int, finest: float
) -> list[tuple[arb, arb, arb]]:
    """The event in a cell of x, which is cut finer where it is too wide for the proof."""
    try:
        return [_proved(growth, cell, bits)]
    except Undecided:
        if finest < _LEAST:
            raise
    finer = _crossings(growth.excess, *cell, finest / _CUT)
    return [event for part in finer for event in _in_cell(growth, part, bits, finest / _CUT)]


def normalisable(state: State, low: float, high: float, spare: float) -> list[tuple[float, float]]:
    """The parts of the range where the law is proved normalisable, ``spare`` from their ends."""
    return parts_below(Growth(state).excess, low, high, spare)


def parts_below(
    excess: Callable[[arb], tuple[float, float]], low: float, high: float, spare: float
) -> list[tuple[float, float]]:
    """The parts of a range where an excess is proved negative, ``spare`` from their ends."""
    ends = [low, *(x for cell in _crossings(excess, low, high) for x in cell), high]
    parts = []
    for k, (start, stop) in enumerate(zip(ends[::2], ends[1::2], strict=True)):
        start, stop = start + spare * (k > 0), stop - spare * (stop < high)
        if start < stop and excess(arb((start + stop) / 2))[1] < 0:
            parts.append((start, stop))
    return parts


def not_normalisable(state: State) -> bool:
    """Whether the law of a neuron on the zero branch is proved not to be normalisable."""
    facts = state.setting.overlaps.facts
    return facts.growth == "linear" and Growth(state).excess(arb(0))[0] > 0


def _crossings(
    excess: Callable[[arb], tuple[float, float]], low: float, high: float, finest: float = _FINEST
) -> list[tuple[float, float]]:
    """Cells of x, finest where the sign is not proved, joined; everywhere else it is."""
    edges = np.linspace(low, high, max(2, int(2 * (high - low)) + 1)).tolist()
    stack, open_cells = list(pairwise(edges)), []
    while stack:
        start, stop = stack.pop()
        least, most = excess(interval(start, stop))
        if least > 0 or most < 0:
            continue
        if stop - start < finest:
            open_cells.append((start, stop))
            continue
        middle = (start + stop) / 2
        stack += [(start, middle), (middle, stop)]
    joined: list[tuple[float, float]] = []
    for start, stop in sorted(open_cells):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    return joined


def _proved(growth: Growth, cell: tuple[float, float], bits: int) -> tuple[arb, arb, arb]:
    """The one event in a cell of x, with the m of the largest growth and beta.

    Krawczyk's test on the whole cell proves that there is one only.
    """
    state, x = growth.state, interval(*cell)
    low, high, edge = place_of_growth(growth, x)
    middle = arb((cell[0] + cell[1]) / 2)
    with precision(bits):
        inside = [interval(low, high)] if edge is None else []
        start: Box = [arb(m.mid()) for m in inside]
        start += [state.beta(middle)] if state.learns_linear_mode else []
        system = _System(state, edge)
        zero = refine(system, [*start, middle], bits)
        wide = [*inside, *([state.beta(x)] if state.learns_linear_mode else []), x]
        rooms = [
            [*([m] * len(inside)), *([b] * (len(wide) - 1 - len(inside))), k] for m, b, k in _ROOMS
        ]
        if not any(_alone(system, wide, zero, room) for room in rooms):
            raise Undecided(
                f"the condensation near {state.along} * e^{middle.str(5)} is not proved"
            )
        place = zero[0] if edge is None else arb(edge)
        return zero[-1], place, zero[-2] if state.learns_linear_mode else arb(1)


def _alone(system: _System, wide: Box, zero: Box, room: Sequence[float]) -> bool:
    """Whether the zero is the only one in a box that is so many times as wide."""
    trial = [arb(w.union(z).mid(), k * w.rad()) for w, z, k in zip(wide, zero, room, strict=True)]
    image = krawczyk(system, trial)
    return image is not None and encloses(trial, image)


def place_of_growth(growth: Growth, x: arb) -> tuple[float, float, float | None]:
    """Where in m the largest growth is: a range inside, or an edge towards which it rises.

    Raises :class:`Undecided` where it is in several places.
    """
    row, _ = growth.on(x, _EDGES[:-1], _EDGES[1:])
    near = np.flatnonzero(row.high >= 0)
    if growth.state.setting.symmetric:
        near = near[_EDGES[near + 1] > 0]
    if len(near) == 0 or np.ptp(near) + 1 != len(near):
        raise Undecided("the overlap at which a neuron condenses is not unique")
    low, high = float(_EDGES[near[0]]), float(_EDGES[near[-1] + 1])
    if low > -1.0 and high < 1.0:
        return low, high, None
    edge = 1.0 if high == 1.0 else -1.0
    if not growth.rises_to(edge, x, low, high):
        raise Undecided("a neuron condenses too close to m = 1 or m = -1 to tell where")
    return low, high, edge
