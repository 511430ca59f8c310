"""The data set of modular addition, its target and the target's Fourier form."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import SMALL_ORDERS, exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import P, k
from binodal.models.modular.derivations.characters import LABELS, CharacterTerm, group_order
from binodal.models.modular.derivations.reading import read

Table = list[list[list[Fraction]]]
n, m, p = LABELS[:3]


def target(order: int) -> Table:
    """y[p][n][m] = delta_{p, n+m mod P} - 1/P as exact rationals (M.4), any P >= 2."""
    group_order(order)
    shift = Fraction(1, order)
    residues = range(order)
    return [
        [[int((i + j) % order == label) - shift for j in residues] for i in residues]
        for label in residues
    ]


def target_term() -> CharacterTerm:
    """One term, k != 0, of y^p_nm = sum_k (1/P) e(k(n + m - p)) for symbolic P (M.15)."""
    return CharacterTerm(1 / P, sp.expand(k * (n + m - p)), frozenset({k}))


def _delta_cases(claim: sp.Expr) -> list[tuple[object, object, object]]:
    """The claimed sum of characters against delta_{c,0} - 1/P in the field."""
    cases: list[tuple[object, object, object]] = []
    for order in SMALL_ORDERS:
        table = target(order)
        for label in range(order):
            for i, j in ((0, 0), (1, order - 1), (2 % order, label)):
                value = read(claim, order, {n: i, m: j, p: label})
                cases.append(((order, label, i, j), value, table[label][i][j]))
    return cases


def _mean_cases(claim: sp.Eq) -> list[tuple[object, object, object]]:
    """Means over pairs and over labels of delta - c vanish for c = 1/P, not for c = 2/P."""
    cases: list[tuple[object, object, object]] = []
    for order in SMALL_ORDERS:
        table, sums = target(order), [(i + j) % order for i in range(order) for j in range(order)]
        for label in range(order):
            mean = sp.Rational(sums.count(label), len(sums))
            cases.append(((order, label, "shift"), mean, claim.rhs.subs(P, order)))
            cases.append(((order, label, "pairs"), sum(map(sum, table[label])), Fraction(0)))
        labels = sum(table[label][1][order - 1] for label in range(order))
        cases.append(((order, "labels"), labels, Fraction(0)))
    return cases


def _norm_cases(claim: sp.Expr) -> list[tuple[object, object, object]]:
    return [
        (order, sum(entry**2 for row in target(order)[1] for entry in row), claim.subs(P, order))
        for order in SMALL_ORDERS
    ]


def norm() -> sp.Expr:
    """sum_nm |y^p_nm|^2, from the Fourier form for symbolic P (Parseval)."""
    j = LABELS[4]
    term = target_term()
    conjugate = CharacterTerm(1 / P, -sp.expand(j * (n + m - p)), frozenset({j}))
    square = term.times(conjugate).sum_over(n, j).sum_over(m)
    return sp.expand(square.coefficient * (P - 1))


@cache
def data() -> Derivation:
    """M.3, M.4 and M.15: the target has no trivial character because of its -1/P."""
    delta, c = sp.KroneckerDelta(p, n + m), sp.Symbol("c")
    shift = sp.solve(P - P**2 * c, c)[0]
    everything = sp.Sum(sp.Function("e")(k * (n + m - p)), (k, 0, P - 1)) / P
    nontrivial = sp.Sum(sp.Function("e")(k * (n + m - p)), (k, 1, P - 1)) / P
    complete = (Assumption.COMPLETE_DATA,)
    steps = (
        Step(
            "shift",
            "of the P^2 pairs, P have sum p: sum_nm (delta - c) = P - P^2 c is 0 only at c = 1/P",
            delta - c,
            sp.Eq(c, shift),
            exact_on(_mean_cases, "exact sums over pairs and over labels, P = 2..9"),
            complete,
            source="M.4",
        ),
        Step(
            "Fourier form",
            "orthogonality turns the delta into all characters; the -1/P is the one of k = 0",
            everything - shift,
            nontrivial,
            exact_on(_delta_cases, "M.4 entry by entry in Q(zeta_P), P = 2..9"),
            complete,
            source="M.15",
        ),
        Step(
            "norm",
            "Parseval over both inputs: P^2 pairs, P - 1 characters of weight 1/P^2",
            sp.Sum(sp.Function("y")(p, n, m) ** 2, (n, 0, P - 1), (m, 0, P - 1)),
            norm(),
            exact_on(_norm_cases, "exact sums of squares of M.4, P = 2..9"),
            complete,
        ),
    )
    return Derivation("Data and target", steps, {"shift": shift, "target_norm": norm()})
