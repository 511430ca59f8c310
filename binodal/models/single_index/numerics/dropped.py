"""The terms that a result of a single-index theory leaves out, at its parameters and state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from math import factorial, hypot, prod, sqrt
from typing import Any

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.closed_modes import complete_modes
from binodal.models.single_index.numerics.critical_point import CriticalPoint
from binodal.models.single_index.numerics.finite_closure import FiniteState, solved
from binodal.models.single_index.numerics.results import Closure, Solution
from binodal.models.single_index.numerics.setting import Mode, Setting
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.state import couplings_of
from binodal.models.single_index.settings import written
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dropped import Dropped, at_event, beyond, present
from binodal.numerics.errors import Undecided
from binodal.numerics.results import Critical, features

_FORMS = Forms("binodal.models.single_index.forms.dropped")
_SIZES, _CARRIED = _FORMS.balls("sizes"), _FORMS.balls("carried")
_SEVERAL = _FORMS.balls("several_carried")
_BITS, _NODES = 128, (30, 60)

FIELD = "1/N: effective degrees of freedom of the prior's kernel over N"
DATA = "1/n: effective degrees of freedom of the prior's kernel over n"
UNLEARNED = "unlearned modes: the kernel of all but mean and linear modes beside sigma^2"
NEURONS = "1/N with droplets: what they learn of a mode beside its target, over the neurons in them"
SHIFT = "1/d: shift of t_{}, by the closure at this d"


def of_data(setting: Setting, parameters: Mapping[str, Fraction]) -> Iterator[Dropped]:
    """What every result leaves out. Of order 1/d, biases of N(0, V/d) change none of it."""
    names = FIELD, DATA, UNLEARNED
    sizes = [ball(parameters[name]) for name in ("N", "n", "d", "sigma2", "sigma_a2")]
    values: Sequence[arb | None] = (None,) * len(names)
    with suppress(Undecided):
        values = _SIZES()(*_at_rest(setting, parameters), *sizes)
    for name, size in zip(names, values, strict=True):
        yield Dropped(name, None if size is None else abs(size))


def _at_rest(setting: Setting, parameters: Mapping[str, Fraction]) -> list[arb]:
    """c_0, c_1 and E phi^2 of the prior's neurons; over biases of order one their root mean
    squares, by Gauss' rule, with the change from a coarser one for an error.
    """
    norm = ball(parameters["sigma_w2"]).sqrt()
    spread = setting.bias_variance(float("inf"))
    if not spread:
        return [*setting.overlaps.at(norm, 2), setting.overlaps.mean_square(norm)]
    rough, fine = (_means(setting, float(norm.mid()), spread, count) for count in _NODES)
    roots = [arb(y, abs(y - x)).sqrt() for x, y in zip(rough, fine, strict=True)]
    whole = (ball(parameters["sigma_w2"]) + arb(spread)).sqrt()
    return [*roots, setting.overlaps.mean_square(whole)]


def _means(setting: Setting, norm: float, variance: float, count: int) -> Sequence[float]:
    """<c_0^2> and <c_1^2> over biases of this variance."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    table = setting.table(np.full(count, norm), variance**0.5 * nodes, 2)
    return [float(x) for x in table**2 @ weights / weights.sum()]


def droplets(
    setting: Setting, parameters: Mapping[str, Fraction], solution: Solution
) -> Iterator[Dropped]:
    """Neurons at features are few: the largest share of a mode that they learn, over them."""
    held = [(s, s.mass) for s in features(solution.saddles, _length)]
    filled = [(s, mass) for s, mass in held if mass is not None and mass > 0]
    if solution.closure is None or not filled:
        return
    d, gain = ball(parameters["d"]), ball(couplings_of(parameters)[1])
    each = [_learned(setting, solution.closure, s, [mass * d, gain]) for s, mass in filled]
    shares = [abs(sum(of, arb(0))) for of in zip(*each, strict=True)]
    largest = max(shares, key=lambda share: float(share.mid()))
    mass = sum((mass for _, mass in filled), arb(0))
    yield Dropped(NEURONS, largest / arb(1).max(ball(parameters["N"]) * mass))


def _length(saddle: Any) -> float:
    """|m|, of one direction or of several."""
    names = ("m1", "m2") if hasattr(saddle, "m1") else ("m",)
    return hypot(*(float(getattr(saddle, name).mid()) for name in names))


def _learned(
    setting: Setting, closure: Closure, saddle: Any, numbers: Sequence[arb]
) -> Sequence[arb]:
    """The share of each acting mode that a mass at a saddle learns."""
    if isinstance(setting, SeveralSetting):
        indices, degrees = tuple(setting.acting_several), setting.degrees
        overlaps = setting.overlaps.at(saddle.r, max(degrees) + 1)
        modes = [closure.t[written(a)] for a in indices]
        columns = (
            modes,
            map(ball, setting.acting_several.values()),
            (overlaps[k] for k in degrees),
        )
        values = chain.from_iterable(columns)
        return _SEVERAL(indices)(saddle.m1, saddle.m2, *numbers, *values)
    orders = setting.modes
    table = setting.at_bias(saddle.r, getattr(saddle, "beta", arb(0)), max(orders) + 1)
    own = ([closure.t[k] for k in orders], map(ball, setting.acting.values()))
    values = chain.from_iterable((*own, (table[k] for k in orders)))
    return _CARRIED(orders)(saddle.m, *numbers, *values)


def shifts(
    setting: Setting, parameters: Mapping[str, Fraction], solution: Solution
) -> Iterator[Dropped]:
    """The acting modes beside those of the closure at d, of two quadratures, and beside those of
    one that holds more modes, where features are."""
    closure, floats = solution.closure, {name: float(x) for name, x in parameters.items()}
    if closure is None or solution.theory != "derived":
        return
    finite = solution.limit == "finite"
    rough = _closed(setting, floats)
    if finite or solution.phase != "GFL":
        more = rough and _closed(setting, floats, complete_modes(setting), near=rough)
        few, many = _residual(rough), _residual(more)
        sizes = {k: sqrt(prod(map(factorial, setting.index(k)))) for k in few}
        both = [(size * few[k], size * many[k]) for k, size in sizes.items() if many]
        yield beyond(both)
    if not finite:
        yield from _beside(setting, floats, rough, closure.t)


def of_event(
    setting: Setting, parameters: Mapping[str, Fraction], event: Critical[CriticalPoint]
) -> Iterator[Dropped]:
    """What an event leaves out, with the zero branch's shift where costly terms are asked for."""
    at, point = at_event(parameters, event), event.point
    yield from of_data(setting, at)
    if setting.directions > 1 or event.limit == "finite":
        return
    if point is None or event.event not in ("birth", "coexistence"):
        return
    if not getattr(point, "costly", True):
        return
    floats = {name: float(x) for name, x in at.items()}
    t = {k: ball(y) for k, y in setting.teacher.items()}
    if (linear := getattr(point, "b", None)) is not None:
        t[1] = linear
    yield from _beside(setting, floats, _closed(setting, floats), t)


def _beside(
    setting: Setting, floats: Mapping[str, float], coarse: FiniteState | None, t: Mapping[Any, arb]
) -> Iterator[Dropped]:
    rough = _residual(coarse)
    fine = _residual(coarse and _closed(setting, floats, refine=2, near=coarse))
    for k in setting.acting_taught:
        name = written(k) if setting.directions > 1 else k
        size, limit = None, t[name]
        if k in fine and not limit.contains(0):
            at_d = arb(fine[k], abs(fine[k] - rough[k]))
            size = abs((at_d - limit) / limit)
        yield Dropped(SHIFT.format(name), size)


def _closed(
    setting: Setting,
    floats: Mapping[str, float],
    orders: tuple[Mode, ...] = (),
    refine: int = 1,
    near: FiniteState | None = None,
) -> FiniteState | None:
    """The closure at d with these modes, None where it has no solution."""
    try:
        return solved(setting, floats, orders, refine, near=near)
    except Undecided:
        return None


def _residual(state: FiniteState | None) -> Mapping[Mode, float]:
    """t_k, nothing without a closure."""
    return state.residual if state else {}


def dropped_terms(
    setting: Setting, parameters: Mapping[str, Fraction], result: Solution | Critical[CriticalPoint]
) -> tuple[Dropped, ...]:
    """What a solution or an event leaves out; a shift is that of solutions.

    >>> from binodal.models.registry import preset
    >>> from binodal.models.single_index.numerics.setting import setting_of
    >>> from binodal.models.single_index.numerics.solve import solver_of_bits
    >>> of, at = setting_of("erf", "1: 1, 3: -3/10", "none"), preset("fig2")
    >>> found = solver_of_bits(of)(at, "derived", 96)
    >>> [term.small for term in dropped_terms(of, at, found)]
    [True, True, True, True, True, True, True]
    """
    with precision(_BITS):
        if isinstance(result, Critical):
            return present(of_event(setting, parameters, result))
        parts = (of(setting, parameters, result) for of in (droplets, shifts))
        return present([*of_data(setting, parameters), *chain.from_iterable(parts)])
