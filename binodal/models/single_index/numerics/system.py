"""An event as a system of equations in balls."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.cells import FORMS
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball
from binodal.numerics.compiled_system import CompiledSystem


class System(CompiledSystem):
    """An event's rows in (m, log r, beta if it moves, x), with their Jacobian, in balls."""

    def __init__(self, state: State, event: str) -> None:
        self.state, self._branch = state, state.learns_linear_mode
        modes = state.setting.modes
        super().__init__(FORMS.functions("event", "arb")(event, modes, self._branch))
        self._needed = orders(modes, 3)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """All that the generated functions take."""
        state, r, x = self.state, box[1].exp(), box[-1]
        rest = state.rest(x)
        overlaps = state.setting.overlaps.at(r, max(self._needed) + 1)
        return [
            box[0],
            r,
            *(box[2:3] if self._branch else []),
            *state.couplings(x),
            *map(arb, state.powers),
            *map(ball, state.setting.acting.values()),
            rest[1],
            rest[3],
            *(overlaps[k] for k in self._needed),
        ]

    def box(self, m: arb, logarithm: arb, x: arb) -> list[arb]:
        """The unknowns, beta on the zero branch."""
        return [m, logarithm, *([self.state.beta(x)] if self._branch else []), x]
