"""The first order in 1/N for any activation: overlaps across the teacher's axis.

Rotations that keep all J directions w*_j leave a neuron's law as it is, so the curvature of the
residual's saddle falls into sectors: functions of the w*_j.x, d - J copies of x_e He_a(w*.x), and
the trace of the rest. A bias of each neuron's own is one more argument of c_k.
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
from binodal.models.single_index.derivations.action import overlap
from binodal.models.single_index.derivations.around import MultiIndex, angular_factor, cosines
from binodal.models.single_index.derivations.several import polynomial_mean

_POWER = 7
_INDICES: tuple[MultiIndex, ...] = ((0,), (2,), (4,), (1, 1), (2, 0))
_PLACE = (sp.Rational(2, 3), sp.Rational(5, 7), sp.Rational(-1, 2))


def across_axis(index: MultiIndex) -> sp.Expr:
    """<x_e He_a(w*.x)/sqrt(a!) phi> for e along the part of w across all w*_j, with c_{|a|+1}(r).

    Stein's identity for every factor: w_e/r m^a c_{|a|+1} along e, and w_e = r sqrt(1 - |m|^2).

    >>> across_axis((0,)), across_axis((1, 0))
    (c_1*sqrt(1 - m**2), c_2*m_1*sqrt(-m_1**2 - m_2**2 + 1))
    """
    own = sp.prod([sp.factorial(a) for a in index])
    factor = angular_factor(index, 0) * sp.sqrt(angular_factor((0,) * len(index), 1))
    return factor * overlap(sum(index) + 1) / sp.sqrt(own)


def _moment_cases(claim: sp.Tuple) -> Cases:
    """Exact moments in d = 3 for phi = z^7, along the part of w across the axes."""
    inputs, z = sp.symbols("x1 x2 x3"), sp.Symbol("z")
    norm = sp.sqrt(sum(w**2 for w in _PLACE))
    force = sum(w * x for w, x in zip(_PLACE, inputs, strict=True))
    for index, value in zip(_INDICES, claim, strict=True):
        count, degree = len(index), sum(index) + 1
        along = sp.prod(
            [
                mode(a).subs({TEACHER2: 1, t: x}) / sp.sqrt(sp.factorial(a))
                for a, x in zip(index, inputs, strict=False)
            ]
        )
        turned = sum(w * x for w, x in zip(_PLACE[count:], inputs[count:], strict=True))
        size = sp.sqrt(sum(w**2 for w in _PLACE[count:]))
        direct = polynomial_mean(turned * along * force**_POWER, inputs) / size
        single = polynomial_mean(
            mode(degree).subs({TEACHER2: 1, t: z}) * (norm * z) ** _POWER, (z,)
        )
        point = {of: w / norm for of, w in zip(cosines(count), _PLACE, strict=False)}
        yield str(index), sp.simplify(value.subs({**point, overlap(degree): single})), direct


@cache
def finite_width_of_neurons() -> Derivation:
    """Results ``across_0``, ``across_2``, ``across_4``, of two directions ``across_1_1`` and
    ``across_2_0``, beside the general first order in 1/N.

    Source: derived here.
    """
    claims = sp.Tuple(*(across_axis(index) for index in _INDICES))
    step = Step(
        "overlaps across the teacher",
        "Stein's identity once along the part of w across all w*_j, and a_j times along w*_j",
        sp.Tuple(*(overlap(sum(index) + 1) for index in _INDICES)),
        claims,
        equal_on(_moment_cases, "exact Gaussian moments in d = 3, phi = z^7"),
        (Assumption.GAUSSIAN_DATA, Assumption.UNIT_TEACHER),
    )
    names = ("_".join(map(str, index)) for index in _INDICES)
    results = {f"across_{name}": value for name, value in zip(names, claims, strict=True)}
    own = Derivation("First order in 1/N, single-index", (step,), results)
    return finite_width().then(own)
