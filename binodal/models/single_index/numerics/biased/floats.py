"""The state that features of neurons with biases hold, searched in double precision.

As :mod:`..floats`, on a grid of (artanh m, log r, bias). An image has the same field up to its
sign, so that one of each is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
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
    Places,
    Seed,
    Seeds,
    refined,
)
from binodal.numerics.balls import precision
from binodal.numerics.compiled_system import CompiledSystem

_SIDE, _BIASES, _FINER, _BITS, _HALVINGS = 61, 49, 9, 64, 60


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
    function = _Slope(state, rest, u, gain)

    def closer(features: Sequence[Seed]) -> Places:
        nonlocal step
        finer = 2 * step / (_FINER - 1)
        around = []
        for one in features:
            pairs = zip(one.at, step, strict=True)
            sides = [c + w * np.linspace(-2, 2, 2 * _FINER - 1) for c, w in pairs]
            around.append(_places(state, norm, sides, finer))
        step = finer
        return reduce(lambda other, own: own.joined(other), around)

    return refined(function, u, start, _places(state, norm, axes, step), closer)


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


class _Slope:
    """The slope of the convex function in the modes, and its own slope."""

    def __init__(self, state: BiasedState, rest: CompiledSystem, u: float, gain: float) -> None:
        modes = state.setting.modes
        self._rest, self._sizes = rest, np.array([factorial(k) / gain for k in modes])
        self._linear = np.array([float(k == 1) for k in modes])
        self._most = np.inf
        if state.learns_linear_mode and state.setting.kind == "scaled":
            self._most = INSIDE / (np.sqrt(u) * abs(float(state.rest(arb(0))[1].mid())))
        elif state.learns_linear_mode and isinstance(state, PriorState):
            norm = float(state.couplings(arb(0))[2].mid())
            self._most = (
                INSIDE * float(state.setting.linear_target().mid()) * state.law.pole(u, norm)
            )

    def __call__(self, places: Floats) -> tuple[Floats, Floats]:
        """Both at modes whose zero state is a minimum."""
        box = [arb(float(t)) for t in places]
        with precision(_BITS):
            rows = [float(x.mid()) for x in self._rest.value(box)]
            slopes = [[float(x.mid()) for x in row] for row in self._rest.jacobian(box)]
        return self._sizes * rows, self._sizes[:, None] * np.array(slopes)

    def within(self, places: Floats, moved: Floats) -> Floats:
        """The step, or as much of it as leaves the zero state a minimum."""
        share = 1.0
        for _ in range(_HALVINGS):
            point = np.asarray(places + share * (moved - places))
            if np.abs(self._linear * point).max() <= self._most:
                break
            share /= 2
        return point
