"""An independent route to the closure at finite data: regression on all data sets of few inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log

import sympy as sp

from binodal.derive import regression
from binodal.derive.checks import Claims

_SIZES = (4, 8, 16)
_STEP = 1e-4
_CLOSER = 0.65
"""What is left over what the first order leaves: 0.53, 0.41 at n = 4, less beyond."""

_LOSSES = 0.15
"""The same of a loss, over what n -> infinity leaves."""

_Float = Callable[..., float]


def _numbers(claim: sp.Expr, *names: str) -> _Float:
    known = {symbol.name: symbol for symbol in claim.free_symbols}
    arguments = [known.get(name, sp.Symbol(name)) for name in names]
    function: _Float = sp.lambdify(arguments, claim, "math")
    return function


def closed(size: int, *claim: sp.Expr) -> list[float]:
    """By the closure under test: both modes of the residual on new inputs, and both losses."""
    own = size / regression.DENSITY
    arguments = (
        ("sigma2", "v"),
        ("sigma2", "nu"),
        ("n", "h_K_h"),
        ("n", "v", "nu", "sigma2"),
        ("n", "K_squared"),
        ("nu", "J", "n"),
        ("J", "sigma2", "n"),
        ("n", "sigma2"),
    )
    pairs = zip(claim, arguments, strict=True)
    widened, weigh, exactly_n, fluctuations, joint, moved, seen, train = (
        _numbers(one, *names) for one, names in pairs
    )

    def evidence(pulled: Sequence[float], squared: float = 0.0, rise: float = 0.0) -> float:
        noise, level, variances = own + rise, own, [0.0, 0.0]
        for _ in range(60):
            density = size / own * (weigh(own, level) + seen(squared, own, size))
            variances = [a / (1 + density * a) for a in regression.LEVELS]
            level = widened(noise, sum(variances))
        value = fluctuations(size, sum(variances), level, noise)
        value += joint(size, sum((v / level) ** 2 for v in variances))
        pulls = 0.0
        for which, force in enumerate(pulled):
            shift, learned = moved(level, force, size), variances[which]
            target = regression.TARGET[which] - shift
            missed = target / (1 + density * regression.LEVELS[which])
            pulls += ((missed + shift) / level) ** 2 * learned
            value += log(learned / regression.LEVELS[which]) / 2 - density * target * missed / 2
        return value + exactly_n(size, pulls)

    step = _STEP * size
    still, modes = (0.0, 0.0), ((step, 0.0), (0.0, step))
    slopes = [(evidence(up) - evidence((-up[0], -up[1]))) / (2 * step) for up in modes]
    slopes.append((evidence(still, -_STEP) - evidence(still, _STEP)) / (2 * _STEP))
    risen = (evidence(still, rise=_STEP) - evidence(still, rise=-_STEP)) / (2 * _STEP)
    return [*slopes, risen * train(size, own)]


def closed_claims(*claim: sp.Expr) -> Claims:
    """Closer to the mean over all data sets than the first order in 1/n, at the same n.

    Losses: than n -> infinity, by a factor.
    """
    learned, start = regression.learned(), regression.limit()
    far = sum(m**2 + v for m, v in zip(start, learned, strict=True))
    for size in _SIZES:
        try:
            exact, here = regression.averaged(size), closed(size, *claim)
        except (ValueError, OverflowError, ZeroDivisionError) as doubt:
            yield (size, str(doubt)), False
            return
        for which in (0, 1):
            others = sum(learned) - learned[which]
            slope = start[which] * regression.DENSITY**2 / size * learned[which] * others
            left = abs(here[which] - exact[which])
            first = abs(start[which] + slope - exact[which])
            yield (size, which, left, first), left < _CLOSER * first
        for loss, known in zip(here[2:], regression.losses(size), strict=True):
            left, limit = abs(loss - known), abs(far - known)
            yield (size, loss, left, limit), left < _LOSSES * limit
