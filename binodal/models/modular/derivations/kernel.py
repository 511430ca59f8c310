"""The kernel averaged over independent uniform phases: every term and every multiplicity."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import product

import sympy as sp

from binodal.derive.assumptions import Assumption, as_printed
from binodal.derive.checks import exact_on, generic_fractions
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step, equal_on
from binodal.derive.symbols import P, sigma_a2, x0_mean, x0x0_mean, x_mean, xx_mean, xy_mean
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.characters import LABELS, CharacterTerm, V, W
from binodal.models.modular.derivations.cyclotomic import Cyclotomic
from binodal.models.modular.derivations.data import m, n
from binodal.models.modular.derivations.ensemble import (
    Ensemble,
    State,
    enumerated_kernel,
    enumeration_ensemble,
    generic_ensemble,
    identical_ensemble,
)
from binodal.models.modular.derivations.nngp import spectrum
from binodal.models.modular.derivations.printed import printed_kernel_factor
from binodal.models.modular.derivations.reading import read
from binodal.models.modular.derivations.symmetries import modes

J, L, K1, K2 = LABELS[4], LABELS[5], LABELS[6], LABELS[7]
AXIS = sp.KroneckerDelta(K2, 0)
Monomial = tuple[int, tuple[int, ...], tuple[int, ...]]
Cases = Iterator[tuple[object, object, object]]
_STRENGTH = sp.Rational(3, 7)


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


def spectrum_of_modes() -> dict[str, sp.Expr]:
    """Eigenvalues for odd P when the modes k != 0 share one law, in its moments.

    "pair" is (k,k') with k' != +-k, both nonzero; "target" is (k,k) and (k,-k). On an axis, of
    the P ordered splittings of K one has two equal parts, two contain the mode 0.
    """
    factor = sigma_a2 * sp.expand(overlap_terms()[0] / (W[K1] * V[K2])) ** 2
    unit = factor / 4
    generic = P - 3
    axis = 4 * x_mean * x0_mean + xx_mean + 2 * 2 * x0_mean * x_mean + 2 * generic * x_mean**2
    modes = (P - 1) / 2
    mean = 2 * x0_mean + 2 * (P - 1) * x_mean
    variance = 2 * (x0x0_mean - x0_mean**2)
    variance += 4 * modes * 2 * (xx_mean - x_mean**2 + xy_mean - x_mean**2)
    return {
        "target": factor * xy_mean,
        "pair": factor * x_mean**2,
        "axis": sp.expand(unit * axis),
        "constant": sp.expand(unit * (4 * x0_mean**2 + variance + mean**2)),
    }


MEANS = (x_mean, xx_mean, xy_mean, x0_mean, x0x0_mean)
"""The moments of a neuron's modes that the kernel's eigenvalues depend on."""


def gaussian_moments() -> dict[sp.Symbol, sp.Expr]:
    """Moments of the prior: w_k = (1/P) sum_n w_n e(kn) with w_n ~ N(0,1), so <|w_k|^2> = 1/P.

    Complex modes have <|w|^4> = 2 <|w|^2>^2, the real mode 0 has 3.
    """
    second = P * (1 / P) ** 2
    return {
        x_mean: second,
        xx_mean: 2 * second**2,
        xy_mean: second**2,
        x0_mean: second,
        x0x0_mean: 3 * second**2,
    }


def _splitting_cases(claim: sp.Expr) -> Cases:
    """What is counted on (K, 0) beside 4 <|w_K|^2 v_0^2>, for modes of fixed moduli."""
    for order in range(2, 10):
        moduli = [Fraction(min(i, order - i) + 2, 3) for i in range(order)]
        fixed = {i: (State(Fraction(1), moduli[i], Fraction(5, 7)),) for i in range(order // 2 + 1)}
        ensemble = Ensemble(order, fixed)
        for i in range(1, order):
            counted = averaged_element(ensemble, (i, 0), (i, 0)) - 4 * ensemble.squares([i], [0])
            yield (order, i), counted, read(claim, order, {K1: i}, {W: moduli})


def _counting_cases(claim: sp.Expr) -> Cases:
    yield from _splitting_cases(claim)
    for order in range(2, 10):
        ensemble = generic_ensemble(order)
        for k, j in product(range(order), repeat=2):
            counted = averaged_element(ensemble, (k, j), (k, j))
            yield (order, k, j), counted, eigenvalue(ensemble, k, j)
        for other in ((1, 0), (0, 1), (1, 1), (0, 0)) if order > 2 else ():
            label = (order, "off-diagonal", other)
            yield label, averaged_element(ensemble, (1, order - 1), other), Fraction(0)


def _overlap_cases(claim: sp.Expr) -> Cases:
    """Overlaps of (w_n + v_m)^2 with characters K != 0, with every j of the claim's square."""
    for order in (3, 5):
        w, v = (tuple(generic_fractions(order, seed)) for seed in (1, 2))
        letters, residues = {W: modes(w), V: modes(v)}, range(order)
        cross = claim.subs(AXIS, 0)
        for i, j in product(residues[1:], residues):
            at = {K1: i, K2: j}
            squares = (read(claim - cross, order, at | {J: h}, letters) for h in residues)
            turned = (
                Cyclotomic.root(order, i * a + j * b) * ((w[a] + v[b]) ** 2 / order)
                for a, b in product(residues, repeat=2)
            )
            yield (order, i, j), sum(turned), sum(squares) + read(cross, order, at, letters)


def _averaged_cases(claim: sp.Expr) -> Cases:
    yield from _overlap_cases(claim)
    yield from _enumeration_cases()


def _enumeration_cases() -> Cases:
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


def _identical_cases(claim: sp.Tuple) -> Iterator[tuple[object, sp.Expr, sp.Expr]]:
    table = dict(zip(spectrum_of_modes(), claim, strict=True))
    for order in (3, 5, 7, 9):
        ensemble = identical_ensemble(order)
        values = _moments_of(ensemble)
        places = {"target": (1, 1), "axis": (1, 0), "constant": (0, 0)}
        places |= {"pair": (1, 2)} if order > 3 else {"target": (1, 2)}
        for kind, pair in places.items():
            counted = averaged_element(ensemble, pair, pair) * order**2
            yield (order, kind), table[kind].subs(values), _STRENGTH * sp.Rational(str(counted))


def _moments_of(ensemble: Ensemble) -> dict[sp.Symbol, sp.Expr]:
    moments = {
        x_mean: (1, 1, 0),
        xx_mean: (1, 2, 0),
        xy_mean: (1, 1, 1),
        x0_mean: (0, 1, 0),
        x0x0_mean: (0, 2, 0),
    }
    values = {s: sp.Rational(str(ensemble.moment(*key))) for s, key in moments.items()}
    return values | {P: sp.Integer(ensemble.order), sigma_a2: _STRENGTH}


def _printed_cases(claim: sp.Tuple) -> Iterator[tuple[object, sp.Expr, sp.Expr]]:
    """B.37b evaluated as it stands; times the ratio's inverse it is the counted eigenvalue."""
    value, ratio = claim
    for order in (3, 5, 7):
        ensemble = identical_ensemble(order)
        at = _moments_of(ensemble)
        printed = _STRENGTH * sp.Rational(str(ensemble.moment(1, 1, 1)))
        counted = (
            _STRENGTH * order**2 * sp.Rational(str(averaged_element(ensemble, (1, 1), (1, 1))))
        )
        yield (order, "B.37b"), value.subs(at), printed
        yield (order, "ratio"), ratio.subs(at) * counted, printed


def _gaussian_cases(claim: sp.Expr) -> Iterator[tuple[object, sp.Expr, sp.Expr]]:
    prior = spectrum()
    yield "lambda of the prior", claim, prior["pair"][0]
    for kind, value in spectrum_of_modes().items():
        expected = prior["pair" if kind == "target" else kind][0]
        yield kind, value.subs(gaussian_moments()), expected


@cache
def _compared_steps(theory: str) -> tuple[Step, ...]:
    """The prior's eigenvalue, and the printed one, on which the published theory alone rests."""
    target, printed = spectrum_of_modes()["target"], printed_kernel_factor() * xy_mean
    return (
        Step(
            "Gaussian limit",
            "with the moments of the prior the four eigenvalues become those of the NNGP kernel",
            target,
            target.subs(gaussian_moments()),
            "B.21b",
            equal_on(_gaussian_cases, "the spectrum of B.21, derived without Fourier modes"),
        ),
        Step(
            "printed eigenvalue",
            "B.37b as it stands: the factor 4 P^2 is missing",
            target,
            sp.Tuple(printed, printed / target),
            "B.37b",
            equal_on(_printed_cases, "B.37b and the counted eigenvalue at P = 3, 5, 7"),
            as_printed(theory),
        ),
    )


@cache
def _steps() -> tuple[Step, ...]:
    """The steps of both theories, one object each, whoever asks."""
    cross, square = overlap_terms()
    table = spectrum_of_modes()
    phases = (Assumption.UNIFORM_PHASES, Assumption.MODE_DECAY)
    e, C = sp.Function("e"), sp.Symbol("(w_n + v_m)^2")
    return (
        Step(
            "averaged kernel",
            "a product of modes survives if every phase cancels: k pairs with k or with -k only",
            e(K1 * n + K2 * m) * C / P,
            cross + AXIS * square,
            "B.36",
            exact_on(
                _averaged_cases,
                "all states and phases of a non-Gaussian ensemble, P = 5",
            ),
            phases,
        ),
        Step(
            "multiplicities",
            "ordered splittings K = i + (K - i): unequal parts count twice, 2i = K once",
            square,
            sp.Sum((2 - sp.KroneckerDelta(2 * J, K1)) * W[J] ** 2 * W[K1 - J] ** 2, (J, 0, P - 1)),
            "B.36",
            exact_on(
                _counting_cases,
                "term-by-term counting for P = 2..9, any moduli, odd and even",
            ),
            phases,
        ),
        Step(
            "identical modes",
            "for odd P all modes k != 0 share one law, so the sums become multiplicities in P",
            sp.Function("eigenvalue")(K1, K2),
            sp.Tuple(*table.values()),
            "B.37b",
            equal_on(_identical_cases, "counting at P = 3, 5, 7, 9 with one law for all modes"),
            (Assumption.ODD_P,),
        ),
    )


@cache
def kernel(theory: str = "derived") -> Derivation:
    """B.35-B.37 with their multiplicities, and lambda as a moment of a single mode."""
    require_theory(theory)
    table = spectrum_of_modes()
    printed = printed_kernel_factor() * xy_mean
    results = {
        "lambda": table["target"] if theory == "derived" else printed,
        "lambda_pair": table["pair"],
        "lambda_axis": table["axis"],
        "lambda_constant": table["constant"],
        "lambda_prior": table["target"].subs(gaussian_moments()),
        "printed_lambda_ratio": printed / table["target"],
    }
    steps = (*_steps(), *_compared_steps(theory))
    return Derivation("Kernel averaged over uniform phases", steps, results)
