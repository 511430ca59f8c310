"""The kernel of the prior (NNGP) and its spectrum in closed form."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import sympy as sp

from binodal.derive.checks import ExactCases, exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import P, sigma_a2
from binodal.models.modular.derivations.characters import group_order

MAX_EXACT_ORDER = 31
SAME_N, SAME_M = sp.KroneckerDelta(*sp.symbols("n n'")), sp.KroneckerDelta(*sp.symbols("m m'"))


def gaussian_kernel(overlap: sp.Expr, norm: sp.Expr, other_norm: sp.Expr) -> sp.Expr:
    """<(w.x)^2 (w.x')^2> for w ~ N(0, I) by Isserlis: |x|^2 |x'|^2 + 2 (x.x')^2."""
    return norm * other_norm + 2 * overlap**2


def kernel_entry(same_n: int, same_m: int) -> int:
    """Q_{nm,n'm'}/sigma_a^2 (B.21); two-hot inputs have |x|^2 = 2, x.x' = same_n + same_m."""
    return int(gaussian_kernel(sp.Integer(same_n + same_m), sp.Integer(2), sp.Integer(2)))


def kernel_matrix(order: int) -> list[list[int]]:
    """Q/sigma_a^2 on the P^2 pairs (numbered n P + m), integers.

    Raises ValueError for P < 2 or P > 31, where an exact check would take too long.
    """
    group_order(order, at_most=MAX_EXACT_ORDER)
    entry = {(a, b): kernel_entry(a, b) for a in (0, 1) for b in (0, 1)}
    pairs = list(product(range(order), repeat=2))
    return [[entry[int(n == i), int(m == j)] for i, j in pairs] for n, m in pairs]


def spectrum() -> dict[str, tuple[sp.Expr, sp.Expr]]:
    """(eigenvalue, multiplicity) on the constant, on the axes and on the pairs of characters.

    Q = 4 J J + 2 (D J + J D) + 4 D D with D the identity and J the all-ones matrix of
    one input; J is P on the constant and 0 on every other character.
    """
    entry = sp.expand(gaussian_kernel(SAME_N + SAME_M, sp.Integer(2), sp.Integer(2)))
    entry = entry.subs({SAME_N**2: SAME_N, SAME_M**2: SAME_M})
    both = entry.coeff(SAME_N * SAME_M)
    single = entry.coeff(SAME_N, 1).coeff(SAME_M, 0)
    constant = entry.coeff(SAME_N, 0).coeff(SAME_M, 0)

    def eigenvalue(j_n: sp.Expr, j_m: sp.Expr) -> sp.Expr:
        value = constant * j_n * j_m + single * (j_m + j_n) + both
        return sp.expand(sigma_a2 * value)

    return {
        "constant": (eigenvalue(P, P), sp.S.One),
        "axis": (eigenvalue(sp.S.Zero, P), 2 * (P - 1)),
        "pair": (eigenvalue(sp.S.Zero, sp.S.Zero), (P - 1) ** 2),
    }


def _vectors(order: int) -> Iterator[tuple[str, dict[int, int]]]:
    """Integer eigenvectors: tensor products of the basis 1, e_1 - e_0, ..., e_{P-1} - e_0."""
    basis: list[dict[int, int]] = [dict.fromkeys(range(order), 1)]
    basis += [{0: -1, i: 1} for i in range(1, order)]
    for (i, left), (j, right) in product(enumerate(basis), repeat=2):
        kind = ("pair", "axis", "constant")[(i == 0) + (j == 0)]
        yield kind, {a * order + b: s * t for a, s in left.items() for b, t in right.items()}


def eigenvector_cases(order: int, table: dict[str, tuple[sp.Expr, sp.Expr]]) -> ExactCases:
    """Q v against (eigenvalue) v for P^2 linearly independent integer vectors, with counts.

    The basis of each factor is triangular up to the vector 1, with determinant +-P, so
    the tensor products are independent and the multiplicities are exact, not bounds.
    """
    matrix = kernel_matrix(order)
    expected = {
        kind: ((value / sigma_a2).subs(P, order), count.subs(P, order))
        for kind, (value, count) in table.items()
    }
    counts = dict.fromkeys(expected, 0)
    for kind, vector in _vectors(order):
        counts[kind] += 1
        image = [sum(row[c] * e for c, e in vector.items()) for row in matrix]
        value = expected[kind][0]
        yield (order, kind), image, [value * vector.get(c, 0) for c in range(order**2)]
    yield (order, "counts"), counts, {kind: count for kind, (_, count) in expected.items()}


def _quadrature_cases(claim: sp.Expr) -> ExactCases:
    """B.21 from the three-point rule {0, +-sqrt 3}, exact up to degree 5 in each weight."""
    nodes = (
        (sp.S.Zero, sp.Rational(2, 3)),
        *((s * sp.sqrt(3), sp.Rational(1, 6)) for s in (1, -1)),
    )
    for same_n, same_m in product((0, 1), repeat=2):
        total = sp.S.Zero
        for points in product(nodes, repeat=4):
            (w, a), (w2, b), (v, c), (v2, d) = points
            other = (w if same_n else w2) + (v if same_m else v2)
            total += a * b * c * d * (w + v) ** 2 * other**2
        entry = claim.subs({SAME_N: same_n, SAME_M: same_m})
        yield (same_n, same_m), entry, sp.expand(sigma_a2 * total)
        yield (same_n, same_m, "integer"), entry, sigma_a2 * kernel_entry(same_n, same_m)


def _all_orders(claim: sp.Tuple) -> ExactCases:
    table = dict(zip(spectrum(), claim, strict=True))
    for order in range(2, 14):
        yield from eigenvector_cases(order, table)


@cache
def nngp_spectrum() -> Derivation:
    """B.21 and its three eigenvalues with multiplicities, for every P (prime or not)."""
    table = spectrum()
    entry = sigma_a2 * gaussian_kernel(SAME_N + SAME_M, sp.Integer(2), sp.Integer(2))
    steps = (
        Step(
            "kernel",
            "Isserlis for two Gaussian fields of variances 2, 2 and covariance delta + delta",
            sigma_a2 * sp.Function("mean")(sp.Symbol("(w.x)^2 (w.x')^2")),
            entry,
            exact_on(_quadrature_cases, "an exact three-point Gauss rule in each weight"),
            source="B.21",
        ),
        Step(
            "spectrum",
            "each input contributes the identity and the all-ones matrix, which is P on k = 0 "
            "and 0 on every other character",
            entry,
            sp.Tuple(*(sp.Tuple(value, count) for value, count in table.values())),
            exact_on(_all_orders, "a full basis of integer eigenvectors for every P = 2..13"),
            source="B.21b",
        ),
    )
    results = {f"{kind}_eigenvalue": value for kind, (value, _) in table.items()}
    results |= {f"{kind}_multiplicity": count for kind, (_, count) in table.items()}
    return Derivation("NNGP kernel: spectrum", steps, results)
