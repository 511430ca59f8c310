"""The first order in 1/n for Gaussian inputs: a neuron's output at given overlaps of the input.

D = <m^2 v> - <m K m> is a trace over the sectors of the first order in 1/N. m^2 depends on
t = w*.x alone, so that no two sectors meet and t itself is the basis: m^2 is diagonal.
"""

from __future__ import annotations

from functools import cache
from math import erf, exp, pi, sqrt

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.finite_data import finite_data
from binodal.derive.step import Cases, Step, close_on
from binodal.derive.symbols import q, s

TEACHER = sp.Symbol("t", real=True)
"""w*.x at one input."""
SHARE = sp.Symbol("zeta", nonnegative=True)
"""The variable of Mehler's sum, up to 2 s/(1 + 2 s)."""
_PLACES = ((0.6, 2 / 7, 0.9), (1.25, 1 / 3, -0.4))


def mean_at() -> sp.Expr:
    """<erf(w.x)> over directions across w*: the part in sector 0.

    >>> mean_at()
    erf(q*t/sqrt(2*s + 1))
    """
    return sp.erf(q * TEACHER / sp.sqrt(1 + 2 * s))


def slope_at() -> sp.Expr:
    """sqrt(sum_j <x_j erf(w.x)>^2) across w*, by Stein's identity: the part in sector 1."""
    return sp.sqrt(s) / q * sp.diff(mean_at(), TEACHER)


def largest_share() -> sp.Expr:
    """Where the integral of :func:`spread_at` ends."""
    return 2 * s / (1 + 2 * s)


def spread_at() -> sp.Expr:
    """The variance of erf(w.x) across w*, as an integrand over shares.

    Sector l holds (s^l/l!) (d^l <erf>/dq^l)^2, a squared Hermite function times share^l/l: Mehler's
    kernel is the sum of their derivatives by the share.
    """
    height = 2 / (sp.pi * sp.sqrt(1 - SHARE**2))
    return height * sp.exp(-2 * (q * TEACHER) ** 2 / (1 + 2 * s) / (1 + SHARE))


def _across(overlap: float, perp2: float, place: float) -> tuple[float, float, float]:
    """<erf>, <z erf> and <erf^2> over a Gaussian z across w*, by the trapezoidal rule."""
    step, total = 1 / 16, [0.0, 0.0, 0.0]
    for k in range(-192, 193):
        z = k * step
        height, weight = erf(overlap * place + sqrt(perp2) * z), exp(-z * z / 2)
        for power, value in enumerate((height, z * height, height**2)):
            total[power] += value * weight * step / sqrt(2 * pi)
    return total[0], total[1], total[2]


def _node_cases(claim: sp.Tuple) -> Cases:
    for overlap, perp2, place in _PLACES:
        point = {q: sp.Float(overlap, 20), s: sp.Float(perp2, 20), TEACHER: sp.Float(place, 20)}
        direct = _across(overlap, perp2, place)
        for order, value in enumerate(claim[:2]):
            yield (order, place), value.subs(point), sp.Float(direct[order])


def _spread_cases(claim: sp.Tuple) -> Cases:
    """The whole variance at a node, by Simpson's rule over the shares."""
    integrand, end = claim
    for overlap, perp2, place in _PLACES:
        point = {q: sp.Float(overlap, 20), s: sp.Float(perp2, 20), TEACHER: sp.Float(place, 20)}
        mean, _, square = _across(overlap, perp2, place)
        height, top = sp.lambdify(SHARE, integrand.subs(point), "math"), float(end.subs(point))
        steps = 400
        inside = sum((4 if k % 2 else 2) * height(top * k / steps) for k in range(1, steps))
        whole = (height(0.0) + inside + height(top)) * top / steps / 3
        yield place, sp.Float(whole), sp.Float(square - mean**2)


@cache
def finite_data_of_continuum() -> Derivation:
    """Results ``mean_at``, ``slope_at``, ``spread_at`` and ``largest_share``, after those of the
    general first order in 1/n. Source: derived here."""
    output = sp.erf(q * TEACHER + sp.sqrt(s) * sp.Symbol("z"))
    data = (Assumption.GAUSSIAN_DATA, Assumption.UNIT_TEACHER)
    steps = (
        Step(
            "outputs at a given overlap of the input",
            "a Gaussian average of erf is erf of its mean over the widened scale; Stein's identity",
            output,
            sp.Tuple(mean_at(), slope_at()),
            close_on(_node_cases, "trapezoidal rule across w*", 11),
            data,
        ),
        Step(
            "all sectors across the teacher",
            "Parseval over sectors 1, 2, ... at each input, summed by Mehler's formula",
            output**2,
            sp.Tuple(spread_at(), largest_share()),
            close_on(_spread_cases, "the variance of erf across w* by the trapezoidal rule", 9),
        ),
    )
    results = {
        "mean_at": mean_at(),
        "slope_at": slope_at(),
        "spread_at": spread_at(),
        "largest_share": largest_share(),
    }
    own = Derivation("First order in 1/n, teacher-student", steps, results)
    return finite_data().then(own)
