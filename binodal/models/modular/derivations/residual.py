"""Exact twins of the mean-field closure: linear solves and residuals with unequal modes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd

from binodal.derive.cyclotomic import Cyclotomic
from binodal.models.modular.derivations.data import Table
from binodal.models.modular.derivations.posterior import Row


def solved_residual(
    kernel: Sequence[Sequence[int]], noise: Fraction, y: Sequence[Fraction]
) -> list[Fraction]:
    """r = y - Q (Q + noise)^{-1} y by Gaussian elimination in rationals."""
    size = len(y)
    rows = [
        [Fraction(e) + (noise if i == j else 0) for j, e in enumerate(row)] + [y[i]]
        for i, row in enumerate(kernel)
    ]
    for pivot in range(size):
        # Q + noise is positive definite, so no pivot can vanish.
        scale = rows[pivot][pivot]
        rows[pivot] = [e / scale for e in rows[pivot]]
        for other in range(size):
            factor = rows[other][pivot]
            if other != pivot and factor:
                rows[other] = [
                    s - factor * t for s, t in zip(rows[other], rows[pivot], strict=True)
                ]
    solution = [row[-1] for row in rows]
    return [
        y[i] - sum((e * s for e, s in zip(row, solution, strict=True)), Fraction(0))
        for i, row in enumerate(kernel)
    ]


def residual_by_modes(order: int, factors: Mapping[int, Fraction]) -> Table:
    """r^p_nm = (1/P) sum_{k != 0} a_k e(k(n+m-p)) with a_k = factors[gcd(k,P)]; rational."""
    values = []
    for c in range(order):
        total = [Fraction(0)] * order
        for k in range(1, order):
            total[k * c % order] += factors[gcd(k, order)] / order
        values.append(Cyclotomic(order, tuple(total)).as_fraction())
    residues = range(order)
    return [[[values[(n + m - p) % order] for m in residues] for n in residues] for p in residues]


def real_space_interaction(w: Row, v: Row, residual: Table) -> Fraction:
    """sum_p ( sum_nm r^p_nm (w_n + v_m)^2 )^2 by direct sums."""
    residues = range(len(w))
    overlaps = (
        sum((table[n][m] * (w[n] + v[m]) ** 2 for n in residues for m in residues), Fraction(0))
        for table in residual
    )
    return sum((overlap**2 for overlap in overlaps), Fraction(0))
