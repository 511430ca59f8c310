"""The lowest pass from the zero state to a feature, where several saddles are on its side.

As a level rises its regions merge at saddles, each time the two into which that saddle falls off.
The lowest saddles join the zero state to a feature at the level of the last of them, and no path
is lower. On m = 0 the slope in m vanishes, so that nothing falls across it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from flint import arb
from scipy.integrate import solve_ivp

from binodal.models.single_index.numerics.float_landscape import Array, FloatLandscape
from binodal.models.single_index.numerics.reach import reach_of
from binodal.models.single_index.numerics.results import Saddle
from binodal.models.single_index.numerics.saddles import Landscape, Stationary
from binodal.numerics.balls import positive, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box

_STARTS = tuple(2.0**-k for k in range(4, 14))
_BITS, _LONGEST, _NEAR, _HALVINGS = 64, 1e6, 0.02, 24


def lowest_pass(on: Landscape, zero: Saddle, here: Sequence[Saddle], goal: Saddle) -> Saddle:
    """The saddle at which a path from the zero state to a minimum is highest, at best.

    ``here`` are all other stationary points on the minimum's side, in the landscape's action.
    Raises :class:`Undecided` where the order of two saddles, or where one falls to, is not proved,
    and where neurons without a bound hold the residual: then saddles may be missing.
    """
    with precision(_BITS):
        return _lowest(on, zero, here, goal)


def between(zero: Saddle, here: Sequence[Saddle], goal: Saddle) -> Saddle:
    """The same where the action has one coordinate: the highest maximum between the two.

    Raises :class:`Undecided` where it is not proved which that is.
    """
    tops = [s for s in here if s.kind != "minimum" and abs(s.m) < abs(goal.m)]
    top = max(tops, key=lambda s: float(s.action.mid()))
    if not all(s is top or s.action < top.action for s in tops):
        raise Undecided("which of two saddles is higher is not proved")
    return top


def _lowest(on: Landscape, zero: Saddle, here: Sequence[Saddle], goal: Saddle) -> Saddle:
    reach_of(on.setting, on.u, on.norm.sqrt(), on.amplitudes)
    minima = [zero, *(s for s in here if s.kind == "minimum")]
    tops = sorted((s for s in here if s.kind == "saddle"), key=lambda s: float(s.action.mid()))
    region = list(range(len(minima)))
    for k, top in enumerate(tops):
        if k and not tops[k - 1].action < top.action:
            raise Undecided("which of two saddles is lower is not proved")
        one, other = (region[minima.index(end)] for end in _ends(on, top, minima))
        region = [one if r == other else r for r in region]
        if region[0] == region[minima.index(goal)]:
            return top
    raise Undecided("no saddle leads to the feature")


def _ends(on: Landscape, top: Saddle, minima: Sequence[Saddle]) -> list[Saddle]:
    """The two minima to which a saddle falls off, by proved paths below it."""
    system, place = Stationary(on), _box(top)
    (mm, ml), (_, ll) = [[float(x.mid()) for x in row] for row in system.jacobian(place)]
    _, directions = np.linalg.eigh([[mm, ml], [ml, ll]])
    width = 1 - float(top.m.mid()) ** 2
    ends = []
    for sign in (1.0, -1.0):
        way = sign * directions[:, 0] * np.array([width, 1.0]) / np.abs(directions[:, 0]).max()
        start = _first(system, place, way)
        path, end = _fall(on, start, minima)
        for one, other in pairwise(path):
            _stays_below(system, one, other, top.action)
        ends.append(end)
    return ends


def _first(system: Stationary, place: Box, way: Array) -> Box:
    """A point to which S falls from a saddle on a straight line, where it is proved concave."""
    for length in _STARTS:
        point = [arb(float(x.mid()) + length * w) for x, w in zip(place, way, strict=True)]
        if not abs(point[0]) < 1:
            continue
        step = [q - p for p, q in zip(place, point, strict=True)]
        (mm, ml), (_, ll) = system.jacobian([p.union(q) for p, q in zip(place, point, strict=True)])
        if mm * step[0] ** 2 + 2 * ml * step[0] * step[1] + ll * step[1] ** 2 < 0:
            return point
    raise Undecided("no way down from a saddle is proved")


def _fall(on: Landscape, start: Box, minima: Sequence[Saddle]) -> tuple[list[Box], Saddle]:
    """The steepest way down in doubles as points (m, log r), to the minimum where it ends."""
    modes, numbers = on.setting.modes, [float(t.mid()) for t in on.amplitudes]
    floats = FloatLandscape(on.setting, modes, float(on.u.mid()), float(on.norm.mid()), numbers)
    places = np.array([_chart([float(x.mid()) for x in _box(s)]) for s in minima])

    def slope(_: float, point: Array) -> Array:
        by_h, by_v = floats.derivatives(point[:1], point[1:])[0]
        return -np.array([by_h[0], by_v[0]])

    def away(_: float, point: Array) -> float:
        return float(np.abs(places - point).max(1).min() - _NEAR)

    away.terminal = True  # type: ignore[attr-defined]
    first = _chart([float(x.mid()) for x in start])
    way = solve_ivp(slope, (0.0, _LONGEST), first, method="LSODA", events=away)
    if not way.t_events[0].size:
        raise Undecided("a way down from a saddle ends at no minimum")
    nearest = int(np.abs(places - way.y[:, -1]).max(1).argmin())
    inner = [[arb(float(np.tanh(h))), arb(float(v))] for h, v in way.y.T[1:]]
    return [start, *inner, _box(minima[nearest])], minima[nearest]


def _stays_below(system: Stationary, start: Box, stop: Box, level: arb) -> None:
    """Raises :class:`Undecided` where S is not proved to be lower on all of a segment."""
    waiting = [(start, stop, 0)]
    while waiting:
        one, other, depth = waiting.pop()
        box = [a.union(b) for a, b in zip(one, other, strict=True)]
        if positive(level - system.shape(box)[2]):
            continue
        if depth == _HALVINGS:
            raise Undecided("a way down from a saddle is not proved to stay below it")
        middle = [arb(((a + b) / 2).mid()) for a, b in zip(one, other, strict=True)]
        waiting += [(one, middle, depth + 1), (middle, other, depth + 1)]


def _box(point: Saddle) -> Box:
    assert point.r is not None
    return [point.m, point.r.log()]


def _chart(point: Sequence[float]) -> list[float]:
    return [float(np.arctanh(point[0])), point[1]]
