"""Modes of the residual around the teacher's axis: what a finite d adds to functions of w*.x.

The mean residual is a function of w*.x and of the length of the rest of x alone. T_j is
(sum_i d_i d_i)^j in Hermite polynomials of the d - 1 inputs across the axis: T_1 = |x|^2 - (w*.x)^2
- (d - 1). Modes He_k(w*.x) T_j are orthogonal and complete, and of order 1/d in a residual whose
target is a function of w*.x.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from math import factorial

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.hermite import mode, t
from binodal.derive.gaussian.rank_one import TEACHER2
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import d
from binodal.models.single_index.derivations.action import m
from binodal.models.single_index.derivations.several import PLACE, polynomial_mean

_POWERS = (4, 5)
Terms = Iterator[tuple[int, tuple[int, ...]]]


def angular_factor(k: int, j: int) -> sp.Expr:
    """m^k (1 - m^2)^j: <He_k T_j phi(w.x)> over c_{k + 2 j}(r)."""
    return m**k * (1 - m**2) ** j


def squared_norm(k: int, j: int) -> sp.Expr:
    """<(He_k T_j)^2> = k! 4^j j! ((d - 1)/2)_j."""
    return factorial(k) * 4**j * factorial(j) * sp.rf((d - 1) / 2, j)


def _terms(j: int, across: int) -> Terms:
    """T_j as (weight, orders of Hermite polynomials), by the multinomial theorem."""
    for parts in product(range(j + 1), repeat=across):
        if sum(parts) == j:
            weight = factorial(j)
            for part in parts:
                weight //= factorial(part)
            yield weight, tuple(2 * part for part in parts)


def _hermite(order: int, at: sp.Symbol) -> sp.Expr:
    return mode(order).subs({TEACHER2: 1, t: at})


def _overlap_cases(claim: sp.Tuple) -> Cases:
    """Exact moments in d = 3 for phi = z^4 and z^5, c_k = E[(r z)^p He_k(z)]."""
    inputs, z = sp.symbols("x1 x2 x3"), sp.Symbol("z")
    w2 = sum(w**2 for w in PLACE)
    norm = sp.sqrt(w2)
    force = sum(w * x for w, x in zip(PLACE, inputs, strict=True))
    for (k, j), factor in zip(_MODES, claim, strict=True):
        power = _POWERS[k % 2]
        around = sum(
            weight * sp.prod([_hermite(o, x) for o, x in zip(of, inputs[1:], strict=True)])
            for weight, of in _terms(j, 2)
        )
        direct = polynomial_mean(_hermite(k, inputs[0]) * around * force**power, inputs)
        single = polynomial_mean(_hermite(k + 2 * j, z) * (norm * z) ** power, (z,))
        yield (k, j), sp.simplify(factor.subs(m, PLACE[0] / norm) * single), direct


def _norm_cases(claim: sp.Tuple) -> Cases:
    """The sum over all terms of T_j, each with its own norm, in d = 3, 4 and 6."""
    for (k, j), norm in zip(_MODES, claim, strict=True):
        for size in (3, 4, 6):
            terms = _terms(j, size - 1)
            whole = sum(w**2 * sp.prod([sp.factorial(o) for o in of]) for w, of in terms)
            yield (k, j, size), sp.expand_func(norm.subs(d, size)), sp.factorial(k) * whole


_MODES = ((0, 1), (1, 1), (2, 1), (0, 2), (1, 2))


@cache
def around() -> Derivation:
    """Overlaps and norms of He_k(w*.x) T_j for some k and j.

    Results: ``overlap_K_J`` over c_{K + 2 J}(r), and ``norm_K_J``. Source: derived here.
    """
    factors = sp.Tuple(*(angular_factor(k, j) for k, j in _MODES))
    norms = sp.Tuple(*(squared_norm(k, j) for k, j in _MODES))
    steps = (
        Step(
            "overlaps around the axis",
            "Stein's identity for every factor; the squared components of w across the axis add "
            "up to r^2 (1 - m^2)",
            sp.Tuple(*(m**k for k, _ in _MODES)),
            factors,
            "derived here",
            equal_on(_overlap_cases, "exact moments in d = 3 for phi = z^4 and z^5"),
            (Assumption.GAUSSIAN_DATA, Assumption.UNIT_TEACHER),
        ),
        Step(
            "norms around the axis",
            "the j-th power of the Laplacian of |x|^(2 j) in d - 1 dimensions",
            factors,
            norms,
            "derived here",
            equal_on(_norm_cases, "all terms of T_j, one by one, in d = 3, 4 and 6"),
        ),
    )
    results = {f"overlap_{k}_{j}": e for (k, j), e in zip(_MODES, factors, strict=True)}
    results |= {f"norm_{k}_{j}": e for (k, j), e in zip(_MODES, norms, strict=True)}
    return Derivation("Modes of the residual around the teacher's axis", steps, results)
