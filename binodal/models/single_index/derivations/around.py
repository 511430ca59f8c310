"""Modes of the residual around the teacher's axes: what a finite d adds to functions of w*.x.

The mean residual is a function of w*_1.x ... w*_J.x and of the length of the rest of x alone. T_j
is (sum_i d_i d_i)^j in Hermite polynomials of the d - J inputs across the axes: with one of them
T_1 = |x|^2 - (w*.x)^2 - (d - 1). Modes He_a1(w*_1.x) ... He_aJ(w*_J.x) T_j are orthogonal and
complete, and of order 1/d in a residual whose target is a function of the w*_i.x.
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
MultiIndex = tuple[int, ...]
Terms = Iterator[tuple[int, tuple[int, ...]]]


def cosines(count: int) -> tuple[sp.Symbol, ...]:
    """m, or m_1 ... m_J with several directions.

    >>> cosines(1), cosines(2)
    ((m,), (m_1, m_2))
    """
    return (m,) if count == 1 else tuple(sp.symbols(f"m_1:{count + 1}", real=True))


def angular_factor(index: MultiIndex, j: int) -> sp.Expr:
    """prod_i m_i^{a_i} (1 - |m|^2)^j: <He_a T_j phi(w.x)> over c_{|a| + 2 j}(r)."""
    along = cosines(len(index))
    powers = [place**a for place, a in zip(along, index, strict=True)]
    return sp.prod(powers) * (1 - sum(place**2 for place in along)) ** j


def squared_norm(index: MultiIndex, j: int) -> sp.Expr:
    """<(He_a T_j)^2> = prod_i a_i! 4^j j! ((d - J)/2)_j."""
    own = sp.prod([sp.factorial(a) for a in index])
    return own * 4**j * factorial(j) * sp.rf((d - len(index)) / 2, j)


def _terms(j: int, across: int) -> Terms:
    """T_j as (weight, orders of Hermite polynomials), by the multinomial theorem."""
    for parts in product(range(j + 1), repeat=across):
        if sum(parts) == j:
            weight = factorial(j)
            for part in parts:
                weight //= factorial(part)
            yield weight, tuple(2 * part for part in parts)


def _hermite(order: int, symbol: sp.Symbol) -> sp.Expr:
    return mode(order).subs({TEACHER2: 1, t: symbol})


def _overlap_cases(claim: sp.Tuple) -> Cases:
    """Exact moments in d = 3 for phi = z^4 and z^5, c_k = E[(r z)^p He_k(z)]."""
    inputs, z = sp.symbols("x1 x2 x3"), sp.Symbol("z")
    norm = sp.sqrt(sum(w**2 for w in PLACE))
    force = sum(w * x for w, x in zip(PLACE, inputs, strict=True))
    for (index, j), factor in zip(_MODES, claim, strict=True):
        count, degree = len(index), sum(index) + 2 * j
        power = _POWERS[degree % 2]
        around = sum(
            weight * sp.prod([_hermite(o, x) for o, x in zip(of, inputs[count:], strict=True)])
            for weight, of in _terms(j, 3 - count)
        )
        along = sp.prod([_hermite(a, x) for a, x in zip(index, inputs, strict=False)])
        direct = polynomial_mean(along * around * force**power, inputs)
        single = polynomial_mean(_hermite(degree, z) * (norm * z) ** power, (z,))
        point = {of: w / norm for of, w in zip(cosines(count), PLACE, strict=False)}
        yield (index, j), sp.simplify(factor.subs(point) * single), direct


def _norm_cases(claim: sp.Tuple) -> Cases:
    """The sum over all terms of T_j, each with its own norm, in d = 3, 4 and 6."""
    for (index, j), norm in zip(_MODES, claim, strict=True):
        own = sp.prod([sp.factorial(a) for a in index])
        for size in (3, 4, 6):
            terms = _terms(j, size - len(index))
            whole = sum(w**2 * sp.prod([sp.factorial(o) for o in of]) for w, of in terms)
            yield (index, j, size), sp.expand_func(norm.subs(d, size)), own * whole


_MODES = (((0,), 1), ((1,), 1), ((2,), 1), ((0,), 2), ((1,), 2), ((1, 1), 1), ((2, 1), 1))


def _named(index: MultiIndex, j: int) -> str:
    return "_".join(map(str, (*index, j)))


@cache
def around() -> Derivation:
    """Overlaps and norms of He_a T_j for some a and j, with one direction and with two.

    Results: ``overlap_K_J`` over c_{K + 2 J}(r), and ``norm_K_J``; of two directions
    ``overlap_A_B_J``. Source: derived here.
    """
    factors = sp.Tuple(*(angular_factor(*mode) for mode in _MODES))
    norms = sp.Tuple(*(squared_norm(*mode) for mode in _MODES))
    bare = (angular_factor(index, 0) for index, _ in _MODES)
    steps = (
        Step(
            "overlaps around the axes",
            "Stein's identity for every factor; the squared components of w across the axes add "
            "up to r^2 (1 - |m|^2)",
            sp.Tuple(*bare),
            factors,
            equal_on(_overlap_cases, "exact moments in d = 3 for phi = z^4 and z^5"),
            (Assumption.GAUSSIAN_DATA, Assumption.UNIT_TEACHER),
        ),
        Step(
            "norms around the axes",
            "the j-th power of the Laplacian of |x|^(2 j) in d - J dimensions",
            factors,
            norms,
            equal_on(_norm_cases, "all terms of T_j, one by one, in d = 3, 4 and 6"),
        ),
    )
    results = {f"overlap_{_named(*mode)}": e for mode, e in zip(_MODES, factors, strict=True)}
    results |= {f"norm_{_named(*mode)}": e for mode, e in zip(_MODES, norms, strict=True)}
    return Derivation("Modes of the residual around the teacher's axes", steps, results)
