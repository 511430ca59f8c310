"""Events of a teacher with two directions as equations in balls, and on polar cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.several.cells import FORMS, SeveralCells
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, interval
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.zeros import Hull, inwards
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.isolate import Box


class SeveralSystem(CompiledSystem):
    """An event's rows in (m_1, m_2, log r, beta if it moves, x), with their Jacobian."""

    def __init__(self, state: State, setting: SeveralSetting, event: str) -> None:
        self.state, self._setting, self._branch = state, setting, state.learns_linear_mode
        modes = tuple(setting.acting_several)
        super().__init__(FORMS.functions("several_event", "boxes")(event, modes, self._branch))
        self._needed = orders(setting.degrees, 3)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state at x."""
        state, r, x = self.state, box[2].exp(), box[-1]
        rest = state.rest(x)
        overlaps = self._setting.overlaps.at(r, max(self._needed) + 1)
        return [
            box[0],
            box[1],
            r,
            box[3] if self._branch else arb(1),
            *state.couplings(x),
            *map(arb, state.powers),
            ball(self._setting.linear2),
            rest[1],
            rest[3],
            *self._setting.coefficients().values(),
            *(overlaps[k] for k in self._needed),
        ]

    def box(self, m1: arb, m2: arb, logarithm: arb, x: arb) -> Box:
        """The unknowns, beta on the zero branch."""
        return [m1, m2, logarithm, *([self.state.beta(x)] if self._branch else []), x]


@dataclass(frozen=True)
class SeveralEventCells:
    """An event on cells of (artanh m, angle, log(r/sigma_w), x)."""

    state: State
    event: str
    system: SeveralSystem
    cells: SeveralCells

    def excluded(self, sides: list[Intervals]) -> NDArray[np.bool_]:
        """Where a slope of the action, or the event's own condition, cannot vanish."""
        on = self.cells.stationary(*sides)
        own = "S" if self.event == "coexistence" else "det"
        vanishing = ("T", "Sm", "Sl", "G", own)
        gone: NDArray[np.bool_] = np.logical_or.reduce([on[n].without_zero() for n in vanishing])
        return gone

    def start(self, hull: Hull) -> Box:
        """The hull's middle."""
        h, angle, v, x = (arb((low + high) / 2) for low, high in hull)
        m = h.tanh()
        logarithm = v + self.state.couplings(x)[2].log() / 2
        return self.system.box(m * angle.cos(), m * angle.sin(), logarithm, x)

    def around(self, zero: Sequence[arb], radius: float) -> tuple[Box, Hull]:
        """Cells of this half-width about the zero, and a box that holds them."""
        m = (zero[0] * zero[0] + zero[1] * zero[1]).sqrt()
        angle = arb.atan2(zero[1], zero[0])
        rest = self.state.couplings(zero[-1])[2].log() / 2
        middles = (m.atanh(), angle, zero[2] - rest, zero[-1])
        sides = [arb(side.mid(), radius) for side in middles]
        h, turn, v, x = sides
        cosine = arb(h.lower()).tanh().union(arb(h.upper()).tanh())
        wide = self.system.box(
            cosine * turn.cos(),
            cosine * turn.sin(),
            v + self.state.couplings(x)[2].log() / 2,
            x,
        )
        return wide, tuple(inwards(interval(s.lower(), s.upper())) for s in sides)
