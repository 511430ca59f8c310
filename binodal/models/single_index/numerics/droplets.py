"""The state past coexistence: neurons at a feature that lies as deep as the zero state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat

from binodal.models.single_index.numerics.floats import FloatAction
from binodal.models.single_index.numerics.saddles import Landscape
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.refine import newton_step, refine

_FORMS = Forms("binodal.models.single_index.forms.droplets")
_SYSTEM = _FORMS.functions("droplets", "arb")
_SCAN_BITS, _STEPS = 96, 60


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


def pinned(state: State, bits: int) -> Box:
    """(m, log r, t_k, mass) of the state that a feature holds. Raises :class:`Undecided`."""
    system, point = _Pinned(state), _start(state)
    with precision(_SCAN_BITS):
        for _ in range(_STEPS):
            moved, steps = newton_step(system, point)
            share = min(1.0, *(0.5 / float(s.mid()) for s in steps if s > 0.5), 1.0)
            point = [arb((p + share * (q - p)).mid()) for p, q in zip(point, moved, strict=True)]
            if not abs(point[0]) < 1:
                point[0] = arb(0.999) * (1 if point[0] > 0 else -1)
            if max(float(s.mid()) for s in steps) < 1e-12:
                break
        else:
            raise Undecided("no state with neurons at a feature was found")
    return refine(system, point, bits)


def pinned_responses(state: State, box: Box) -> dict[int, arb]:
    """dt_k/dy_k of the acting modes at a proved state, by the slopes of its equations.

    The row of mode k falls by one as y_k grows by one. Raises :class:`Undecided`.
    """
    slopes, modes = arb_mat(_Pinned(state).jacobian(box)), state.setting.modes
    raised = arb_mat([[int(row == 3 + i) for i in range(len(modes))] for row in range(len(box))])
    try:
        moved = slopes.solve(raised)
    except ZeroDivisionError as singular:
        raise Undecided("the response of the state to its target has no proved value") from singular
    return {k: moved[2 + i, i] for i, k in enumerate(modes)}


def _start(state: State) -> Box:
    """The feature whose action vanishes as all modes shrink, and the mass by least squares."""
    setting = state.setting
    search = FloatAction(setting, state.parameters)
    with precision(_SCAN_BITS):
        amplitudes = np.array([float(t.mid()) for t in state.amplitudes(arb(0))])
    held = search.pinned(amplitudes)
    if held is None:
        raise Undecided("no feature was found whose action vanishes at a smaller residual")
    at, modes = held
    table = setting.overlaps.floats(np.array([at.r]), max(setting.modes) + 1)[:, 0]
    features = np.array([at.m**k * table[k] for k in setting.modes])
    factorials = np.array([float(np.prod(np.arange(1, k + 1))) for k in setting.modes])
    pull = search.gain * features * (features @ modes) / factorials
    learned = np.array([float(y) for y in setting.acting.values()]) - modes
    mass = max(float(pull @ learned / (pull @ pull)), 1e-3)
    return [arb(at.m), arb(float(np.log(at.r))), *map(arb, modes.tolist()), arb(mass)]
