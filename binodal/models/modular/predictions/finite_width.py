"""Modular addition beyond mean field: the exact first two orders in 1/N, by quadrature.

No sampling: curvature and loops are polynomials in the moments of one mode, and both derivatives
of log Z (by the residual's amplitude, by a source) are differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache, partial
from typing import Any

import numpy as np
from scipy.optimize import brentq

from binodal.derive.finite_width import (
    AMPLITUDE,
    COUNT,
    LEVEL,
    LEVEL_SLOPE,
    MEAN_SLOPE,
    NOISE_SLOPE,
    POPULATION,
    SLOPE,
    SOURCE_SLOPE,
)
from binodal.derive.second_order import LOOP_SLOPE, second_order
from binodal.derive.symbols import N, P, sigma2
from binodal.models.modular.derivations.finite_width import finite_width_of_modes
from binodal.models.modular.predictions.field_saddle import Scales
from binodal.models.modular.predictions.losses import losses
from binodal.models.modular.predictions.mode_curvature import Curvature
from binodal.models.modular.predictions.mode_law import solve_modes
from binodal.models.modular.predictions.mode_moments import ORDER, SIZE, SOURCES, Array, Moments
from binodal.models.modular.predictions.mode_polynomials import LARGEST_ORDER
from binodal.models.modular.predictions.two_loops import two_loops
from binodal.numerics.codegen.load import compiled
from binodal.numerics.corrections import DERIVED_ONLY, WIDTH, in_width
from binodal.numerics.errors import Undecided
from binodal.validate.expansion import RATIO, Expansion, rows, shifts
from binodal.validate.prediction import Prediction

_STEP, _FAR = 4e-3, 4.0
OBSERVABLES = ("a", "lambda", "x2", "x", "x4")
LOSS = "train_loss"
LARGEST = 113
"""Largest P of the first order; the second goes to :data:`LARGEST_ORDER`."""
_Terms = Callable[[float, Moments], Array]


@cache
def _functions() -> dict[str, Callable[..., tuple[Any, ...]]]:
    results = finite_width_of_modes().results
    width = (LEVEL, LEVEL_SLOPE, SLOPE)
    moved = (AMPLITUDE, N, P, sigma2, *width, MEAN_SLOPE, SOURCE_SLOPE, POPULATION)
    scales = {"curvature": results["curvature_scale"], "feature": results["feature_scale"]}
    return {
        "amplitude": compiled(
            "amplitude", {"a1": results["amplitude_shift"]}, (AMPLITUDE, P, sigma2, *width), "numpy"
        ),
        "loss": compiled(
            "loss",
            {"l": results["training_loss"]},
            (AMPLITUDE, P, sigma2, NOISE_SLOPE, COUNT),
            "numpy",
        ),
        "mean": compiled("mean", {"g1": results["mean_shift"]}, moved, "numpy"),
        "scales": compiled("scales", scales, SIZE, "numpy"),
        "as_curvature": compiled(
            "as_curvature", {"h": second_order().results["as_curvature"]}, (LOOP_SLOPE,), "numpy"
        ),
    }


def _terms(of: Curvature, second: bool = True) -> _Terms:
    """What stands at -1/2 in log Z, order by order: h, and -2 L where it is asked and offered."""
    if of.order > LARGEST_ORDER or not second:
        return lambda amplitude, m: np.array([of.log_det(amplitude, m)])
    loops = two_loops(of.order)

    def both(amplitude: float, m: Moments) -> Array:
        curvature, feature = _functions()["scales"](*of.size(amplitude))
        width, noise = of.at["N"], of.at["sigma2"]
        # N times the square of a neuron's pull is what the covariance has in the curvature.
        pull = float(np.sqrt(curvature / width))
        h, two = loops.at(m, Scales(width, noise, feature, pull))
        return np.array([h, *_functions()["as_curvature"](two)])

    return both


def expansion(
    parameters: Mapping[str, float],
    order: int = ORDER,
    step: float = _STEP,
    *,
    second: bool = True,
) -> Expansion:
    """a, lambda, x2, x and x4 at odd P. Raises :class:`binodal.numerics.errors.Undecided` as mean
    field.

    ``order`` is that of the Gauss rule, ``step`` the relative one of the differences. Without
    ``second`` there is one order at every P.
    """
    of = Curvature(parameters, order)
    terms, start = _terms(of, second), solve_modes(parameters).a
    here = of.moments(start)
    share = step / (1 + of.response(start, here))
    above, below = (start * (1 + sign * share) for sign in (1, -1))
    up, down = of.moments(above), of.moments(below)
    width = above - below
    level = of.levels(here)
    slope = (of.levels(up)["target"] - of.levels(down)["target"]) / width
    curve = (terms(above, up) - terms(below, down)) / width
    size, noise = of.at["P"], of.at["sigma2"]
    begin = {"a": start, "lambda": level["target"]}
    (moved,) = _functions()["amplitude"](start, size, noise, level["target"], slope, curve)
    orders: dict[str, Array] = {"a": moved}
    for name in SOURCES:
        begin[name] = here.mean(name)
        rise = (up.mean(name) - down.mean(name)) / width
        pull = step / here.reach(name)
        high, low = (terms(start, of.moments(start, name, s * pull)) for s in (1, -1))
        response = (start, of.at["N"], size, noise, level["target"], slope, curve, rise)
        # A source acts on every independent mode, (P - 1)/2 copies of the observable a neuron.
        (change,) = _functions()["mean"](*response, (high - low) / (2 * pull), (size - 1) / 2)
        orders[name] = change
    orders["lambda"] = level["target"] / begin["x2"] * orders["x2"]
    by_order = [
        {name: float(changes[k]) for name, changes in orders.items()} for k in range(curve.size)
    ]
    first, freedom = by_order[0], of.freedom(level)
    if curve.size > 1:
        return Expansion(begin, first, freedom, of.at["N"], by_order[1])
    apart = abs(_balanced(of, terms, start, first["a"]) - first["a"])
    elsewhere = min(1.0, RATIO * freedom / of.at["N"])
    # a = sigma^2/(sigma^2 + lambda) moves lambda with a, and the other moments move with lambda.
    along = apart * noise / start**2 / abs(first["lambda"]) if first["lambda"] else 0.0
    ahead = {name: abs(one) * (elsewhere + along) for name, one in first.items()}
    ahead["a"] = abs(first["a"]) * elsewhere + apart
    return Expansion(begin, first, freedom, of.at["N"], ahead=ahead)


def _balanced(of: Curvature, terms: _Terms, start: float, first: float) -> float:
    """The shift at which h balances the closure where it leads, not where it begins.

    (1 + lambda(a)/sigma^2) a - 1 = sigma^2 h'(a)/(2 P (P - 1)) holds both orders of this kind: what
    it differs by from the ``first`` is of second order. Zero where there is no balance near it.
    """
    size, noise = of.at["P"], of.at["sigma2"]

    def left(amplitude: float) -> float:
        above, below = (amplitude * (1 + sign * _STEP) for sign in (1, -1))
        up, down = terms(above, of.moments(above)), terms(below, of.moments(below))
        with np.errstate(invalid="ignore"):  # far away h may be beyond doubles
            rise = float(up[0] - down[0])
        pull = rise / (above - below) * noise / (2 * size * (size - 1))
        level = of.levels(of.moments(amplitude))["target"]
        return amplitude * (1 + level / noise) - 1 - pull

    end = min(max(start + _FAR * first, _STEP), 1 - _STEP)
    if not left(start) * left(end) < 0:
        return 0.0
    return float(brentq(left, *sorted((start, end)), xtol=abs(first) / 50)) - start


def loss_expansion(
    parameters: Mapping[str, float], order: int = ORDER, step: float = _STEP
) -> Expansion:
    """The train loss with all orders that are known; mean field has what outputs leave open at its
    kernel. Left out is as much as the last order, or as a leaves out.

    Raises :class:`binodal.numerics.errors.Undecided` as mean field, and where orders do not fall.
    """
    known = expansion(parameters, order, step)
    known.require_small()
    start, orders, slope = loss_orders(parameters, order, step)
    shift = {"a": known.shift["a"], LOSS: sum(orders)}
    last = abs(orders[-1]) * (1 if orders[1:] else min(1.0, RATIO * known.freedom / known.width))
    moved = slope * known.dropped("a")
    begin, ahead = {"a": known.start["a"], LOSS: start}, {LOSS: max(last, moved)}
    return Expansion(begin, shift, known.freedom, known.width, ahead=ahead)


def loss_orders(
    parameters: Mapping[str, float], order: int = ORDER, step: float = _STEP
) -> tuple[float, list[float], float]:
    """The train loss of mean field, its known orders, and how much it changes with a.

    Raises :class:`binodal.numerics.errors.Undecided` as mean field.
    """
    values, amplitude = dict(parameters), solve_modes(parameters).a
    noise, size = values["sigma2"], values["P"]
    count = size**3

    def terms(sign: int) -> Array:
        of = Curvature({**values, "sigma2": noise * (1 + sign * step)}, order)
        start = solve_modes(of.at).a
        return _terms(of)(start, of.moments(start))

    def loss(slope: float) -> float:
        (whole,) = _functions()["loss"](amplitude, size, noise, slope, count)
        return float(whole) / count

    slopes = ((terms(1) - terms(-1)) / (2 * step * noise)).tolist()
    start = losses(values, solve_modes(values))[LOSS]
    orders = [loss(slopes[0]) - start, *(loss(slope) - loss(0.0) for slope in slopes[1:])]
    return start, orders, abs(loss(0.0) - noise) * 2 / amplitude


def predictions(parameters: Mapping[str, float]) -> Iterator[Prediction]:
    """a, lambda, x2, x, x4 and the train loss at the highest order in 1/N that is offered.

    The error is that of quadrature and differences and the estimated size of the next order. A row
    says why there is none: even or large P, or corrections that do not fall.
    """
    yield from rows(partial(_fine_and_coarse, parameters, expansion), OBSERVABLES, 1)
    yield from rows(partial(_fine_and_coarse, parameters, loss_expansion), [LOSS], 1)


def corrections(parameters: Mapping[str, Fraction], theory: str) -> dict[str, object]:
    """The first order as a solution carries it, or why there is none."""
    if theory != "derived":
        return {WIDTH: None, "why": DERIVED_ONLY}
    return in_width(lambda: first_order({name: float(v) for name, v in parameters.items()}))


def first_order(parameters: Mapping[str, float]) -> dict[str, object]:
    """The first order of a, lambda, x2, x and x4 at N, with what it leaves out.

    Raises :class:`binodal.numerics.errors.Undecided` where it is not small, and at even or large P.
    """
    pair = _fine_and_coarse(parameters, partial(expansion, second=False))
    return shifts(*pair, OBSERVABLES)


def _fine_and_coarse(
    parameters: Mapping[str, float], of: Callable[..., Expansion]
) -> tuple[Expansion, Expansion]:
    _require_offered(int(parameters["P"]))
    fine, coarse = of(parameters), of(parameters, ORDER - 2, 2 * _STEP)
    fine.require_share()
    return fine, coarse


def _require_offered(order: int) -> None:
    if order % 2 == 0:
        raise Undecided(f"P = {order}: the first order in 1/N is offered for odd P")
    if order > LARGEST:
        raise Undecided(f"P = {order}: the first order in 1/N is offered up to P = {LARGEST}")
