"""Blocks whose law is a determinant of moments of a cyclic mode: complex ones, single numbers."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, both, close_on, equal_on
from binodal.derive.symbols import gamma, m, u, x, x_v
from binodal.models.group.derivations.blocks import Field, diagonal, second_order
from binodal.models.group.derivations.order_parameter import zero_moments
from binodal.models.group.derivations.saddles import beta, rows
from binodal.models.group.derivations.singular_values import (
    STRENGTH,
    SUMS,
    average,
    measure_one,
    single,
)
from binodal.models.group.derivations.symbols import overlap, twice

R = sp.Rational
PRODUCT = sp.Symbol("xx_v", positive=True)
"""x x_v of a mode."""

SLOPE, BEND = sp.symbols("D_1 D_2", real=True)
"""First and second derivative of log Z by F u."""

DETERMINANT = sp.Symbol("det_M", positive=True)
"""det of M_ij = integral of x^i x_v^j exp(-F s(x, x_v)), i and j from 0 to n - 1."""

_AWAY = sp.Symbol("delta", real=True)


def reduced(i: int, j: int) -> sp.Poly:
    """x^i x_v^j in the mean m and the product; what is odd in x - x_v has no mean.

    >>> reduced(1, 0).as_expr(), reduced(2, 0).as_expr()
    (m, 2*m**2 - xx_v)
    """
    one, other = m + _AWAY, m - _AWAY
    even = sp.Poly(sp.expand((one**i * other**j + other**i * one**j) / 2), _AWAY)
    square = sum(c * (m**2 - PRODUCT) ** (k // 2) for (k,), c in even.terms())
    return sp.Poly(sp.expand(square), m, PRODUCT)


def shift() -> sp.Expr:
    """Power of x x_v that the measure of one number in W and one in V is."""
    return sp.simplify(measure_one().as_base_exp()[1])


def partition() -> sp.Expr:
    """Z of a complex block with n rows, up to a number."""
    return DETERMINANT / (STRENGTH * u) ** (rows * (rows - 1) / 2)


def frobenius_gamma() -> sp.Expr:
    """The gamma with which one number has under schatten its decay under frobenius."""
    ratio = single("frobenius").coeff(x, 3) / single("schatten").coeff(x, 3)
    return gamma * ratio


def overlap_of_log() -> tuple[sp.Expr, sp.Expr]:
    """<|W V|^2> and <|W V|^4> of a neuron from log Z: F u multiplies |W V|^2/t in the exponent."""
    return twice * SLOPE, twice**2 * (BEND + SLOPE**2)


def _reduced_cases(claim: sp.Tuple) -> Cases:
    """Symmetrised monomials at rational points."""
    for left, right in ((R(7, 3), R(2, 5)), (R(1, 9), R(4))):
        point = {m: (left + right) / 2, PRODUCT: left * right}
        for (i, j), of in zip(((1, 0), (2, 0), (3, 1)), claim, strict=True):
            direct = (left**i * right**j + left**j * right**i) / 2
            yield (left, i, j), direct, of.subs(point)


def _two_rows_cases(claim: sp.Expr) -> Cases:
    """Two singular values: the average times both repulsions, up to a number."""
    (x_1, x_2), (y_1, y_2) = (R(5, 2), R(3, 2)), (R(5, 3), R(1))
    sums = dict(zip(SUMS, (x_1 + x_2, x_1 - x_2, y_1 + y_2, y_1 - y_2), strict=True))
    point = {**sums, u: R(3, 2), STRENGTH: 2, beta: 2}
    pull = (STRENGTH * u).subs(point)
    entries = [[sp.exp(pull * one * other) for other in (y_1, y_2)] for one in (x_1, x_2)]
    claimed = claim.subs({DETERMINANT: sp.Matrix(entries).det(), rows: 2}).subs(point)
    repelled = average() * (x_1 - x_2) * (y_1 - y_2)
    yield "two by two", sp.N(repelled.subs(point), 25), sp.N(claimed, 25)


def _gaussian_cases(claim: sp.Expr) -> Cases:
    """Without decay at small coupling: moments of Gaussian matrices, from the determinant."""
    pull = sp.Symbol("c", positive=True)
    for count in (1, 2, 3):
        order = count * (count - 1) // 2 + 2

        def entry(i: int, j: int, order: int = order) -> sp.Expr:
            powers = range(order + 1)
            rising = (sp.factorial(i + k) * sp.factorial(j + k) / sp.factorial(k) for k in powers)
            return sp.Add(*(r * pull**k for k, r in enumerate(rising)))

        point = {DETERMINANT: sp.Matrix(count, count, entry).det(), rows: count, STRENGTH: 2}
        grown = sp.Poly(sp.expand(claim.subs(point).subs(u, pull / 2)), pull)
        norm = grown.coeff_monomial(1)
        for power, known in enumerate(zero_moments(2, count), start=1):
            moment = grown.coeff_monomial(pull**power) / norm * sp.factorial(power)
            # Entries of variance one have components of variance one half.
            yield (count, power), moment, known / 4**power


def _shift_cases(claim: sp.Expr) -> Cases:
    for count in (1, 2, 4):
        both = measure_one() * measure_one().subs(x, x_v)
        point = {x: R(7, 3), x_v: R(2, 5), beta: count}
        yield count, both.subs(point), ((x * x_v) ** claim).subs(point)


def _frobenius_cases(claim: sp.Expr) -> Cases:
    """|W|_F^6 of one number against tr (W W^+)^3 with another gamma."""
    for kind in ("real", "quaternionic"):
        w = diagonal(kind, [Fraction(3, 2)])
        jet = (w, diagonal(kind, [0]), diagonal(kind, [0]))
        other = claim.subs({twice: Field(kind).twice, gamma: R(3, 7)})
        sides = ("frobenius", Fraction(3, 7)), ("schatten", Fraction(str(other)))
        one, two = (second_order(name, kind, jet, jet, of, Fraction(5, 4))[0] for name, of in sides)
        yield kind, R(str(one)), R(str(two))


def _overlap_cases(claim: sp.Tuple) -> Cases:
    """A law of two values of |W V|^2, differentiated by the number that multiplies it over t."""
    pull = sp.Symbol("c", positive=True)
    values, weights = (R(3, 2), R(7, 4)), (R(2, 5), R(3, 8))
    for often in (1, 2):
        of = sum(w * sp.exp(pull * v / often) for v, w in zip(values, weights, strict=True))
        log = sp.log(of)
        point = {twice: often, SLOPE: sp.diff(log, pull), BEND: sp.diff(log, pull, 2)}
        for power, moment in enumerate(claim, start=1):
            direct = sum(w * v**power for v, w in zip(values, weights, strict=True)) / sum(weights)
            yield (often, power), sp.simplify(moment.subs(point).subs(pull, 0)), direct


def _steps() -> tuple[Step, ...]:
    """The determinant, its entries, and what single numbers have instead."""
    return (
        Step(
            "determinant",
            "complex type: the average over the unitary group is det exp(F u x_i y_j) over both "
            "repulsions (Harish-Chandra, Itzykson and Zuber); sums over permutations (Andreief) "
            "leave the determinant of moments of one cyclic mode with the exponent F",
            average().subs(beta, 2),
            partition(),
            both(
                equal_on(_gaussian_cases, "moments of Gaussian matrices with 1, 2 and 3 rows"),
                close_on(_two_rows_cases, "the average of two singular values"),
            ),
        ),
        Step(
            "moments of a mode",
            "x^i x_v^j, symmetrised, is a polynomial in the mean m and the product x x_v: single "
            "integrals over the mean again",
            sp.Tuple(x, x**2, x**3 * x_v),
            sp.Tuple(*(reduced(i, j).as_expr() for i, j in ((1, 0), (2, 0), (3, 1)))),
            equal_on(_reduced_cases, "monomials at rational points"),
        ),
        Step(
            "single numbers",
            "one row: no average is left, and the measure is a power of x x_v, so a quaternionic "
            "block of dimension two is a cyclic mode one moment higher",
            measure_one(),
            shift(),
            equal_on(_shift_cases, "the measures of both matrices"),
        ),
        Step(
            "single numbers under frobenius",
            "|W|_F^2 counts a quaternion's singular value twice",
            gamma,
            frobenius_gamma(),
            equal_on(_frobenius_cases, "the action of one number under both decays"),
        ),
        Step(
            "overlap",
            "moments of |W V|^2 from log Z",
            sp.Tuple(overlap, overlap**2),
            sp.Tuple(*overlap_of_log()),
            equal_on(_overlap_cases, "a law of two values"),
        ),
    )


@cache
def determinant() -> Derivation:
    """The exact law of complex blocks of any dimension, and of blocks that are one number.

    Results: ``partition`` up to a number, ``shift`` of single numbers, ``gamma_frobenius`` of
    them, and the moments of |W V|^2 from log Z. Source: derived here.
    """
    results = {
        "partition": partition(),
        "shift": shift(),
        "gamma_frobenius": frobenius_gamma(),
        "overlap": overlap_of_log()[0],
        "overlap_square": overlap_of_log()[1],
    }
    return Derivation("Blocks as determinants", _steps(), results)
