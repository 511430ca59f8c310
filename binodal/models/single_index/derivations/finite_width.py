"""The first order in 1/N for any activation: overlaps across the teacher's axis.

Rotations that keep w* leave a neuron's law as it is, so the curvature of the residual's saddle
falls into sectors: functions of w*.x, d - 1 copies of x_j He_k(w*.x), and the trace of the rest.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.finite_width import finite_width
from binodal.derive.gaussian.hermite import mode, t
from binodal.derive.gaussian.rank_one import TEACHER2
from binodal.derive.step import Cases, Step, equal_on
from binodal.models.single_index.derivations.action import m, overlap, r
from binodal.models.single_index.derivations.several import polynomial_mean

_POWER = 7
_PLACE = (sp.Rational(2, 3), sp.Rational(5, 7), sp.Rational(-1, 2))


def across_axis(k: int) -> sp.Expr:
    """<x_e He_k(w*.x)/sqrt(k!) phi> for e along the part of w across w*, with c_{k+1}(r).

    Stein's identity for every factor: w_j/r m^k c_{k+1} along j, and |w|_perp = r sqrt(1 - m^2).

    >>> across_axis(0)
    c_1*sqrt(1 - m**2)
    """
    return m**k * sp.sqrt(1 - m**2) * overlap(k + 1) / sp.sqrt(sp.factorial(k))


def _moment_cases(claim: sp.Tuple) -> Cases:
    """Exact moments in d = 3 for phi = z^7, along the part of w across the first axis."""
    inputs, z = sp.symbols("x1 x2 x3"), sp.Symbol("z")
    norm = sp.sqrt(sum(w**2 for w in _PLACE))
    force = sum(w * x for w, x in zip(_PLACE, inputs, strict=True))
    for k, value in zip((0, 2, 4), claim, strict=True):
        along = mode(k).subs({TEACHER2: 1, t: inputs[0]}) / sp.sqrt(sp.factorial(k))
        turned = sum(w * x for w, x in zip(_PLACE[1:], inputs[1:], strict=True))
        size = sp.sqrt(sum(w**2 for w in _PLACE[1:]))
        direct = polynomial_mean(turned * along * force**_POWER, inputs) / size
        single = polynomial_mean(mode(k + 1).subs({TEACHER2: 1, t: z}) * (norm * z) ** _POWER, (z,))
        at = {m: _PLACE[0] / norm, overlap(k + 1): single, r: norm}
        yield f"k = {k}", sp.simplify(value.subs(at)), sp.simplify(direct)


@cache
def finite_width_of_neurons() -> Derivation:
    """Results ``across_0``, ``across_2`` and ``across_4`` beside the general first order in 1/N.

    Source: derived here.
    """
    claims = sp.Tuple(*(across_axis(k) for k in (0, 2, 4)))
    step = Step(
        "overlaps across the teacher",
        "Stein's identity once along the part of w across w*, and k times along w*",
        sp.Tuple(*(overlap(k + 1) for k in (0, 2, 4))),
        claims,
        "derived here",
        equal_on(_moment_cases, "exact Gaussian moments in d = 3, phi = z^7"),
        (Assumption.GAUSSIAN_DATA, Assumption.UNIT_TEACHER),
    )
    results = {f"across_{k}": value for k, value in zip((0, 2, 4), claims, strict=True)}
    own = Derivation("First order in 1/N, single-index", (step,), results)
    return finite_width().then(own)
