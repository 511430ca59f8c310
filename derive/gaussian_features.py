"""Orders in 1/N of a kernel of N Gaussian features: Wishart moments, by Bartlett's triangle."""

from __future__ import annotations

from functools import reduce
from itertools import product
from operator import mul

import sympy as sp

from binodal.derive.step import Cases

_SMALL, _LEVEL = sp.symbols("small level")
_ORDER = 3


def _triangle(rows: int) -> tuple[sp.Matrix, dict[sp.Symbol, int]]:
    """L of N W = L L^T: chi's with N, N - 1, ... degrees of freedom over standard normals."""
    names = {(i, j): sp.Symbol(f"l{i}{j}") for i, j in product(range(rows), repeat=2) if j <= i}
    lower = sp.Matrix(rows, rows, lambda i, j: names.get((i, j), sp.Integer(0)))
    return lower, {name: i if i == j else -1 for (i, j), name in names.items()}


def _moment(power: int, row: int) -> sp.Expr:
    """<l^power>, times small^(power/2) on the diagonal: chi^2 with 1/small - row, or a normal."""
    if power % 2:
        return sp.Integer(0)
    if row < 0:
        return sp.factorial2(power - 1) * _SMALL ** (power // 2)
    factors = (1 + (2 * k - row) * _SMALL for k in range(power // 2))
    return reduce(mul, factors, sp.Integer(1))


def _averaged(polynomial: sp.Expr, rows: dict[sp.Symbol, int]) -> sp.Expr:
    """The mean of a polynomial in L whose every entry stands for sqrt(small) times its own."""
    names = list(rows)
    terms = sp.Poly(polynomial, *names).terms()
    return sum(
        factor * reduce(mul, (_moment(p, rows[z]) for p, z in zip(powers, names, strict=True)))
        for powers, factor in terms
    )


def _cut(expression: sp.Expr) -> sp.Expr:
    """Up to the third power of the level."""
    whole = sp.expand(expression)
    return sum(whole.coeff(_LEVEL, k) * _LEVEL**k for k in range(_ORDER + 1))


def ratio_cases(ratio: sp.Expr, share: sp.Symbol) -> Cases:
    """<(1 + level W)^{-1}>_11 weighted by det(1 + level W)^{-O/2}, at small levels.

    The first order in 1/N begins with level^2, the second with level^3; ``ratio`` is of their
    sizes, with level for ``share``.
    """
    for inputs, outputs in ((1, 0), (1, 1), (2, 0), (2, 1), (2, 3)):
        lower, rows = _triangle(inputs)
        gram = lower * lower.T
        powers = [gram**k for k in range(_ORDER + 1)]
        inverse = sum((-_LEVEL) ** k * powers[k][0, 0] for k in range(_ORDER + 1))
        logs = sum(-((-_LEVEL) ** k) * powers[k].trace() / k for k in range(1, _ORDER + 1))
        exponent = -sp.Rational(outputs, 2) * logs
        weight = _cut(sum(exponent**k / sp.factorial(k) for k in range(_ORDER + 1)))
        top, volume = (_averaged(_cut(f), rows) for f in (inverse * weight, weight))
        mean = sp.series(_cut(top) / volume, _LEVEL, 0, _ORDER + 1).removeO()
        first = sp.expand(mean).coeff(_LEVEL, 2).coeff(_SMALL, 1)
        second = sp.expand(mean).coeff(_LEVEL, 3).coeff(_SMALL, 2)
        named = {"D": inputs, "O": outputs, "N": 1 / _SMALL}
        point = {z: named[z.name] for z in ratio.free_symbols if z.name in named}
        yield (inputs, outputs), ratio.subs(point) / share / _SMALL, -second / first
