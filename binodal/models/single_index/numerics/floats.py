"""The state that a feature holds, searched in double precision: the least of a convex function.

With features f_k = m^k c_k(r) and their cost C, the closure's rows
k!/G (y_k - t_k) - [k = 1] c_1^2 t_1/(1 - u c_1^2 t_1^2) = M f_k (t.f), with u (t.f)^2 = 2 C at the
feature and less elsewhere, are the conditions for the least
sum_k k!/(2 G) (t_k - y_k)^2 - log(1 - u c_1^2 t_1^2)/(2 u) where u (t.f)^2 <= 2 C at every place;
the mass M is a multiplier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flint import arb
from numpy.typing import NDArray
from scipy.optimize import nnls

from binodal.models.single_index.numerics.cells import FORMS
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

_SIDE, _ROUNDS, _BITS = 161, 200, 96
_AWAY, _FAINT, _INSIDE, _AROUND = 0.05, 1e-9, 0.999, (0.06, 0.006)
_ROWS = Forms("binodal.models.single_index.forms.droplets").floats("without_features")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Places:
    """Where a feature may lie, away from m = 0, and S/d there without a residual."""

    m: Floats
    r: Floats
    cost: Floats


@dataclass(frozen=True)
class Seed:
    """About where the feature lies, the residual that it leaves, and its mass."""

    m: float
    r: float
    modes: Floats
    mass: float


def nearer(state: State) -> Seed:
    """The seed among all places, then among those around it. Raises as :func:`seed` does."""
    h = np.linspace(0.0 if state.setting.symmetric else -5.0, 5.0, 2 * _SIDE)
    found = seed(state, _grid(state, h, np.linspace(-2.0, 3.0, _SIDE)))
    for width in _AROUND:
        side, norm = width * np.linspace(-1.0, 1.0, _SIDE // 4), np.sqrt(_floats(state)[2])
        at = np.arctanh(found.m), np.log(found.r / norm)
        found = seed(state, _grid(state, at[0] + side, at[1] + side))
    return found


def _grid(state: State, h: Floats, v: Floats) -> Places:
    """A grid of m = tanh h and r = sigma_w e^v."""
    parts = FORMS.functions("cost_parts", "numpy")()
    m, _, along = parts["angular"](h)
    squares, radial = parts["radial"](v)
    r = np.sqrt(squares * _floats(state)[2])
    kept = np.abs(m) > _AWAY
    cost = along[kept, None] + radial[None]
    return Places(*(a.ravel() for a in np.broadcast_arrays(m[kept, None], r[None], cost)))


def seed(state: State, places: Places) -> Seed:
    """By Newton's method on planes: the place that lies lowest joins those that bound the modes.

    Raises :class:`Undecided` where no place has a negative action.
    """
    slope = _Slope(state)
    features = _features(state.setting, places)
    allowed = np.sqrt(2 * places.cost / slope.u)
    modes, planes = zero_amplitudes(state), _Planes()
    for _ in range(_ROUNDS):
        field = modes @ features
        at = int(np.argmax(np.abs(field) / allowed))
        planes.add(at, np.sign(field[at]) * features[:, at] / allowed[at])
        values, curvature = slope(modes)
        moved = slope.within(modes, planes.nearest(modes - values / curvature, np.sqrt(curvature)))
        settled = np.abs(moved - modes).max() <= _FAINT * np.abs(modes).max()
        modes = moved
        if settled:
            break
    if not planes.pulls.any():
        raise Undecided("no feature was found whose action vanishes at a smaller residual")
    at = planes.places[int(np.argmax(planes.pulls))]
    mass = planes.pulls.sum() / allowed[at] ** 2
    return Seed(float(places.m[at]), float(places.r[at]), modes, float(mass))


class _Slope:
    """The slope of the convex function in the modes, and its own slope."""

    def __init__(self, state: State) -> None:
        setting = state.setting
        self.u, gain, _ = _floats(state)
        with precision(_BITS):
            rest = float(state.rest(arb(0))[1].mid()) if state.learns_linear_mode else 0.0
        self._rows = _ROWS(setting.modes, state.learns_linear_mode)
        self._others = (self.u, gain, rest, *map(float, setting.acting.values()))
        linear = np.array([rest * (k == 1) for k in setting.modes])
        with np.errstate(divide="ignore"):
            self._most = _INSIDE / (np.sqrt(self.u) * np.abs(linear))

    def __call__(self, modes: Floats) -> tuple[Floats, Floats]:
        """Both at modes whose zero state is a minimum."""
        found = np.array(self._rows(*modes, *self._others), dtype=float)
        return found[: len(modes)], found[len(modes) :]

    def within(self, modes: Floats, moved: Floats) -> Floats:
        """The step, or as much of it as leaves the zero state a minimum."""
        ends = np.clip(moved, -self._most, self._most)
        shares = (ends - modes)[moved != ends] / (moved - modes)[moved != ends]
        return np.asarray(modes + min([1.0, *shares]) * (moved - modes))


class _Planes:
    """What the lowest places allow, and how much each of them pulls."""

    def __init__(self) -> None:
        self.places: list[int] = []
        self.pulls = np.zeros(0)
        self._normals: list[Floats] = []

    def add(self, place: int, normal: Floats) -> None:
        """normal.modes <= 1 at a place."""
        self.places.append(place)
        self._normals.append(normal)

    def nearest(self, modes: Floats, steep: Floats) -> Floats:
        """The nearest allowed modes, distances in every mode weighed by ``steep``.

        The least distance under inequalities is a problem of nonnegative least squares.
        """
        normals = np.array(self._normals)
        excess, scaled = normals @ modes - 1, normals / steep
        rows = np.vstack([-scaled.T, excess])
        weights, _ = nnls(rows, np.eye(len(rows))[-1])
        self.pulls = weights / (1 - excess @ weights)
        return np.asarray(modes - self.pulls @ scaled / steep)


def zero_amplitudes(state: State) -> Floats:
    """The acting modes on the zero branch."""
    with precision(_BITS):
        return np.array([float(t.mid()) for t in state.amplitudes(arb(0))])


def _floats(state: State) -> tuple[float, ...]:
    return tuple(float(x.mid()) for x in state.couplings(arb(0)))


def _features(setting: Setting, places: Places) -> Floats:
    """m^k c_k(r), a row a mode; overlaps are found once a norm."""
    norms, at = np.unique(places.r, return_inverse=True)
    table = setting.overlaps.floats(norms, max(setting.modes) + 1)[:, at]
    return np.array([places.m**k * table[k] for k in setting.modes])
