"""The decay sum_g u(g)^6 in weight space, by irreps: which sextuples couple, and in one block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement
from math import factorial, prod

import sympy as sp

from binodal.derive.checks import Claims, ExactCases, all_hold, exact_on
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.derivation import Derivation
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.irreps import irreps
from binodal.derive.step import Cases, Step, equal_on
from binodal.models.group.derivations.exact import cases, character
from binodal.models.group.derivations.symbols import order

DEGREE = 6
LABELS = sp.symbols("rho1:7")
SIZE = sp.Function("d", positive=True)
"""Dimension of an irrep."""

PAIRED = sp.Symbol("tr(W_1...W_6 Pi)")
"""Trace of the tensor product of six W_rho with the projector on its invariants."""

ALPHA, BETA = sp.symbols("|alpha|^2 |beta|^2", nonnegative=True)
"""W v = alpha v + beta conj(v) of a real two by two W, v read as a complex number."""

Values = Sequence[Cyclotomic]


def coupled_term() -> sp.Expr:
    """One sextuple of sum_g u(g)^6: |G| times its dimensions times the invariants of its product.

    u(g) = sum_rho d_rho tr(W_rho rho(g)^{-1}), and the mean over g of the product of six rho(g) is
    the projector on what they leave invariant: zero unless the trivial irrep is in the product.
    """
    return order * sp.Mul(*(SIZE(label) for label in LABELS)) * PAIRED


def couplings() -> sp.Expr:
    """Invariants of all sextuples with their dimensions: 1/|G| sum_g (sum_rho d_rho chi_rho)^6."""
    regular = order  # at the identity, and zero elsewhere
    return regular**DEGREE / order


def two_by_two() -> sp.Expr:
    """The sixth powers of one real irrep of dimension two in a dihedral group, over |G|.

    u(g) is 4 |alpha| cos on one half of the group and 4 |beta| cos on the other.
    """
    angle = sp.Symbol("phi", real=True)
    mean = sp.integrate(sp.cos(angle) ** DEGREE, (angle, 0, 2 * sp.pi)) / (2 * sp.pi)
    return sp.expand(4**DEGREE * mean / 2 * (ALPHA**3 + BETA**3))


def rank_penalty() -> sp.Expr:
    """That of two equal singular values over that of one: they are |alpha| +- |beta|."""
    whole = two_by_two()
    one = whole.subs({ALPHA: sp.Rational(1, 4), BETA: sp.Rational(1, 4)})
    return whole.subs({ALPHA: 1, BETA: 0}) / one


def _traces(group: FiniteGroup, weights: Sequence[Fraction]) -> dict[str, Values]:
    """tr(W_rho rho(g)^{-1}) by irrep and element, through characters."""
    traces: dict[str, Values] = {}
    for rho in irreps(group):
        chi = character(group, rho.name)
        share = Fraction(1, group.order)
        traces[rho.name] = [
            sum(
                (
                    chi[group.table[h][group.inverses[g]]] * (weights[h] * share)
                    for h in range(group.order)
                ),
                start=chi[0] * 0,
            )
            for g in range(group.order)
        ]
    return traces


def _multiplicity(group: FiniteGroup, names: Sequence[str]) -> Fraction:
    """How often the trivial irrep is in the product of these."""
    total = Cyclotomic.rational(group.exponent, 0)
    for g in range(group.order):
        product = Cyclotomic.rational(group.exponent, 1)
        for name in names:
            product = product * character(group, name)[g]
        total = total + product
    return total.as_fraction() / group.order


def _orders(names: Sequence[str]) -> int:
    return factorial(DEGREE) // prod(factorial(n) for n in Counter(names).values())


def _mean(traces: dict[str, Values], names: Sequence[str]) -> Cyclotomic:
    """The mean over g of the product of six traces, which is the trace with the projector."""
    total = traces[names[0]][0] * 0
    for g in range(len(traces[names[0]])):
        product = traces[names[0]][g]
        for name in names[1:]:
            product = product * traces[name][g]
        total = total + product
    return total * Fraction(1, len(traces[names[0]]))


def _coupling_claims(claim: sp.Expr) -> Claims:
    """Generic weights: a sextuple adds nothing just where its product has no invariant."""
    for group, weights, _ in cases(("S3", "Z5", "Q8")):
        traces = _traces(group, weights)
        size = {rho.name: rho.dimension for rho in irreps(group)}
        whole = Cyclotomic.rational(group.exponent, 0)
        for names in combinations_with_replacement(traces, DEGREE):
            mean = _mean(traces, names)
            yield (group.name, names), (mean != 0) == (_multiplicity(group, names) != 0)
            point = {SIZE(label): size[name] for label, name in zip(LABELS, names, strict=True)}
            factor = claim.coeff(PAIRED).subs({**point, order: group.order})
            whole = whole + mean * (Fraction(str(factor)) * _orders(names))
        yield group.name, whole == sum((w**DEGREE for w in weights), Fraction(0))


def _count_cases(claim: sp.Expr) -> ExactCases:
    """Invariants of every sextuple, one by one."""
    for group, *_ in cases(("S3", "Z5", "Q8")):
        size = {rho.name: rho.dimension for rho in irreps(group)}
        counted = sum(
            _multiplicity(group, names) * _orders(names) * prod(size[name] for name in names)
            for names in combinations_with_replacement(size, DEGREE)
        )
        yield group.name, Fraction(int(claim.subs(order, group.order))), counted


def _dihedral_cases(claim: sp.Expr) -> ExactCases:
    """D7, whose squares and sixth powers have no alias: rational weights, every element."""
    for group, weights, _ in cases(("D7",)):
        (name, *_) = (rho.name for rho in irreps(group) if rho.dimension == 2)
        values = [2 * value for value in _traces(group, weights)[name]]
        half = group.order // 2
        for symbol, places in ((ALPHA, range(half)), (BETA, range(half, group.order))):
            square, sixth = (
                sum((prod([values[g]] * n, start=Fraction(1)) for g in places), values[0] * 0)
                for n in (2, DEGREE)
            )
            # The squares of 4 |alpha| cos have the mean 8 |alpha|^2.
            modulus = square * Fraction(1, 8 * half)
            factor = Fraction(str(claim.coeff(symbol, 3))) * group.order
            yield (name, symbol), sixth, modulus * modulus * modulus * factor


def _penalty_cases(claim: sp.Expr) -> Cases:
    """Sixth powers of the entries' Fourier sums at explicit matrices, by angles of 1/16 turn."""
    angles = [2 * sp.pi * k / 16 for k in range(16)]
    sums = []
    for second in (0, 1):
        matrix = sp.diag(1, second)
        total = sp.S.Zero
        for angle in angles:
            turn = sp.Matrix([[sp.cos(angle), -sp.sin(angle)], [sp.sin(angle), sp.cos(angle)]])
            for mirror in (sp.eye(2), sp.diag(1, -1)):
                total += (matrix * turn * mirror).trace() ** DEGREE
        sums.append(total)
    yield "ratio", sp.nsimplify(sp.simplify(sums[1] / sums[0])), claim


@cache
def weight_decay() -> Derivation:
    """sum_g u(g)^6 by irreps: a dense coupling of sextuples, and what it is in one block.

    Results: ``coupling`` of a sextuple, ``couplings`` in all, ``two_by_two`` of a real irrep of
    dimension two, and ``rank_penalty``. Source: derived here; M.16b for cyclic groups.
    """
    steps = (
        Step(
            "coupling",
            "the mean over g of six rho(g)^{-1} is the projector on the invariants of their "
            "product: for one-dimensional irreps, momenta that add up to zero",
            sp.Symbol("sum u(g)^6"),
            coupled_term(),
            all_hold(_coupling_claims, "all sextuples at generic rational weights, S3, Z5 and Q8"),
        ),
        Step(
            "number of couplings",
            "the sum of d_rho chi_rho is |G| at the identity and zero elsewhere",
            coupled_term(),
            couplings(),
            exact_on(_count_cases, "invariants of every sextuple, S3, Z5 and Q8"),
        ),
        Step(
            "one block of two rows",
            "W v = alpha v + beta conj(v): turns see alpha alone and mirrors beta, so the decay is "
            "no function of tr(WW^+)^3; where n > 6 turns no angle is an alias",
            coupled_term(),
            two_by_two(),
            exact_on(_dihedral_cases, "every element of D7 at rational weights"),
        ),
        Step(
            "two singular values against one",
            "the singular values are |alpha| +- |beta|: 2 times under tr(WW^+)^3, 8 times under "
            "|W|_F^6",
            two_by_two(),
            rank_penalty(),
            equal_on(_penalty_cases, "traces of explicit matrices over sixteen turns and mirrors"),
        ),
    )
    results = {
        "coupling": coupled_term(),
        "couplings": couplings(),
        "two_by_two": two_by_two(),
        "rank_penalty": rank_penalty(),
    }
    return Derivation("Decay in weight space", steps, results)
