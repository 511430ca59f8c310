"""Independent routes to the moments over subsets: all subsets counted, sums over pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import cos, pi

import sympy as sp

from binodal.derive.checks import Claims, ExactCases, generic_fractions
from binodal.derive.step import Cases
from binodal.derive.symbols import N, P, a, gamma, sigma2, sigma_a2, u, x, x_v
from binodal.models.modular.derivations.data import target
from binodal.models.modular.derivations.posterior import Row, cubed_modes

SQUARES, FOURTHS = sp.Symbol("sum_p (sum y^p (w_n + v_m)^2)^2"), sp.Symbol("sum (w_n + v_m)^4")
Pair = tuple[int, int]
_SHARE = Fraction(2, 7)


def _pairs(order: int) -> list[Pair]:
    return [(n, m) for n in range(order) for m in range(order)]


def _valued(claim: sp.Basic, values: dict[str, object]) -> Fraction:
    """A claim with values in place of symbols of these names, exactly."""
    point = {z: values[z.name] for z in claim.free_symbols}
    return Fraction(
        str(sp.Rational(claim.subs({z: sp.Rational(str(v)) for z, v in point.items()})))
    )


def indicator_cases(claim: sp.Tuple) -> ExactCases:
    """Variance and covariance by counting the subsets that hold a pair, and two pairs."""
    for order, kept in ((2, 1), (2, 3), (3, 2), (3, 5)):
        every = list(combinations(range(order**2), kept))
        share = Fraction(kept, order**2)
        one = Fraction(sum(0 in subset for subset in every), len(every))
        two = Fraction(sum(0 in subset and 1 in subset for subset in every), len(every))
        point: dict[str, object] = {"F": share, "P": order}
        yield (order, kept, "variance"), _valued(claim[0], point), one - share**2
        yield (order, kept, "covariance"), _valued(claim[1], point), two - share**2


def _values(order: int) -> tuple[list[list[Fraction]], Fraction]:
    """y^p (w_n + v_m)^2 by label and pair at generic weights, and the sum of (w_n + v_m)^4."""
    w, v = (generic_fractions(order, order + i) for i in (0, 1))
    squares = [(w[n] + v[m]) ** 2 for n, m in _pairs(order)]
    values = [
        [table[n][m] * s for (n, m), s in zip(_pairs(order), squares, strict=True)]
        for table in target(order)
    ]
    return values, sum((s**2 for s in squares), Fraction(0))


def _pulled(values: Sequence[Sequence[Fraction]], subset: Iterable[int]) -> Fraction:
    kept = list(subset)
    return sum((sum((row[i] for i in kept), Fraction(0)) ** 2 for row in values), Fraction(0))


def pull_cases(claim: sp.Tuple) -> ExactCases:
    """Squared pulls averaged over all subsets, weighted by F, and over those of one size."""
    for order, kept in ((2, 1), (2, 3), (3, 4)):
        values, fourths = _values(order)
        size, share = order**2, Fraction(kept, order**2)
        whole: dict[str, object] = {"P": order, FOURTHS.name: fourths}
        whole[SQUARES.name] = _pulled(values, range(size))
        some = [_pulled(values, subset) for subset in combinations(range(size), kept)]
        exactly = _valued(claim[1], {**whole, "F": share})
        yield (order, kept), exactly, sum(some, Fraction(0)) / len(some)
        mean = sum(
            (
                _SHARE**k * (1 - _SHARE) ** (size - k) * _pulled(values, subset)
                for k in range(size + 1)
                for subset in combinations(range(size), k)
            ),
            Fraction(0),
        )
        yield (order, "independent"), _valued(claim[0], {**whole, "F": _SHARE}), mean


def mode_rows(order: int, at_x: float, at_v: float) -> tuple[list[float], list[float]]:
    """w_n and v_m of the mode k = 1 alone with generic phases."""
    rows = [
        [2 * size**0.5 * cos(2 * pi * n / order + phase) for n in range(order)]
        for size, phase in ((at_x, 0.4), (at_v, 1.3))
    ]
    return rows[0], rows[1]


def _close(left: float, right: float) -> bool:
    return abs(left - right) < 1e-9 * (1 + abs(right))


def mode_claims(claim: sp.Tuple) -> Claims:
    """The three sums directly."""
    for order in (5, 7, 11):
        w, v = mode_rows(order, 0.7, 1.9)
        pairs, y = _pairs(order), target(order)
        pulls = [sum(float(t[n][m]) * (w[n] + v[m]) ** 2 for n, m in pairs) for t in y]
        direct = (
            sum(pull**2 for pull in pulls),
            sum((w[n] + v[m]) ** 4 for n, m in pairs),
            sum((2 * w[n] * v[m]) ** 2 for n, m in pairs),
        )
        for index, (expected, computed) in enumerate(zip(claim, direct, strict=True)):
            value = float(expected.subs({P: order, x: 0.7, x_v: 1.9}))
            yield (order, index), _close(value, computed)


def mean_claims(claim: sp.Expr) -> Claims:
    """The action by its definition with E xi xi' = F on the diagonal and F^2 off it."""
    share, bare = 0.3, {N: 3.0, sigma2: 0.7, sigma_a2: 0.4, a: 0.8, gamma: 0.35}
    strength = bare[sigma_a2] * bare[a] ** 2 / (2 * bare[N] * bare[sigma2] ** 2)
    for order, at_x, at_v in ((5, 0.7, 1.9), (7, 1.3, 0.2)):
        w, v = mode_rows(order, at_x, at_v)
        y, pulled = target(order), 0.0
        for table in y:
            t = [float(table[n][m]) * (w[n] + v[m]) ** 2 for n, m in _pairs(order)]
            pulled += share**2 * sum(t) ** 2 + (share - share**2) * sum(e * e for e in t)
        free = sum(e * e for e in w + v) / 2 + order * 0.35 / 3 * (at_x**3 + at_v**3)
        coupling = 4 * order**2 * strength
        point = {P: order, x: at_x, x_v: at_v, u: coupling, gamma: 0.35}
        named = {z: point.get(z, share) for z in claim.free_symbols}
        yield order, _close(2 * order * float(claim.subs(named)), free - strength * pulled)


def _fitted(order: int, subset: Sequence[Pair]) -> tuple[int, Fraction]:
    """Rank and squared norm of the target's projection on rows and columns, by Gram-Schmidt."""
    basis: list[list[Fraction]] = []
    for axis, index in product((0, 1), range(order)):
        row = [Fraction(int(pair[axis] == index)) for pair in subset]
        for known in basis:
            norm = sum((e * e for e in known), Fraction(0))
            along = sum((e * k for e, k in zip(row, known, strict=True)), Fraction(0)) / norm
            row = [e - along * k for e, k in zip(row, known, strict=True)]
        if any(row):
            basis.append(row)
    total = Fraction(0)
    for table in target(order):
        y = [table[n][m] for n, m in subset]
        for row in basis:
            along = sum((e * k for e, k in zip(y, row, strict=True)), Fraction(0))
            total += along**2 / sum((e * e for e in row), Fraction(0))
    return len(basis), total


def share_cases(claim: sp.Tuple) -> ExactCases:
    """Averages over all subsets of one size; from seven pairs of nine on all are connected."""
    for kept in (2, 4, 6, 7, 8):
        fits = [_fitted(3, subset) for subset in combinations(_pairs(3), kept)]
        rank = Fraction(sum(r for r, _ in fits), len(fits))
        norm = kept * Fraction(2, 3)
        share = sum((total for _, total in fits), Fraction(0)) / len(fits) / norm
        yield kept, _valued(claim[0], {"P": 3, "rank": rank, "M": kept}), share
        if kept > 6:
            yield (kept, "all"), _valued(claim[1], {"P": 3, "F": Fraction(kept, 9)}), share


def pair_cases(claim: sp.Expr) -> Cases:
    """The products' part of the action of two single weights, in rationals."""
    for order in (3, 5, 6):
        left, right = Fraction(7, 3), Fraction(5, 2)
        rows: list[Row] = [(e, *(Fraction(0),) * (order - 1)) for e in (left, right)]
        decay = sum((cubed_modes(row) for row in rows), Fraction(0)) * order / 6
        pull = sum((table[0][0] ** 2 for table in target(order)), Fraction(0))
        strength = u / (4 * order**2)
        exact = [sp.Rational(str(e)) for e in ((left**2 + right**2) / 2, pull, decay)]
        direct = exact[0] - strength * exact[1] * 4 * sp.Rational(str(left**2 * right**2))
        sizes = {"zeta": left**2 / order**2, "zeta_v": right**2 / order**2, "P": order}
        point = {z: sizes[z.name] for z in claim.free_symbols if z.name in sizes}
        value = claim.subs({z: sp.Rational(str(e)) for z, e in point.items()})
        yield order, order**2 * value, direct + gamma * exact[2]
