"""Elements of the averaged kernel by counting: every product of monomials whose phases cancel."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product

import sympy as sp

from binodal.derive.checks import ExactCases, generic_fractions
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.symbols import P
from binodal.models.modular.derivations.characters import LABELS, CharacterTerm, V, W
from binodal.models.modular.derivations.data import m, n
from binodal.models.modular.derivations.ensemble import (
    Ensemble,
    State,
    enumerated_kernel,
    enumeration_ensemble,
    generic_ensemble,
)
from binodal.models.modular.derivations.reading import read
from binodal.models.modular.derivations.symmetries import modes

J, L, K1, K2 = LABELS[4], LABELS[5], LABELS[6], LABELS[7]
AXIS = sp.KroneckerDelta(K2, 0)
Monomial = tuple[int, tuple[int, ...], tuple[int, ...]]


@cache
def overlap_terms() -> tuple[sp.Expr, sp.Expr]:
    """Overlap of (w_n + v_m)^2 with e(Kn + K'm)/P for symbolic P: cross and square terms.

    The cross term 2 P w_K v_K' is there for every (K, K'); the square P sum_j w_j w_{K-j}
    only for K' = 0, and its twin in v only for K = 0 (orthogonality in the other input).
    """
    field = CharacterTerm(2 / P * W[J] * V[L], K1 * n + K2 * m - J * n - L * m)
    cross = field.sum_over(n, J).sum_over(m, L).coefficient
    square = CharacterTerm(1 / P * W[J] * W[L], K1 * n - J * n - L * n)
    return cross, square.sum_over(n, L).sum_over(m).coefficient


def overlap_monomials(order: int, k: int, j: int) -> list[Monomial]:
    """Overlap/P as integer multiples of (labels of w, labels of v)."""
    cross, square = _overlap_multiplicities()
    terms: list[Monomial] = [(cross, (k,), (j,))]
    if j == 0:
        terms += [(square, (i, (k - i) % order), ()) for i in range(order)]
    if k == 0:
        terms += [(square, (), (i, (j - i) % order)) for i in range(order)]
    return terms


@cache
def _overlap_multiplicities() -> tuple[int, int]:
    """The integers 2 and 1 in front of P w_K v_K' and P w_j w_{K-j}."""
    first, second = ((t / P).subs(dict.fromkeys(t.atoms(sp.Indexed), 1)) for t in overlap_terms())
    return int(first), int(second)


def averaged_element(ensemble: Ensemble, pair: tuple[int, int], other: tuple[int, int]) -> Fraction:
    """<pair| Q |other>/(sigma_a^2 P^2): all products of monomials, kept if their phases cancel."""
    total = Fraction(0)
    for c, w, v in overlap_monomials(ensemble.order, *pair):
        for e, w2, v2 in overlap_monomials(ensemble.order, *other):
            labels = [*w, *(-i for i in w2)], [*v, *(-i for i in v2)]
            total += c * e * ensemble.phase_average(*labels)
    return total


def eigenvalue(ensemble: Ensemble, k: int, j: int) -> Fraction:
    """Eigenvalue/(sigma_a^2 P^2) on (k, j) in closed form, for any P and any moduli.

    Both nonzero: 4 <|w_k|^2 |v_j|^2>. On (k,0): 4 <|w_k|^2 v_0^2>, 2 <|w_i|^2 |w_{k-i}|^2>
    for each i with 2i != k, <|w_i|^4> for each i with 2i = k. On (0,0):
    4 <w_0^2 v_0^2> + <(sum |w_i|^2 + sum |v_i|^2)^2>.
    """
    order, square = ensemble.order, ensemble.squares
    residues = range(order)
    if k and j:
        return 4 * square([k], [j])
    if k or j:
        weight = {i: 1 if (2 * i - k - j) % order == 0 else 2 for i in residues}
        if k:
            pairs = sum(weight[i] * square([i, k - i], []) for i in residues)
        else:
            pairs = sum(weight[i] * square([], [i, j - i]) for i in residues)
        return 4 * square([k], [j]) + pairs
    total = 4 * square([0], [0])
    for i, h in product(residues, repeat=2):
        total += square([i, h], []) + square([], [i, h]) + 2 * square([i], [h])
    return total


def _overlap_cases(claim: sp.Expr) -> ExactCases:
    """Overlaps of (w_n + v_m)^2 with characters K != 0, with every j of the claim's square."""
    for order in (3, 5):
        w, v = (tuple(generic_fractions(order, seed)) for seed in (1, 2))
        letters, residues = {W: modes(w), V: modes(v)}, range(order)
        cross = claim.subs(AXIS, 0)
        for i, j in product(residues[1:], residues):
            point = {K1: i, K2: j}
            squares = (read(claim - cross, order, point | {J: h}, letters) for h in residues)
            turned = (
                Cyclotomic.root(order, i * a + j * b) * ((w[a] + v[b]) ** 2 / order)
                for a, b in product(residues, repeat=2)
            )
            yield (order, i, j), sum(turned), sum(squares) + read(cross, order, point, letters)


def averaged_cases(claim: sp.Expr) -> ExactCases:
    """The overlaps that are claimed, and the kernel that their products average to."""
    yield from _overlap_cases(claim)
    yield from _enumeration_cases()


def _enumeration_cases() -> ExactCases:
    """The full 25 x 25 kernel at P = 5 against sum of eigenvalue |k,j><k,j|."""
    order = 5
    ensemble = enumeration_ensemble(order)
    residues = range(order)
    values = {(k, j): eigenvalue(ensemble, k, j) for k, j in product(residues, repeat=2)}
    by_difference = {}
    for dn, dm in product(residues, repeat=2):
        total = [Fraction(0)] * order
        for (k, j), value in values.items():
            total[(k * dn + j * dm) % order] += value
        by_difference[dn, dm] = Cyclotomic(order, tuple(total))
    for (n1, m1, n2, m2), element in enumerated_kernel(ensemble).items():
        yield (n1, m1, n2, m2), element, by_difference[(n1 - n2) % order, (m1 - m2) % order]


def _splitting_cases(claim: sp.Expr) -> ExactCases:
    """What is counted on (K, 0) beside 4 <|w_K|^2 v_0^2>, for modes of fixed moduli."""
    for order in range(2, 10):
        moduli = [Fraction(min(i, order - i) + 2, 3) for i in range(order)]
        fixed = {i: (State(Fraction(1), moduli[i], Fraction(5, 7)),) for i in range(order // 2 + 1)}
        ensemble = Ensemble(order, fixed)
        for i in range(1, order):
            counted = averaged_element(ensemble, (i, 0), (i, 0)) - 4 * ensemble.squares([i], [0])
            yield (order, i), counted, read(claim, order, {K1: i}, {W: moduli})


def counting_cases(claim: sp.Expr) -> ExactCases:
    """The multiplicities that are claimed; closed eigenvalues against products of monomials."""
    yield from _splitting_cases(claim)
    for order in range(2, 10):
        ensemble = generic_ensemble(order)
        for k, j in product(range(order), repeat=2):
            counted = averaged_element(ensemble, (k, j), (k, j))
            yield (order, k, j), counted, eigenvalue(ensemble, k, j)
        for other in ((1, 0), (0, 1), (1, 1), (0, 0)) if order > 2 else ():
            label = (order, "off-diagonal", other)
            yield label, averaged_element(ensemble, (1, order - 1), other), Fraction(0)
