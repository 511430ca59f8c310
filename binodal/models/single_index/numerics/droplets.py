"""The state past coexistence: neurons at a feature that lies as deep as the zero state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat

from binodal.models.single_index.numerics.floats import nearer
from binodal.models.single_index.numerics.results import Held
from binodal.models.single_index.numerics.saddles import Landscape
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box, System
from binodal.numerics.refine import newton_step, refine

_FORMS = Forms("binodal.models.single_index.forms.droplets")
_SYSTEM = _FORMS.functions("droplets", "arb")
_SCAN_BITS, _STEPS = 96, 60
_NOT_FOUND = "no state with neurons at a feature was found"


class _Pinned(CompiledSystem):
    """S = S_m = S_l = 0 and the closure, in (m, log r, t_k, mass)."""

    def __init__(self, state: State) -> None:
        super().__init__(_SYSTEM(state.setting.modes, state.learns_linear_mode))
        self._state = state

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        state, r = self._state, box[1].exp()
        u, gain, norm = state.couplings(arb(0))
        on = Landscape(state.setting, u, norm, tuple(box[2:-1]))
        return [
            box[0],
            r,
            *box[2:],
            u,
            gain,
            norm,
            state.rest(arb(0))[1],
            *map(ball, state.setting.acting.values()),
            *on.overlaps(r, 2),
        ]


def pinned(state: State, bits: int) -> Held:
    """The state that a feature holds, proved. Raises :class:`Undecided`."""
    system = _Pinned(state)
    box = settled(system, _start(state), bits)
    with precision(bits):
        m, logarithm, *amplitudes, mass = box
        responses = responses_of(system, box, state)
        return Held(m, logarithm.exp(), tuple(amplitudes), mass, responses)


def settled(system: System, start: Box, bits: int, cosines: int = 1) -> Box:
    """Newton's method by short steps, cosines first among the unknowns, and a proof at the end.

    Raises :class:`Undecided`.
    """
    point = start
    with precision(_SCAN_BITS):
        for _ in range(_STEPS):
            moved, steps = newton_step(system, point)
            share = min(1.0, *(0.5 / float(s.mid()) for s in steps if s > 0.5), 1.0)
            point = [arb((p + share * (q - p)).mid()) for p, q in zip(point, moved, strict=True)]
            for k in range(cosines):
                if not abs(point[k]) < 1:
                    point[k] = arb(0.999) * (1 if point[k] > 0 else -1)
            if not all(p.is_finite() for p in point):
                raise Undecided(_NOT_FOUND)
            if max(float(s.mid()) for s in steps) < 1e-12:
                break
        else:
            raise Undecided(_NOT_FOUND)
    return refine(system, point, bits)


def responses_of(system: System, box: Box, state: State) -> dict[int, arb]:
    """dt_k/dy_k of the acting modes at a proved state, by the slopes of its equations.

    The closure's rows are the last ones, and the modes stand before the mass; the row of mode k
    falls by one as y_k grows by one. Raises :class:`Undecided`.
    """
    modes, count = state.setting.modes, len(box)
    rows, columns = count - len(modes), count - 1 - len(modes)
    raised = arb_mat([[int(row == rows + i) for i in range(len(modes))] for row in range(count)])
    try:
        moved = arb_mat(system.jacobian(box)).solve(raised)
    except ZeroDivisionError as singular:
        raise Undecided("the response of the state to its target has no proved value") from singular
    return {k: moved[columns + i, i] for i, k in enumerate(modes)}


def _start(state: State) -> Box:
    """The projection of the zero branch on residuals at which no feature lies below zero."""
    at = nearer(state)
    return [arb(at.m), arb(float(np.log(at.r))), *map(arb, at.modes.tolist()), arb(at.mass)]
