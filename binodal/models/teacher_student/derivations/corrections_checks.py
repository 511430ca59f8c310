"""The zero state at finite d by quadrature: its moments, its residual and the birth it moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import product
from math import exp, log

import sympy as sp

from binodal.derive.checks import Claims
from binodal.derive.symbols import N, b, c, d, epsilon, kappa, n, rho, sigma2, sigma_a2, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.closure import MEAN_RHO, closure_residuals
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.limit import zero_branch

Values = Mapping[sp.Symbol, float]
Residual = tuple[float, float]

SIZES = (4000, 8000)
"""Two large d: differences from the limit times d, extrapolated to 1/d = 0."""
_COUNT = 60
_REACH = (15.0, 7.0)
"""How far q and log s go, in the widths they would have without an interaction."""


def moments(size: int, values: Values, theory: str) -> tuple[float, float, float]:
    """<rho>, <rho^2>, <rho^3> over the law of (q, s), by the midpoint rule in q and log s."""
    width, modes = values[sigma_w2], (values[b], values[c])
    sums = [0.0] * 4
    for i in range(_COUNT):
        overlap = _REACH[0] * (i + 0.5) / _COUNT / size**0.5
        for k in range(_COUNT if theory == "derived" else 1):
            turn = _REACH[1] * ((k + 0.5) / _COUNT * 2 - 1) * (2.0 / size) ** 0.5
            spread = width * (exp(turn) if theory == "derived" else 1.0)
            cosine_squared = overlap**2 / (1 + 2 * (overlap**2 + spread))
            field = modes[0] - 2 * modes[1] * cosine_squared
            height = size * (values[kappa] * cosine_squared * field**2 - overlap**2 / (2 * width))
            if theory == "derived":
                height += (size - 1) / 2 * log(spread / width) - size * (spread / width - 1) / 2
            weight = exp(height)
            for power in range(4):
                sums[power] += weight * cosine_squared**power
    return sums[1] / sums[0], sums[2] / sums[0], sums[3] / sums[0]


@cache
def _compiled(theory: str) -> tuple[Callable[..., list[float]], Callable[..., list[float]]]:
    """As floats: both closure rows in units of sigma^2/n, and three slopes of S at rho."""
    rows = [row * n / sigma2 for row in closure_residuals()]
    density = action(theory).density()
    slopes = [sp.diff(density, rho, k) for k in (1, 2, 3)]
    return (
        sp.lambdify((b, c, *MEAN_RHO, epsilon, n, sigma2, sigma_a2), rows, "math"),
        sp.lambdify((rho, b, c, kappa, sigma_w2), slopes, "math"),
    )


def at_size(size: int, values: Values) -> dict[sp.Symbol, float]:
    """``values`` holds n/d and N/d under n and N: along this line kappa and the gain stay."""
    point = {**values, n: values[n] * size, N: values[N] * size, d: float(size)}
    return {**point, kappa: float(coupling().subs(point))}


def _secant(function: Callable[[float], float], first: float, second: float) -> float:
    """A zero near two starting values."""
    low, at_low, high = first, function(first), second
    while abs(high - low) > 1e-14 * abs(high):
        at_high = function(high)
        if at_high == at_low:
            break
        low, at_low, high = high, at_high, high - at_high * (high - low) / (at_high - at_low)
    return high


def limit_residual(values: Values) -> Residual:
    """(b, c) of the zero state in the limit: bisection of its cubic, and c = eps."""
    numbers = at_size(1, values)
    branch = sp.lambdify(
        b, zero_branch().subs({k: v for k, v in numbers.items() if k != b}), "math"
    )
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if branch(middle) < 0 else (low, middle)
    return low, numbers[epsilon]


def zero_residual(size: int, values: Values, theory: str) -> Residual:
    """(b, c) of the zero state at this d; c solves its row at each b."""
    numbers, start = at_size(size, values), limit_residual(values)[0]
    rows, _ = _compiled(theory)
    cubic = numbers[epsilon]

    def row(index: int, linear: float) -> float:
        here = {**numbers, b: linear, c: cubic}
        means = moments(size, here, theory)
        return rows(
            linear, cubic, *means, numbers[epsilon], numbers[n], numbers[sigma2], numbers[sigma_a2]
        )[index]

    def first(linear: float) -> float:
        nonlocal cubic
        for _ in range(2):
            cubic -= row(1, linear) / 6**0.5
        return row(0, linear)

    return _secant(first, start, start * (1 - 1e-4)), cubic


def birth_temperature(size: int | None, values: Values, theory: str) -> float:
    """sigma^2 where the feature is born in the zero state's residual at this d, or in the limit."""

    def lowest_slope(temperature: float) -> float:
        here = {**values, sigma2: temperature}
        residual = zero_residual(size, here, theory) if size else limit_residual(here)
        point = {**at_size(size or 1, here), b: residual[0], c: residual[1]}
        return _slopes(_softest(point, theory), point, theory)[0]

    return _secant(lowest_slope, values[sigma2], values[sigma2] * 1.001)


def _slopes(place: float, point: Values, theory: str) -> list[float]:
    return _compiled(theory)[1](place, point[b], point[c], point[kappa], point[sigma_w2])


def _softest(point: Values, theory: str) -> float:
    """The rho near the given one where S'' = 0, by Newton's rule."""
    place = point[rho]
    for _ in range(30):
        _, second, third = _slopes(place, point, theory)
        place -= second / third
    return place


def _slope_in_size(value: Callable[[int], float], limit: float) -> float:
    """The coefficient of 1/d in ``found`` beside its limit."""
    low, high = ((value(size) - limit) * size for size in SIZES)
    return 2 * high - low


FIG2: Values = {
    sigma_w2: 0.5,
    epsilon: -0.3,
    sigma_a2: 8 / 700,
    n: 20.0,
    N: 14 / 3,
}
"""Fig. 2 along M.11, with n/d and N/d under n and N."""

_BIRTH: Mapping[str, Values] = {
    "published": {sigma2: 0.19, rho: 0.1},
    "derived": {sigma2: 0.233, rho: 0.13},
}
"""Near birth in the limit."""


_HELD: Values = {sigma_w2: 3 / 7, kappa: 11 / 5, b: 2 / 5, c: -3 / 8}


@cache
def _moment_slope(theory: str) -> float:
    width = 1 + 2 * _HELD[sigma_w2]
    stiffness = 1 / _HELD[sigma_w2] - 2 * _HELD[kappa] * _HELD[b] ** 2 / width
    return _slope_in_size(
        lambda size: size * moments(size, _HELD, theory)[0], 1 / (stiffness * width)
    )


def moment_claims(claim: sp.Tuple) -> Claims:
    """The coefficient of 1/d in d <rho> at a residual that is held."""
    for theory, second in zip(THEORIES, claim, strict=True):
        slope, expected = _moment_slope(theory), float(second.subs(_HELD))
        yield (theory, slope, expected), abs(slope - expected) < 2e-3 * abs(expected)


_WARM: Values = {**FIG2, sigma2: 0.3}


@cache
def _residual_slope(theory: str, index: int) -> float:
    def mode(size: int) -> float:
        return zero_residual(size, _WARM, theory)[index]

    return _slope_in_size(mode, limit_residual(_WARM)[index])


def residual_claims(claim: sp.Tuple) -> Claims:
    """The coefficients of 1/d in b and c of the closure with the law's own moments."""
    limit = limit_residual(_WARM)
    numbers = at_size(1, {**_WARM, b: limit[0], c: limit[1]})
    for (theory, index), value in zip(product(THEORIES, (0, 1)), claim, strict=True):
        slope = _residual_slope(theory, index)
        expected = float(value.subs(numbers))
        yield (theory, index, slope, expected), abs(slope - expected) < 3e-4 * abs(expected)


@cache
def _birth_slope(theory: str) -> tuple[float, float]:
    """sigma^2 at birth in the limit, and its coefficient of 1/d."""
    values = {**FIG2, **_BIRTH[theory]}
    limit = birth_temperature(None, values, theory)
    return limit, _slope_in_size(lambda size: birth_temperature(size, values, theory), limit)


def birth_claims(claim: sp.Tuple) -> Claims:
    """The coefficient of 1/d in sigma^2 at birth, the birth itself solved at each d."""
    for theory, value in zip(THEORIES, claim, strict=True):
        values = {**FIG2, **_BIRTH[theory]}
        limit, slope = _birth_slope(theory)
        numbers = at_size(1, {**values, sigma2: limit})
        numbers[b], numbers[c] = limit_residual({**values, sigma2: limit})
        expected = float(value.subs({**numbers, rho: _softest(numbers, theory)}))
        yield (theory, slope, expected), abs(slope - expected) < 1e-3 * abs(expected)
