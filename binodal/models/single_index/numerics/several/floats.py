"""The state that features with two directions hold, searched in double precision.

As :mod:`..floats`, on neurons of an angle, artanh |m| and log r. The residual has the teacher's
symmetries, so that images act alike: one sector of angles is enough, features averaged over images.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import product
from math import factorial, pi
from typing import Any

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.cells import FORMS as COSTS
from binodal.models.single_index.numerics.floats import (
    APART,
    AWAY,
    INSIDE,
    Floats,
    Halved,
    Places,
    Seed,
    Seeds,
    refined,
)
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.symmetries import Change, keeps
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms

_ROWS = Forms("binodal.models.single_index.forms.several_droplets").functions("unheld", "numpy")
_ANGLES, _SIDE, _FINER, _CHAMBER = 241, 81, 15, 0.3
_SAME = 0.02


def nearer(state: State, setting: SeveralSetting, images: Sequence[Change]) -> Seeds:
    """The seeds in (angle, artanh |m|, log r), one of all images each.

    Raises :class:`Undecided` where nothing holds the residual.
    """
    u, gain, norm = (float(x.mid()) for x in state.couplings(arb(0)))
    function, start = _Slope(state, setting, u, gain), _zero_branch(state, setting)
    every = np.linspace(-pi, pi, _ANGLES)[1:]
    step = np.array([every[1] - every[0], 5.0 / _SIDE, 5.0 / (_SIDE - 1)])
    axes = [
        every[_in_sector(setting, images, every)],
        np.linspace(step[1], 5.0, _SIDE),
        np.log(norm) / 2 + np.linspace(-2.0, 3.0, _SIDE),
    ]
    grid, ends = (
        partial(_places, setting, images, norm),
        _at_infinity(setting, images, norm, axes[0]),
    )
    seeds = refined(function, u, start, grid, axes, step, _FINER, ends)
    return Seeds(seeds.modes, _apart(setting, images, seeds.features))


def _places(
    setting: SeveralSetting,
    images: Sequence[Change],
    norm: float,
    axes: Sequence[Floats],
    step: Floats,
) -> Places:
    parts = COSTS.functions("cost_parts", "numpy")()
    angle, h, logarithms = axes
    m, _, along = parts["angular"](h)
    kept = m > AWAY
    _, radial = parts["radial"](logarithms - np.log(norm) / 2)
    table = setting.overlaps.floats(np.exp(logarithms), max(setting.degrees) + 1)
    turned = _turned(setting, images, angle)
    features = [
        (turned[a][:, None] * m[kept] ** sum(a))[..., None] * table[sum(a)]
        for a in setting.acting_several
    ]
    cost = 2 * (along[kept, None] + radial) + 0 * angle[:, None, None]
    grid = np.meshgrid(angle, h[kept], logarithms, indexing="ij")
    stacked = np.stack([f.ravel() for f in features])
    return Places(stacked, cost.ravel(), np.stack([g.ravel() for g in grid]), APART * step)


def _at_infinity(
    setting: SeveralSetting, images: Sequence[Change], norm: float, angle: Floats
) -> Places:
    """|m| = 1 at infinite norm; none where phi grows slower than |z|."""
    if setting.overlaps.facts.growth != "linear":
        angle = angle[:0]
    slopes = setting.slopes(max(setting.degrees) + 1)
    turned = _turned(setting, images, angle)
    features = [turned[a] * float(slopes[sum(a)].mid()) for a in setting.acting_several]
    places = np.stack([angle, np.full_like(angle, np.inf), np.full_like(angle, np.inf)])
    return Places(np.stack(features), np.full_like(angle, 1 / norm), places, np.zeros(3))


def _turned(
    setting: SeveralSetting, images: Sequence[Change], angle: Floats
) -> dict[tuple[int, int], Floats]:
    """cos^a1 sin^a2 averaged over images, which may turn the field's sign over."""
    x, y = np.cos(angle), np.sin(angle)
    amplitudes = {a: np.zeros_like(angle) for a in setting.acting_several}
    for change in images:
        sign = 1.0 if keeps(setting, change) else -1.0
        one, other = _moved(x, y, change)
        for a in amplitudes:
            amplitudes[a] = amplitudes[a] + sign * one ** a[0] * other ** a[1] / len(images)
    return amplitudes


def _moved(x: Any, y: Any, change: Change) -> tuple[Any, Any]:
    swap, one, other = change
    return (other * y, one * x) if swap else (one * x, other * y)


def _in_sector(
    setting: SeveralSetting, images: Sequence[Change], angle: Floats
) -> np.typing.NDArray[np.bool_]:
    """Which neurons none of their images is closer to one generic direction than."""
    x, y = np.cos(angle), np.sin(angle)

    def height(x: Floats, y: Floats) -> Floats:
        return np.asarray(np.cos(_CHAMBER) * x + np.sin(_CHAMBER) * y)

    signs = (1.0, -1.0) if setting.symmetric else (1.0,)
    others = [height(*(s * c for c in _moved(x, y, g))) for g, s in product(images, signs)]
    return np.asarray(height(x, y) >= np.max(others, axis=0) - 1e-9)


def _apart(
    setting: SeveralSetting, images: Sequence[Change], features: Sequence[Seed]
) -> list[Seed]:
    """Those of which none is an image of another, with the masses of all images."""
    kept: list[Seed] = []
    signs = (1.0, -1.0) if setting.symmetric else (1.0,)
    for one in features:
        place = _cosines(one.at)
        spots = [
            np.array([s * c for c in _moved(place[0], place[1], g)])
            for g, s in product(images, signs)
        ]
        for index, other in enumerate(kept):
            away = min(float(np.abs(spot - _cosines(other.at)).max()) for spot in spots)
            if np.isfinite(one.at[2]) and max(away, abs(one.at[2] - other.at[2])) < _SAME:
                kept[index] = Seed(other.at, other.mass + one.mass)
                break
        else:
            kept.append(one)
    return kept


def _cosines(places: Floats) -> Floats:
    return np.asarray(np.tanh(places[1]) * np.array([np.cos(places[0]), np.sin(places[0])]))


def _zero_branch(state: State, setting: SeveralSetting) -> Floats:
    beta = float(state.beta(arb(0)).mid())
    modes = setting.coefficients().items()
    return np.array([float(y.mid()) * (beta if sum(a) == 1 else 1.0) for a, y in modes])


class _Slope(Halved):
    """The slope of the convex function in the modes, and its own slope."""

    def __init__(self, state: State, setting: SeveralSetting, u: float, gain: float) -> None:
        modes = tuple(setting.acting_several)
        branch = state.learns_linear_mode
        self._functions = _ROWS(modes, branch)
        rest = float(state.rest(arb(0))[1].mid()) if branch else 0.0
        targets = [float(ball(y)) for y in setting.acting_several.values()]
        self._others = (u, gain, rest, *targets)
        self._sizes = np.array([factorial(a) * factorial(b) / gain for a, b in modes])
        self.linear = np.array([float(sum(a) == 1) for a in modes])
        self.most = INSIDE / (np.sqrt(u) * abs(rest)) if rest else np.inf

    def __call__(self, places: Floats) -> tuple[Floats, Floats]:
        """Both at modes whose zero state is a minimum."""
        rows, slopes = (
            np.array(self._functions[name](*places, *self._others), dtype=float)
            for name in ("values", "slopes")
        )
        return self._sizes * rows, self._sizes[:, None] * slopes.reshape(len(places), len(places))
