"""Saddles and events with two directions as equations in balls, and on cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.several.cells import FORMS, SeveralCells
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.turn import Turn
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, interval
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.search import Hull
from binodal.numerics.boxes.zeros import inwards
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.isolate import Box

SADDLE, PITCHFORK = "saddle", "pitchfork"
_OWN = {"coexistence": "S", "birth": "det"}


class Bends(NamedTuple):
    """S, leading minors of its Hessian, its slope in the third coordinate, and sums of minors."""

    action: arb
    minor1: arb
    minor2: arb
    minor3: arb
    slope: arb
    trace: arb
    pairs: arb


class SeveralSystem(CompiledSystem):
    """Rows in (m, log r, third, beta if it moves, x), with their Jacobian.

    A saddle has no x and beta is the zero branch's; at ``side``, an axis of symmetry, the third
    coordinate stays.
    """

    def __init__(
        self,
        state: State,
        setting: SeveralSetting,
        turn: Turn,
        event: str,
        side: int | None = None,
    ) -> None:
        self.state, self.turn, self.event, self.side = state, turn, event, side
        self._setting, self.moves = setting, event != SADDLE
        self._branch = state.learns_linear_mode and self.moves
        degrees = setting.degrees
        functions = (
            FORMS.functions("several_event", "boxes")(event, degrees, self._branch)
            if self.moves
            else FORMS.functions("several_saddle", "boxes")(degrees)
        )
        super().__init__(functions)
        self._needed = orders(degrees, 3 if self.moves else 2)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state at x."""
        state, r, x = self.state, box[1].exp(), self.parameter(box)
        overlaps = self._setting.overlaps.at(r, max(self._needed) + 1)
        rest = state.rest(x)
        beta = box[-2] if self._branch else state.beta(x)
        u, gain, norm = state.couplings(x)
        moving = (gain, norm, *map(arb, state.powers), ball(self._setting.linear2), rest[1])
        return [
            box[0],
            r,
            beta,
            u,
            *([*moving, rest[3]] if self.moves else [norm]),
            *self.turn.amplitudes(self.third(box)),
            *(overlaps[k] for k in self._needed),
        ]

    def bends(self, box: Sequence[arb]) -> Bends:
        """How the action bends there."""
        return Bends(*self.shape(box))

    def parameter(self, box: Sequence[arb]) -> arb:
        """x, zero for a saddle."""
        return box[-1] if self.moves else arb(0)

    def third(self, box: Sequence[arb]) -> arb:
        """The third coordinate."""
        return box[2] if self.side is None else arb(self.side)

    def place(self, box: Sequence[arb]) -> list[arb]:
        """m_1, m_2 and log r."""
        return [*self.turn.cosines(box[0], self.third(box)), box[1]]

    def box(self, m: arb, logarithm: arb, third: arb, x: arb) -> Box:
        """The unknowns, beta on the zero branch."""
        inner = [m, logarithm] if self.side is not None else [m, logarithm, third]
        if not self.moves:
            return inner
        return [*inner, *([self.state.beta(x)] if self._branch else []), x]


@dataclass(frozen=True)
class OnCells:
    """Zeros on cells of artanh m, the third coordinate, log(r/sigma_w) and x.

    Without the third on an axis, and without x for saddles.
    """

    system: SeveralSystem
    cells: SeveralCells

    def excluded(self, sides: list[Intervals]) -> NDArray[np.bool_]:
        """Where a slope of the action, or the event's own condition, cannot vanish."""
        on = self.cells.stationary(*self._all(sides))
        names = ["T", "Sm", "Sl", "G"]
        if self.system.event in _OWN:
            names.append(_OWN[self.system.event])
        gone: NDArray[np.bool_] = np.logical_or.reduce([on[n].without_zero() for n in names])
        return gone

    def _all(self, sides: list[Intervals]) -> tuple[Intervals, Intervals, Intervals, Intervals]:
        given, count = list(sides), len(sides[0].low)
        side = self.system.side
        h = given.pop(0)
        third = given.pop(0) if side is None else Intervals.of(np.full(count, float(side)))
        v = given.pop(0)
        return h, third, v, given[0] if given else Intervals.of(np.zeros(count))

    def _rest(self, x: arb) -> arb:
        return self.system.state.couplings(x)[2].log() / 2

    def start(self, hull: Hull) -> Box:
        """The hull's middle."""
        places = [Intervals.of(np.array([(low + high) / 2])) for low, high in hull]
        h, third, v, x = (arb(float(side.low[0])) for side in self._all(places))
        return self.system.box(h.tanh(), v + self._rest(x), third, x)

    def around(self, zero: Sequence[arb], radius: float) -> tuple[Box, Hull]:
        """Cells of this half-width about the zero, and a box that holds them."""
        middle = self.system.parameter(zero)
        middles = zero[0].atanh(), self.system.third(zero), zero[1] - self._rest(middle), middle
        h, third, v, x = (arb(side.mid(), radius) for side in middles)
        cosine = arb(h.lower()).tanh().union(arb(h.upper()).tanh())
        x = x if self.system.moves else arb(0)
        wide = self.system.box(cosine, v + self._rest(x), third, x)
        kept = [h, *([third] if self.system.side is None else []), v]
        kept += [x] if self.system.moves else []
        return wide, tuple(inwards(interval(s.lower(), s.upper())) for s in kept)
