"""A ratio of two means over a network's neurons, at first order in 1/N: both fluctuate.

What a network shows as <f>/<g> is not the ratio of the laws' means: the spread of <f> and of <g>
from draw to draw is of order 1/N, as the shifts of the means are.
"""

from __future__ import annotations

from functools import cache
from math import exp

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.finite_data_checks import approached
from binodal.derive.finite_width import AMPLITUDE, LEVEL, LEVEL_SLOPE, finite_width, stiffness
from binodal.derive.finite_width_checks import FirstOrder, TwoAtoms
from binodal.derive.step import Step
from binodal.derive.symbols import N, sigma2

UPPER, LOWER = sp.symbols("f g", positive=True)
"""<f> and <g> over the saddle's law."""
COVARIANCE = sp.symbols("C_fg f_1 level_g", real=True)
"""cov(f, g) over the law, d<f>/dA, and d lambda by the strength of g in the law's exponent."""
MOVED = sp.symbols("df dg s_gg s_fg", real=True)
"""Shifts of <f> and <g> at first order, and N times the variance of a network's mean of g and its
covariance with that of f."""


def neuron_covariance() -> sp.Expr:
    """N cov(mean f, mean g): second derivative of log Z by sources of both.

    The source of g moves the saddle by dA = -(A/sigma^2) level_g/stiffness, so that neurons are
    correlated at the order of their own variance.
    """
    own, slope, level = COVARIANCE
    return own - slope * AMPLITUDE * level / (sigma2 * stiffness())


def ratio_shift() -> sp.Expr:
    """<mean f/mean g> - f/g, to order 1/N."""
    up, down, variance, joint = MOVED
    fluctuation = (variance / LOWER**2 - joint / (UPPER * LOWER)) / N
    return UPPER / LOWER * (up / UPPER - down / LOWER + fluctuation)


_SIZES = (200, 400, 800)


class _Twice:
    """Two atoms s at mean field, with f = s and g = s^2, and both at first order."""

    def __init__(self, noise: float, spread: float, eta: float) -> None:
        self.model, self.spread = TwoAtoms(noise, spread, eta), spread
        general = finite_width().results
        names = ("balance", "amplitude_shift", "mean_shift", "covariance_weight")
        formulas = FirstOrder(*(general[name] for name in names))
        (share, upper), (_, up) = self.model.first_order(formulas)
        (_, lower), (_, down) = self.model.first_order(formulas, power=2)
        self.means, self.moved = (upper, lower), (up, down)
        force = share * eta / noise
        atoms = [(p * exp(spread * (s * force) ** 2 / 2), s) for p, s in self.model.atoms]
        total = sum(weight for weight, _ in atoms)
        self._moment = [sum(w * s**k for w, s in atoms) / total for k in range(5)]
        self._rate = spread * force**2 / share
        slope = spread * self._rate * self._cov(2, 2)
        self._at = {AMPLITUDE: share, sigma2: noise, LEVEL: spread * self._moment[2]}
        self._at[LEVEL_SLOPE] = slope

    def _cov(self, i: int, j: int) -> float:
        return self._moment[i + j] - self._moment[i] * self._moment[j]

    def spread_of(self, claim: sp.Expr, i: int, j: int) -> float:
        """N times the covariance of the means of s^i and s^j, as claimed."""
        own = (self._cov(i, j), self._rate * self._cov(i, 2), self.spread * self._cov(2, j))
        return float(claim.subs({**self._at, **dict(zip(COVARIANCE, own, strict=True))}))


def _claims(claim: sp.Tuple) -> Claims:
    """The two formulas for two atoms, and sums over all states of their neurons."""
    covariance, ratio = claim
    for noise, spread, eta in ((0.7, 0.9, 0.8), (0.2, 0.5, 0.4)):
        of = _Twice(noise, spread, eta)
        variance, joint = (of.spread_of(covariance, i, 2) for i in (2, 1))
        exact = [of.model.averages(n, lambda f, g: (f / g, f * g, f, g)) for n in _SIZES]
        pairs = list(zip(_SIZES, exact, strict=True))
        left = [n * (both - f * g) - joint for n, (_, both, f, g) in pairs]
        yield (noise, "covariance", left), approached(left, joint)
        values = dict(zip((UPPER, LOWER), of.means, strict=True)) | {N: 1}
        values |= dict(zip(MOVED, (*of.moved, variance, joint), strict=True))
        slope, start = float(ratio.subs(values)), of.means[0] / of.means[1]
        left = [n * (value - start) - slope for n, (value, *_) in pairs]
        yield (noise, "ratio", left), approached(left, slope)


@cache
def neuron_ratio() -> Derivation:
    """Results ``neuron_covariance`` and ``ratio_shift``. Source: derived here."""
    step = Step(
        "ratio of two means",
        "second derivatives of log Z by two sources, the saddle following them; a ratio of means "
        "to second order in both",
        UPPER / LOWER,
        sp.Tuple(neuron_covariance(), ratio_shift()),
        all_hold(_claims, "exact sums over all 2^N states of two atoms, N = 200..800"),
        (Assumption.WIDTH_FIRST_ORDER,),
    )
    results = {"neuron_covariance": neuron_covariance(), "ratio_shift": ratio_shift()}
    return Derivation("A ratio over neurons at first order in 1/N", (step,), results)
