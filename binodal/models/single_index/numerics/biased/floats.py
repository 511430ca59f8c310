"""The state that features of neurons with biases hold, searched in double precision.

As :mod:`..floats`, on a grid of (artanh m, log r, bias). An image has the same field up to its
sign, so that one of each is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import factorial

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.biased.setting import MOST
from binodal.models.single_index.numerics.biased.state import BiasedState, PriorState
from binodal.models.single_index.numerics.cells import FORMS as COSTS
from binodal.models.single_index.numerics.floats import (
    APART,
    AWAY,
    INSIDE,
    Floats,
    Halved,
    Places,
    Seeds,
    refined,
)
from binodal.numerics.balls import precision
from binodal.numerics.compiled_system import CompiledSystem

_SIDE, _BIASES, _FINER, _BITS = 61, 49, 9, 64


def nearer(state: BiasedState, rest: CompiledSystem) -> Seeds:
    """The seeds in (artanh m, log r, bias); ``rest`` is the closure without features.

    Raises :class:`Undecided` where nothing holds the residual.
    """
    setting = state.setting
    u, gain, norm = (float(x.mid()) for x in state.couplings(arb(0)))
    most, halved = float(MOST), setting.flips_bias and setting.flips_alone
    axes = [
        np.linspace(0.0 if setting.symmetric else -5.0, 5.0, 2 * _SIDE),
        np.log(norm) / 2 + np.linspace(-2.0, 3.0, _SIDE),
        np.linspace(0.0 if halved else -most, most, _BIASES),
    ]
    step = np.array([axis[1] - axis[0] for axis in axes])
    with precision(_BITS):
        start = np.array([float(t.mid()) for t in state.amplitudes(arb(0))])
    grid = partial(_places, state, norm)
    return refined(_Slope(state, rest, u, gain), u, start, grid, axes, step, _FINER)


def _places(state: BiasedState, norm: float, axes: Sequence[Floats], step: Floats) -> Places:
    parts, setting = COSTS.functions("cost_parts", "numpy")(), state.setting
    h, logarithms, biases = axes
    m, _, along = parts["angular"](h)
    kept = np.abs(m) > AWAY
    _, radial = parts["radial"](logarithms - np.log(norm) / 2)
    v, bias = (x.ravel() for x in np.meshgrid(logarithms, biases, indexing="ij"))
    table = setting.table(np.exp(v), bias, max(setting.modes) + 1)
    features = [(m[kept] ** k)[:, None] * table[k] for k in setting.modes]
    inner = np.repeat(radial, len(biases)) + float(setting.pin) / 2 * bias**2
    cost = 2 * (along[kept, None] + inner)
    places = [np.repeat(h[kept], len(v)), np.tile(v, kept.sum()), np.tile(bias, kept.sum())]
    stacked = np.stack([f.ravel() for f in features])
    return Places(stacked, cost.ravel(), np.stack(places), APART * step)


class _Slope(Halved):
    """The slope of the convex function in the modes, and its own slope."""

    def __init__(self, state: BiasedState, rest: CompiledSystem, u: float, gain: float) -> None:
        modes = state.setting.modes
        self._rest, self._sizes = rest, np.array([factorial(k) / gain for k in modes])
        self.linear = np.array([float(k == 1) for k in modes])
        self.most = np.inf
        if state.learns_linear_mode and state.setting.kind == "scaled":
            self.most = INSIDE / (np.sqrt(u) * abs(float(state.rest(arb(0))[1].mid())))
        elif state.learns_linear_mode and isinstance(state, PriorState):
            norm = float(state.couplings(arb(0))[2].mid())
            self.most = (
                INSIDE * float(state.setting.linear_target().mid()) * state.law.pole(u, norm)
            )

    def __call__(self, places: Floats) -> tuple[Floats, Floats]:
        """Both at modes whose zero state is a minimum."""
        box = [arb(float(t)) for t in places]
        with precision(_BITS):
            rows = [float(x.mid()) for x in self._rest.value(box)]
            slopes = [[float(x.mid()) for x in row] for row in self._rest.jacobian(box)]
        return self._sizes * rows, self._sizes[:, None] * np.array(slopes)
