"""The lowest pass from the zero state to a feature, where several saddles lead somewhere.

As a level rises its regions merge at saddles, each time the two into which that saddle falls off.
The lowest saddles join the zero state to a feature at the level of the last of them, and no path
is lower. Images under changes of sign are one: on q = 0 nothing falls across it. Paths are proved
in the weights, (q_1 ... q_J, r_perp, the bias), and their ends are minima.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.results import Saddle
from binodal.models.single_index.numerics.saddles import Landscape
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.steepest import way_down
from binodal.models.single_index.numerics.window import Array
from binodal.numerics.balls import positive, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.results import StationaryPoint

_FORMS = Forms("binodal.models.single_index.forms.weights")
_BALLS, _FLOATS = (_FORMS.functions("limit", target) for target in ("arb", "numpy"))
Point = TypeVar("Point", bound=StationaryPoint)
_STARTS = tuple(2.0**-k for k in range(4, 14))
_BITS, _HALVINGS = 64, 24


class WeightsLandscape:
    """S/d in the weights at modes t_a of a residual, by multi-index; ``pin`` is a bias's.

    Without a pin a bias is free at zero overlaps, all places of which are the zero state.
    """

    def __init__(
        self,
        setting: Setting,
        modes: tuple[tuple[int, ...], ...],
        amplitudes: Sequence[arb],
        u: arb,
        norm: arb,
        pin: arb | None = None,
    ) -> None:
        self.setting, self.biased = setting, pin is not None
        self.free_bias = pin is not None and pin == 0
        self._numbers = [*amplitudes], [u, norm, arb(0) if pin is None else pin]
        self._orders = max(map(sum, modes)) + 5
        self._balls = _BALLS(modes, self.biased)
        self._floats = _FLOATS(modes, self.biased)["first"]
        self.directions = len(modes[0])

    @classmethod
    def of(cls, on: Landscape) -> WeightsLandscape:
        """One direction without biases."""
        modes = tuple((k,) for k in on.setting.modes)
        return cls(on.setting, modes, on.amplitudes, on.u, on.norm)

    def box(self, point: Any) -> Box:
        """The weights of a stationary point given by cosines, a norm and a bias."""
        names = ("m",) if self.directions == 1 else ("m1", "m2", "m3")[: self.directions]
        cosines = [getattr(point, name) for name in names]
        left = 1 - sum((m**2 for m in cosines), arb(0))
        own = [point.beta] if self.biased else []
        return [*(m * point.r for m in cosines), point.r * left.sqrt(), *own]

    def _called(self, name: str, box: Sequence[arb]) -> list[arb]:
        r = sum((x**2 for x in box[: self.directions + 1]), arb(0)).sqrt()
        bias = box[-1] if self.biased else arb(0)
        table = self.setting.at_bias(r, bias, self._orders)
        slopes = [c / r**k for k, c in enumerate(table)]
        return list(self._balls[name](*box, *self._numbers[0], *slopes, *self._numbers[1]))

    def action(self, box: Sequence[arb]) -> arb:
        """S/d less a constant on a box."""
        return self._called("action", box)[0]

    def hessian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Second slopes on a box."""
        size = len(box)
        rows = [[arb(0)] * size for _ in range(size)]
        values = iter(self._called("second", box))
        for i in range(size):
            for k in range(i, size):
                rows[i][k] = rows[k][i] = next(values)
        return rows

    def falls(self, _: float, point: Array) -> Array:
        """Minus the gradient in doubles."""
        r = np.array([np.linalg.norm(point[: self.directions + 1])])
        bias = np.array([point[-1] if self.biased else 0.0])
        table = self.setting.table(r, bias, self._orders)
        slopes = [float(c[0]) / float(r[0]) ** k for k, c in enumerate(table)]
        numbers = [[float(x.mid()) for x in row] for row in self._numbers]
        values = self._floats(*point, *numbers[0], *slopes, *numbers[1])
        return -np.array([float(v) for v in values])

    def signs(self) -> list[Array]:
        """The changes of sign of all weights that leave S as it is, none the first."""
        count, size = self.directions, self.directions + 1 + self.biased
        changes, alone = [np.ones(size)], np.where(np.arange(size) < count, -1.0, 1.0)
        setting: Any = self.setting
        if self.biased:
            whole = np.where(np.arange(size) == count, 1.0, -1.0)
            changes += [alone] * setting.flips_alone + [whole] * setting.flips_bias
            changes += [alone * whole] * (setting.flips_alone and setting.flips_bias)
        elif setting.symmetric:
            changes.append(alone)
        return changes


def alike(on: WeightsLandscape, one: StationaryPoint, other: StationaryPoint) -> bool:
    """Whether two are images under exchanges of the directions, up to signs."""
    places = ([abs(x) for x in on.box(s)] for s in (one, other))
    sizes = [sorted(p[: on.directions], key=float) + p[on.directions :] for p in places]
    return all(bool(a.overlaps(b)) for a, b in zip(*sizes, strict=True))


def lowest_pass(on: WeightsLandscape, zero: Point, here: Sequence[Point], goal: Point) -> Point:
    """The saddle at which a path from the zero state to a minimum is highest, at best.

    ``here`` are all other stationary points but for images. Raises :class:`Undecided` where the
    order of two saddles, or where one falls to, is not proved.
    """
    with precision(_BITS):
        minima = [zero, *(s for s in here if s.kind == "minimum")]
        tops = sorted((s for s in here if s.kind == "saddle"), key=lambda s: float(s.action.mid()))
        region = list(range(len(minima)))
        for k, top in enumerate(tops):
            if k and not (tops[k - 1].action < top.action or alike(on, tops[k - 1], top)):
                raise Undecided("which of two saddles is lower is not proved")
            one, other = (region[end] for end in _ends(on, top, minima))
            region = [one if r == other else r for r in region]
            if region[0] == region[minima.index(goal)]:
                return top
    raise Undecided("no saddle leads to the feature")


def between(zero: Saddle, here: Sequence[Saddle], goal: Saddle) -> Saddle:
    """The same where the action has one coordinate: the highest maximum between the two.

    Raises :class:`Undecided` where it is not proved which that is.
    """
    tops = [s for s in here if s.kind != "minimum" and abs(s.m) < abs(goal.m)]
    top = max(tops, key=lambda s: float(s.action.mid()))
    if not all(s is top or s.action < top.action for s in tops):
        raise Undecided("which of two saddles is higher is not proved")
    return top


def _ends(
    on: WeightsLandscape, top: StationaryPoint, minima: Sequence[StationaryPoint]
) -> list[int]:
    """Which minima a saddle falls off to, by proved paths below it."""
    place = on.box(top)
    level = on.action(place)
    bends = [[float(x.mid()) for x in row] for row in on.hessian(place)]
    direction = np.linalg.eigh(bends)[1][:, 0]
    ends = []
    for sign in (1.0, -1.0):
        start = _first(on, place, sign * direction * float(place[on.directions].mid()))
        path, end = _fall(on, start, minima)
        for one, other in pairwise(path):
            _stays_below(on, one, other, level)
        ends.append(end)
    return ends


def _first(on: WeightsLandscape, place: Box, way: Array) -> Box:
    """A point to which S falls from a saddle on a straight line, where it is proved concave."""
    for length in _STARTS:
        point = [arb(float(x.mid()) + length * float(w)) for x, w in zip(place, way, strict=True)]
        step = [q - p for p, q in zip(place, point, strict=True)]
        bends = on.hessian([p.union(q) for p, q in zip(place, point, strict=True)])
        along = [sum((b * t for b, t in zip(row, step, strict=True)), arb(0)) for row in bends]
        if sum((s * b for s, b in zip(step, along, strict=True)), arb(0)) < 0:
            return point
    raise Undecided("no way down from a saddle is proved")


def _fall(
    on: WeightsLandscape, start: Box, minima: Sequence[StationaryPoint]
) -> tuple[list[Box], int]:
    """The steepest way down in doubles, to the minimum where it ends."""
    goals = [(k, signs, on.box(s)) for k, s in enumerate(minima) for signs in on.signs()]
    places = np.array([[float(x.mid()) for x in box] * signs for _, signs, box in goals])
    if on.free_bias:
        places[(places[:, : on.directions] == 0).all(1), -1] = np.nan

    def apart(point: Array) -> Array:
        return np.asarray(np.nanmax(np.abs(places - point), axis=1))

    first = np.array([float(x.mid()) for x in start])
    way = way_down(on.falls, first, lambda point: float(apart(point).min()))
    inner = [[arb(float(x)) for x in point] for point in way[1:]]
    nearest = int(apart(way[-1]).argmin())
    end, signs, box = goals[nearest]
    last = [int(s) * x for s, x in zip(signs, box, strict=True)]
    if np.isnan(places[nearest, -1]):
        last[-1] = inner[-1][-1]
    return [start, *inner, last], end


def _stays_below(on: WeightsLandscape, start: Box, stop: Box, level: arb) -> None:
    """Raises :class:`Undecided` where S is not proved to be lower on all of a segment."""
    waiting = [(start, stop, 0)]
    while waiting:
        one, other, depth = waiting.pop()
        if positive(level - on.action([a.union(b) for a, b in zip(one, other, strict=True)])):
            continue
        if depth == _HALVINGS:
            raise Undecided("a way down from a saddle is not proved to stay below it")
        middle = [arb(((a + b) / 2).mid()) for a, b in zip(one, other, strict=True)]
        waiting += [(one, middle, depth + 1), (middle, other, depth + 1)]
