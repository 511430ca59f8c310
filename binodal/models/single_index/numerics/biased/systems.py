"""Events and saddles of neurons with biases as equations in balls, and on cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.numerics.biased.cells import FORMS, BiasedCells
from binodal.models.single_index.numerics.biased.setting import BiasedSetting
from binodal.models.single_index.numerics.biased.state import BiasedState
from binodal.numerics.balls import ball, interval
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.search import Hull
from binodal.numerics.boxes.zeros import inwards
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.isolate import Box

ORDERS = FORMS.data("biased_orders", tuple)


class BiasedSystem(CompiledSystem):
    """An event's rows in (m, log r, bias, beta if it moves, x), with their Jacobian."""

    def __init__(self, state: BiasedState, event: str) -> None:
        self.state, self._branch = state, state.learns_linear_mode
        modes = state.setting.modes
        super().__init__(FORMS.functions("biased_event", "boxes")(event, modes, self._branch))
        self._needed = ORDERS(modes, 3)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state at x."""
        state, r, x = self.state, box[1].exp(), box[-1]
        u, _, norm = state.couplings(x)
        overlaps = state.setting.biased.at(r, box[2], max(self._needed) + 1)
        return [
            box[0],
            r,
            box[2],
            *((box[3], *state.branch(box[3], x)) if self._branch else ()),
            u,
            norm,
            arb(state.powers[0]),
            arb(state.powers[2]),
            ball(state.setting.pin),
            *map(ball, state.setting.acting.values()),
            *(overlaps[k] for k in self._needed),
        ]

    def box(self, m: arb, logarithm: arb, bias: arb, x: arb) -> Box:
        """The unknowns, beta on the zero branch."""
        return [m, logarithm, bias, *([self.state.beta(x)] if self._branch else []), x]


class Stationary(CompiledSystem):
    """The slopes in m, log r and the bias, on the zero branch at the parameters' own values."""

    def __init__(self, state: BiasedState) -> None:
        modes = state.setting.modes
        super().__init__(FORMS.functions("biased_saddle", "boxes")(modes))
        self.state, self._needed = state, ORDERS(modes, 2)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        state, r = self.state, box[1].exp()
        u, _, norm = state.couplings(arb(0))
        overlaps = state.setting.biased.at(r, box[2], max(self._needed) + 1)
        own = [overlaps[k] for k in self._needed]
        amplitudes = state.amplitudes(arb(0))
        return [box[0], r, box[2], u, norm, ball(state.setting.pin), *amplitudes, *own]

    def box(self, m: arb, logarithm: arb, bias: arb, x: arb) -> Box:
        """The unknowns."""
        return [m, logarithm, bias]


@dataclass(frozen=True)
class SystemCells:
    """A system on cells of (artanh m, bias, log(r/sigma_w), x); ``own`` is the event's condition.

    An event is one of a minimum, whose Hessian has no negative entry on its diagonal; saddles,
    which have no condition, are sought of any kind, at x = 0.
    """

    state: BiasedState
    own: tuple[str, ...]
    system: BiasedSystem | Stationary
    cells: BiasedCells

    @property
    def setting(self) -> BiasedSetting:
        """The activation and the teacher."""
        return self.state.setting

    def excluded(self, sides: list[Intervals]) -> NDArray[np.bool_]:
        """Where a slope of the action, or the event's own condition, cannot vanish."""
        h, bias, v, x = sides
        on = self.cells.stationary(h, bias, v, x)
        slopes = ("T", "Sm", "Sl", "St" if self.setting.pin else "G", *self.own)
        gone: NDArray[np.bool_] = np.logical_or.reduce([on[n].without_zero() for n in slopes])
        if self.own:
            gone |= np.logical_or.reduce([on[n].high < 0 for n in ("Smm", "Sll", "Stt")])
        return gone

    def start(self, hull: Hull) -> Box:
        """The hull's middle."""
        h, bias, v, x = (arb((low + high) / 2) for low, high in hull)
        return self.system.box(h.tanh(), v + self._rest(x), bias, x)

    def around(self, zero: Sequence[arb], radius: float) -> tuple[Box, Hull]:
        """Cells of this half-width about the zero, and a box that holds them."""
        x = arb(zero[-1].mid(), radius) if len(zero) > 3 else arb(0)
        h, bias, v = (
            arb(side.mid(), radius)
            for side in (zero[0].atanh(), zero[2], zero[1] - self._rest(arb(x.mid())))
        )
        cosine = arb(h.lower()).tanh().union(arb(h.upper()).tanh())
        wide = self.system.box(cosine, v + self._rest(x), bias, x)
        sides = [inwards(interval(s.lower(), s.upper())) for s in (h, bias, v)]
        return wide, (*sides, inwards(x) if len(zero) > 3 else (-1.0, 1.0))

    def _rest(self, x: arb) -> arb:
        return self.state.couplings(x)[2].log() / 2
