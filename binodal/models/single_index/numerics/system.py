"""An event as a system of equations in balls."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.compiled_system import CompiledSystem

ROWS = Forms("binodal.models.single_index.forms.event_rows")
EVENTS = ROWS.functions("event", "boxes")


class System(CompiledSystem):
    """An event's rows in (m, log r, beta if it moves, x), with their Jacobian, in balls."""

    def __init__(self, state: State, event: str) -> None:
        self.state, self._branch = state, state.learns_linear_mode
        super().__init__(EVENTS(event, state.setting.modes, self._branch))

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """All that the generated functions take."""
        state, x = self.state, box[-1]
        return event_arguments(
            state.setting, box[: 3 if self._branch else 2], state.couplings(x), state.powers
        )

    def box(self, m: arb, logarithm: arb, x: arb) -> list[arb]:
        """The unknowns, beta on the zero branch."""
        return [m, logarithm, *([self.state.beta(x)] if self._branch else []), x]


def event_arguments(
    setting: Setting,
    inner: Sequence[arb],
    couplings: Sequence[arb],
    powers: Sequence[int],
    derivatives: int = 3,
) -> list[arb]:
    """What an event's functions take at (m, log r, beta if it moves) and at u, G, sigma_w^2.

    ``powers`` are those of the parameter that varies, and overlaps have so many ``derivatives``.
    """
    r = inner[1].exp()
    rest = setting.overlaps.at(couplings[2].sqrt(), 4)
    return [
        inner[0],
        r,
        *inner[2:],
        *couplings,
        *map(arb, powers),
        *map(ball, setting.acting.values()),
        rest[1],
        rest[3],
        *setting.raised_overlaps(r, derivatives),
    ]
